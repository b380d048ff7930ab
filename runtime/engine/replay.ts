import type { SagaState } from "./definition.ts";
import type { HistoryRecord } from "./history.ts";
import { reopened, type Transition } from "./state.ts";

/** The state that a saga's log leads to: its events folded from the start. `null` for a log without a start. Pure. */
export function replay(transition: Transition, records: readonly HistoryRecord[]): SagaState | null {
  let state: SagaState | null = null;
  for (const record of records) {
    if (record.type === "started") state = transition.initial({ input: record.input, seed: record.seed });
    else if ("event" in record && state !== null) {
      state = transition.next(record.type === "reopened" ? reopened(state) : state, record.event);
    }
  }
  return state;
}
