import { createClient, implement, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { CountedIds, observeStore, SeededRandom, VirtualClock } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import type { CommitPart } from "../../runtime/store/store.ts";
import { handMade } from "../kit/hand-made.ts";

const HOUR_MS = 3_600_000;
const nap = handMade({
  saga: "Nap",
  nodes: [{ kind: "sleep", name: "$sleep1", untilMs: ({ input }) => (input as { untilMs: number }).untilMs }],
});

async function naps(options: { readonly inHandMax?: number } = {}) {
  const clock = new VirtualClock();
  const opened = await openStore("memory:", { clock, partitions: 2 });
  const counts: Record<string, number> = {};
  const inHand = { now: 0, most: 0 };
  let moves = 0;
  const store = observeStore(opened, {
    before: ({ operation }) => {
      counts[operation] = (counts[operation] ?? 0) + 1;
      moves++;
      if (operation !== "load") return;
      inHand.now++;
      inHand.most = Math.max(inHand.most, inHand.now);
    },
    after: ({ operation, arguments: [parts] }) => {
      if (operation === "commit") inHand.now -= (parts as readonly CommitPart[]).filter(({ live }) => !live).length;
    },
  });
  const worker = (id: string) =>
    startWorker({
      store,
      sagas: [implement(nap, {})],
      id,
      clock,
      ids: new CountedIds(),
      random: new SeededRandom(1),
      log: silentLogger,
      handleSignals: false,
      ...options,
    });
  const settle = async () => {
    for (let quiet = 0; quiet < 6; ) {
      const before = moves;
      await new Promise((resolve) => setImmediate(resolve));
      quiet = moves === before ? quiet + 1 : 0;
    }
  };
  const pass = async (ms: number) => {
    for (const endMs = clock.now() + ms; ; ) {
      await settle();
      const next = clock.nextDue();
      if (next === null || next > endMs) return;
      clock.advanceTo(next);
    }
  };
  const client = createClient({ store: opened, clock });
  const start = (count: number, untilMs: number, from: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => client.start(nap, { id: `n-${from + index}`, input: { untilMs } })));
  return { clock, counts, inHand, worker, pass, start };
}

test("a take-over reads none of the sagas that sleep; one that is due is read alone, and is neither early nor late", async () => {
  const { clock, counts, worker, pass, start } = await naps();
  const first = await worker("first");
  const dueMs = clock.now() + HOUR_MS + 17;
  await start(300, clock.now() + 24 * HOUR_MS, 0);
  const [early] = await start(1, dueMs, 300);
  await pass(2_000);
  await Promise.all([first.stop(), pass(100)]);

  for (const operation of Object.keys(counts)) counts[operation] = 0;
  const second = await worker("second");
  await pass(HOUR_MS - 2_100);
  expect([second.partitions, counts.load ?? 0]).toEqual([2, 0]);
  await pass(2_200);
  expect(counts.load).toBe(1);
  const ended = (await early?.history())?.find(({ record }) => record.type === "ended");
  expect(ended?.atMs).toBe(dueMs);
  expect(second.lateness).toEqual({ fired: 1, meanMs: 0, maxMs: 0 });
  await Promise.all([second.stop(), pass(100)]);
});

test("of a thousand that are due at once no more than fit are in hand, each fires once, and how late is told", async () => {
  const { clock, counts, inHand, worker, pass, start } = await naps({ inHandMax: 50 });
  const first = await worker("first");
  const sagas = await start(1_000, clock.now() + HOUR_MS, 0);
  await pass(30_000);
  await Promise.all([first.stop(), pass(100)]);
  clock.advanceBy(2 * HOUR_MS);
  Object.assign(inHand, { now: 0, most: 0 });
  for (const operation of Object.keys(counts)) counts[operation] = 0;
  const second = await worker("second");
  await pass(60_000);
  for (const saga of sagas) expect((await saga.status()).status).toBe("completed");
  const fired = await Promise.all(
    sagas.map(async (saga) => (await saga.history()).filter(({ record }) => record.type === "timer")),
  );
  expect(fired.every(({ length }) => length === 1)).toBe(true);
  expect(counts.load).toBe(1_000);
  // Two partitions, and in each twice as many as starts may fill.
  expect(inHand.most).toBeLessThanOrEqual(200);
  expect(second.lateness.fired).toBe(1_000);
  expect(second.lateness.maxMs).toBeGreaterThan(HOUR_MS);
  await Promise.all([second.stop(), pass(100)]);
});
