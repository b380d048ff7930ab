import { isDeepStrictEqual } from "node:util";
import { createClient, type HistoryEntry, openStore } from "@sagac/runtime";
import { createTransition } from "../../runtime/engine/state.ts";
import { partitionOf } from "../../runtime/store/partition.ts";
import { placeOrder } from "../../sagas/place-order/generated/place-order.saga.ts";
import { storedState } from "../kit/stored.ts";
import type { CrashOrder } from "./orders.ts";
import { placeNamed } from "./place.ts";

/**
 * Looks at a saga after its end: it ended as it must, once; its history has no gap, and folding its events gives the snapshot again; no
 * timer and no command of it is left behind, and none was waited for.
 */
export async function checkSaga(url: string, prefix: string, order: CrashOrder, reported: string): Promise<string[]> {
  const store = await openStore(url, { partitions: 1, ...placeNamed(prefix) });
  try {
    const handle = createClient({ store }).get(placeOrder, order.sagaId);
    const result = await handle.result({ timeout: "10s" });
    const history = await handle.history();
    const faults: string[] = [];
    if (result.status !== order.ends) faults.push(`it ended ${result.status}, not ${order.ends}`);
    if (result.status !== reported) faults.push(`it ended ${result.status}, but its worker was told ${reported}`);
    if (result.status === "compensated") {
      if (result.failure.name !== order.failure) faults.push(`it failed with ${result.failure.name}, not ${order.failure}`);
      if (result.incomplete.length > 0) faults.push(`undoing left out ${result.incomplete.join(", ")}`);
    }
    const ends = history.filter(({ record }) => record.type === "ended").length;
    if (ends !== 1) faults.push(`its history ends ${ends} times`);
    if (history.some(({ number }, index) => number !== index + 1)) faults.push("its history has a gap");
    // Nothing in these orders takes its time: a timer that fired means that a call was forgotten until its time-out.
    const fired = history.flatMap(({ record }) => (record.type === "timer" ? [record.timer] : []));
    if (fired.length > 0) faults.push(`it had to wait for ${fired.join(", ")}`);

    const partition = partitionOf(placeOrder.saga, placeOrder.version, order.sagaId, store.partitions);
    const stored = await store.load(partition, order.sagaId);
    if (stored === null) return [...faults, "its snapshot is gone"];
    const state = await storedState(store, partition, order.sagaId, createTransition(placeOrder));
    if (!isDeepStrictEqual(plain(fold(history)), plain(state))) {
      faults.push("its history does not fold to its snapshot");
    }
    if (stored.timers.length > 0) faults.push(`timers are left: ${stored.timers.map((timer) => timer.key).join(", ")}`);
    const pending = await store.pending(partition, 10);
    if (pending.length > 0) faults.push(`commands are left: ${pending.map((command) => command.id).join(", ")}`);
    return faults;
  } finally {
    await store.close();
  }
}

/** The state that the events of a history lead to. */
function fold(history: readonly HistoryEntry[]): unknown {
  const transition = createTransition(placeOrder);
  const [first, ...rest] = history;
  if (first?.record.type !== "started") return null;
  const { input, seed } = first.record;
  let state = transition.initial({ input, seed });
  for (const { record } of rest) if ("event" in record) state = transition.next(state, record.event);
  return state;
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
