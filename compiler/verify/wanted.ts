import {
  anyRecordAt,
  type CallKind,
  type EffectNode,
  endingOf,
  type Machine,
  type MachineState,
  recordAt,
  type Status,
  statusOf,
  UNDO_LIMIT,
} from "./machine.ts";

/** A state, and all that is wanted in it. */
export interface Look {
  readonly state: MachineState;
  readonly status: Status;
  /** The outcome that stands while the endings of a saga run; `null`: they do not. */
  readonly ending: Status | null;
  /** In the order of the machine's states. */
  readonly calls: readonly WantedCall[];
  readonly timers: readonly WantedTimer[];
  /** Ids of what waits for a signal or for time. */
  readonly waits: readonly string[];
  /** Ids of the calls and waits over which the saga waits for a person. */
  readonly parked: readonly string[];
}

export interface WantedCall {
  /** `<call id>#<entry>`: no two calls of a saga's life share one. */
  readonly identity: string;
  readonly id: string;
  readonly step: string;
  readonly kind: CallKind;
  readonly entry: number;
  /** It is told to abort; its answer is still waited for. */
  readonly abort: boolean;
}

export interface WantedTimer {
  readonly key: string;
  /** The event that the machine takes when it is due. */
  readonly event: string;
  /** `null`: the saga's deadline, or that of its undoing. */
  readonly call: string | null;
  readonly delayMs: number;
}

/** Reads off a state what is wanted in it, by the tables that the generated machine exports. */
export function lookAt(machine: Machine, state: MachineState): Look {
  const found: Found = { machine, state, calls: [], timers: [], waits: [], parked: [] };
  // A saga that has ended stands in a leaf of the root.
  if (typeof state.value !== "string") visit(found, machine.tables.effects, state.value, -1);
  const { calls, timers, waits, parked } = found;
  return { state, status: statusOf(state), ending: endingOf(state), calls, timers, waits, parked };
}

interface Found {
  readonly machine: Machine;
  readonly state: MachineState;
  readonly calls: WantedCall[];
  readonly timers: WantedTimer[];
  readonly waits: string[];
  readonly parked: string[];
}

/** `around`: where in `calls` the call stands that the node is part of. */
function visit(found: Found, node: EffectNode, value: unknown, around: number): void {
  let call = around;
  if (node.call !== undefined) call = found.calls.push(wantedCall(found, node.call)) - 1;
  const wanted = found.calls[call];
  if (node.abort === true && wanted !== undefined) found.calls[call] = { ...wanted, abort: true };
  for (const timer of node.timers ?? []) {
    if (timer.call === null ? isHeard(found.state, timer.delay) : hasFailed(found, timer.call)) continue;
    const delay = found.machine.tables.delays[timer.delay];
    if (delay === undefined) throw new Error(`the machine names a delay that it does not have: ${timer.delay}`);
    const delayMs = typeof delay === "number" ? delay : delay({ context: found.state.context as never });
    const key = timer.call === null ? timer.delay : `${timer.delay}#${entryOf(found, timer.call)}`;
    found.timers.push({ key, event: timer.event, call: timer.call, delayMs });
  }
  if (node.wait !== undefined) found.waits.push(node.wait);
  if (node.parked !== undefined) found.parked.push(node.parked);
  const { states } = node;
  if (states === undefined) return;
  if (typeof value === "string") {
    const child = Object.hasOwn(states, value) ? states[value] : undefined;
    if (child !== undefined) visit(found, child, undefined, call);
  } else if (typeof value === "object" && value !== null) {
    // In the order of the machine, which is that of the value.
    for (const [name, inner] of Object.entries(value)) {
      const child = Object.hasOwn(states, name) ? states[name] : undefined;
      if (child !== undefined) visit(found, child, inner, call);
    }
  }
}

function wantedCall({ machine, state }: Found, id: string): WantedCall {
  const site = machine.tables.calls[id];
  if (site === undefined) throw new Error(`the machine names a call that it does not have: ${id}`);
  const { entry } = recordAt(state.context, site.place)[site.kind];
  return { identity: `${id}#${entry}`, id, step: site.step, kind: site.kind, entry, abort: false };
}

function entryOf(found: Found, id: string): number {
  const wait = found.machine.tables.waits?.[id];
  if (wait === undefined) return wantedCall(found, id).entry;
  const record = anyRecordAt(found.state.context, wait.place);
  return record !== undefined && "entry" in record ? record.entry : 0;
}

/** A scope that has failed has no time limit any more. */
function hasFailed({ machine, state }: Found, id: string): boolean {
  const wait = machine.tables.waits?.[id];
  const record = wait === undefined ? undefined : anyRecordAt(state.context, wait.place);
  return record !== undefined && "failure" in record && record.failure !== null;
}

/** The state that has the timer stays active when it has fired, so the context has to say that it did. */
function isHeard({ context }: MachineState, delay: string): boolean {
  if (context.overdue) return true;
  return delay !== UNDO_LIMIT && (context.latched === "DeadlinePassed" || context.failure?.name === "DeadlinePassed");
}
