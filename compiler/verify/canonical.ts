import type { Doing } from "./doings.ts";
import type { Facts } from "./facts.ts";
import { liveCalls } from "./forget.ts";
import {
  anyRecordAt,
  type CallKind,
  type MachineContext,
  type MachineState,
  recordAt,
  type ScopeRecord,
  type WaitRecord,
} from "./machine.ts";
import { type Seen, type SeenStep, seenOf } from "./seen.ts";
import type { Look } from "./wanted.ts";

/**
 * The states that are one to the explorer have one key. Left out is what only counts up (entries, generations), what a failure says beside
 * that it is one, data, and attempts where nothing will compare them any more.
 */
export function keyOf(facts: Facts, look: Look, seen: Seen): string {
  const { value, context } = look.state;
  const live = liveCalls(look);
  const { pivot, latched, overdue } = context;
  let key = `${JSON.stringify(value)}|${failureKey(context.failure)}|${pivot}|${latched ?? ""}|${overdue}`;
  key += `|${seen.pivot}${seen.latched}${seen.late}${JSON.stringify(seen.taken)}`;
  for (const step of facts.doings) {
    const { forward, inquire, undo } = recordAt(context, step.place);
    const asks = live.has(`${step.name}.inquire`);
    const goes = asks || live.has(step.name);
    const parked = look.parked.includes(step.name);
    const of = step.call.retry.attempts;
    const ofUndo = step.undo.kind === "compensate" ? step.undo.call.retry.attempts : 0;
    const doubt = goes || parked ? flag(forward.mayHaveRun) : "";
    const pending = goes ? flag(forward.pending != null) : "";
    const refusals = goes && forward.refusals !== undefined ? JSON.stringify(forward.refusals) : "";
    const attempts = `${goes ? folded(forward.attempt, of) : ""}.${asks ? folded(inquire.attempt, step.inquire?.retry.attempts ?? null) : ""}`;
    const undos = live.has(`${step.name}.undo`) ? folded(undo.attempt, ofUndo) : "";
    const caught = forward.caught == null ? "" : String(forward.caught);
    key += `|${forward.outcome}${doubt}${pending}${refusals}${caught}${flag(forward.output !== null)}${attempts}${undo.outcome}${undos}`;
    key += seenKey(seenOf(seen, step.name));
  }
  for (const [wait, { place }] of facts.waits) {
    const record = anyRecordAt(context, place) as WaitRecord | undefined;
    if (record !== undefined) key += `|${record.outcome}${record.case ?? ""}${flag(record.value !== null)}`;
    key += JSON.stringify(seen.waits[wait]);
  }
  for (const [scope, { place }] of facts.scopes) {
    const record = anyRecordAt(context, place) as ScopeRecord | undefined;
    if (record !== undefined) key += `|${record.outcome}${failureKey(record.failure)}${record.winner ?? ""}`;
    key += JSON.stringify(seen.scopes[scope]);
  }
  return key;
}

function failureKey(failure: { readonly name: string } | null): string {
  return failure === null ? "" : failure.name === "DeadlinePassed" ? "D" : "F";
}

function folded(attempt: number, of: number | null): number {
  return of === null ? Math.min(attempt, 1) : attempt;
}

function flag(value: boolean): string {
  return value ? "+" : "-";
}

function seenKey(seen: SeenStep): string {
  const { begun, runs, end, caught, effect, doubt, pending, attempts, refusals, inquiries, undos, undone } = seen;
  const counted = Object.keys(refusals).length === 0 ? "" : JSON.stringify(refusals);
  // Where it ended, nothing follows from how it did not go on.
  const ends = end === "failed" ? "stopped" : (end ?? "");
  return `/${flag(begun)}${flag(runs && end === null)}${ends}${caught ?? ""}${effect}${flag(doubt)}${pending ?? ""}${attempts}${counted}.${inquiries}.${undos}${undone}`;
}

/** The attempts of a call up to this one went as the first did. */
export interface Skip {
  readonly kind: "skips";
  readonly call: string;
  readonly to: number;
}

/** Budgets up to here are walked attempt by attempt. */
const WALKED = 3;

/**
 * The second of many attempts counts as the last but one: those between differ in nothing but their number, which is only compared with the
 * budget. So a budget of 20 costs as many states as one of 3, and its end is walked as it is. Rounds are counted in the same way.
 */
export function skipAttempts(
  facts: Facts,
  look: Look,
  seen: Seen,
): { readonly state: MachineState; readonly seen: Seen; readonly skipped: readonly Skip[] } {
  const skipped: Skip[] = [];
  let { state } = look;
  let after = seen;
  for (const { id, kind, step } of look.calls) {
    const { attempts: of } = facts.call(id).call.retry;
    const counter = COUNTERS[kind];
    if (of === null || of <= WALKED || seenOf(after, step)[counter] !== 2) continue;
    const { place } = facts.step(step);
    if (recordAt(state.context, place)[kind].attempt !== 2) continue;
    skipped.push({ kind: "skips", call: id, to: of - 1 });
    state = { ...state, context: withAttempt(state.context, place, kind, of - 1) };
    after = { ...after, steps: { ...after.steps, [step]: { ...seenOf(after, step), [counter]: of - 1 } } };
  }
  return { state, seen: after, skipped };
}

const COUNTERS = { forward: "attempts", inquire: "inquiries", undo: "undos" } as const satisfies Record<CallKind, keyof SeenStep>;

function withAttempt(context: MachineContext, place: Doing["place"], kind: CallKind, attempt: number): MachineContext {
  const set = (node: unknown, path: readonly string[]): unknown => {
    const object = node as Readonly<Record<string, unknown>>;
    const [name, ...rest] = path;
    if (name === undefined) return { ...object, attempt };
    return { ...object, [name]: set(object[name], rest) };
  };
  return { ...context, steps: set(context.steps, [...place, kind]) as MachineContext["steps"] };
}
