import type { StateValue } from "xstate";
import type { Chart, ChartNode } from "./chart.ts";
import { type Code, codeOf } from "./code.ts";
import { type Act, type Args, carryOut, type Guard, holds } from "./parts.ts";
import type { Op } from "./trace.ts";
import { addStood, areFinal, placed, type Standing, standsAt } from "./values.ts";

/**
 * How events were worked out, as a tree for each type of event, which branches where a guard, or what stands elsewhere, answers otherwise. The
 * next event that goes a known way is carried out by it: the same guards and actions in the same order, and nothing else is looked at.
 */
export class Memory {
  readonly #chart: Chart;
  #steps = 0;

  constructor(chart: Chart) {
    this.#chart = chart;
  }

  /** Where the ways of a type of event begin. */
  begin(): Step {
    return stepOf({ does: "nothing" });
  }

  /** How the ways of a type of event that are known are gone as code; `null`: one by one. */
  codeOf(first: Step, path: readonly string[] | null): Code | null {
    return codeOf(first, path, {
      resume: (step, state, args, nowMs, owned) => this.#resume(step, state, args, nowMs, owned),
      output: this.#chart.output,
    });
  }

  /** `UNKNOWN`: this way was not gone before; `UNWRITTEN`: it has to be worked out each time. Throws what guards and actions throw. */
  follow(first: Step, state: Standing, event: object, nowMs: number | undefined): Standing {
    return this.#resume(first.next, state, { context: state.context, event }, nowMs, false);
  }

  #resume(from: Step | null, state: Standing, args: Args, nowMs: number | undefined, isOwned: boolean): Standing {
    let owned = isOwned;
    let step = from;
    while (step !== null) {
      switch (step.does) {
        case "act":
          if (carryOut(step.act as Act, args, nowMs, owned)) owned = true;
          step = step.next;
          break;
        case "ask":
          step = holds(step.guard as Guard, args) ? step.next : step.otherwise;
          break;
        case "raise":
          args.event = step.event as object;
          step = step.next;
          break;
        case "others": {
          const group = step.group as ChartNode;
          step = areFinal(group, standsAt(state.value, group.line), step.region) ? step.next : step.otherwise;
          break;
        }
        case "where":
          step = this.#caseOf(step, state.value);
          break;
        case "end":
          if (step.over) this.#chart.output(args.context);
          return {
            value: step.region === null ? state.value : placed(state.value, step.region, step.value),
            context: args.context,
          };
        case "nothing":
          return state;
        case "work":
          return UNWRITTEN;
      }
    }
    return UNKNOWN;
  }

  /** Keeps how an event of this type was worked out. */
  keep(first: Step, ops: readonly Op[]): void {
    let before = first;
    let join: Join = NEXT;
    const failsNot = new Set<string>();
    for (const op of ops) {
      if (op.does === "act" && op.act.fails) failsNot.clear();
      if (op.does === "ask" && op.guard.readsFailures && op.guard.key !== null) {
        // Nothing has failed since it was asked: its answer is the same.
        if (failsNot.has(op.guard.key)) continue;
        if (!op.answer) failsNot.add(op.guard.key);
      }
      const step: Step = join.get(before) ?? this.#add(before, join, op);
      if (step.does !== op.does) return;
      before = step;
      join = joinOf(op);
    }
  }

  #add(before: Step, join: Join, op: Op): Step {
    const step = this.#steps < STEPS_MAX ? stepOf(op) : stepOf({ does: "work" });
    this.#steps += 1;
    join.set(before, step);
    return step;
  }

  #caseOf({ cases, region }: Step, value: Standing["value"]): Step | null {
    const stood: ChartNode[] = [];
    if (!addStood(this.#chart.root, value, region, stood)) return UNWRITTEN_STEP;
    for (const each of cases) if (areSame(each.stood, stood)) return each.next;
    return cases.length < CASES_MAX ? null : UNWRITTEN_STEP;
  }
}

export const UNKNOWN: Standing = { value: "", context: {} };
export const UNWRITTEN: Standing = { value: "", context: {} };

/** All of one shape: what reads them is faster so. */
export interface Step {
  readonly does: Op["does"];
  readonly act: Act | null;
  readonly name: string | null;
  readonly guard: Guard | null;
  readonly event: object | null;
  readonly group: ChartNode | null;
  readonly region: ChartNode | null;
  readonly value: StateValue;
  readonly over: boolean;
  next: Step | null;
  /** Where the answer is no. */
  otherwise: Step | null;
  /** What comes next, by what is stood in. */
  readonly cases: { readonly stood: readonly ChartNode[]; next: Step }[];
}

function stepOf(op: Op): Step {
  return {
    does: op.does,
    act: op.does === "act" ? op.act : null,
    name: op.does === "act" ? op.name : null,
    guard: op.does === "ask" ? op.guard : null,
    event: op.does === "raise" ? op.event : null,
    group: op.does === "others" ? op.group : null,
    region: "region" in op ? op.region : null,
    value: op.does === "end" ? op.value : "",
    over: op.does === "end" && op.over,
    next: null,
    otherwise: null,
    cases: [],
  };
}

/** By which of its ways a step leads on. */
interface Join {
  get(step: Step): Step | null;
  set(step: Step, next: Step): void;
}

function joinOf(op: Op): Join {
  if (op.does === "where") return caseJoin(op.stood);
  return (op.does === "ask" || op.does === "others") && !op.answer ? OTHERWISE : NEXT;
}

const NEXT: Join = {
  get: ({ next }) => next,
  set(step, next) {
    step.next = next;
  },
};

const OTHERWISE: Join = {
  get: ({ otherwise }) => otherwise,
  set(step, next) {
    step.otherwise = next;
  },
};

function caseJoin(stood: readonly ChartNode[]): Join {
  return {
    get: ({ cases }) => cases.find((each) => areSame(each.stood, stood))?.next ?? null,
    set({ cases }, next) {
      cases.push({ stood, next });
    },
  };
}

function areSame(some: readonly ChartNode[], others: readonly ChartNode[]): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}

const UNWRITTEN_STEP = stepOf({ does: "work" });
/** Some 100 bytes each. */
const STEPS_MAX = 20_000;
const CASES_MAX = 8;
