import type { StateValue } from "xstate";
import type { Chart, ChartNode, InternalEvent, Move, Taker } from "./chart.ts";
import { type Act, type Args, carryOut, type Guard, holds } from "./parts.ts";
import { nameIn, Records } from "./records.ts";
import type { Trace } from "./trace.ts";
import { addLeaves, along, areFinal, copyOf, isFinal, isIn, type Standing, standsAt } from "./values.ts";

/**
 * An event and all that follows from it, in XState's rounds: all eventless transitions that are enabled, then one event that was raised, first in
 * first out.
 */
export class Macrostep {
  readonly #chart: Chart;
  #args: Args = { context: {}, event: {} };
  #nowMs: number | undefined;
  #value: StateValue = "";
  /** The region that was placed last: all objects on the way to its value are new, and nobody else has them. */
  #held: ChartNode | null = null;
  /** Objects of the value that were copied for this event. */
  #own: object[] = [];
  /** The innermost of these, in which its value stands. */
  #holder: Record<string, StateValue | undefined> = {};
  /** The context is a copy that nobody else has. */
  #owned = false;
  readonly #records = new Records();
  #raised: InternalEvent[] = [];
  #taken = 0;
  /** Leaves that were entered since eventless transitions were last looked for. */
  #fresh: ChartNode[] = [];
  /** All that were entered and are still stood in, in the order in which they were. */
  #entered: ChartNode[] = [];
  /** What guards watch may have changed. */
  #stirred = false;
  #ended = false;
  /** Who writes down what is decided; `null`: nobody. */
  #trace: Trace | null = null;

  constructor(chart: Chart) {
    this.#chart = chart;
  }

  /** What was left of another event that threw is forgotten. */
  begin(value: StateValue, context: object, event: object, nowMs: number | undefined, trace: Trace | null): void {
    this.#trace = trace;
    this.#args = { context, event };
    this.#nowMs = nowMs;
    this.#value = value;
    this.#held = null;
    if (this.#own.length > 0) this.#own = [];
    this.#owned = false;
    this.#records.forget();
    this.#stirred = false;
    this.#ended = false;
    this.#taken = 0;
    if (this.#raised.length > 0) this.#raised = [];
    if (this.#fresh.length > 0) this.#fresh = [];
    if (this.#entered.length > 0) this.#entered = [];
  }

  /** The transitions that take the present event: in each region the innermost that may. */
  takenBy(taker: Taker): readonly Move[] {
    this.#trace?.asksWhoTakes(taker, this.#value);
    const found: Move[] = [];
    this.#take(taker, this.#value, found);
    return found;
  }

  step(moves: readonly Move[]): void {
    const only = moves[0];
    if (moves.length === 1 && only !== undefined) {
      this.#actAll(only.acts);
      this.#enter(only, null);
      return;
    }
    const apart = withoutConflicts(moves);
    for (const { acts } of apart) this.#actAll(acts);
    const entering = apart.filter(({ domain }) => domain !== null).sort((a, b) => firstOf(a) - firstOf(b));
    // All is left before anything is entered: what is not yet entered is not final.
    for (const { region } of entering) if (region !== null) this.#place(region, NOWHERE);
    const completed = new Set<ChartNode>();
    for (const move of entering) this.#enter(move, completed);
  }

  settle(): Standing {
    for (let rounds = 0; !this.#ended; rounds++) {
      if (rounds > ROUNDS_MAX) throw new Error("the machine does not come to rest: a defect of the generated machine");
      const moves = this.#eventless();
      if (moves.length > 0) {
        this.step(moves);
        continue;
      }
      const event = this.#raised[this.#taken];
      if (event === undefined) break;
      this.#taken += 1;
      this.#args.event = event;
      this.#trace?.raised(event);
      const taken = event.taker === null ? NONE : this.takenBy(event.taker);
      if (taken.length > 0) this.step(taken);
    }
    if (this.#ended) this.#chart.output(this.#args.context);
    this.#trace?.ends(this.#value, this.#ended);
    return { value: this.#value, context: this.#args.context };
  }

  /** `value`: where the machine stands in the taker above; `null`: in a leaf of it, in which nothing stands. */
  #take(taker: Taker, value: StateValue | null, found: Move[]): boolean {
    const { moves, below } = taker;
    const inner = along(taker.path, value);
    if (inner === undefined) return false;
    let taken = false;
    if (below.length > 0) for (const each of below) if (this.#take(each, inner, found)) taken = true;
    if (taken) return true;
    for (const move of moves) {
      if (move.guard !== null && !this.#holds(move.guard)) continue;
      found.push(move);
      return true;
    }
    return false;
  }

  /** Of each leaf the first that may, and of several that leave the same states one. */
  #eventless(): readonly Move[] {
    const stirred = this.#stirred && this.#chart.watched.some((guard) => this.#holds(guard));
    this.#stirred = false;
    const leaves = stirred ? this.#allLeaves() : this.#fresh;
    if (leaves.length === 0) return NONE;
    this.#fresh = [];
    const found: Move[] = [];
    for (const { ways } of leaves) {
      for (const move of ways) {
        if (move.guard !== null && !this.#holds(move.guard)) continue;
        if (!found.includes(move)) found.push(move);
        break;
      }
    }
    if (found.length < 2) return found;
    const apart = withoutConflicts(found);
    // One that has to stand back is tried again.
    if (apart.length < found.length) this.#fresh = [...leaves];
    return apart;
  }

  /** In XState's order: those that were stood in before the event, then those that were entered. */
  #allLeaves(): readonly ChartNode[] {
    this.#trace?.asksForAll(this.#value);
    const before: ChartNode[] = [];
    addLeaves(this.#chart.root, this.#value, before);
    if (this.#entered.length === 0) return before;
    const entered = new Set(this.#entered);
    return [...before.filter((leaf) => !entered.has(leaf)), ...this.#entered];
  }

  #holds(guard: Guard): boolean {
    const does = holds(guard, this.#args);
    this.#trace?.asked(guard, does);
    return does;
  }

  #actAll(acts: readonly Act[]): void {
    for (let at = 0; at < acts.length; at++) {
      const act = acts[at];
      if (act !== undefined) this.#act(act);
    }
  }

  #act(act: Act): void {
    const { change, asksForTheTime, fixed } = act;
    const params = change === null ? undefined : act.params === null ? fixed : act.params(this.#args);
    const name = change === null || asksForTheTime ? null : nameIn(change, params);
    this.#trace?.acted(act, name);
    if (change !== null && name !== null) {
      if (!this.#owned) this.#args.context = { ...this.#args.context };
      this.#owned = true;
      this.#records.change(this.#args.context, change, name, params);
    } else {
      if (carryOut(act, this.#args, this.#nowMs, this.#owned)) this.#owned = true;
      if (!act.leavesSteps) this.#records.forget();
    }
    if (act.kind === "assign" && (act.fails || this.#chart.restless)) this.#stirred = true;
  }

  #enter(move: Move, completed: Set<ChartNode> | null): void {
    const { domain, region } = move;
    if (domain === null || region === null) return;
    this.#place(region, move.value);
    if (this.#entered.length > 0) this.#entered = outside(this.#entered, domain);
    if (this.#fresh.length > 0) this.#fresh = outside(this.#fresh, domain);
    if (move.leaves.length > 0) {
      this.#entered.push(...move.leaves);
      this.#fresh.push(...move.leaves);
    }
    this.#actAll(move.entries);
    if (move.finals.length > 0) for (const final of move.finals) this.#reach(final, domain, completed);
    if (move.ends) this.#ended = true;
  }

  /** Another value at a region: objects on the way to it are copied once an event, those beside it shared. */
  #place(region: ChartNode, inner: StateValue): void {
    this.#trace?.places(region, this.#value);
    if (region.line.length === 0) {
      this.#value = inner;
      this.#held = null;
      return;
    }
    if (this.#held !== region) this.#hold(region);
    this.#holder[region.key] = inner;
  }

  #hold(region: ChartNode): void {
    let from: StateValue | undefined = this.#value;
    let above: Record<string, StateValue | undefined> | null = null;
    let name = "";
    for (const node of region.line) {
      const holder = this.#ownHolder(node, from);
      if (above === null) this.#value = holder as StateValue;
      else above[name] = holder as StateValue;
      above = holder;
      name = node.key;
      from = holder[name];
    }
    this.#holder = above ?? {};
    this.#held = region;
  }

  /** The object that holds a node's part of the value, of our own. */
  #ownHolder(node: ChartNode, from: StateValue | undefined): Record<string, StateValue | undefined> {
    if (typeof from !== "object" || !Object.hasOwn(from, node.key)) return {};
    if (this.#own.includes(from)) return from as Record<string, StateValue | undefined>;
    // A copy is faster than a new object with a key that is not known before.
    const copy = copyOf(node, from);
    this.#own.push(copy);
    return copy;
  }

  /** A final state is entered: what is around it is done, and a group of regions when all of them are. */
  #reach({ parent }: ChartNode, domain: ChartNode, completed: Set<ChartNode> | null): void {
    if (parent === null) return;
    if (parent.kind === "compound") this.#raise(parent.done);
    let region = parent;
    let group = parent.kind === "parallel" ? parent : parent.parent;
    while (group !== null && group.kind === "parallel" && completed?.has(group) !== true && this.#isDone(group, region, domain)) {
      completed?.add(group);
      this.#raise(group.done);
      region = group;
      group = group.parent;
    }
  }

  /** What nobody takes changes nothing. */
  #raise(event: InternalEvent): void {
    if (event.taker !== null) this.#raised.push(event);
  }

  #isDone(group: ChartNode, region: ChartNode, domain: ChartNode): boolean {
    // Regions that are entered together are entered one after the other: the last one decides.
    if (group.first > domain.first && region !== group.children.at(-1)) return false;
    const others = this.#trace?.asksForOthers(group, this.#value) ?? null;
    if (others === null) return isFinal(group, standsAt(this.#value, group.line));
    const are = areFinal(group, standsAt(this.#value, group.line), others);
    this.#trace?.others(group, others, are);
    return are;
  }
}

const NONE: readonly Move[] = [];
const NOWHERE = "";
const ROUNDS_MAX = 100_000;

function firstOf({ domain }: Move): number {
  return domain?.first ?? 0;
}

/** Those that do not stand in a node. */
function outside(leaves: ChartNode[], node: ChartNode): ChartNode[] {
  if (!leaves.some((leaf) => isIn(leaf, node))) return leaves;
  const kept: ChartNode[] = [];
  for (const leaf of leaves) if (!isIn(leaf, node)) kept.push(leaf);
  return kept;
}

/** Of two that leave the same states the inner one, or else the first. */
function withoutConflicts(moves: readonly Move[]): readonly Move[] {
  if (areApart(moves)) return moves;
  const kept: Move[] = [];
  for (const move of moves) {
    const { domain } = move;
    const against = domain === null ? [] : kept.filter((other) => conflicts(domain, other.domain));
    if (against.some(({ source }) => move.source === source || !isIn(move.source, source))) continue;
    for (const other of against) kept.splice(kept.indexOf(other), 1);
    kept.push(move);
  }
  return kept;
}

/** They leave one part of the machine after the other, as regions mostly do that go on together. */
function areApart(moves: readonly Move[]): boolean {
  let last = -1;
  for (const { domain } of moves) {
    if (domain === null) continue;
    if (domain.first <= last) return false;
    last = domain.last;
  }
  return true;
}

function conflicts(a: ChartNode, b: ChartNode | null): boolean {
  return b !== null && (isIn(a, b) || isIn(b, a));
}
