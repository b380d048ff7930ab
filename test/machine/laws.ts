import type { Plan, PlanStep } from "../../compiler/plan/plan.ts";
import type { SagaState, StepRecord } from "../../runtime/engine/definition.ts";
import { type Effects, effectsOf } from "../../runtime/engine/effects.ts";
import { type Compiled, recordOf } from "./kit.ts";
import { earlier, stepOf } from "./walk.ts";

/** What holds in every state and over every transition of every saga. Each law answers what is wrong, or nothing. */
export interface Laws {
  /** Laws of one state. */
  inState(state: SagaState): string[];
  /** Laws of one transition. */
  between(before: SagaState, after: SagaState): string[];
}

export function lawsOf(compiled: Compiled): Laws {
  const { plan, transition } = compiled;
  const before = earlier(plan);
  const look = (state: SagaState): Look => ({
    plan,
    state,
    effects: effectsOf(compiled.definition, state),
    status: transition.statusOf(state),
    record: (step) => recordOf(compiled, state, step),
    before: (step) => [...(before.get(step) ?? [])],
  });
  return {
    inState: (state) => check(IN_STATE, (law) => law(look(state))),
    between: (from, to) => check(BETWEEN, (law) => law(look(from), look(to))),
  };
}

interface Look {
  readonly plan: Plan;
  readonly state: SagaState;
  readonly effects: Effects;
  readonly status: "running" | "completed" | "compensated";
  record(step: string): StepRecord;
  /** Steps that come before this one in the program. */
  before(step: string): readonly string[];
}

function check<Law>(laws: Readonly<Record<string, Law>>, ask: (law: Law) => readonly string[]): string[] {
  return Object.entries(laws).flatMap(([name, law]) => ask(law).map((what) => `${name}: ${what}`));
}

function steps(at: Look, wrong: (step: PlanStep, record: StepRecord) => boolean): string[] {
  return at.plan.steps.filter((step) => wrong(step, at.record(step.name))).map(({ name }) => name);
}

function goesBack({ state }: Look): boolean {
  return typeof state.value === "object" && "backward" in state.value;
}

function hasUndo(step: PlanStep): boolean {
  return step.undo.kind === "compensate";
}

function needsUndo({ forward, undo }: StepRecord): boolean {
  const mayHaveHappened = forward.outcome === "completed" || forward.outcome === "unknown";
  return mayHaveHappened && undo.outcome !== "done" && undo.outcome !== "skipped";
}

const IN_STATE: Readonly<Record<string, (at: Look) => string[]>> = {
  "attempts stay within the budget": (at) =>
    steps(at, (step, { forward, inquire, undo }) => {
      const over = (attempt: number, of: number | null | undefined): boolean => of !== null && of !== undefined && attempt > of;
      const ofUndo = step.undo.kind === "compensate" ? step.undo.call.retry.attempts : 0;
      return (
        over(forward.attempt, step.call.retry.attempts) ||
        over(inquire.attempt, step.inquire?.retry.attempts ?? null) ||
        over(undo.attempt, ofUndo)
      );
    }),
  "a call is wanted only while its step is in that phase": (at) =>
    [...at.effects.calls.values()]
      .filter(({ site }) => {
        const { forward, undo } = at.record(site.step);
        if (site.kind === "forward") return forward.outcome !== "running";
        return site.kind === "undo" ? undo.outcome !== "running" : forward.outcome !== "unknown";
      })
      .map(({ identity }) => identity),
  "a step runs when all before it have completed": (at) =>
    [...at.effects.calls.values()]
      .filter(({ site }) => site.kind !== "undo")
      .filter(({ site }) => at.before(site.step).some((step) => at.record(step).forward.outcome !== "completed"))
      .map(({ identity }) => identity),
  "a step is undone when all that came after it are": (at) =>
    [...at.effects.calls.values()]
      .filter(({ site }) => site.kind === "undo")
      .filter(({ site }) =>
        at.plan.steps.some(
          (step) => hasUndo(step) && at.before(step.name).includes(site.step) && needsUndo(at.record(step.name)),
        ),
      )
      .map(({ identity }) => identity),
  "nothing before the pivot runs after it, and nothing is undone": (at) => {
    if (at.state.context.pivot !== "passed") return [];
    const calls = [...at.effects.calls.values()].filter(
      ({ site }) => site.kind === "undo" || stepOf(at.plan, site.step).zone !== "after",
    );
    return [...calls.map(({ identity }) => identity), ...steps(at, (_, { undo }) => undo.entry > 0)];
  },
  "after the pivot nothing has failed": ({ state: { context } }) =>
    context.pivot === "passed" && context.failure !== null ? [context.failure.name] : [],
  "forward and back do not mix": (at) =>
    [...at.effects.calls.values()].filter(({ site }) => (site.kind === "undo") !== goesBack(at)).map(({ identity }) => identity),
  "what does not move is parked": ({ effects, status }) => {
    const timers = [...effects.timers.keys()].filter((key) => !key.startsWith("saga."));
    const moves = effects.calls.size > 0 || timers.length > 0 || effects.parked.length > 0;
    return status === "running" && !moves ? ["nothing is wanted"] : [];
  },
  "an ended saga wants nothing": ({ effects, status }) =>
    status === "running" ? [] : [...effects.calls.keys(), ...effects.timers.keys(), ...effects.parked],
  "completed: every step is, and nothing was undone": (at) =>
    at.status === "completed" ? steps(at, (_, { forward, undo }) => forward.outcome !== "completed" || undo.entry > 0) : [],
  "compensated: what may have happened was undone": (at) =>
    at.status === "compensated" ? steps(at, (step, record) => hasUndo(step) && needsUndo(record)) : [],
  "compensated: nothing else was undone": (at) =>
    steps(at, (_, { forward, undo }) => undo.entry > 0 && forward.outcome !== "completed" && forward.outcome !== "unknown"),
  "compensated has a reason, completed has none": ({ state, status }) =>
    status !== "running" && (status === "compensated") !== (state.context.failure !== null) ? [status] : [],
  "an ended pivot is settled": ({ state: { context }, status }) =>
    status !== "running" && (context.pivot === "deciding" || context.latched !== null) ? [context.pivot] : [],
  "the deadline is wanted until it is heard": ({ effects, state: { context }, status }) => {
    const heard = context.overdue || context.latched === "DeadlinePassed" || context.failure?.name === "DeadlinePassed";
    return status === "running" && heard === effects.timers.has("saga.deadline") ? [String(heard)] : [];
  },
  "only a completed step keeps an output": (at) =>
    steps(at, (_, { forward }) => forward.output !== null && forward.outcome !== "completed"),
};

const BETWEEN: Readonly<Record<string, (from: Look, to: Look) => string[]>> = {
  "the first failure stays": (from, to) => {
    const { failure } = from.state.context;
    return failure !== null && JSON.stringify(failure) !== JSON.stringify(to.state.context.failure) ? [failure.name] : [];
  },
  "a completed step is not touched": (from, to) =>
    steps(from, ({ name }, { forward }) => {
      return forward.outcome === "completed" && JSON.stringify(forward) !== JSON.stringify(to.record(name).forward);
    }),
  "an undo that is done stays done": (from, to) =>
    steps(from, ({ name }, { undo }) => {
      const settled = undo.outcome === "done" || undo.outcome === "skipped";
      return settled && JSON.stringify(undo) !== JSON.stringify(to.record(name).undo);
    }),
  "entries grow one by one": (from, to) =>
    steps(from, ({ name }, record) => {
      const next = to.record(name);
      return (["forward", "inquire", "undo"] as const).some((part) => {
        const grown = next[part].entry - record[part].entry;
        return grown < 0 || grown > 1;
      });
    }),
  "a call that is over does not come back": (from, to) =>
    [...to.effects.calls.values()]
      .filter(
        ({ identity, site, entry }) => !from.effects.calls.has(identity) && from.record(site.step)[site.kind].entry >= entry,
      )
      .map(({ identity }) => identity),
  "a call that was told to abort stays so": (from, to) =>
    [...to.effects.calls.values()]
      .filter(({ identity, abort }) => !abort && from.effects.calls.get(identity)?.abort === true)
      .map(({ identity }) => identity),
  "no attempt begins once the saga fails": (from, to) =>
    from.state.context.failure === null
      ? []
      : steps(from, ({ name }, { forward }) => to.record(name).forward.entry > forward.entry),
  "a doubt is cleared only by proof": (from, to) =>
    steps(from, ({ name }, { forward }) => {
      const next = to.record(name).forward;
      return forward.mayHaveRun && !next.mayHaveRun && next.generation !== forward.generation + 1;
    }),
  "a pause that is under way is not drawn anew": (from, to) =>
    [...to.effects.timers.values()]
      .filter(({ key, delayMs }) => from.effects.timers.has(key) && from.effects.timers.get(key)?.delayMs !== delayMs)
      .map(({ key }) => key),
  "the way back has no way forward": (from, to) =>
    goesBack(from) && to.status === "running" && !goesBack(to) ? ["forward again"] : [],
};
