import { implement, openStore, type Store } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";
import { type Definition, deploys, NIGHT, SIGNED, WRONG } from "../kit/deploys.ts";
import { handMade } from "../kit/hand-made.ts";

const AT_ONCE = `
saga Sample {
  timeout 10d
  input { id: string }
  signal go { n: int }
  await go
}
`;

const PAUSE = 60_000;
const PARTITION = { saga: "Sample", version: 1, index: 0 } as const;

const sagas: { night?: Definition; atOnce?: Definition } = {};
beforeAll(async () => {
  sagas.night = (await compiled(NIGHT)).definition;
  sagas.atOnce = (await compiled(AT_ONCE)).definition;
});

describe.each(["snapshots", "events"] as const)("history: %s", (history) => {
  test("what a wrong deploy set aside goes on when it is released under the old code: what was asked of it, and when it was due", async () => {
    const right = sagas.night as Definition;
    const { c, called, deploy, start, codeOf, typesOf } = await deploys(right, { history });
    const saga = await start({ pause: PAUSE, items: [] });
    await c.pass(10_000);
    await deploy(WRONG["cannot be read"](right));
    await codeOf(saga.signal("go" as never, { n: 1 } as never, { timeout: 0 }));
    await c.pass(10_000);
    expect((await c.through(saga.status())).conditions).toEqual(["quarantined"]);
    await deploy(right);
    await c.pass(10_000);
    expect((await c.through(saga.status())).conditions).toEqual(["quarantined"]);
    expect(await codeOf(saga.release(SIGNED))).toBe("done");
    expect((await c.through(saga.status())).conditions).toEqual([]);
    const released = (await c.through(saga.history())).find(({ record }) => record.type === "released")?.record;
    expect(released).toMatchObject(SIGNED);
    // As long after it began to sleep as it says, and not after its release.
    await c.pass(PAUSE - 45_000);
    expect(called).toEqual(["early"]);
    await c.pass(45_000);
    expect((await c.through(saga.result())).status).toBe("completed");
    expect(called).toEqual(["early", "tail"]);
    const types = await typesOf(saga);
    expect(types.filter((type) => type === "command")).toHaveLength(1);
    expect(types.filter((type) => type === "quarantined" || type === "released")).toEqual(["quarantined", "released"]);
    await c.close();
  });

  test("what was due while it was set aside is due at once", async () => {
    const right = sagas.night as Definition;
    const { c, called, deploy, start, codeOf } = await deploys(right, { history });
    const saga = await start({ pause: PAUSE, items: [1, 2] });
    await c.pass(PAUSE + 20_000);
    await deploy(WRONG["cannot be read"](right));
    await c.pass(2 * PAUSE);
    expect((await c.through(saga.status())).conditions).toEqual(["quarantined"]);
    await deploy(right);
    expect(await codeOf(saga.release(SIGNED))).toBe("done");
    await c.pass(5_000);
    expect(called).toEqual(["early", "probe", "probe"]);
    await c.through(saga.signal("go" as never, { n: 1 } as never));
    expect((await c.through(saga.result())).status).toBe("completed");
    await c.close();
  });

  test("what made the engine throw is released when that is mended", async () => {
    const right = sagas.night as Definition;
    const { c, called, deploy, start, codeOf } = await deploys(WRONG.throws(right), { history });
    const saga = await start({ pause: 1_000, items: [] });
    await c.pass(10_000);
    expect((await c.through(saga.status())).conditions).toEqual(["quarantined"]);
    await deploy(right);
    expect(await codeOf(saga.release(SIGNED))).toBe("done");
    await c.through(saga.signal("go" as never, { n: 1 } as never));
    expect((await c.through(saga.result())).status).toBe("completed");
    // Its answer was not taken: it may have run, and is delivered again.
    expect(called).toEqual(["early", "early", "tail"]);
    const records = (await c.through(saga.history())).map(({ record }) => record);
    expect(records.flatMap((record) => (record.type === "called" ? [[record.step, record.redelivered]] : []))).toEqual([
      ["early", false],
      ["early", true],
      ["tail", false],
    ]);
    expect(records.filter(({ type }) => type === "started")).toHaveLength(1);
    await c.close();
  });

  test("one that was set aside at its start begins when it is released", async () => {
    const right = sagas.atOnce as Definition;
    const { c, deploy, start, codeOf, typesOf } = await deploys(WRONG.throws(right), { history });
    const saga = await start({});
    await c.pass(1_000);
    expect(await codeOf(saga.release(SIGNED))).toBe("RT3011");
    await deploy(right);
    await codeOf(saga.signal("go" as never, { n: 1 } as never, { timeout: 0 }));
    expect(await codeOf(saga.release(SIGNED))).toBe("done");
    expect((await c.through(saga.result())).status).toBe("completed");
    expect((await typesOf(saga)).slice(0, 4)).toEqual(["quarantined", "quarantined", "released", "started"]);
    await c.close();
  });
});

test("where it still cannot go on it stays set aside, and who asked is told why", async () => {
  const right = sagas.night as Definition;
  const { c, deploy, start, codeOf } = await deploys(right);
  const saga = await start({ pause: PAUSE, items: [] });
  await c.pass(10_000);
  await deploy(WRONG["cannot be read"](right));
  await c.pass(PAUSE);
  for (const id of ["a", "b"]) expect(await codeOf(saga.release({ ...SIGNED, id }))).toBe("RT3011");
  expect((await c.through(saga.status())).conditions).toEqual(["quarantined"]);
  const last = (await c.through(saga.history())).at(-1)?.record;
  expect(last).toEqual({ type: "quarantined", message: expect.stringContaining("raise `version`") });
  await deploy(right);
  // The same release has the same result.
  expect(await codeOf(saga.release({ ...SIGNED, id: "a" }))).toBe("RT3011");
  expect(await codeOf(saga.release({ ...SIGNED, id: "c" }))).toBe("done");
  await c.through(saga.signal("go" as never, { n: 1 } as never));
  expect((await c.through(saga.result())).status).toBe("completed");
  await c.close();
});

test("one that is not set aside is not released", async () => {
  const right = sagas.atOnce as Definition;
  const { c, start, codeOf, typesOf } = await deploys(right);
  const saga = await start({});
  await c.pass(1_000);
  expect(await codeOf(saga.release(SIGNED))).toBe("RT3005");
  await c.through(saga.signal("go" as never, { n: 1 } as never));
  await c.through(saga.result());
  expect(await codeOf(saga.release(SIGNED))).toBe("RT3003");
  expect(await typesOf(saga)).not.toContain("released");
  await c.close();
});

test("a called saga that cannot be read comes back with the one that calls it, and what it had in flight is delivered again", async () => {
  const flight = handMade({ saga: "Flight", nodes: [{ kind: "step", name: "book" }] });
  const runs = { kind: "saga", body: null, saga: { saga: "Flight", version: 1 }, max: 1, inputs: () => [null] } as const;
  const trip = handMade({ saga: "Trip", nodes: [{ kind: "children", name: "flight", runs }] });
  const booked: unknown[] = [];
  const things = (book: (input: unknown, ctx: { idempotencyKey: string; redelivered: boolean }) => unknown) => ({
    things: { book, undo_book: () => null, flight: () => null },
  });
  let of: typeof flight = flight;
  const c = await cluster(
    (clock) => openStore("memory:", { clock, partitions: 1 }),
    (node) => {
      const book = things((_, { idempotencyKey, redelivered }) => {
        booked.push([idempotencyKey, redelivered]);
        return node === "worker-1" ? new Promise(() => undefined) : "seat 7";
      });
      return [trip, of].map((saga) => implement(saga as never, book as never));
    },
  );
  const first = await c.join();
  const saga = await c.through(c.client.start(trip as never, { id: "one", input: null as never }));
  await c.until("it books", () => booked.length === 1);
  first.kill();
  of = { ...flight, planHash: "another" };
  const wrong = await c.join();
  await c.until("it is set aside", async () => (await saga.status()).conditions.includes("quarantined"), 120_000);
  await wrong.stop();
  of = flight;
  await c.join();
  await c.through(saga.release(SIGNED));
  expect((await c.through(saga.result())).status).toBe("completed");
  expect(booked).toEqual([
    [expect.any(String), false],
    [(booked[0] as [string])[0], true],
  ]);
  await c.close();
});

test("what is asked of sagas that are set aside is not read again and again, hides nothing, and is taken in its order", async () => {
  const right = sagas.atOnce as Definition;
  const reads = { commands: 0, on: false };
  const count = (store: Store) =>
    observeStore(store, {
      after: ({ operation }, outcome) => {
        if (operation === "pending" && outcome.ok) reads.commands += (outcome.value as readonly unknown[]).length;
      },
    });
  const { c, deploy, start, codeOf } = await deploys(right, {}, count);
  const saga = await start({});
  await c.pass(1_000);
  await deploy(WRONG["cannot be read"](right));
  const sent = Array.from({ length: 400 }, (_, n) => saga.signal("go" as never, { n } as never, { timeout: 0, id: `s${n}` }));
  await c.through(Promise.allSettled(sent));
  await c.pass(10_000);
  reads.commands = 0;
  await c.pass(30_000);
  expect(reads.commands).toBe(0);
  await deploy(right);
  const other = await start({}, "two");
  await c.through(other.signal("go" as never, { n: 1 } as never));
  expect((await c.through(other.result())).status).toBe("completed");
  expect(await codeOf(saga.release(SIGNED))).toBe("done");
  expect((await c.through(saga.result())).status).toBe("completed");
  const taken = (await c.through(saga.history())).flatMap(({ record }) => (record.type === "command" ? [record.id] : []));
  expect(taken).toEqual([expect.stringMatching(/\/s0$/)]);
  await c.pass(10_000);
  const results = await Promise.all(Array.from({ length: 400 }, (_, n) => c.store.commandResult(PARTITION, `signal:one/s${n}`)));
  expect(results.filter((result) => result === null)).toHaveLength(0);
  await c.close();
});
