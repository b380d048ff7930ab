/**
 * A compiled saga as the explorer sees it: a pure function over its state, and what each state wants. The compiler does not import the
 * runtime, so what both read of a generated machine is written down here once more; a test holds the two against each other.
 */
export interface Machine {
  initial(): MachineState;
  /** The state after one event; after the end nothing changes any more. Throws what a defect in generated code throws. */
  next(state: MachineState, event: MachineEvent): MachineState;
  readonly tables: MachineTables;
}

export interface MachineState {
  readonly value: unknown;
  readonly context: MachineContext;
}

export interface MachineContext {
  readonly failure: { readonly name: string } | null;
  readonly pivot: string;
  readonly latched: string | null;
  readonly overdue: boolean;
  readonly steps: Readonly<Record<string, unknown>>;
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
  readonly effects: EffectNode;
  readonly delays: Readonly<Record<string, number | ((args: { readonly context: never }) => number)>>;
}

export type CallKind = "forward" | "inquire" | "undo";

export interface CallSite {
  readonly step: string;
  readonly kind: CallKind;
  readonly place: readonly string[];
}

export interface EffectNode {
  readonly call?: string;
  readonly abort?: true;
  readonly timers?: readonly { readonly delay: string; readonly event: string; readonly call: string | null }[];
  readonly parked?: string;
  readonly states?: Readonly<Record<string, EffectNode>>;
}

/** What the explorer needs of XState, which it does not import: a machine, and an actor that is nobody, to be the parent of calls. */
export interface XStateMachine {
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
 * made with.
 */
export function createMachine(
  machine: XStateMachine,
  tables: MachineTables,
  start: { readonly input: unknown; readonly nobody: XStateActor },
): Machine {
  const { nobody } = start;
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
    tables,
    initial: () => reduced(machine.getInitialSnapshot(scope, { input: start.input, seed: 1 } as never)),
    next: (state, event) =>
      // XState's own actor stops at the end; its pure transition would still take a cancel.
      typeof state.value === "string" && state.value in ENDS
        ? state
        : reduced(machine.transition(resolve(state), event as never, scope)),
  };
}

export type Status = "running" | "completed" | "compensated";

const ENDS: Readonly<Record<string, Status>> = { completed: "completed", compensated: "compensated" };

export function statusOf({ value }: MachineState): Status {
  return (typeof value === "string" && ENDS[value]) || "running";
}

export function recordAt(context: MachineContext, place: readonly string[]): MachineRecord {
  let found: unknown = context.steps;
  for (const name of place) found = (found as Readonly<Record<string, unknown>>)[name];
  return found as MachineRecord;
}

function reduced(snapshot: unknown): MachineState {
  const { value, context, status, error } = snapshot as MachineState & { readonly status: string; readonly error: unknown };
  if (status === "error" && Object.keys(context).length === 0) throw error;
  return { value, context };
}
