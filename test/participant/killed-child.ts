import {
  createClient,
  implement,
  openStore,
  type SagaDefinition,
  type StepContext,
  silentLogger,
  startWorker,
} from "@sagac/runtime";
import { Redis } from "ioredis";
import type { Side } from "./kit.ts";
import { postgresSide, redisSide, sqliteSide } from "./sides.ts";

/** One life of a worker whose participant is fenced. */
export interface KilledTask {
  /** Of the module that the saga was built into. */
  readonly definition: string;
  /** Of the workers. */
  readonly store: string;
  readonly participant: "postgres" | "sqlite" | "redis";
  /** Where the participant's data is. */
  readonly at: string;
  /** Dies before the n-th statement of the participant's database; `null`: it lives until the saga has ended. */
  readonly kill: number | null;
}

const task = JSON.parse(process.argv[2] ?? "null") as KilledTask;
let statements = 0;
const side = open(() => {
  statements += 1;
  if (statements !== task.kill) return undefined;
  process.kill(process.pid, "SIGKILL");
  // The signal is on its way: not one statement more.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  return undefined;
});
const { sample } = (await import(task.definition)) as { readonly sample: SagaDefinition };
const handlers = (name: string) => ({
  [`take${name}`]: (_: unknown, ctx: StepContext) => side.fence.call(ctx, (access) => side.write(access, `take ${name}`)),
  [`give${name}`]: (_: unknown, ctx: StepContext) => side.fence.undo(ctx, (access) => side.write(access, `give ${name}`)),
});
const steps = {
  stock: {
    ...handlers("One"),
    ...handlers("Two"),
    refuse: (_: unknown, ctx: StepContext<{ readonly Refused: unknown }>) =>
      side.fence.call(ctx, (access): Promise<void> | undefined => {
        const refused = (): never => {
          throw ctx.fail("Refused", {});
        };
        const written = side.write(access, "take Three");
        return written === undefined ? refused() : written.then(refused);
      }),
  },
};
const store = await openStore(task.store, { partitions: 1 });
const saga = await createClient({ store }).start(sample, { id: "order-1", input: {} });
const worker = await startWorker({
  store,
  sagas: [implement(sample as never, steps as never)],
  leaseMs: 300,
  handleSignals: false,
  log: silentLogger,
});
const result = await saga.result({ timeout: "60s" });
await worker.stop();
await store.close();
await side.close();
process.stdout.write(JSON.stringify(result));
process.exit(0);

function open(before: () => undefined): Side<never> {
  if (task.participant === "postgres") return postgresSide(task.at, before) as unknown as Side<never>;
  if (task.participant === "sqlite") return sqliteSide(task.at, before, 5_000) as unknown as Side<never>;
  const [url = "", prefix = ""] = task.at.split("#");
  return redisSide(new Redis(url), prefix, before) as unknown as Side<never>;
}
