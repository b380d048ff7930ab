import type { PlanStep } from "../plan/plan.ts";
import type { Facts } from "./facts.ts";
import type { MachineEvent } from "./machine.ts";
import { sampleOf } from "./sample.ts";
import type { Look } from "./wanted.ts";

/** One thing that can happen to a saga: what the world answers, what time brings, what a person says. */
export type Happening =
  /** `success` of an inquiry: it happened. */
  | { readonly kind: "answers"; readonly call: string; readonly answer: Answer }
  /** With an error that the step declares. */
  | { readonly kind: "refuses"; readonly call: string; readonly error: string }
  /** A timer is due: `event` is what the machine takes. `call` is `null` for the saga's deadline. */
  | { readonly kind: "due"; readonly call: string | null; readonly key: string; readonly event: string }
  | { readonly kind: "cancel" }
  /** The worker that held the saga is gone, another takes it. */
  | { readonly kind: "recovered" }
  | { readonly kind: "verb"; readonly verb: Verb; readonly call: string };

export type Answer = "success" | "unknown" | "badOutput" | "didNotHappen" | "stillUnknown";
export type Verb = "retry" | "happened" | "didNotHappen" | "skip" | "goBack";

/** Everything that can happen in a state, in a fixed order. */
export type Alphabet = (look: Look, facts: Facts) => readonly Happening[];

/**
 * The outcome alphabet: for each call that is wanted its success, each declared error, 'nobody knows' and an answer that does not fit;
 * each timer that is set; for each parked call what a person can say of it; a cancel, and the loss of the worker.
 */
export const ALPHABET: Alphabet = (look, facts) => {
  const found: Happening[] = [];
  for (const { id, kind, step } of look.calls) {
    for (const answer of ANSWERS[kind]) found.push({ kind: "answers", call: id, answer });
    if (kind === "forward") for (const error of facts.step(step).throws) found.push({ kind: "refuses", call: id, error });
  }
  const due = look.timers.map(({ call, key, event }): Happening => ({ kind: "due", call, key, event }));
  found.push(...due.filter(isProgress));
  for (const call of look.parked) for (const verb of verbsFor(call, facts)) found.push({ kind: "verb", verb, call });
  if (look.status !== "running") return found;
  found.push({ kind: "cancel" }, ...due.filter((happening) => !isProgress(happening)));
  // Nothing in flight, nothing to recover.
  if (look.calls.length > 0) found.push({ kind: "recovered" });
  return found;
};

/**
 * What means nothing in a state and must change nothing: answers of calls that are not wanted (any more), and what a person says of a call
 * that is not parked.
 */
export const SENSELESS: Alphabet = (look, facts) => {
  if (look.status !== "running") return [];
  const found: Happening[] = [];
  for (const call of facts.calls) {
    if (!look.calls.some(({ id }) => id === call)) found.push({ kind: "answers", call, answer: "success" });
  }
  if (look.parked.length === 0) return found;
  for (const call of facts.calls) {
    if (facts.call(call).kind === "inquire" || look.parked.includes(call)) continue;
    for (const verb of verbsFor(call, facts)) found.push({ kind: "verb", verb, call });
  }
  return found;
};

/** Whether it moves a saga on by itself: not what may never come, a cancel, the deadline or the loss of a worker. */
export function isProgress(happening: Happening): boolean {
  return happening.kind !== "cancel" && happening.kind !== "recovered" && !(happening.kind === "due" && happening.call === null);
}

/** What the machine is told. */
export function eventOf(happening: Happening, facts: Facts): MachineEvent {
  switch (happening.kind) {
    case "answers":
      return answerOf(happening.call, happening.answer, facts);
    case "refuses": {
      const error = { kind: "declared", name: happening.error, data: {}, message: happening.error };
      return { type: `xstate.error.actor.${happening.call}`, error };
    }
    case "due":
      return { type: happening.event };
    case "cancel":
      return { type: "saga.cancel", reason: null };
    case "recovered":
      return { type: "saga.recovered" };
    case "verb": {
      const { call, verb } = happening;
      const output = verb === "happened" ? { output: sampleOf(facts.call(call).step.output, facts.plan) } : {};
      return { type: `operator.${verb}`, call, ...output };
    }
  }
}

const ANSWERS = {
  forward: ["success", "unknown", "badOutput"],
  inquire: ["success", "didNotHappen", "stillUnknown", "unknown", "badOutput"],
  undo: ["success", "unknown"],
} as const satisfies Record<string, readonly Answer[]>;

function verbsFor(call: string, facts: Facts): readonly Verb[] {
  const { kind, step } = facts.call(call);
  if (kind === "undo") return ["retry", "happened", "skip"];
  return step.zone === "before" ? ["retry", "happened", "didNotHappen", "goBack"] : ["retry", "happened", "didNotHappen"];
}

function answerOf(call: string, answer: Answer, facts: Facts): MachineEvent {
  const done = `xstate.done.actor.${call}`;
  const failed = `xstate.error.actor.${call}`;
  switch (answer) {
    case "success":
      return { type: done, output: successOf(facts.call(call).kind, facts.call(call).step, facts) };
    case "didNotHappen":
      return { type: done, output: { status: "didNotHappen" } };
    case "stillUnknown":
      return { type: done, output: { status: "unknown" } };
    case "unknown":
      return { type: failed, error: { kind: "unknown", message: "the connection broke" } };
    case "badOutput":
      return { type: failed, error: { kind: "badOutput", message: "does not fit", raw: null } };
  }
}

function successOf(kind: string, step: PlanStep, { plan }: Facts): unknown {
  if (kind === "undo") return null;
  const output = sampleOf(step.output, plan);
  return kind === "inquire" ? { status: "happened", output } : output;
}
