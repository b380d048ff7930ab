import { createClient, openStore, type SagaView, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore, type VirtualClock } from "@sagac/runtime/testing";
import { describe, expect, test } from "vitest";
import { replay } from "../../runtime/engine/replay.ts";
import { createTransition } from "../../runtime/engine/state.ts";
import { partitionOf } from "../../runtime/store/partition.ts";
import type { CommitPart, Store, StoredSaga, WrittenSnapshot } from "../../runtime/store/store.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder, untilAborted } from "../kit/order.ts";
import { storedState } from "../kit/stored.ts";
import { until } from "../kit/until.ts";
import { play, scenarios } from "./scenarios.ts";

const transition = createTransition(placeOrder);
const partition = (store: Store, id: string) => partitionOf(placeOrder.saga, placeOrder.version, id, store.partitions);
const quiet = { handleSignals: false, log: silentLogger, graceMs: 1 } as const;

describe("with history: events", () => {
  test.each(scenarios)("what is stored is what the log says, after each commit: $name", async (scenario) => {
    const differ: unknown[] = [];
    const kinds = new Set<string>();
    const open = async (clock: VirtualClock) => {
      const store = await openStore("memory:", { clock });
      return observeStore(store, {
        async after({ operation, arguments: [parts] }) {
          if (operation !== "commit") return;
          for (const { snapshot } of parts as readonly CommitPart[]) for (const kind of Object.keys(snapshot)) kinds.add(kind);
          const stored = await storedState(store, partition(store, "order-1"), "order-1", transition);
          const records = await store.history(partition(store, "order-1"), "order-1", 0, 1_000);
          const replayed = replay(
            transition,
            records.map(({ record }) => JSON.parse(record)),
          );
          if (JSON.stringify(replayed) !== JSON.stringify(stored)) differ.push({ replayed, stored });
        },
      });
    };
    const story = await play(scenario, open, { history: "events", snapshotEvery: 16 });
    expect(story.result.status).toBe(scenario.ends);
    expect(differ).toEqual([]);
    expect([...kinds].sort()).toEqual(expect.arrayContaining(["rest", "whole"]));
  });
});

/** What a worker writes of snapshots until it is stopped, while a step of each order does not end. */
async function leftAt(
  store: Store,
  operation: "requestShipment" | "authorizePayment",
  more: object = {},
): Promise<WrittenSnapshot[]> {
  const written: WrittenSnapshot[] = [];
  const seen = observeStore(store, {
    after: ({ operation: called, arguments: [parts] }) => {
      if (called === "commit") written.push(...(parts as readonly CommitPart[]).map(({ snapshot }) => snapshot));
    },
  });
  const hang = (_: unknown, ctx: { readonly signal: AbortSignal }) => untilAborted(ctx.signal);
  const world = orderWorld(
    operation === "requestShipment" ? { shipping: { requestShipment: hang } } : { payments: { authorizePayment: hang } },
  );
  const worker = await startWorker({ ...quiet, store: seen, history: "events", ...more, sagas: [orderImplementation(world)] });
  await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
  await until("it is asked for", () => world.calls.some((call) => call.operation.endsWith(operation)));
  await worker.stop();
  return written;
}

const kindsOf = (written: readonly WrittenSnapshot[]) => written.map((snapshot) => Object.keys(snapshot)[0]);

describe("a worker with history: events", () => {
  test("writes the snapshot at the beginning and the end, and nothing of it in between", async () => {
    const store = await openStore("memory:");
    const first = await leftAt(store, "requestShipment");
    expect(kindsOf(first)).toEqual(["whole", ...first.slice(1).map(() => "rest")]);
    expect(first.slice(1).every((snapshot) => "rest" in snapshot && snapshot.rest === null)).toBe(true);
    const stored = await store.load(partition(store, "order-1"), "order-1");
    expect(stored?.snapshot.log?.upTo).toBeGreaterThan(8);
  });

  test.each(["snapshots", "events"] as const)("is followed by one with history: %s, and follows it", async (history) => {
    const store = await openStore("memory:");
    await leftAt(store, "authorizePayment");
    const second = await leftAt(store, "requestShipment", { history, snapshotEvery: 1_000 });
    // A change has no text to be of, where the log leads on.
    expect(kindsOf(second)[0]).toBe(history === "events" ? "rest" : "whole");
    const worker = await startWorker({ ...quiet, store, history: "events", sagas: [orderImplementation(orderWorld())] });
    const order = createClient({ store }).get(placeOrder, "order-1");
    expect((await order.result({ timeout: "10s" })).status).toBe("completed");
    await worker.stop();
    const stored = await store.load(partition(store, "order-1"), "order-1");
    expect(stored?.snapshot.log).toBeUndefined();
    const records = (await order.history()).map(({ record }) => record);
    expect(JSON.stringify(replay(transition, records))).toBe(
      JSON.stringify(await storedState(store, partition(store, "order-1"), "order-1", transition)),
    );
  });

  test("checks the log before it writes the snapshot every so often: a difference sets the saga aside, and what is stored stays", async () => {
    const store = await openStore("memory:");
    // Of what is read of the log the worker is told less than there is: as if a record had been lost on the way.
    const lossy = observeStore(store, {
      after: ({ operation, arguments: [, id] }, outcome) => {
        if (operation !== "history" || id !== "order-1" || !outcome.ok) return;
        const records = outcome.value as { record: string }[];
        const at = records.findIndex(({ record }) => record.includes('"type":"answered"'));
        if (at >= 0) records[at] = { ...records[at], record: '{"type":"pivotPassed"}' };
      },
    });
    const worker = await startWorker({
      ...quiet,
      store: lossy,
      history: "events",
      snapshotEvery: 4,
      sagas: [orderImplementation(orderWorld())],
    });
    const order = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
    await until("it is set aside", async () => (await order.status()).conditions.includes("quarantined"));
    await worker.stop();
    const last = (await order.history()).at(-1)?.record;
    expect(last?.type === "quarantined" && last.message).toContain(
      'the log of saga "order-1" leads elsewhere than to where it stands: they differ at $.state',
    );
    const stored = await store.load(partition(store, "order-1"), "order-1");
    expect(stored?.snapshot.log).toMatchObject({ rest: null });
  });

  test("is not stopped before it has written the answers that it has, also where a log is being checked for them", async () => {
    const store = await openStore("memory:");
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let reads = 0;
    const slow = observeStore(store, {
      before: async ({ operation }) => {
        if (operation !== "history") return;
        reads++;
        await gate;
      },
    });
    const world = orderWorld();
    const sagas = [orderImplementation(world)];
    const worker = await startWorker({ ...quiet, store: slow, history: "events", snapshotEvery: 3, graceMs: 10_000, sagas });
    const order = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
    await until("the log is read, for an answer", () => reads > 0);
    let hasStopped = false;
    const stopped = worker.stop().then(() => {
      hasStopped = true;
    });
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(hasStopped).toBe(false);
    letGo();
    await stopped;
    const answers = (await order.history()).filter(({ record }) => record.type === "answered");
    expect(answers).toHaveLength(world.calls.length);
  });

  test("carries sagas on that were written before records were counted", async () => {
    const store = await openStore("memory:");
    await leftAt(store, "requestShipment", { history: "snapshots", snapshotEvery: 1 });
    const written = (await store.load(partition(store, "order-1"), "order-1"))?.snapshot.whole ?? "";
    const older = written.replace(/"records":\d+,/, "");
    expect(older).not.toBe(written);
    const old = observeStore(store, {
      after: ({ operation }, outcome) => {
        if (operation !== "load" || !outcome.ok) return;
        const read = outcome.value as { snapshot: { whole: string } } | null;
        if (read?.snapshot.whole === written) read.snapshot = { ...read.snapshot, whole: older };
      },
    });
    const sagas = [orderImplementation(orderWorld())];
    const worker = await startWorker({ ...quiet, store: old, history: "events", snapshotEvery: 2, sagas });
    const order = createClient({ store }).get(placeOrder, "order-1");
    await until("it ends, or is set aside", async () => {
      const { status, conditions } = await order.status();
      return status !== "running" || conditions.length > 0;
    });
    await worker.stop();
    expect(await order.status()).toMatchObject({ status: "completed", conditions: [] });
  });

  test("finds nothing where nothing is wrong, however often it looks", async () => {
    const store = await openStore("memory:");
    const reads: string[] = [];
    const seen = observeStore(store, { before: ({ operation }) => void reads.push(operation) });
    const sagas = [orderImplementation(orderWorld())];
    const worker = await startWorker({ ...quiet, store: seen, history: "events", snapshotEvery: 3, sagas });
    const order = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
    expect((await order.result({ timeout: "10s" })).status).toBe("completed");
    await worker.stop();
    expect(reads.filter((operation) => operation === "history").length).toBeGreaterThan(0);
  });

  test("sets a saga aside whose log has a gap, alone and by name", async () => {
    const store = await openStore("memory:");
    await leftAt(store, "requestShipment");
    const broken = observeStore(store, {
      after: ({ operation, arguments: [, id] }, outcome) => {
        if (operation === "history" && id === "order-1" && outcome.ok) (outcome.value as unknown[]).splice(2, 1);
      },
    });
    const worker = await startWorker({ ...quiet, store: broken, history: "events", sagas: [orderImplementation(orderWorld())] });
    const client = createClient({ store });
    const good = await client.start(placeOrder, { id: "good", input: orderInput() });
    expect((await good.result({ timeout: "10s" })).status).toBe("completed");
    const bad = client.get(placeOrder, "order-1");
    await until("it is set aside", async () => (await bad.status()).conditions.includes("quarantined"));
    await worker.stop();
    const last = (await bad.history()).at(-1)?.record;
    expect(last?.type === "quarantined" && last.message).toMatch(/RT3001 .* record \d+ is missing/);
  });
});

describe("what a client sees of a saga whose log leads on", () => {
  test.each(["requestShipment", "authorizePayment"] as const)("is what it sees otherwise, at %s", async (operation) => {
    const views: SagaView[] = [];
    for (const history of ["snapshots", "events"] as const) {
      const store = await openStore("memory:");
      await leftAt(store, operation, { history });
      const stored: StoredSaga | null = await store.load(partition(store, "order-1"), "order-1");
      expect(stored?.snapshot.log === undefined).toBe(history === "snapshots");
      views.push(await createClient({ store }).get(placeOrder, "order-1").status());
    }
    expect(views[1]).toEqual(views[0]);
  });
});
