import { withSecretsOf } from "./exposed.ts";
import type { Binding, Missing, Presence } from "./names.ts";
import { both, type Facts, NO_FACTS } from "./narrow.ts";
import type { StepHead, Zone } from "./program.ts";
import type { Type } from "./types.ts";

/**
 * What is known at one place of the way through a saga: which names have been given, what conditions have found out, and whether the pivot has
 * passed. It changes as the way goes on; where ways part each has one of its own, and where they meet again they are joined.
 */
export class FlowState {
  zone: Zone;
  facts: Facts;
  /** The pivot that some way to here has passed. */
  pivot: StepHead | null;
  /** Whether any way comes to here: not behind a `fail`. */
  live = true;
  readonly #outer: FlowState | null;
  readonly #names = new Map<string, Presence>();

  constructor(zone: Zone, outer: FlowState | null = null) {
    this.zone = zone;
    this.facts = outer?.facts ?? NO_FACTS;
    this.pivot = outer?.pivot ?? null;
    this.#outer = outer;
  }

  /** The beginning of one of several ways: what is given on it is its own until it is joined. */
  fork(facts: Facts = NO_FACTS): FlowState {
    const state = new FlowState(this.zone, this);
    if (facts !== NO_FACTS) state.facts = both(this.facts, facts);
    return state;
  }

  get(name: string): Presence | null {
    for (let state: FlowState | null = this; state !== null; state = state.#outer) {
      const found = state.#names.get(name);
      if (found !== undefined) return found;
    }
    return null;
  }

  /** The names that have been given, innermost way last, each as often as it was. */
  names(): string[] {
    return [...(this.#outer?.names() ?? []), ...this.#names.keys()];
  }

  give(binding: Binding, type: Type, secret = false, missing: Missing | null = null): void {
    this.#names.set(binding.ident.name, { binding, type, secret, missing });
  }

  /** What has been given on this way since it parted. */
  given(): ReadonlyMap<string, Presence> {
    return this.#names;
  }

  know(facts: Facts): void {
    if (facts !== NO_FACTS) this.facts = both(this.facts, facts);
  }

  /** Goes on behind ways of which one was taken: what one of them gives may be absent. Each says how it is called where it is the other. */
  joinOne(ways: readonly Way[]): void {
    const live = ways.filter(({ state }) => state.live);
    // Behind them nothing runs, and nothing is told of it.
    const taken = live.length === 0 ? ways : live;
    const names = new Set(taken.flatMap(({ state }) => [...state.#names.keys()]));
    for (const name of names) {
      const other = live.find(({ state }) => !state.#names.has(name));
      const found = taken.flatMap(({ state }) => state.#names.get(name) ?? []);
      const [first] = found;
      // The data of an error is there in the block of its policy alone.
      if (first === undefined || first.binding.what === "data") continue;
      const missing = other?.missing ?? found.find((each) => each.missing !== null)?.missing ?? null;
      // A secret on one way is one behind them.
      const type = found.reduce((whole, each) => withSecretsOf(whole, each.type), first.type);
      this.#names.set(name, { ...first, type, secret: found.some(({ secret }) => secret), missing });
    }
    this.#meet(taken.map(({ state }) => state));
    this.live &&= live.length > 0;
    const [first, ...others] = taken;
    if (first === undefined) return;
    this.facts = others.reduce<Facts>((facts, { state }) => shared(facts, state.facts), first.state.facts);
  }

  /** Goes on behind ways that were all taken. */
  joinAll(states: readonly FlowState[]): void {
    for (const state of states) {
      for (const [name, presence] of state.#names) this.#names.set(name, presence);
      this.facts = both(this.facts, state.facts);
    }
    this.#meet(states);
    this.live &&= states.every(({ live }) => live);
  }

  /** Goes on behind a way that was begun and may not have come to its end: all that it gives may be absent. */
  joinLost(state: FlowState, missing: Missing): void {
    for (const [name, presence] of state.#names) this.#names.set(name, { ...presence, missing: presence.missing ?? missing });
  }

  #meet(states: readonly FlowState[]): void {
    const [zone] = states.map((state) => state.zone);
    if (zone !== undefined) this.zone = states.reduce((joined, state) => joinZones(joined, state.zone), zone);
    for (const { pivot } of states) this.pivot ??= pivot;
  }
}

/** One of several ways. */
export interface Way {
  readonly state: FlowState;
  /** What another way's names are missing for where this one was taken. */
  readonly missing: Missing;
}

function joinZones(a: Zone, b: Zone): Zone {
  if (a === b) return a;
  if (a === "unknown" || b === "unknown") return "unknown";
  return "maybe";
}

function shared(a: Facts, b: Facts): Facts {
  if (a === b) return a;
  const common = (x: ReadonlySet<string>, y: ReadonlySet<string>) => new Set([...x].filter((key) => y.has(key)));
  return { present: common(a.present, b.present), absent: common(a.absent, b.absent) };
}
