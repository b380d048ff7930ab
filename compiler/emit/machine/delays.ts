import type { PlanDuration, PlanExpr, PlanRetry } from "../../plan/plan.ts";
import { numberLiteral } from "../lib/escape.ts";
import { type Layout, render } from "../lib/layout.ts";
import { INDENT, MAX_WIDTH, type Writer } from "../lib/writer.ts";
import { type Entry, entry, object, text } from "./config.ts";
import { expression, readsContext } from "./expressions.ts";
import { type CallModel, type MachineModel, nodesOf, type TurnedError, undoHasTime } from "./model.ts";
import { backoffOf as calledBackoffOf, hasBackoff as isRepeated } from "./nodes/call-delays.ts";
import type { DelayModel } from "./nodes/node.ts";
import { refusalBackoff } from "./policies.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** An aborted handler has so long to settle; what it answers meanwhile counts. */
const GRACE_MS = 1_000;

export const DEADLINE = "saga.deadline";
/** Undoing has a time of its own. */
export const UNDO_WITHIN = "saga.undoWithin";

export function timeoutOf(call: CallModel): string {
  return `${call.id}.timeout`;
}

export function graceOf(call: CallModel): string {
  return `${call.id}.grace`;
}

export function backoffOf(call: CallModel): string {
  return `${call.id}.backoff`;
}

/** Whether a call is ever repeated, and so waits between attempts. */
export function hasBackoff(call: CallModel): boolean {
  return call.call.retry.attempts !== 1;
}

/** `delays`: milliseconds by name, of one attempt, of its grace and before the next; `instants`: when those end that end at an instant. */
export function writeDelays(out: Writer, more: readonly DelayModel[], model: MachineModel, words: Vocabulary): void {
  const instants = more.filter(({ isInstant }) => isInstant);
  if (instants.length > 0) {
    const entries = instants.map(({ name, ms }) => entry(name, computed(ms, model, words)));
    out.doc("When the waits end that end at an instant, in milliseconds since 1970.");
    out.line(render(["export const instants = ", object(...entries), ";"], out.room)).line();
  }
  const entries = [
    ...(undoHasTime(model) ? [entry(UNDO_WITHIN, lasting(model.plan.undoWithinMs, model, words))] : []),
    ...model.calls.flatMap((call, index) => delaysOf(call, index + 1, model, words)),
    ...furtherDelays(model, words),
    ...more.map((delay) => entry(delay.name, delayOf(delay, model, words))),
  ];
  out.doc("Milliseconds by name: of one attempt, of its grace once it is told to abort, of the pause before the next.");
  const { timeoutMs } = model.unit;
  const delays = object(timeoutMs === null ? null : entry(DEADLINE, lasting(timeoutMs, model, words)), ...entries);
  out.line(render(["export const delays = ", delays, ";"], out.room)).line();
}

function delayOf({ name, ms, isInstant }: DelayModel, model: MachineModel, words: Vocabulary): Layout {
  if (!isInstant) return lasting(ms, model, words);
  return `(now: ${words.now()}) => Math.max(0, instants[${text(name)}](now) - Date.now())`;
}

/** So many milliseconds, or a function that works them out. */
function lasting(ms: PlanDuration, model: MachineModel, words: Vocabulary): Layout {
  const known = knownMs(ms);
  return known === null ? computed(ms as PlanExpr, model, words) : milliseconds(known);
}

/** `null`: it is worked out when the saga runs. */
function knownMs(ms: PlanDuration): number | null {
  if (typeof ms === "number") return ms;
  return ms.kind === "literal" ? Number(ms.value) : null;
}

function computed(ms: PlanExpr, model: MachineModel, words: Vocabulary): Layout {
  const parameter = readsContext(ms) ? "{ context }" : "_now";
  return [`(${parameter}: ${words.now()}) => `, expression(ms, model, words, "present")];
}

function delaysOf(call: CallModel, salt: number, model: MachineModel, words: Vocabulary): Entry[] {
  const timeout = lasting(call.call.timeoutMs, model, words);
  const delays = [entry(timeoutOf(call), timeout), entry(graceOf(call), milliseconds(GRACE_MS))];
  if (hasBackoff(call)) {
    const record = `${words.helper("recordOf")}(context, ${text(call.step.name)}).${call.kind}`;
    delays.push(pauseEntry(backoffOf(call), call.call.retry, salt, record, model, words));
  }
  return delays;
}

/** Before the attempts that a declared error has of its own, and before those of called sagas. */
function furtherDelays(model: MachineModel, words: Vocabulary): Entry[] {
  const found = nodesOf(model).flatMap((node): Further[] => {
    if (node.kind !== "step" && node.kind !== "call") return [];
    const name = node.kind === "step" ? node.step : node.name;
    const record = (): string => `${words.helper("recordOf")}(context, ${text(name)}).forward`;
    const own =
      node.kind === "call" && node.retry !== null && isRepeated(node)
        ? [{ name: calledBackoffOf(node), retry: node.retry, it: record(), turned: null }]
        : [];
    const refused = node.policies.flatMap(({ error, retry }) => {
      if (retry === null) return [];
      const attempt = `${words.helper("refusalsOf")}(context, ${text(name)}, ${text(error)})`;
      const it = `{ entry: ${record()}.entry, attempt: ${attempt} }`;
      return [{ name: refusalBackoff({ name }, error), retry, it, turned: { of: name, error } }];
    });
    return [...own, ...refused];
  });
  return found.map(({ name, retry, it, turned }, index) =>
    pauseEntry(name, retry, model.calls.length + index + 1, it, turned === null ? model : { ...model, turned }, words),
  );
}

interface Further {
  readonly name: string;
  readonly retry: PlanRetry;
  /** Code of what counts its entries and attempts. */
  readonly it: string;
  /** Of an error: its data is there while it is held back. */
  readonly turned: TurnedError | null;
}

/** Before the next attempt. `it`: code of what counts entries and attempts. Always the same where there is nothing to draw. */
function pauseEntry(
  name: string,
  { backoffMinMs, backoffMaxMs }: PlanRetry,
  salt: number,
  it: string,
  model: MachineModel,
  words: Vocabulary,
): Entry {
  const [min, max] = [knownMs(backoffMinMs), knownMs(backoffMaxMs)];
  if (JSON.stringify(backoffMinMs) === JSON.stringify(backoffMaxMs) || (min !== null && max !== null && min >= max))
    return entry(name, lasting(backoffMinMs, model, words));
  const bound = (known: number | null, ms: PlanDuration): Layout =>
    known === null ? expression(ms as PlanExpr, model, words, "present") : milliseconds(known);
  const start = `({ context }: ${words.now()}) =>`;
  const draw = [words.helper("pause"), "(context.seed, ", String(salt), ", ", it, ", "];
  const parts = [...draw, bound(min, backoffMinMs), ", ", bound(max, backoffMaxMs), ")"];
  const known = parts.every((part) => typeof part === "string");
  const fits = known && name.length + start.length + parts.join("").length < MAX_WIDTH - 8;
  return entry(name, [start, fits ? " " : `\n${INDENT}`, ...parts]);
}

/** `259_200_000` */
function milliseconds(ms: number): string {
  const digits = numberLiteral(ms);
  return ms < 10_000 || !Number.isSafeInteger(ms) ? digits : digits.replace(/\B(?=(?:\d{3})+$)/g, "_");
}
