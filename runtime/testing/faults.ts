import type { HistoryEntry, SagaResult, SagaView } from "../client/views.ts";
import type { Ledger } from "./ledger.ts";

/** What is not as it should be at the end of a run, a sentence each. */
export function faultsOf(run: {
  readonly end: SagaResult<unknown> | { readonly status: "running" };
  readonly view: SagaView;
  readonly history: readonly HistoryEntry[];
  readonly ledger: Ledger;
  /** It made more calls than any saga should. */
  readonly overworked: boolean;
}): string[] {
  const { end, view, history, ledger } = run;
  const faults = ledger.late.map((key) => `${key} took effect after it was undone`);
  if (view.conditions.includes("quarantined")) faults.push(`quarantined: ${quarantine(history)}`);
  else if (run.overworked) faults.push("it does not come to an end, however often it calls");
  else if (end.status === "running" && view.parked.length === 0)
    faults.push("it had not ended at the limit, and waits for nobody");
  if (end.status !== "compensated") return faults;
  for (const { step, key, compensable, undoneAtMs } of ledger.effects) {
    if (compensable && undoneAtMs === null && !end.incomplete.includes(step))
      faults.push(`${key} stands, although the saga is compensated`);
  }
  if (history.some(({ record }) => record.type === "pivotPassed"))
    faults.push("it is compensated, although its pivot has passed");
  return faults;
}

function quarantine(history: readonly HistoryEntry[]): string {
  return (
    history.flatMap(({ record }) => (record.type === "quarantined" ? [record.message] : [])).at(-1) ??
    "its history does not say why"
  );
}
