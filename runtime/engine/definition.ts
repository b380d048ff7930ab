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
export interface SagaDefinition<Input = unknown, Output = unknown, Steps = unknown, Signals = unknown, Others = unknown>
  extends MachineTables {
  readonly format: typeof SAGA_FORMAT;
  readonly saga: string;
  readonly version: number;
  /** SHA-256 (hex) of the canonical plan: a snapshot of another plan is refused by name. */
  readonly planHash: string;
  /** From the start to the saga's deadline; `null`: worked out from its input, by `delays["saga.deadline"]`. */
  readonly timeoutMs: number | null;
  readonly validators: Validators;
  /** How many calls services take from each worker, by name; left out where nothing is said. */
  readonly limits?: Readonly<Record<string, ServiceLimits>>;
  /** Machines of the blocks that run as instances of their own (items of a foreach, rounds of a repeat), by id: `$foreach1`. */
  readonly bodies?: Readonly<Record<string, MachineTables>>;
  /** What operators search by, from the input; left out where the saga has no tags. */
  readonly tags?: (input: never) => Readonly<Record<string, unknown>>;
  /** Where secrets stand in its data; left out where it has none. */
  readonly secrets?: Secrets;
  /**
   * Released versions of the same saga that may still have sagas to end, by their number: `implement` asks for their handlers too. Left out where
   * there are none.
   */
  readonly otherVersions?: Readonly<Record<number, SagaDefinition>>;
  /** Types only; never there at run time. `others`: what `otherVersions` holds, by version. */
  readonly $types?: {
    readonly input: Input;
    readonly output: Output;
    readonly steps: Steps;
    readonly signals: Signals;
    readonly others: Others;
  };
}

/** How many calls a service takes from each worker; what is left out it does not ask for. */
export interface ServiceLimits {
  /** At once: a whole number from 1. */
  readonly max?: number;
  /** So many begin in any `perMs`. */
  readonly rate?: { readonly calls: number; readonly perMs: number };
}

/**
 * Paths to the secrets in each kind of data, to be masked wherever it is shown. A part is a field's name; `*`: every item of a list and every
 * value of a record; `**`: all that is below. What has no secrets is left out.
 */
export interface Secrets {
  readonly input?: readonly SecretPath[];
  readonly output?: readonly SecretPath[];
  /** Of the inputs of operations, by the id of their call (`authorizePayment.undo`), those of bodies too. */
  readonly calls?: Readonly<Record<string, readonly SecretPath[]>>;
  /** By step. */
  readonly outputs?: Readonly<Record<string, readonly SecretPath[]>>;
  readonly errors?: Readonly<Record<string, readonly SecretPath[]>>;
  readonly signals?: Readonly<Record<string, readonly SecretPath[]>>;
  /** Of what bodies are given and answer, by the body's id. */
  readonly bodies?: Readonly<Record<string, { readonly input?: readonly SecretPath[]; readonly output?: readonly SecretPath[] }>>;
}

export type SecretPath = readonly string[];

/** What the engine runs: a machine, and what each of its states wants. */
export interface MachineTables {
  readonly machine: AnyStateMachine;
  /**
   * Every call a state can want, by id: `reserveStock`, `reserveStock.undo`, `reserveStock.inquire`; what runs as instances of its own is a call
   * too (`trip`, `trip.undo`), and so is a compute (`$compute1`).
   */
  readonly calls: Readonly<Record<string, CallSite>>;
  /** What waits for a signal or has a timer of its own and is no call: `$await1`, `$sleep1`, `$try1`. Left out where there is none. */
  readonly waits?: Readonly<Record<string, WaitSite>>;
  readonly effects: EffectNode;
  /** Milliseconds by name, or computed from the context; the machine's own `delays`. */
  readonly delays: Readonly<Record<string, number | ((args: { readonly context: never }) => number)>>;
  /** Those of `delays` that end at an instant (`sleep until`, `by`), as milliseconds since 1970. Left out where there is none. */
  readonly instants?: Readonly<Record<string, (args: { readonly context: never }) => number>>;
}

/** Raised whenever generated code and engine stop fitting each other. */
export const SAGA_FORMAT = 1;

/** Also the part of the record that counts its entries. */
export type CallKind = "forward" | "undo" | "inquire";

export interface CallSite {
  readonly step: string;
  readonly kind: CallKind;
  readonly service: string;
  readonly operation: string;
  /** Path of the step's record below `context.steps`. */
  readonly place: readonly string[];
  /** The call's input, from the context. Of a compute: the list of its arguments. */
  readonly input: (context: never) => unknown;
  /** Its own idempotency key, in place of saga, id and step; left out where it has none. */
  readonly key?: (context: never) => string;
  /** Errors that its step declares; left out where there are none. For whoever makes up answers: the machine has them in its guards. */
  readonly throws?: readonly string[];
  /** It runs sagas, items or rounds instead of calling a handler; `service` is `saga` then. */
  readonly children?: ChildSite;
  /** It calls a compute (`service` is `compute`): what throws there quarantines the saga. */
  readonly compute?: true;
}

/**
 * What a call runs as instances of its own. Forward, each of `inputs` gets an instance, and the call is answered when all have ended:
 * `xstate.done.actor.<id>` with the output where all completed (or `continue`), else `xstate.error.actor.<id>` with the first failure
 * (`{ kind: "failed", failure }`), or `{ kind: "stopped" }` where it was aborted. The first failure is told at once by `child.failed.<id>`
 * under `cancel`. Undo: every instance of this step that has completed is undone, the last first; always answered with
 * `xstate.done.actor.<step>.undo`.
 */
export interface ChildSite {
  readonly kind: "items" | "round" | "saga";
  /** A key of `definition.bodies`. */
  readonly body: string | null;
  readonly saga: { readonly saga: string; readonly version: number } | null;
  /** At once; `null`: all. */
  readonly max: number | null;
  readonly onFailure: "cancel" | "wait" | "continue";
  /** One input for each instance. */
  readonly inputs: (context: never) => readonly unknown[];
  /** Whether the answer brings their outputs: of items the list of them, else the one. */
  readonly keepsOutput: boolean;
}

export interface WaitSite {
  /** Path of its record below `context.steps`. */
  readonly place: readonly string[];
  /** Empty: it waits for time alone. */
  readonly signals: readonly SignalSite[];
}

export interface SignalSite {
  readonly signal: string;
  readonly case: string;
  /** Left out: every one will do. */
  readonly where?: (context: never, payload: never) => boolean;
}

/** Mirrors one state of the machine; states without any effect below them are left out. */
export interface EffectNode {
  /** The id of the call that is wanted while this state is active. */
  readonly call?: string;
  /** While this state is active the call above it is told to abort and its answer is still waited for. */
  readonly abort?: true;
  readonly timers?: readonly TimerSite[];
  /** What waits here: a key of `waits`. */
  readonly wait?: string;
  /** The saga waits for a person here, over this call (or wait). */
  readonly parked?: string;
  readonly states?: Readonly<Record<string, EffectNode>>;
}

export interface TimerSite {
  /** A key of `delays`. */
  readonly delay: string;
  /** The event that the machine takes when it is due: `xstate.after.<delay>.<state id>`. */
  readonly event: string;
  /** The call or wait whose entry counter makes this timer's identity; `null`: armed once in a saga's life (its deadline). */
  readonly call: string | null;
}

export interface Validators {
  readonly input: Validator;
  readonly output: Validator | null;
  /** Output of each step, by step name. */
  readonly outputs: Readonly<Record<string, Validator>>;
  /** Data of each declared error, by name. */
  readonly errors: Readonly<Record<string, Validator>>;
  /** Payload of each signal, by name; left out where the saga takes none. */
  readonly signals?: Readonly<Record<string, Validator>>;
  /** What each compute answers, by name; left out where the saga has none. */
  readonly computes?: Readonly<Record<string, Validator>>;
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
  /** Steps of the endings that did not succeed, in order; left out where the saga has no endings. */
  readonly alarms?: readonly string[];
  /** When the event was taken that is being looked at: there during one transition only, and in no snapshot. */
  readonly nowMs?: number;
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

/** How far a wait came: the record of an `await` or a `sleep`. */
export interface WaitRecord {
  /** Grows each time it is come to. */
  readonly entry: number;
  readonly outcome: "none" | "waiting" | "received" | "timedOut";
  /** By which case the signal came. */
  readonly case: string | null;
  /** What was received, where something later reads it. */
  readonly value: unknown;
}

/** How far a scope came that can fail alone: a `try`, a branch of a race or of a group that waits. The race itself has one too. */
export interface ScopeRecord {
  readonly entry: number;
  readonly outcome: "none" | "running" | "done" | "failed";
  readonly failure: Failure | null;
  /** Of a race: the branch that won. */
  readonly winner: string | null;
}

/** Why a saga or scope went back. */
export interface Failure {
  /** A declared error, or one of the reserved names: `Unknown`, `Cancelled`, `DeadlinePassed` … */
  readonly name: string;
  readonly step: string | null;
  readonly summary: string;
  readonly data: unknown;
  /** When, as a datetime; left out where nobody told the machine the time. */
  readonly at?: string;
}

/** How a call ended that did not succeed; the machine reads it as the `error` of `xstate.error.actor.<call>`. */
export type CallError =
  /** An error that the step declares, with its data. */
  | { readonly kind: "declared"; readonly name: string; readonly data: unknown; readonly message: string }
  /** It happened, but its answer does not fit: parks at once. */
  | { readonly kind: "badOutput"; readonly message: string; readonly raw: unknown }
  /** Anything else: it may or may not have happened. */
  | { readonly kind: "unknown"; readonly message: string }
  /** Of what runs as instances of its own: one of them failed, and all have ended. */
  | { readonly kind: "failed"; readonly failure: Failure }
  /** Of the same: it was told to abort, and all have ended. */
  | { readonly kind: "stopped" };

/** What an inquiry answers; its `completed` carries the step's output. */
export type InquiryAnswer<Output = unknown> =
  | { readonly status: "happened"; readonly output: Output }
  | { readonly status: "didNotHappen" }
  | { readonly status: "unknown" };

/**
 * Everything that a generated machine takes. Results and timers bear the names that XState gives them. Each may say when it was taken
 * (`atMs`, since 1970), for the time of a failure.
 */
export type SagaEvent = { readonly atMs?: number } & SagaEventKind;

type SagaEventKind =
  | { readonly type: `xstate.done.actor.${string}`; readonly output: unknown }
  | { readonly type: `xstate.error.actor.${string}`; readonly error: CallError }
  | { readonly type: `xstate.after.${string}` }
  | { readonly type: "saga.cancel"; readonly reason: string | null }
  /** The worker that held this saga is gone: calls in flight may have run. */
  | { readonly type: "saga.recovered" }
  /** A called saga or a body that completed is undone as a whole: taken in the state `reopened`, which the engine puts in place of `completed`. */
  | { readonly type: "saga.undo" }
  /** The first failure among instances that a call runs. */
  | { readonly type: `child.failed.${string}`; readonly failure: Failure }
  /** Given to the wait that takes it. */
  | { readonly type: `signal.${string}`; readonly wait: string; readonly payload: unknown }
  | OperatorEvent;

/** What a person says of a parked step. `call`: the id of the call it is parked over. */
export type OperatorEvent =
  | { readonly type: "operator.retry"; readonly call: string }
  | { readonly type: "operator.happened"; readonly call: string; readonly output: unknown }
  | { readonly type: "operator.didNotHappen"; readonly call: string }
  | { readonly type: "operator.skip"; readonly call: string }
  | { readonly type: "operator.goBack"; readonly call: string };
