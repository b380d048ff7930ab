import { type HistoryEntry, type HistoryRecord, type Store, timeline } from "@sagac/runtime";
import type { VirtualClock } from "@sagac/runtime/testing";
import { expect } from "vitest";
import { lastOf, newestOf } from "../../runtime/engine/attempts.ts";
import type { HistoryMode } from "../../runtime/engine/kept.ts";
import { replay } from "../../runtime/engine/replay.ts";
import { createTransition } from "../../runtime/engine/state.ts";
import { partitionOf } from "../../runtime/store/partition.ts";
import type { CommitPart, CommitResult, StoredRecord } from "../../runtime/store/store.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { storedState } from "../kit/stored.ts";
import { virtualRun } from "../kit/virtual-run.ts";

/** An order whose shipment breaks off so many times, and is then requested. */
export interface Failing {
  readonly open: (clock: VirtualClock) => Promise<Store>;
  readonly times: number;
  readonly history: HistoryMode;
  /** Characters of its input. */
  readonly size?: number;
  readonly snapshotEvery?: number;
  readonly message?: (attempt: number) => string;
}

export interface Failed {
  /** As they would be if nothing were counted. */
  readonly uncounted: readonly HistoryEntry[];
  readonly history: readonly HistoryEntry[];
  /** How many records it had at the most, and when its last attempt but one had failed. */
  readonly most: number;
  readonly atLast: number;
}

/** Runs it, and after each commit holds what is stored against what the log makes. */
export async function failing({ open, times, history, size = 1, snapshotEvery = 64, message }: Failing): Promise<Failed> {
  let calls = 0;
  const requestShipment = () => {
    calls += 1;
    if (calls <= times) throw new Error(message?.(calls) ?? "nobody is there");
    return { trackingId: "t" };
  };
  const world = orderWorld({ shipping: { requestShipment } });
  const uncounted: HistoryEntry[] = [];
  let [most, atLast, length] = [0, 0, 0];
  const run = await virtualRun({
    open,
    sagas: [orderImplementation(world)],
    snapshotEvery,
    history,
    hooks: {
      after: ({ operation, arguments: [parts] }, outcome) => {
        if (operation !== "commit" || !outcome.ok) return;
        const [part] = parts as readonly CommitPart[];
        const [result] = outcome.value as readonly CommitResult[];
        if (part === undefined || result?.status !== "committed") return;
        length += part.records.length - (part.replaces ?? 0);
        most = Math.max(most, length);
        if (calls === times) atLast = length;
        for (const record of part.records.flatMap(newsOf)) {
          uncounted.push({ number: uncounted.length + 1, atMs: result.atMs, record });
        }
      },
    },
  });
  const order = await run.through(run.client.start(placeOrder, { id: "order-1", input: orderInput({ sku: "x".repeat(size) }) }));
  expect((await run.through(order.result(), 400 * 86_400_000)).status).toBe("completed");
  const told = await run.through(order.history());
  const where = partitionOf(placeOrder.saga, placeOrder.version, "order-1", run.store.partitions);
  const stored: StoredRecord[] = await run.store.history(where, "order-1", 0, 100_000);
  const transition = createTransition(placeOrder);
  const replayed = replay(
    transition,
    stored.map(({ record }) => JSON.parse(record)),
  );
  const state = await storedState(run.store, where, "order-1", transition);
  expect(JSON.stringify(replayed)).toBe(JSON.stringify(state));
  await run.close();
  return { uncounted, history: told, most, atLast };
}

/** What is told for the first time. */
function newsOf(text: string): readonly HistoryRecord[] {
  const record = JSON.parse(text) as HistoryRecord;
  return record.type === "attempts" ? newestOf(record) : [record];
}

/** A call that fails again and again has a short log, which tells the same. */
export function expectToBeShort({ uncounted, history, atLast }: Failed, times: number): void {
  expect(timeline(history)).toEqual(timeline(uncounted));
  expect(timeline(history).filter((line) => line.includes(`${times} times, from`))).toHaveLength(1);
  const counted = history.flatMap(({ record }) => (record.type === "attempts" ? [record] : []));
  expect(counted.reduce((sum, record) => sum + record.times, 0)).toBe(times - 2);
  expect(counted.map((record) => lastOf(record).length)).toEqual(counted.map(() => 3));
  // Those before the shipment: the start, four calls and their answers, and the pivot.
  expect(atLast - 10).toBeLessThan(10);
}
