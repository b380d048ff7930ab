import { openStore, timeline } from "@sagac/runtime";
import { observeStore, runSaga, VirtualClock } from "@sagac/runtime/testing";
import { describe, expect, test } from "vitest";
import { readLog } from "../../runtime/client/log-pages.ts";
import { replay } from "../../runtime/engine/replay.ts";
import { createTransition } from "../../runtime/engine/state.ts";
import { part, partition, take } from "../conformance/kit.ts";
import { orderInput, placeOrder } from "../kit/order.ts";
import { expectToBeShort, failing } from "./counted.ts";

const memory = (clock: Parameters<Parameters<typeof failing>[0]["open"]>[0]) => openStore("memory:", { clock });

describe.each(["snapshots", "events"] as const)("attempts in a row that come to the same, with history: %s", (history) => {
  test("are one record, and are told as they were", async () => {
    expectToBeShort(await failing({ open: memory, times: 40, history }), 40);
  });

  test("of a saga whose snapshot is large, too", async () => {
    const failed = await failing({ open: memory, times: 60, history, size: 6_000, snapshotEvery: 8 });
    expectToBeShort(failed, 60);
    expect(failed.most).toBeLessThan(30);
  });

  test("are counted anew where they come to something else", async () => {
    const message = (attempt: number) => (attempt % 10 === 0 ? "it is on fire" : "nobody is there");
    const { history: told, uncounted } = await failing({ open: memory, times: 35, history, message });
    const counted = told.flatMap(({ record }) => (record.type === "attempts" ? [record] : []));
    expect(counted.map(({ times, attempt }) => [attempt - times + 1, attempt])).toEqual([
      [3, 9],
      [11, 19],
      [21, 29],
      [31, 35],
    ]);
    expect(timeline(told)).toEqual(timeline(uncounted));
  });
});

describe("attempts that are counted", () => {
  test("fold to where the saga stands wherever its worker is killed in the middle of them, and another one carries on", async () => {
    const options = {
      input: orderInput(),
      steps: { shipping: { requestShipment: Array.from({ length: 9 }, () => "unknown" as const) } },
    };
    const { points } = await runSaga(placeOrder, options);
    const transition = createTransition(placeOrder);
    let counted = 0;
    for (let killAt = points - 24; killAt <= points; killAt += 2) {
      const run = await runSaga(placeOrder, { ...options, killAt });
      expect([run.status, run.faults, killAt]).toEqual(["completed", [], killAt]);
      const records = run.history.map(({ record }) => record);
      expect(transition.statusOf(replay(transition, records) ?? expect.fail("no start"))).toBe("completed");
      counted += records.reduce((sum, record) => sum + (record.type === "attempts" ? record.times : 0), 0);
    }
    expect(counted).toBeGreaterThan(12 * 4);
  });
});

test("a log whose end is replaced while it is read is read as it is then", async () => {
  const clock = new VirtualClock();
  const store = await openStore("memory:", { clock });
  const lease = await take(store);
  const many = Array.from({ length: 1_100 }, (_, index) => String(index));
  await store.commit([part(lease, { records: many })]);
  let reads = 0;
  const busy = observeStore(store, {
    before: async ({ operation }) => {
      if (operation !== "history" || reads++ !== 2) return;
      // Two pages are read: the end of the second one goes, and as much comes behind it.
      await store.commit([part(lease, { expectedVersion: 1, commitId: "2", replaces: 200, records: ["counted", ...many] })]);
    },
  });
  const read = await readLog(busy, clock, partition(), "order-1");
  expect(read.map(({ record }) => record)).toEqual([...many.slice(0, 900), "counted", ...many]);
  expect(read.map(({ number }) => number)).toEqual(read.map((_, index) => index + 1));
});
