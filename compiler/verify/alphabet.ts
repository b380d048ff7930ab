import { keyErrors } from "../emit/machine/model.ts";
import type { Doing } from "./doings.ts";
import type { CallFacts, Facts } from "./facts.ts";
import type { MachineEvent } from "./machine.ts";
import { sampleOf, sampleValue } from "./sample.ts";
import type { Look, WantedCall } from "./wanted.ts";

/** One thing that can happen to a saga: what the world answers, what time brings, what a person says. */
export type Happening =
  /** `success` of an inquiry: it happened. `stopped`: of what runs as instances of its own, when it was told to abort. */
  | { readonly kind: "answers"; readonly call: string; readonly answer: Answer }
  /** With an error that the step declares; of children: one of them failed with it, and all have ended. */
  | { readonly kind: "refuses"; readonly call: string; readonly error: string }
  /** Of what runs as instances of its own: one has failed, and the others have not ended. */
  | { readonly kind: "notice"; readonly call: string }
  /** A timer is due: `event` is what the machine takes. `call` is `null` for the saga's deadline, and that of its undoing. */
  | { readonly kind: "due"; readonly call: string | null; readonly key: string; readonly event: string }
  /** A signal that this wait takes if it matches. */
  | { readonly kind: "signal"; readonly wait: string; readonly case: string }
  | { readonly kind: "cancel" }
  /** The worker that held the saga is gone, another takes it. */
  | { readonly kind: "recovered" }
  /** It had completed, and what called it undoes it as a whole. */
  | { readonly kind: "reopens" }
  | { readonly kind: "verb"; readonly verb: Verb; readonly call: string };

export type Answer = "success" | "unknown" | "badOutput" | "didNotHappen" | "stillUnknown" | "stopped";
export type Verb = "retry" | "happened" | "didNotHappen" | "skip" | "goBack";

/** Everything that can happen in a state, in a fixed order. */
export type Alphabet = (look: Look, facts: Facts) => readonly Happening[];

/** The error of a child that its caller says nothing of. */
export const OTHER_FAILURE = "Unknown";

/**
 * The outcome alphabet: for each call that is wanted its success, each declared error, 'nobody knows' and an answer that does not fit; for
 * each wait the signals that it takes; each timer that is set; for each parked call or wait what a person can say of it; a cancel, and the
 * loss of the worker. A unit that has completed and can be undone as a whole is.
 */
export const ALPHABET: Alphabet = (look, facts) => {
  const found: Happening[] = [];
  for (const call of look.calls) found.push(...answersOf(call, facts));
  for (const wait of look.waits) {
    const node = facts.waits.get(wait);
    if (node?.kind !== "await") continue;
    for (const { name } of node.cases) found.push({ kind: "signal", wait, case: name });
  }
  const due = look.timers.map(({ call, key, event }): Happening => ({ kind: "due", call, key, event }));
  found.push(...due.filter(isProgress));
  for (const call of look.parked) for (const verb of verbsFor(call, look, facts)) found.push({ kind: "verb", verb, call });
  if (look.status === "completed" && canReopen(facts)) found.push({ kind: "reopens" });
  if (look.status !== "running") return found;
  found.push({ kind: "cancel" }, ...due.filter((happening) => !isProgress(happening)));
  // Nothing in flight, nothing to recover.
  if (look.calls.some(({ step }) => facts.step(step).of === "step")) found.push({ kind: "recovered" });
  return found;
};

/** What completed without a pivot can be undone as a whole by the saga that called it, until the root has ended. */
export function canReopen({ unit, body }: Facts): boolean {
  return unit.pivots.length === 0 && body?.zone !== "after";
}

/**
 * What means nothing in a state and must change nothing: answers of calls that are not wanted (any more), signals that nothing waits for, and
 * what a person says of a call that is not parked.
 */
export const SENSELESS: Alphabet = (look, facts) => {
  if (look.status !== "running") return [];
  const found: Happening[] = [];
  for (const call of facts.calls) {
    if (look.calls.some(({ id }) => id === call)) continue;
    found.push({ kind: "answers", call, answer: "success" });
    const { kind, step } = facts.call(call);
    if (kind === "forward" && tellsEarly(step)) found.push({ kind: "notice", call });
  }
  for (const [wait, node] of facts.waits) {
    if (node.kind !== "await" || look.waits.includes(wait)) continue;
    for (const { name } of node.cases) found.push({ kind: "signal", wait, case: name });
  }
  if (look.parked.length === 0) return found;
  for (const call of facts.calls) {
    if (facts.call(call).kind === "inquire" || look.parked.includes(call)) continue;
    for (const verb of verbsFor(call, look, facts)) found.push({ kind: "verb", verb, call });
  }
  return found;
};

/** Whether it moves a saga on by itself: not what may never come, a cancel, the deadline or the loss of a worker. */
export function isProgress(happening: Happening): boolean {
  switch (happening.kind) {
    case "cancel":
    case "recovered":
    case "reopens":
      return false;
    case "due":
      return happening.call !== null;
    default:
      return true;
  }
}

/** What the machine is told. */
export function eventOf(happening: Happening, facts: Facts): MachineEvent {
  switch (happening.kind) {
    case "answers":
      return answerOf(happening.call, happening.answer, facts);
    case "refuses": {
      return { type: `xstate.error.actor.${happening.call}`, error: errorOf(happening.call, happening.error, facts) };
    }
    case "notice":
      return { type: `child.failed.${happening.call}`, failure: failureOf(happening.call, OTHER_FAILURE, facts) };
    case "signal": {
      const node = facts.waits.get(happening.wait);
      const signal = node?.kind === "await" ? node.cases.find(({ name }) => name === happening.case)?.signal : undefined;
      const declared = facts.plan.signals.find(({ name }) => name === signal);
      const payload = declared === undefined ? {} : sampleOf(declared.fields, facts.plan);
      return { type: `signal.${signal ?? happening.case}`, wait: happening.wait, payload };
    }
    case "reopens":
      return { type: "saga.undo" };
    case "due":
      return { type: happening.event };
    case "cancel":
      return { type: "saga.cancel", reason: null };
    case "recovered":
      return { type: "saga.recovered" };
    case "verb": {
      const { call, verb } = happening;
      const output = verb === "happened" && facts.calls.includes(call) ? { output: outputOf(facts.call(call), facts) } : {};
      return { type: `operator.${verb}`, call, ...output };
    }
  }
}

const ANSWERS = {
  forward: ["success", "unknown", "badOutput"],
  inquire: ["success", "didNotHappen", "stillUnknown", "unknown", "badOutput"],
  undo: ["success", "unknown"],
} as const satisfies Record<string, readonly Answer[]>;

function answersOf({ id, kind, step: name, abort }: WantedCall, facts: Facts): Happening[] {
  const step = facts.step(name);
  if (step.of === "compute" || (kind === "undo" && step.of !== "step")) return [{ kind: "answers", call: id, answer: "success" }];
  const refuses = step.throws.map((error): Happening => ({ kind: "refuses", call: id, error }));
  if (step.of === "step") {
    const answers = ANSWERS[kind].map((answer): Happening => ({ kind: "answers", call: id, answer }));
    const owned = keyErrors(step, facts.plan).map((error): Happening => ({ kind: "refuses", call: id, error }));
    return kind === "forward" ? [...answers, ...refuses, ...owned] : answers;
  }
  const found: Happening[] = [{ kind: "answers", call: id, answer: "success" }];
  // Behind the pivot items and rounds go on until they succeed.
  if (step.onFailure !== "continue" && (step.of === "saga" || step.failsTo !== null))
    found.push(...refuses, { kind: "refuses", call: id, error: OTHER_FAILURE });
  if (abort) found.push({ kind: "answers", call: id, answer: "stopped" });
  else if (tellsEarly(step)) found.push({ kind: "notice", call: id });
  return found;
}

/** Behind the pivot a failed item leads nowhere: the others are not stopped for it. */
function tellsEarly({ onFailure, failsTo }: Doing): boolean {
  return onFailure === "cancel" && failsTo !== null;
}

/** A saga cannot be sent back once its pivot has happened, nor over a pivot that may have. */
function verbsFor(call: string, { state }: Look, facts: Facts): readonly Verb[] {
  const node = facts.nodes.get(call);
  const undoable = state.context.pivot !== "passed";
  const back = (stops: readonly string[]): readonly Verb[] => (undoable && stops.includes("saga") ? ["goBack"] : []);
  if (node?.kind === "try") {
    return ["happened", ...(node.failsTo === null ? [] : (["didNotHappen"] as const)), ...back(node.stops)];
  }
  if (node?.kind === "await") return ["retry", ...back(node.stops)];
  const { kind, step } = facts.call(call);
  if (kind === "undo") return ["retry", "happened", "skip"];
  const fails = step.of === "step" || step.failsTo !== null;
  return [
    "retry",
    "happened",
    ...(fails ? (["didNotHappen"] as const) : []),
    ...(step.zone === "before" || step.zone === "maybe" ? back(step.stops) : []),
  ];
}

function errorOf(call: string, name: string, facts: Facts): unknown {
  if (facts.call(call).step.of !== "step") return { kind: "failed", failure: failureOf(call, name, facts) };
  return { kind: "declared", name, data: dataOf(name, facts) ?? {}, message: name };
}

function failureOf(call: string, name: string, facts: Facts): unknown {
  return { name, step: call, summary: `${call} failed`, data: dataOf(name, facts) };
}

/** Of a declared error; `null`: it is none. */
function dataOf(name: string, { plan }: Facts): unknown {
  const declared = plan.errors.find((error) => error.name === name);
  return declared === undefined ? null : sampleOf(declared.fields, plan);
}

function answerOf(call: string, answer: Answer, facts: Facts): MachineEvent {
  const done = `xstate.done.actor.${call}`;
  const failed = `xstate.error.actor.${call}`;
  switch (answer) {
    case "success":
      return { type: done, output: successOf(facts.call(call), facts) };
    case "didNotHappen":
      return { type: done, output: { status: "didNotHappen" } };
    case "stillUnknown":
      return { type: done, output: { status: "unknown" } };
    case "unknown":
      return { type: failed, error: { kind: "unknown", message: "the connection broke" } };
    case "badOutput":
      return { type: failed, error: { kind: "badOutput", message: "does not fit", raw: null } };
    case "stopped":
      return { type: failed, error: { kind: "stopped" } };
  }
}

function successOf(call: CallFacts, facts: Facts): unknown {
  if (call.kind === "undo") return null;
  const output = outputOf(call, facts);
  return call.kind === "inquire" ? { status: "happened", output } : output;
}

/** Of what is no step it is a value of the type that the plan says. */
function outputOf({ step }: CallFacts, { plan, nodes }: Facts): unknown {
  if (step.of === "step") return sampleOf(step.output, plan);
  const node = nodes.get(step.name);
  if (node?.kind === "compute") {
    const declared = plan.computes.find(({ name }) => name === node.compute);
    return declared === undefined ? null : sampleValue(declared.result, plan);
  }
  return node !== undefined && "output" in node ? sampleValue(node.output, plan) : null;
}
