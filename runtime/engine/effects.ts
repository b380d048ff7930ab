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
  /** Where these were read off, for the effects of the next state. */
  readonly part: Part;
}

export type Wants = Omit<Effects, "part">;

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
  /**
   * From when the timer was first wanted: a timer that stays wanted is not set again. `null`: it is the time limit of a handler's call, which
   * whoever makes the call works out and keeps, and no store.
   */
  readonly delayMs: number | null;
  /** Where it ends at an instant, that. */
  readonly atMs?: number;
}

/** What is read of a machine's tables. */
export type EffectTables = Pick<MachineTables, "calls" | "waits" | "effects" | "delays" | "instants">;

/**
 * Reads off a state what is wanted in it: walks `definition.effects` along the active states. Pure. `before`: what was wanted in the state before
 * it; of regions that were neither left nor entered since then it is taken over. Without it all is walked, and comes out the same.
 */
export function effectsOf(definition: EffectTables, state: SagaState, before: Effects | null = null): Effects {
  const { value, context } = state;
  const ending = typeof value === "object" && ("afterCompleted" in value || "afterCompensated" in value);
  const part = newPart(definition.effects, value);
  // A saga that has ended stands in a leaf of the root.
  if (typeof value !== "string") {
    const known = before?.part.regions ?? NO_REGIONS;
    visit({ definition, context, ending, part, inner: false, known, passed: 0 }, definition.effects, value, null);
  }
  return new ReadEffects(part);
}

/** What two states want, without most of what both want alike: what is in regions that were taken over from one to the other. */
export function differences(before: Effects | null, after: Effects): Differences {
  if (before === null) return { before: NOTHING, after };
  // Of one commit it is asked several times.
  return after instanceof ReadEffects ? after.since(before) : differencesOf(before, after);
}

/** Of a state that was committed nobody asks for what it changed any more: without it nothing keeps the state before it. */
export function forgetDifferences(effects: Effects): void {
  if (effects instanceof ReadEffects) effects.forget();
}

interface Differences {
  readonly before: Wants;
  readonly after: Wants;
}

function differencesOf(before: Effects, after: Effects): Differences {
  const [was, is] = [before.part.regions, after.part.regions];
  // Regions that were taken over stand at both ends of these lists.
  let from = 0;
  while (from < is.length && is[from] === was[from]) from += 1;
  let back = 0;
  while (back < is.length - from && back < was.length - from && is[is.length - 1 - back] === was[was.length - 1 - back])
    back += 1;
  return {
    before: new ReadEffects({ ...before.part, regions: was.slice(from, was.length - back) }),
    after: new ReadEffects({ ...after.part, regions: is.slice(from, is.length - back) }),
  };
}

/** Lists are put together when they are first asked for: mostly only what has changed is. */
class ReadEffects implements Effects {
  readonly part: Part;
  #calls: ReadonlyMap<string, WantedCall> | null = null;
  #timers: ReadonlyMap<string, WantedTimer> | null = null;
  #waits: ReadonlyMap<string, WantedWait> | null = null;
  #parked: readonly string[] | null = null;

  #since: { readonly before: Effects; readonly found: Differences } | null = null;

  constructor(part: Part) {
    this.part = part;
  }

  since(before: Effects): Differences {
    if (this.#since?.before === before) return this.#since.found;
    // Or all that a saga ever wanted would be kept, one by the other.
    if (before instanceof ReadEffects) before.#since = null;
    const found = differencesOf(before, this);
    this.#since = { before, found };
    return found;
  }

  forget(): void {
    this.#since = null;
  }

  get calls(): ReadonlyMap<string, WantedCall> {
    this.#calls ??= byIdentity(gathered(this.part, (part) => part.calls));
    return this.#calls;
  }

  get timers(): ReadonlyMap<string, WantedTimer> {
    this.#timers ??= byKey(gathered(this.part, (part) => part.timers));
    return this.#timers;
  }

  get waits(): ReadonlyMap<string, WantedWait> {
    this.#waits ??= byIdentity(gathered(this.part, (part) => part.waits));
    return this.#waits;
  }

  get parked(): readonly string[] {
    this.#parked ??= gathered(this.part, (part) => part.parked);
    return this.#parked;
  }
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();
const NOTHING: Wants = { calls: NONE, timers: NONE, waits: NONE, parked: [] };

function gathered<T>(part: Part, of: (part: Part) => readonly T[], found: T[] = []): T[] {
  for (const each of of(part)) found.push(each);
  for (const region of part.regions) gathered(region, of, found);
  return found;
}

function byIdentity<T extends { readonly identity: string }>(wanted: readonly T[]): ReadonlyMap<string, T> {
  if (wanted.length === 0) return NONE;
  const found = new Map<string, T>();
  for (const each of wanted) found.set(each.identity, each);
  return found;
}

function byKey(timers: readonly WantedTimer[]): ReadonlyMap<string, WantedTimer> {
  if (timers.length === 0) return NONE;
  const found = new Map<string, WantedTimer>();
  for (const timer of timers) found.set(timer.key, timer);
  return found;
}

/** What a region wants, and what that was read off. */
export interface Part {
  readonly node: EffectNode;
  readonly value: unknown;
  /** What is wanted around its regions comes before what they want. */
  readonly calls: WantedCall[];
  readonly timers: WantedTimer[];
  readonly waits: WantedWait[];
  readonly parked: string[];
  /** Regions within it that have not ended, in plan order. */
  readonly regions: Part[];
  /** Records that were read, in it and within it, and where they stand. */
  readonly reads: { readonly place: readonly string[]; readonly record: unknown }[];
  /** More was read than its value and these records. */
  readsMore: boolean;
}

const NO_REGIONS: readonly Part[] = [];

function newPart(node: EffectNode, value: unknown): Part {
  return { node, value, calls: [], timers: [], waits: [], parked: [], regions: [], reads: [], readsMore: false };
}

interface Found {
  readonly definition: EffectTables;
  readonly context: SagaContext;
  /** The outcome stands: what is armed once in a saga's life is of no use any more. */
  readonly ending: boolean;
  readonly part: Part;
  /** The part is a region's, which can be taken over as a whole. */
  readonly inner: boolean;
  /** The regions that the part had in the state before. */
  readonly known: readonly Part[];
  /** How many of these have been passed. */
  passed: number;
}

/** `value`: where the machine stands below this node; `undefined` in a leaf. `around`: where in `calls` the call is that the node is part of. */
function visit(found: Found, node: EffectNode, value: unknown, around: number | null): void {
  const { part } = found;
  let call = around;
  if (node.call !== undefined) call = part.calls.push(wantedCall(found, node.call)) - 1;
  if (node.abort === true && call !== null) {
    const wanted = part.calls[call];
    if (wanted !== undefined) part.calls[call] = { ...wanted, abort: true };
  }
  if (node.wait !== undefined) addWait(found, node.wait);
  for (const timer of node.timers ?? []) addTimer(found, timer);
  if (node.parked !== undefined) part.parked.push(node.parked);
  if (node.states === undefined) return;
  if (typeof value === "string") {
    const child = Object.hasOwn(node.states, value) ? node.states[value] : undefined;
    if (child !== undefined) visit(found, child, undefined, call);
  } else if (typeof value === "object" && value !== null) {
    visitBelow(found, node.states, value as Readonly<Record<string, unknown>>, call);
  }
}

function visitBelow(
  found: Found,
  states: Readonly<Record<string, EffectNode>>,
  value: Readonly<Record<string, unknown>>,
  around: number | null,
): void {
  const keys = Object.keys(value);
  const [only] = keys;
  if (keys.length === 1 && only !== undefined) {
    const child = Object.hasOwn(states, only) ? states[only] : undefined;
    if (child !== undefined) visit(found, child, value[only], around);
    return;
  }
  // In the order of the plan, not of the value's keys.
  for (const name in states) {
    const child = states[name];
    const inner = value[name];
    // A name such as `constructor` is there in every object, as a function.
    if (child === undefined || inner === undefined || typeof inner === "function") continue;
    if (around === null) addRegion(found, child, inner);
    else visit(found, child, inner, around);
  }
}

function addRegion(found: Found, node: EffectNode, value: unknown): void {
  const { part } = found;
  // It has ended.
  if (typeof value === "string" && (node.states === undefined || !Object.hasOwn(node.states, value)) && isPlain(node)) return;
  const before = knownOf(found, node);
  let region = before;
  if (region === undefined || region.value !== value || !holds(region, found.context)) {
    region = newPart(node, value);
    visit({ ...found, part: region, inner: true, known: before?.regions ?? NO_REGIONS, passed: 0 }, node, value, null);
  }
  part.regions.push(region);
  if (!found.inner) return;
  addAll(part.reads, region.reads);
  if (region.readsMore) part.readsMore = true;
}

/** The same region in the state before. Both lists are in plan order, so it is at most a few places on. */
function knownOf(found: Found, node: EffectNode): Part | undefined {
  const { known } = found;
  for (let at = found.passed; at < known.length; at++) {
    if (known[at]?.node !== node) continue;
    found.passed = at + 1;
    return known[at];
  }
  return undefined;
}

/** Nothing is wanted in it but in states below it. */
function isPlain({ call, abort, timers, wait, parked }: EffectNode): boolean {
  return (call ?? abort ?? timers ?? wait ?? parked) === undefined;
}

function addAll<T>(to: T[], more: readonly T[]): void {
  for (const each of more) to.push(each);
}

/** Whether all that was read still stands there: records are replaced, never changed. */
function holds({ reads, readsMore }: Part, { steps }: SagaContext): boolean {
  if (readsMore) return false;
  for (const { place, record } of reads) {
    let here: unknown = steps;
    for (const name of place) here = (here as Readonly<Record<string, unknown>>)[name];
    if (here !== record) return false;
  }
  return true;
}

function read(part: Part, place: readonly string[], record: unknown): void {
  if (part.reads.at(-1)?.record !== record) part.reads.push({ place, record });
}

function wantedCall(found: Found, id: string): WantedCall {
  const site = siteOf(found, id);
  const record = recordAt(found.context, site.place);
  read(found.part, site.place, record);
  const { entry, attempt } = record[site.kind];
  return { identity: `${id}#${entry}`, id, site, entry, attempt, abort: false };
}

function addTimer(found: Found, timer: TimerSite): void {
  const { definition, context, part } = found;
  if (timer.call === null) {
    part.readsMore = true;
    if (found.ending || hasFired(context, timer.delay)) return;
  }
  // What it is left out for is read off the same record as its key.
  const key = timer.call === null ? timer.delay : `${timer.delay}#${entryOf(found, timer.call)}`;
  if (timer.call !== null && hasFailed(found, timer.call)) return;
  const delay = definition.delays[timer.delay];
  if (delay === undefined) throw new Error(`the generated machine names a delay that it does not have: ${timer.delay}`);
  const event = { type: timer.event as `xstate.after.${string}` };
  if (limitsCall(definition, timer)) {
    part.timers.push({ key, event, delayMs: null });
    return;
  }
  if (typeof delay !== "number") part.readsMore = true;
  const delayMs = typeof delay === "number" ? delay : delay({ context: context as never });
  const atMs = definition.instants?.[timer.delay]?.({ context: context as never });
  if (atMs !== undefined) part.readsMore = true;
  part.timers.push(atMs === undefined ? { key, event, delayMs } : { key, event, delayMs, atMs });
}

/** What runs as instances of its own is other sagas' business: a limit of that is a timer like any other. */
function limitsCall({ calls }: EffectTables, { call, delay }: TimerSite): boolean {
  if (call === null || delay.length !== call.length + LIMIT.length || !delay.endsWith(LIMIT)) return false;
  return calls[call] !== undefined && calls[call].children === undefined;
}

/** `<call>.timeout`: the delay of a call's time limit. */
const LIMIT = ".timeout";

function addWait(found: Found, id: string): void {
  const site = found.definition.waits?.[id];
  if (site === undefined) throw new Error(`the generated machine names a wait that it does not have: ${id}`);
  const record = waitAt(found.context, site.place);
  read(found.part, site.place, record);
  const identity = `${id}#${record.entry}`;
  found.part.waits.push({ identity, id, site });
}

/** How often the call or the wait was come to. */
function entryOf(found: Found, id: string): number {
  const wait = found.definition.waits?.[id];
  if (wait === undefined) return wantedCall(found, id).entry;
  const record = waitAt(found.context, wait.place);
  read(found.part, wait.place, record);
  return record.entry;
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
