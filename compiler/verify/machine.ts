import type { Oracle } from "./choices.ts";
import { beside, type Lockstep } from "./lockstep.ts";

/**
 * A compiled saga as the explorer sees it: a pure function over its state, and what each state wants. The compiler does not import the
 * runtime, so what both read of a generated machine is written down here once more; a test holds the two against each other.
 */
export interface Machine {
  initial(oracle?: Oracle): MachineState;
  /**
   * The state after one event; after the end nothing changes any more. Throws what a defect in generated code throws. `oracle`: says how
   * conditions on data turn out; without it the data does.
   */
  next(state: MachineState, event: MachineEvent, oracle?: Oracle): MachineState;
  /** A completed unit that is to be undone as a whole, ready for `saga.undo`; `null`: there is no way back from its end. */
  reopened(state: MachineState): MachineState | null;
  readonly tables: MachineTables;
  /** Transitions that were walked by XState beside the compiled transition; `null`: XState alone walks. */
  compared(): number | null;
}

export interface MachineState {
  readonly value: unknown;
  readonly context: MachineContext;
}

export interface MachineContext {
  readonly failure: { readonly name: string; readonly step: string | null } | null;
  readonly pivot: string;
  readonly latched: string | null;
  readonly overdue: boolean;
  readonly steps: Readonly<Record<string, unknown>>;
}

/** A record of `context.steps`: of a step, a child or a compute; of a wait; of a scope. */
export type AnyRecord = MachineRecord | WaitRecord | ScopeRecord;

export interface WaitRecord {
  readonly entry: number;
  readonly outcome: string;
  readonly case: string | null;
  readonly value: unknown;
}

export interface ScopeRecord {
  readonly entry: number;
  readonly outcome: string;
  readonly failure: { readonly name: string } | null;
  readonly winner: string | null;
}

/** The part of a step's record that is looked at. */
export interface MachineRecord {
  readonly forward: {
    readonly entry: number;
    readonly attempt: number;
    readonly generation: number;
    readonly outcome: string;
    readonly mayHaveRun: boolean;
    readonly output: unknown;
    /** Only where a declared error can be held back. */
    readonly pending?: unknown;
    /** Only where a policy counts how often an error was answered with. */
    readonly refusals?: unknown;
    /** Only where a policy has another path: the error that led there. */
    readonly caught?: unknown;
  };
  readonly inquire: { readonly entry: number; readonly attempt: number };
  readonly undo: { readonly entry: number; readonly attempt: number; readonly outcome: string };
}

export interface MachineEvent {
  readonly type: string;
  readonly [detail: string]: unknown;
}

/** What a generated machine's module exports beside the machine. */
export interface MachineTables {
  readonly calls: Readonly<Record<string, CallSite>>;
  /** Left out where nothing waits for a signal or has a timer of its own. */
  readonly waits?: Readonly<Record<string, WaitSite>>;
  readonly effects: EffectNode;
  readonly delays: Readonly<Record<string, number | ((args: { readonly context: never }) => number)>>;
}

export type CallKind = "forward" | "inquire" | "undo";

export interface CallSite {
  readonly step: string;
  readonly kind: CallKind;
  readonly place: readonly string[];
}

export interface WaitSite {
  readonly place: readonly string[];
  readonly signals?: readonly { readonly signal: string; readonly case: string; readonly where?: unknown }[];
}

export interface EffectNode {
  readonly call?: string;
  readonly wait?: string;
  readonly abort?: true;
  readonly timers?: readonly { readonly delay: string; readonly event: string; readonly call: string | null }[];
  readonly parked?: string;
  readonly states?: Readonly<Record<string, EffectNode>>;
}

/** What the explorer needs of XState, which it does not import: a machine, and an actor that is nobody, to be the parent of calls. */
export interface XStateMachine {
  provide(implementations: never): XStateMachine;
  readonly root: { readonly states: Readonly<Record<string, unknown>> };
  readonly implementations: { readonly guards: Readonly<Record<string, unknown>> };
  getInitialSnapshot(scope: never, input: never): unknown;
  resolveState(state: never): unknown;
  transition(snapshot: never, event: never, scope: never): unknown;
}

export interface XStateActor {
  readonly id: string;
  readonly sessionId: string;
  readonly system: unknown;
}

/**
 * `input`: the saga's input; it should fit its type, as calls read it. `nobody`: `createEmptyActor()` of the XState that the machine was
 * made with. `lockstep`: left out, XState alone walks.
 */
export function createMachine(
  compiled: XStateMachine,
  tables: MachineTables,
  start: { readonly input: unknown; readonly nobody: XStateActor; readonly passed: boolean; readonly lockstep?: Lockstep | null },
): Machine {
  let ask: Oracle | null = null;
  const machine = asking(compiled, tables, (condition, context) => (ask === null ? null : ask(condition, context)));
  const told = (oracle: Oracle | undefined, move: () => MachineState): MachineState => {
    ask = oracle ?? null;
    try {
      return move();
    } finally {
      ask = null;
    }
  };
  const input = { input: start.input, seed: 1, ...(start.passed ? { pivot: "passed" } : {}) };
  const walker = walkerOf(machine, start.nobody, start.lockstep ?? null);
  return {
    tables,
    initial: (oracle) => told(oracle, () => walker.initial(input)),
    next: (state, event, oracle) =>
      // XState's own actor stops at the end; its pure transition would still take a cancel.
      typeof state.value === "string" && state.value in ENDS ? state : told(oracle, () => walker.next(state, event)),
    reopened: (state) => (REOPENED in machine.root.states ? { ...state, value: REOPENED } : null),
    compared: walker.compared,
  };
}

/** A machine that walks, without questions. */
export interface Walker {
  initial(input: unknown): MachineState;
  next(state: MachineState, event: MachineEvent): MachineState;
  compared(): number | null;
}

function walkerOf(machine: XStateMachine, nobody: XStateActor, lockstep: Lockstep | null): Walker {
  const xstate = byXState(machine, nobody);
  if (lockstep === null) return xstate;
  try {
    return beside(lockstep.compile(machine), xstate, lockstep.every);
  } catch (error) {
    // A machine that says what no generated one does runs by XState in a worker too.
    if (error instanceof Error && error.name === "NotCompilable") return xstate;
    throw error;
  }
}

function byXState(machine: XStateMachine, nobody: XStateActor): Walker {
  const drop = (): void => {};
  const scope = {
    self: nobody,
    id: nobody.id,
    sessionId: nobody.sessionId,
    system: nobody.system,
    logger: drop,
    defer: drop,
    emit: drop,
    stopChild: drop,
    actionExecutor: drop,
  } as never;
  // Many events are tried in one state: it is resolved once.
  let last: { readonly state: MachineState; readonly snapshot: never } | null = null;
  const resolve = (state: MachineState): never => {
    if (last?.state !== state) last = { state, snapshot: machine.resolveState(state as never) as never };
    return last.snapshot;
  };
  return {
    initial(input) {
      const snapshot = machine.getInitialSnapshot(scope, input as never) as { readonly status: string; readonly error: unknown };
      if (snapshot.status === "error") throw snapshot.error;
      return reduced(snapshot);
    },
    next: (state, event) => reduced(machine.transition(resolve(state), event as never, scope)),
    compared: () => null,
  };
}

const REOPENED = "reopened";

/**
 * The machine with its questions about data put to `ask`, whether a condition of the source holds and whether a signal matches; where that
 * has no answer, the data has.
 */
function asking(machine: XStateMachine, { waits }: MachineTables, ask: Ask): XStateMachine {
  const { holds, takes } = machine.implementations.guards as Guards;
  const free: Mutable<Guards> = {};
  if (holds !== undefined) free.holds = (args, params) => ask(params.id, args.context) ?? holds(args, params);
  if (takes !== undefined) {
    free.takes = (args, params) => {
      const site = waits?.[params.wait]?.signals?.find((one) => one.case === params.case);
      if (site?.where === undefined || !takes(args, { ...params, fits: true })) return takes(args, params);
      return takes(args, { ...params, fits: ask(`${params.wait}.${params.case}`, args.context) ?? params.fits });
    };
  }
  return Object.keys(free).length === 0 ? machine : machine.provide({ guards: free } as never);
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

type Ask = (question: string, context: MachineContext) => boolean | null;

interface Guards {
  readonly holds?: (args: GuardArgs, params: { readonly id: string }) => boolean;
  readonly takes?: (args: GuardArgs, params: SignalTaken) => boolean;
}

interface GuardArgs {
  readonly context: MachineContext;
}

interface SignalTaken {
  readonly wait: string;
  readonly case: string;
  readonly fits: boolean;
}

/** The timer within which a saga should have gone back. */
export const UNDO_LIMIT = "saga.undoWithin";

export type Status = "running" | "completed" | "compensated";

const ENDS: Readonly<Record<string, Status>> = { completed: "completed", compensated: "compensated" };
const ENDINGS: Readonly<Record<string, Status>> = { afterCompleted: "completed", afterCompensated: "compensated" };

/** `running` also while the endings of a saga run: see `endingOf`. */
export function statusOf({ value }: MachineState): Status {
  return (typeof value === "string" && ENDS[value]) || "running";
}

/** The outcome that stands while the endings of a saga run; `null`: none does yet, or it has ended altogether. */
export function endingOf({ value }: MachineState): Status | null {
  const name =
    typeof value === "string" ? value : typeof value === "object" && value !== null ? Object.keys(value)[0] : undefined;
  return (name !== undefined && ENDINGS[name]) || null;
}

export function recordAt(context: MachineContext, place: readonly string[]): MachineRecord {
  return anyRecordAt(context, place) as MachineRecord;
}

/** `undefined`: there is none. */
export function anyRecordAt(context: MachineContext, place: readonly string[]): AnyRecord | undefined {
  let found: unknown = context.steps;
  for (const name of place) found = (found as Readonly<Record<string, unknown>> | undefined)?.[name];
  return found as AnyRecord | undefined;
}

function reduced(snapshot: unknown): MachineState {
  const { value, context } = snapshot as MachineState;
  return { value, context };
}
