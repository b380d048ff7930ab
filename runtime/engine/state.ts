import { type AnyActorScope, type AnyStateMachine, createEmptyActor, type EventObject } from "xstate";
import { compileTransition } from "../transition/compile.ts";
import { NotCompilable } from "../transition/parts.ts";
import type { SagaContext, SagaDefinition, SagaEvent, SagaState } from "./definition.ts";

/**
 * A compiled saga as a pure function over its state. Nothing here runs a call or a timer: what is wanted in a state is read off
 * the state (`effects.ts`). Both methods that take a step throw what a defect in generated code throws; the state stays as it was.
 */
export interface Transition {
  readonly by: TransitionKind;
  /** Why XState does, where the compiled transition was asked for; otherwise `null`. */
  readonly refused: string | null;
  /** The first state. `seed`: an integer; it decides the jitter of every backoff. */
  initial(start: { readonly input: unknown; readonly seed: number }): SagaState;
  /** The state after one event; one that means nothing here, or comes after the end, changes nothing. Neither argument is changed. */
  next(state: SagaState, event: SagaEvent): SagaState;
  /** The outcome; it stands while its endings still run. */
  statusOf(state: SagaState): "running" | "completed" | "compensated";
  /** The saga's output, `null` unless it is completed and declares one. */
  output(state: SagaState): unknown;
}

/** Who works a transition out: the function that is made of the machine once (`runtime/transition`), or XState each time. */
export type TransitionKind = "compiled" | "xstate";

/**
 * Both kinds take the same states to the same states, so either can go on where the other stood. A machine that no compiler of sagas wrote
 * may say what the compiled transition does not know: then XState runs it; `by` says so, and `refused` why.
 */
export function createTransition(definition: Pick<SagaDefinition, "machine">, kind: TransitionKind = "compiled"): Transition {
  const { machine } = definition;
  if (kind === "xstate") return byXState(machine);
  try {
    return byCompiled(machine);
  } catch (error) {
    if (error instanceof NotCompilable) return { ...byXState(machine), refused: error.message };
    throw error;
  }
}

function byCompiled(machine: AnyStateMachine): Transition {
  const compiled = compileTransition(machine);
  return {
    by: "compiled",
    refused: null,
    initial: (start) => compiled.initial(start) as SagaState,
    next: (state, event) => (isOver(state) ? state : (compiled.next(state, event) as SagaState)),
    statusOf,
    output: (state) => (statusOf(state) === "completed" ? outputOf(machine, state.context) : null),
  };
}

function byXState(machine: AnyStateMachine): Transition {
  const scope = inertScope();
  return {
    by: "xstate",
    refused: null,
    initial(start) {
      const snapshot = machine.getInitialSnapshot(scope, start);
      if (snapshot.status === "error") throw snapshot.error;
      return reduced(snapshot);
    },
    next(state, event) {
      // XState's own actor stops at the end; its pure transition would still take a cancel.
      if (isOver(state)) return state;
      return untimed(reduced(machine.transition(machine.resolveState(timed(state, event)), event, scope)));
    },
    statusOf,
    output: (state) => (statusOf(state) === "completed" ? outputOf(machine, state.context) : null),
  };
}

/**
 * What follows from an event is told of its time by the context: XState hands the event itself to the first of several steps only. No state
 * keeps it.
 */
function timed(state: SagaState, { atMs }: SagaEvent): SagaState {
  return atMs === undefined ? state : { ...state, context: { ...state.context, nowMs: atMs } };
}

function untimed(state: SagaState): SagaState {
  if (state.context.nowMs === undefined) return state;
  const { nowMs: _, ...context } = state.context;
  return { ...state, context };
}

function statusOf({ value }: SagaState): "running" | "completed" | "compensated" {
  const top = typeof value === "string" ? value : Object.keys(value)[0];
  if (top === "completed" || top === "afterCompleted") return "completed";
  return top === "compensated" || top === "afterCompensated" ? "compensated" : "running";
}

/** Whether nothing more can happen to it: its outcome stands, and its endings have run. */
export function isOver({ value }: SagaState): boolean {
  return value === "completed" || value === "compensated";
}

/** A completed saga that its caller undoes: it takes `saga.undo` there. */
export function reopened(state: SagaState): SagaState {
  if (state.value !== "completed") throw new Error(`a saga that is to be undone stands in ${JSON.stringify(state.value)}`);
  return { value: "reopened", context: state.context };
}

/**
 * What `machine.transition` wants beside its arguments: an actor to be the parent of what is invoked, and where to put effects.
 * One is kept for a machine's whole life, and it drops every effect. XState's exported `transition()` makes one of these, and
 * with it the machine's initial snapshot, on each call, which costs two to fifteen times the transition itself.
 */
function inertScope(): AnyActorScope {
  const self = createEmptyActor();
  return {
    self,
    id: self.id,
    sessionId: self.sessionId,
    system: self.system,
    logger: drop,
    defer: drop,
    emit: drop,
    stopChild: drop,
    actionExecutor: drop,
  };
}

function drop(): void {}

/**
 * The part of XState's snapshot that a saga keeps. Its status is not: an answer that nobody waits for any more (`xstate.error.actor.…`)
 * would set it to `error`, while the saga stands where it stood.
 */
function reduced(snapshot: ReturnType<AnyStateMachine["transition"]>): SagaState {
  return { value: snapshot.value, context: snapshot.context as SagaContext };
}

/** A resolved snapshot has no output, so it is worked out from the context again. */
function outputOf(machine: AnyStateMachine, context: SagaContext): unknown {
  const output: unknown = machine.config.output;
  if (typeof output !== "function") return output ?? null;
  const event: EventObject = { type: `xstate.done.state.${machine.id}` };
  return (output({ context, event }) as unknown) ?? null;
}
