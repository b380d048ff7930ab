import type { Facts } from "./facts.ts";

/** What an onlooker knows of a saga who saw each call, each answer and each word of a person, and nothing of the machine's inside. */
export interface Seen {
  readonly steps: Readonly<Record<string, SeenStep>>;
  /** `open`: it was called, and is not settled. */
  readonly pivot: "none" | "ahead" | "open" | "passed";
  /** A cancel or the deadline came while the pivot was open. */
  readonly latched: boolean;
  readonly failing: boolean;
}

export interface SeenStep {
  readonly begun: boolean;
  /** Whether it took effect. */
  readonly effect: "no" | "maybe" | "yes";
  /** An earlier attempt or delivery may have taken effect: a refusal proves nothing. */
  readonly doubt: boolean;
  /** It refused while in doubt. */
  readonly pending: boolean;
  /** Of the present budget. */
  readonly attempts: number;
  readonly inquiries: number;
  readonly undos: number;
  readonly undone: "no" | "begun" | "done" | "skipped";
}

export function nothingSeen(facts: Facts): Seen {
  const nothing: SeenStep = {
    begun: false,
    effect: "no",
    doubt: false,
    pending: false,
    attempts: 0,
    inquiries: 0,
    undos: 0,
    undone: "no",
  };
  return {
    steps: Object.fromEntries(facts.plan.steps.map(({ name }) => [name, nothing])),
    pivot: facts.pivot === null ? "none" : "ahead",
    latched: false,
    failing: false,
  };
}

/** Another `Seen` in the making. Steps are shared until they change: ask `changed` for each that does. */
export interface Draft extends Mutable<Omit<Seen, "steps">> {
  readonly steps: Record<string, SeenStep>;
  readonly own: Set<string>;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export function draftOf(seen: Seen): Draft {
  return { ...seen, steps: { ...seen.steps }, own: new Set() };
}

export function changed(draft: Draft, step: string): Mutable<SeenStep> {
  const present = draft.steps[step];
  if (present === undefined) throw new Error(`the machine speaks of a step that the plan does not have: ${step}`);
  if (draft.own.has(step)) return present;
  const copy = { ...present };
  draft.steps[step] = copy;
  draft.own.add(step);
  return copy;
}

/** What is known of a step. */
export function seenOf(seen: Seen, step: string): SeenStep {
  const found = seen.steps[step];
  if (found === undefined) throw new Error(`the machine speaks of a step that the plan does not have: ${step}`);
  return found;
}
