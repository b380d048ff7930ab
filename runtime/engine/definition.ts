import type { AnyStateMachine, StateValue } from "xstate";

/**
 * What a compiled saga looks like to the engine. `generated/<saga>.saga.ts` exports one; the compiler and this file must agree,
 * which `SAGA_FORMAT` says.
 *
 * The one idea: **which calls and timers are wanted is a function of the state**, never a list of actions collected on the way.
 * `effects` mirrors the machine's states; the engine walks the active ones, reads the entry counter from the record, and has
 * the identities of all that should be running. What is to be started, told to abort or withdrawn is the difference to what is
 * running, so a lost cancel cannot exist, and after a crash the same walk says what has to be taken up again.
 */
export interface SagaDefinition<Input = unknown, Output = unknown, Steps = unknown> {
  readonly format: typeof SAGA_FORMAT;
  readonly saga: string;
  readonly version: number;
  /** SHA-256 (hex) of the canonical plan: a snapshot of another plan is refused by name. */
  readonly planHash: string;
  readonly machine: AnyStateMachine;
  /** From the start to the saga's deadline. */
  readonly timeoutMs: number;
  /** Every call a state can want, by id: `reserveStock`, `reserveStock.undo`, `reserveStock.inquire`. */
  readonly calls: Readonly<Record<string, CallSite>>;
  readonly effects: EffectNode;
  /** Milliseconds by name, or computed from the context; the machine's own `delays`. */
  readonly delays: Readonly<Record<string, number | ((args: { readonly context: never }) => number)>>;
  readonly validators: Validators;
  /** Types only; never there at run time. */
  readonly $types?: { readonly input: Input; readonly output: Output; readonly steps: Steps };
}

/** Raised whenever generated code and engine stop fitting each other. */
export const SAGA_FORMAT = 1;

export type CallKind = "forward" | "undo" | "inquire";

export interface CallSite {
  readonly step: string;
  readonly kind: CallKind;
  readonly service: string;
  readonly operation: string;
  /** Path of the step's record below `context.steps`. */
  readonly place: readonly string[];
  /** The call's input, from the context. */
  readonly input: (context: never) => unknown;
}

/** Mirrors one state of the machine; states without any effect below them are left out. */
export interface EffectNode {
  /** The id of the call that is wanted while this state is active. */
  readonly call?: string;
  /** While this state is active the call above it is told to abort and its answer is still waited for. */
  readonly abort?: true;
  readonly timers?: readonly TimerSite[];
  /** The saga waits for a person here, over this call. */
  readonly parked?: string;
  readonly states?: Readonly<Record<string, EffectNode>>;
}

export interface TimerSite {
  /** A key of `delays`. */
  readonly delay: string;
  /** The event that the machine takes when it is due: `xstate.after.<delay>.<state id>`. */
  readonly event: string;
  /** The call whose entry counter makes this timer's identity; `null`: armed once in a saga's life (its deadline). */
  readonly call: string | null;
}

export interface Validators {
  readonly input: Validator;
  readonly output: Validator | null;
  /** Output of each step, by step name. */
  readonly outputs: Readonly<Record<string, Validator>>;
  /** Data of each declared error, by name. */
  readonly errors: Readonly<Record<string, Validator>>;
}

/** The part of a zod schema that the engine uses. */
export interface Validator {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: unknown }
    | { readonly success: false; readonly error: { readonly issues: readonly ValidatorIssue[] } };
}

export interface ValidatorIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Where a saga stands: exactly what a snapshot keeps. */
export interface SagaState {
  readonly value: StateValue;
  readonly context: SagaContext;
}

/** What the context of every generated machine has in common. */
export interface SagaContext {
  readonly input: unknown;
  /** Seeds the jitter of every backoff, so that the machine stays pure and a replay exact. */
  readonly seed: number;
  /** The first failure: from here on the saga goes back. */
  readonly failure: Failure | null;
  /** `deciding` from the pivot's first attempt until its outcome is settled; `none` in a saga without one. */
  readonly pivot: "none" | "ahead" | "deciding" | "passed";
  /** A cancel or the deadline that came while the pivot was deciding: acted upon if it turns out not to have happened. */
  readonly latched: "Cancelled" | "DeadlinePassed" | null;
  /** The deadline passed after the pivot, or while undoing. */
  readonly overdue: boolean;
  /** Records of the steps, nested as the plan is: groups, branches, steps. */
  readonly steps: Readonly<Record<string, unknown>>;
}

export interface StepRecord {
  readonly forward: {
    /** Grows with every attempt, also after a person's retry: the identity of the call. */
    readonly entry: number;
    /** Attempts of the present budget. */
    readonly attempt: number;
    /** Grows only after a definite 'it did not happen': part of the idempotency key. */
    readonly generation: number;
    readonly outcome: "none" | "running" | "completed" | "failed" | "unknown";
    /** An earlier attempt or delivery may have taken effect: a declared error no longer proves that nothing happened. */
    readonly mayHaveRun: boolean;
    /** `null` unless completed, and where nothing later reads it. */
    readonly output: unknown;
  };
  readonly inquire: { readonly entry: number; readonly attempt: number };
  readonly undo: {
    readonly entry: number;
    readonly attempt: number;
    readonly outcome: "none" | "running" | "done" | "skipped" | "parked";
  };
}

/** Why a saga went back. */
export interface Failure {
  /** A declared error, or one of the reserved names: `Unknown`, `Cancelled`, `DeadlinePassed` … */
  readonly name: string;
  readonly step: string | null;
  readonly summary: string;
  readonly data: unknown;
}

/** How a call ended that did not succeed; the machine reads it as the `error` of `xstate.error.actor.<call>`. */
export type CallError =
  /** An error that the step declares, with its data. */
  | { readonly kind: "declared"; readonly name: string; readonly data: unknown; readonly message: string }
  /** It happened, but its answer does not fit: parks at once. */
  | { readonly kind: "badOutput"; readonly message: string; readonly raw: unknown }
  /** Anything else: it may or may not have happened. */
  | { readonly kind: "unknown"; readonly message: string };

/** What an inquiry answers; its `completed` carries the step's output. */
export type InquiryAnswer<Output = unknown> =
  | { readonly status: "happened"; readonly output: Output }
  | { readonly status: "didNotHappen" }
  | { readonly status: "unknown" };

/** Everything that a generated machine takes. Results and timers bear the names that XState gives them. */
export type SagaEvent =
  | { readonly type: `xstate.done.actor.${string}`; readonly output: unknown }
  | { readonly type: `xstate.error.actor.${string}`; readonly error: CallError }
  | { readonly type: `xstate.after.${string}` }
  | { readonly type: "saga.cancel"; readonly reason: string | null }
  /** The worker that held this saga is gone: calls in flight may have run. */
  | { readonly type: "saga.recovered" }
  | OperatorEvent;

/** What a person says of a parked step. `call`: the id of the call it is parked over. */
export type OperatorEvent =
  | { readonly type: "operator.retry"; readonly call: string }
  | { readonly type: "operator.happened"; readonly call: string; readonly output: unknown }
  | { readonly type: "operator.didNotHappen"; readonly call: string }
  | { readonly type: "operator.skip"; readonly call: string }
  | { readonly type: "operator.goBack"; readonly call: string };
