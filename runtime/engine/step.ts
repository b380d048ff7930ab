import type { SagaContext, SagaEvent, SagaState } from "./definition.ts";
import { differences, type Effects, effectsOf, type WantedCall } from "./effects.ts";
import type { CallRef, HistoryRecord } from "./history.ts";
import { reopened, type Transition } from "./state.ts";
import type { Unit } from "./unit.ts";

/** Where a saga stands, and what it wants there. */
export interface Standing {
  readonly state: SagaState;
  readonly effects: Effects;
}

/** What one event makes of it: the next standing, and what the log says of it. Pure; nothing has happened yet. */
export interface Decision extends Standing {
  readonly records: readonly HistoryRecord[];
}

/** The first standing of a saga. */
export function begin(
  unit: Unit,
  start: { readonly input: unknown; readonly seed: number; readonly correlationId: string },
): Decision {
  const { definition, transition, body } = unit;
  const state = transition.initial({ input: start.input, seed: start.seed });
  const effects = effectsOf(unit.tables, state);
  const started: HistoryRecord = {
    type: "started",
    saga: definition.saga,
    version: definition.version,
    correlationId: start.correlationId,
    seed: start.seed,
    input: start.input,
    ...(body === null ? {} : { body }),
  };
  return { state, effects, records: [started, ...facts(null, { state, effects }, transition)] };
}

/** (snapshot, event) -> (next snapshot, effects): nothing else decides. `cause` is the record of the event itself. */
export function take(unit: Unit, before: Standing, event: SagaEvent, cause: HistoryRecord): Decision {
  const state = unit.transition.next(cause.type === "reopened" ? reopened(before.state) : before.state, event);
  const effects = effectsOf(unit.tables, state, before.effects);
  return { state, effects, records: [cause, ...facts(before, { state, effects }, unit.transition)] };
}

/** Names one wanted call in the log. */
export function callRef(wanted: WantedCall): CallRef {
  const { step, kind, service, operation } = wanted.site;
  return { call: wanted.id, step, kind, service, operation, entry: wanted.entry, attempt: wanted.attempt };
}

/** What follows from an event, for those who read the log without the machine. */
function facts(before: Standing | null, after: Standing, transition: Transition): HistoryRecord[] {
  const records: HistoryRecord[] = [];
  const was = before?.state.context ?? null;
  const is = after.state.context;
  if (is.failure !== null && (was === null || was.failure === null)) records.push({ type: "failed", failure: is.failure });
  if (is.pivot === "passed" && was?.pivot !== "passed") records.push({ type: "pivotPassed" });
  if (is.overdue && was?.overdue !== true) records.push({ type: "overdue" });
  const { before: wanted, after: wants } = differences(before?.effects ?? null, after.effects);
  for (const call of wanted.parked) {
    if (!wants.parked.includes(call)) records.push({ type: "unparked", call });
  }
  if (goesBack(after.state) && (before === null || !goesBack(before.state))) records.push({ type: "undoing" });
  for (const [identity, call] of wants.calls) {
    if (call.abort && wanted.calls.get(identity)?.abort !== true) records.push({ type: "aborted", ...callRef(call) });
  }
  for (const [identity, { id, site }] of wants.waits) {
    if (wanted.waits.has(identity)) continue;
    records.push({ type: "waiting", wait: id, signals: [...new Set(site.signals.map(({ signal }) => signal))] });
  }
  for (const step of alarmsOf(is).slice(alarmsOf(was).length)) {
    records.push({ type: "alarm", step, message: "its attempts are spent, and the outcome stands without it" });
  }
  for (const call of wants.parked) {
    if (!wanted.parked.includes(call)) records.push({ type: "parked", call });
  }
  const status = transition.statusOf(after.state);
  const ended = before !== null && transition.statusOf(before.state) === status;
  if (status !== "running" && !ended) records.push({ type: "ended", status, output: transition.output(after.state) });
  return records;
}

/** Steps of the endings whose attempts are spent. */
function alarmsOf(context: SagaContext | null): readonly string[] {
  return context?.alarms ?? [];
}

function goesBack(state: SagaState): boolean {
  return typeof state.value === "object" && "backward" in state.value;
}
