import type { SagaState } from "./definition.ts";
import type { HistoryRecord } from "./history.ts";
import { reopened, type Transition } from "./state.ts";

/** The state that a saga's log leads to: its events folded from the start. `null` for a log without a start. Pure. */
export function replay(transition: Transition, records: readonly HistoryRecord[]): SagaState | null {
  let state: SagaState | null = null;
  for (const record of records) {
    if (record.type === "started") state = transition.initial({ input: record.input, seed: record.seed });
    else if (state !== null) state = stateAfter(transition, state, record);
  }
  return state;
}

/** The state after one more record; those without an event change nothing, attempts that were counted are taken as many times as they were made. */
export function stateAfter(transition: Transition, state: SagaState, record: HistoryRecord): SagaState {
  if (record.type === "attempts") {
    let after = state;
    for (let made = 0; made < record.times; made++) {
      for (const one of record.records) after = stateAfter(transition, after, one);
    }
    return after;
  }
  if (!("event" in record)) return state;
  return transition.next(record.type === "reopened" ? reopened(state) : state, record.event);
}
