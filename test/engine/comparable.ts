import type { HistoryEntry } from "@sagac/runtime";
import type { Told } from "./scenarios.ts";

/**
 * A story without what may differ between two stores: the times, and the order of what happened in independent branches. What each call went
 * through is kept in order, and so is what the saga as a whole went through.
 */
export function comparable(story: Told) {
  return {
    result: story.result,
    calls: [...story.calls].sort(),
    keys: [...story.keys].sort(),
    ...comparableHistory(story.history),
  };
}

export function comparableHistory(history: readonly HistoryEntry[]) {
  const byCall = new Map<string, unknown[]>();
  const ofSaga: unknown[] = [];
  for (const { record } of history) {
    const call = "call" in record ? record.call : record.type === "timer" ? (record.timer.split("#")[0] ?? "") : null;
    if (call === null) ofSaga.push(record);
    else byCall.set(call, [...(byCall.get(call) ?? []), record]);
  }
  return { ofSaga, byCall: Object.fromEntries([...byCall].sort(([a], [b]) => (a < b ? -1 : 1))) };
}
