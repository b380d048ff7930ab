import { implement, openStore, type SagaDefinition, type Store, type WorkerOptions } from "@sagac/runtime";
import { type Cluster, cluster } from "./cluster.ts";

export type Definition = SagaDefinition<never, unknown>;

/** Sleeps, runs items that sleep, and waits. */
export const NIGHT = `
service shop {}
saga Sample {
  timeout 10d
  input { id: string, pause: duration, items: int[] }
  signal go { n: int }
  step early on shop { input { input.id } compensate unearly }
  sleep input.pause
  foreach item in input.items { sleep 1m  step probe on shop { input { item } compensate forget } }
  await go
  step tail on shop { input { input.id } compensate untail }
}
`;

export const SIGNED = { by: "kim", reason: "the deploy was taken back" } as const;

/** Of another plan under the same version; and of one of which the engine makes nothing when it comes to a wait. */
export const WRONG = {
  "cannot be read": (right: Definition): Definition => ({ ...right, planHash: "f".repeat(64) }),
  throws: (right: Definition): Definition => ({ ...right, waits: {} }),
} as const;

/** Workers whose code is changed from one to the next. */
export async function deploys(
  right: Definition,
  options: Partial<WorkerOptions> = {},
  wrap = (store: Store): Store => store,
  url = "memory:",
  handlers: Readonly<Record<string, () => unknown>> = {},
) {
  let running = right;
  const called: string[] = [];
  const shop = new Proxy(
    {},
    {
      has: () => true,
      get: (_, name) => () => {
        called.push(String(name));
        return handlers[String(name)]?.() ?? {};
      },
    },
  );
  const c: Cluster = await cluster(
    async (clock) => wrap(await openStore(url, { clock, partitions: 1 })),
    () => [implement(running as never, { shop } as never)],
  );
  let worker = await c.join(options);
  const deploy = async (definition: Definition) => {
    await worker.stop();
    running = definition;
    worker = await c.join(options);
  };
  const start = (input: object, id = "one") =>
    c.through(c.client.start(right as never, { id, input: { id, ...input } as never }));
  const codeOf = (asked: Promise<unknown>) =>
    c.through(
      asked.then(
        () => "done",
        (error: { code?: string }) => error.code ?? String(error),
      ),
    );
  const typesOf = async (saga: { history(child?: string): Promise<readonly { record: { type: string } }[]> }) =>
    (await c.through(saga.history())).map(({ record }) => record.type);
  return { c, called, deploy, start, codeOf, typesOf };
}
