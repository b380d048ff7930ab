import type {
  CallSite,
  EffectNode,
  MachineTables,
  SagaContext,
  SagaEvent,
  SagaState,
  TimerSite,
  WaitSite,
} from "./definition.ts";
import { recordAt, scopeFailed, waitAt } from "./keys.ts";

/** All that a saga wants in one state. What is running and not in here is to be withdrawn; what is in here and not running, begun. */
export interface Effects {
  /** Calls by identity, in plan order. */
  readonly calls: ReadonlyMap<string, WantedCall>;
  /** Timers by key, in plan order. */
  readonly timers: ReadonlyMap<string, WantedTimer>;
  /** What waits for a signal or for time, by identity, in plan order. */
  readonly waits: ReadonlyMap<string, WantedWait>;
  /** Ids of the calls and waits over which the saga waits for a person, in plan order. */
  readonly parked: readonly string[];
}

export interface WantedCall {
  /** `<call id>#<entry>`: no two calls of a saga's life share one. */
  readonly identity: string;
  /** A key of `definition.calls`: `reserveStock`, `reserveStock.undo`. */
  readonly id: string;
  readonly site: CallSite;
  readonly entry: number;
  /** Of the present budget, from 1. */
  readonly attempt: number;
  /** It is to be told to abort; its answer is still waited for. */
  readonly abort: boolean;
  /** A compensation that is called once more, since its step answered after it: with this output. */
  readonly late?: { readonly output: unknown };
}

export interface WantedWait {
  /** `<wait>#<entry>`. */
  readonly identity: string;
  /** A key of `definition.waits`. */
  readonly id: string;
  readonly site: WaitSite;
}

export interface WantedTimer {
  /** `<delay>#<entry>`, or `<delay>` alone for one that is armed once in a saga's life. */
  readonly key: string;
  /** What the machine takes when it is due. */
  readonly event: SagaEvent;
  /** From when the timer was first wanted: a timer that stays wanted is not set again. */
  readonly delayMs: number;
  /** Where it ends at an instant, that. */
  readonly atMs?: number;
}

/** What is read of a machine's tables. */
export type EffectTables = Pick<MachineTables, "calls" | "waits" | "effects" | "delays" | "instants">;

/** Reads off a state what is wanted in it: walks `definition.effects` along the active states. Pure. */
export function effectsOf(definition: EffectTables, state: SagaState): Effects {
  const ending = typeof state.value === "object" && ("afterCompleted" in state.value || "afterCompensated" in state.value);
  const found: Found = {
    definition,
    context: state.context,
    ending,
    calls: new Map(),
    timers: new Map(),
    waits: new Map(),
    parked: [],
  };
  // A saga that has ended stands in a leaf of the root.
  if (typeof state.value !== "string") visit(found, definition.effects, state.value, null);
  return { calls: found.calls, timers: found.timers, waits: found.waits, parked: found.parked };
}

interface Found {
  readonly definition: EffectTables;
  readonly context: SagaContext;
  /** The outcome stands: what is armed once in a saga's life is of no use any more. */
  readonly ending: boolean;
  readonly calls: Map<string, WantedCall>;
  readonly timers: Map<string, WantedTimer>;
  readonly waits: Map<string, WantedWait>;
  readonly parked: string[];
}

/** `value`: where the machine stands below this node; `undefined` in a leaf. `around`: the call that the node is part of. */
function visit(found: Found, node: EffectNode, value: unknown, around: string | null): void {
  let call = around;
  if (node.call !== undefined) {
    const wanted = wantedCall(found, node.call);
    found.calls.set(wanted.identity, wanted);
    call = wanted.identity;
  }
  if (node.abort === true && call !== null) {
    const wanted = found.calls.get(call);
    if (wanted !== undefined) found.calls.set(call, { ...wanted, abort: true });
  }
  if (node.wait !== undefined) addWait(found, node.wait);
  for (const timer of node.timers ?? []) addTimer(found, timer);
  if (node.parked !== undefined) found.parked.push(node.parked);
  // In the order of the plan, not of the value's keys.
  for (const [name, child] of Object.entries(node.states ?? {})) {
    if (value === name) visit(found, child, undefined, call);
    else if (typeof value === "object" && value !== null && Object.hasOwn(value, name)) {
      visit(found, child, (value as Readonly<Record<string, unknown>>)[name], call);
    }
  }
}

function wantedCall(found: Found, id: string): WantedCall {
  const site = siteOf(found, id);
  const { entry, attempt } = recordAt(found.context, site.place)[site.kind];
  return { identity: `${id}#${entry}`, id, site, entry, attempt, abort: false };
}

function addTimer(found: Found, timer: TimerSite): void {
  if (timer.call === null ? found.ending || hasFired(found.context, timer.delay) : hasFailed(found, timer.call)) return;
  const delay = found.definition.delays[timer.delay];
  if (delay === undefined) throw new Error(`the generated machine names a delay that it does not have: ${timer.delay}`);
  const key = timer.call === null ? timer.delay : `${timer.delay}#${entryOf(found, timer.call)}`;
  const delayMs = typeof delay === "number" ? delay : delay({ context: found.context as never });
  const atMs = found.definition.instants?.[timer.delay]?.({ context: found.context as never });
  const wanted = { key, event: { type: timer.event as `xstate.after.${string}` }, delayMs };
  found.timers.set(key, atMs === undefined ? wanted : { ...wanted, atMs });
}

function addWait(found: Found, id: string): void {
  const site = found.definition.waits?.[id];
  if (site === undefined) throw new Error(`the generated machine names a wait that it does not have: ${id}`);
  const identity = `${id}#${waitAt(found.context, site.place).entry}`;
  found.waits.set(identity, { identity, id, site });
}

/** How often the call or the wait was come to. */
function entryOf(found: Found, id: string): number {
  const wait = found.definition.waits?.[id];
  return wait === undefined ? wantedCall(found, id).entry : waitAt(found.context, wait.place).entry;
}

/**
 * What is armed once stays wanted by its state when it has fired, so the context has to say that it did: each of the deadline's outcomes
 * leaves a trace, and an undo that takes too long makes the saga overdue.
 */
function hasFired(context: SagaContext, delay: string): boolean {
  if (context.overdue) return true;
  if (delay !== "saga.deadline") return false;
  return context.latched === "DeadlinePassed" || context.failure?.name === "DeadlinePassed";
}

/** The time limit of a scope is of no use once the scope has failed, by it or otherwise; what it did is still in the same state then. */
function hasFailed({ definition, context }: Found, id: string): boolean {
  const wait = definition.waits?.[id];
  return wait !== undefined && scopeFailed(context, wait.place);
}

function siteOf(found: Found, id: string): CallSite {
  const site = found.definition.calls[id];
  if (site === undefined) throw new Error(`the generated machine names a call that it does not have: ${id}`);
  return site;
}
