import { implement, openStore, silentLogger } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import type { PendingCommand, Store } from "../../runtime/store/store.ts";
import { cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";

const WAITS = `
saga Sample {
  timeout 10d
  input { id: string }
  signal go { n: int }
  await go
  await go
}
`;

const PARTITION = { saga: "Sample", version: 1, index: 0 } as const;

/** As a worker would see it that knows what these ask for: to turn back. */
function newer(store: Store): Store {
  const known = (command: PendingCommand): PendingCommand =>
    String(command.kind) === "turnBack" ? { ...command, kind: "cancel" } : command;
  return new Proxy(store, {
    get(target, name) {
      if (name === "pending") {
        return async (...asked: Parameters<Store["pending"]>) => (await target.pending(...asked)).map(known);
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

/** A saga that waits for a signal, and its worker; and what a newer client asks of it. */
async function rollout() {
  const { definition } = await compiled(WAITS);
  const told: unknown[] = [];
  const loads: string[] = [];
  const c = await cluster(
    async (clock) =>
      observeStore(await openStore("memory:", { clock, partitions: 1 }), {
        before: ({ operation, arguments: [, id] }) => void (operation === "load" && loads.push(String(id))),
      }),
    () => [implement(definition as never, {} as never)],
  );
  const warn = (_: string, fields: unknown): void => void told.push(fields);
  const old = await c.join({ log: { ...silentLogger, warn } });
  const saga = await c.through(c.client.start(definition as never, { id: "one", input: { id: "one" } as never }));
  await c.until("it waits", async () => (await saga.status()).waitingFor.length > 0);
  const ask = (n: number) =>
    c.store.append(PARTITION, { id: `turnBack:one/${n}`, sagaId: "one", kind: "turnBack" as never, payload: '{"by":"kim"}' });
  return { c, old, saga, ask, told, loads };
}

test("a command of a kind that a worker does not know waits, is told of once, and keeps none behind it back", async () => {
  const { c, old, saga, ask, told, loads } = await rollout();
  // More than are read at once.
  await c.through(Promise.all(Array.from({ length: 300 }, (_, n) => ask(n))));
  await c.through(saga.signal("go" as never, { n: 1 } as never));
  await c.pass(5_000);
  const before = loads.length;
  await c.pass(5_000);
  expect(loads.length).toBe(before);
  expect(told).toEqual([{ code: "RT4005", kind: "turnBack", saga: "one", partition: expect.any(String) }]);
  expect(await c.store.commandResult(PARTITION, "turnBack:one/0")).toBeNull();
  expect((await c.through(saga.history())).filter(({ record }) => record.type === "command")).toHaveLength(1);
  expect(old.worker.inHand).toBe(0);
  await c.close();
});

test("it is carried out by the first worker that knows it, before what is asked after that, as of when it was asked", async () => {
  const { c, old, saga, ask } = await rollout();
  await c.through(ask(0));
  await c.through(saga.signal("go" as never, { n: 1 } as never));
  await c.through(old.stop());
  const late = saga.signal("go" as never, { n: 2 } as never).catch((error: { code: string }) => error.code);
  await c.pass(1_000);
  await c.join({ store: newer(c.store) });
  expect((await c.through(saga.result())).status).toBe("compensated");
  expect(await c.through(late)).toBe("RT3003");
  expect(await c.store.commandResult(PARTITION, "turnBack:one/0")).toMatchObject({ status: "applied" });
  const commands = (await c.through(saga.history())).flatMap(({ record }) => (record.type === "command" ? [record.kind] : []));
  expect(commands).toEqual(["signal", "cancel"]);
  await c.close();
});
