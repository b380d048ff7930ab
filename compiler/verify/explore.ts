import { ALPHABET, type Alphabet, eventOf, type Happening, isProgress, SENSELESS } from "./alphabet.ts";
import { keyOf, type Skip, skipAttempts } from "./canonical.ts";
import { type Choice, type Choices, everyAnswer, type Oracle } from "./choices.ts";
import { decided } from "./decided.ts";
import type { Facts } from "./facts.ts";
import { EQUALS_ITS_MACHINE, LATE_ANSWERS, LAWS, type Law, type Move, NEVER_THROWS, REACHES_AN_END, sameState } from "./laws.ts";
import { TransitionsDiffer } from "./lockstep.ts";
import type { Machine, MachineContext, MachineState } from "./machine.ts";
import { observe, observeStart } from "./onlooker.ts";
import { nothingSeen, type Seen } from "./seen.ts";
import { type Look, lookAt } from "./wanted.ts";

export interface ExploreOptions {
  /** States to walk on from, at most. */
  readonly maxStates: number;
  /** Asked before each state; `true` ends the walk. It is how a time limit gets in. */
  readonly enough?: () => boolean;
  readonly alphabet?: Alphabet;
  readonly laws?: readonly Law[];
  /** End at the first broken law. */
  readonly firstOnly?: boolean;
}

export interface Exploration {
  /** Different states that were found. */
  readonly states: number;
  readonly transitions: number;
  /** Of them, those that XState walked too, beside the compiled transition; `null`: XState alone walked. */
  readonly compared: number | null;
  /** States in which the saga has ended. */
  readonly ends: { readonly completed: number; readonly compensated: number };
  /** States in which it waits for a person. */
  readonly parked: number;
  readonly coverage: Coverage;
  /** The first story that breaks a law is the shortest; a law stands here once. */
  readonly broken: readonly BrokenLaw[];
}

export type Coverage =
  | { readonly complete: true }
  | {
      readonly complete: false;
      readonly cut: "states" | "time" | "broken";
      /** States that were found, and not walked on from. */
      readonly frontier: number;
      /** Every story of up to so many events was walked. */
      readonly depth: number;
    };

export interface BrokenLaw {
  readonly law: string;
  readonly says: string;
  /** What is wrong, in words. */
  readonly what: readonly string[];
  /** What has to happen, from the start. */
  readonly story: Story;
}

/**
 * What happens, one after the other, how conditions on data turn out then, and attempts that are passed over as they differ in nothing but
 * their number.
 */
export type Story = readonly (Happening | Turn | Skip)[];

export interface Turn extends Choice {
  readonly kind: "turns";
}

/**
 * Walks a machine from its first state over everything that can happen, breadth first, so that the first story that breaks a law is the
 * shortest. Pure but for `enough`; the same machine is always walked in the same order.
 */
export function explore(machine: Machine, facts: Facts, options: ExploreOptions): Exploration {
  return new Walk(machine, facts, options).run();
}

interface Node {
  /** `null` once it was walked on from: the story is all that is still needed. */
  open: { readonly look: Look; readonly seen: Seen } | null;
  readonly parent: Node | null;
  readonly happening: Happening | null;
  readonly choices: Choices;
  readonly skipped: readonly Skip[];
  readonly depth: number;
  /** From which this one is reached by something that moves the saga on. */
  readonly reachedFrom: Node[];
  ends: boolean;
}

class Walk {
  readonly #machine: Machine;
  readonly #facts: Facts;
  readonly #options: ExploreOptions;
  readonly #alphabet: Alphabet;
  readonly #laws: readonly Law[];
  readonly #decided: (condition: string, context: MachineContext) => boolean | null;
  readonly #nodes: Node[] = [];
  readonly #byKey = new Map<string, Node>();
  readonly #broken = new Map<string, BrokenLaw>();
  readonly #ends = { completed: 0, compensated: 0 };
  readonly #comparedBefore: number | null;
  #parked = 0;
  #transitions = 0;

  constructor(machine: Machine, facts: Facts, options: ExploreOptions) {
    this.#machine = machine;
    this.#comparedBefore = machine.compared();
    this.#facts = facts;
    this.#options = options;
    this.#alphabet = options.alphabet ?? ALPHABET;
    this.#laws = options.laws ?? LAWS;
    this.#decided = (condition, context) => decided(facts, condition, context);
  }

  run(): Exploration {
    this.#start();
    const { maxStates, enough = () => false, firstOnly = false } = this.#options;
    let walked = 0;
    let cut: "states" | "time" | "broken" | null = null;
    // The list grows while it is walked.
    for (const node of this.#nodes) {
      if (firstOnly && this.#broken.size > 0) cut = "broken";
      else if (walked >= maxStates) cut = "states";
      else if (walked % 64 === 0 && enough()) cut = "time";
      if (cut !== null) break;
      this.#expand(node);
      walked += 1;
    }
    this.#findDeadEnds();
    const frontier = this.#nodes.length - walked;
    const compared = this.#machine.compared();
    return {
      states: this.#nodes.length,
      transitions: this.#transitions,
      compared: compared === null ? null : compared - (this.#comparedBefore ?? 0),
      ends: this.#ends,
      parked: this.#parked,
      coverage: cut === null ? { complete: true } : { complete: false, cut, frontier, depth: this.#nodes[walked]?.depth ?? 0 },
      broken: [...this.#broken.values()],
    };
  }

  #start(): void {
    const facts = this.#facts;
    const seenBefore = nothingSeen(facts);
    for (const { result, choices } of everyAnswer(this.#decided, (oracle) =>
      this.#tried(null, null, () => this.#machine.initial(oracle)),
    )) {
      if (result === null) continue;
      const to = lookAt(this.#machine, result);
      const { seen, expected } = observeStart(facts, seenBefore, to, choices);
      const from = { ...to, calls: [], timers: [], waits: [], parked: [] };
      const node = this.#add(to, seen, null, null, choices, []);
      this.#holds({ facts, from, seenBefore, happening: { kind: "starts" }, to, seen, expected }, node, null, choices);
    }
  }

  #expand(node: Node): void {
    const { open } = node;
    if (open === null) return;
    for (const happening of this.#alphabet(open.look, this.#facts)) this.#move(node, open.look, open.seen, happening);
    for (const happening of SENSELESS(open.look, this.#facts)) this.#moveForNothing(node, open.look, happening);
    node.open = null;
  }

  #move(node: Node, from: Look, seenBefore: Seen, happening: Happening): void {
    for (const { result, choices } of everyAnswer(this.#decided, (oracle) => this.#next(node, from, happening, oracle))) {
      if (result !== null) this.#moved(node, from, seenBefore, happening, result, choices);
    }
  }

  #moved(node: Node, from: Look, seenBefore: Seen, happening: Happening, state: MachineState, choices: Choices): void {
    const to = lookAt(this.#machine, state);
    const { seen, expected } = observe(this.#facts, seenBefore, from, happening, to, choices);
    const move = { facts: this.#facts, from, seenBefore, happening, to, seen, expected };
    const whole = this.#holds(move, node, happening, choices);
    const skipped = skipAttempts(this.#facts, to, seen);
    const next = this.#add({ ...to, state: skipped.state }, skipped.seen, node, happening, choices, skipped.skipped);
    // What comes after a broken law would be told again and again: it is not walked.
    if (!whole && next.parent === node && next.happening === happening) {
      next.open = null;
      next.ends = true;
    }
    if (isProgress(happening)) next.reachedFrom.push(node);
  }

  /** Those that explain least are asked last, and only where no other is broken. */
  #holds(move: Move, node: Node, happening: Happening | null, choices: Choices): boolean {
    let whole = true;
    for (const general of [false, true]) {
      if (general && !whole) return false;
      for (const law of this.#laws) {
        if ((law.general ?? false) !== general) continue;
        const what = law.broken(move);
        if (what.length === 0) continue;
        whole = false;
        this.#report(law, what, node, happening, choices);
      }
    }
    return whole;
  }

  #moveForNothing(node: Node, from: Look, happening: Happening): void {
    for (const { result, choices } of everyAnswer(this.#decided, (oracle) => this.#next(node, from, happening, oracle))) {
      if (result === null || sameState(from, { ...from, state: result })) continue;
      this.#report(LATE_ANSWERS, ["it changes the saga"], node, happening, choices);
    }
  }

  #next(node: Node, from: Look, happening: Happening, oracle: Oracle): MachineState | null {
    this.#transitions += 1;
    return this.#tried(node, happening, () => {
      const state = happening.kind === "reopens" ? this.#machine.reopened(from.state) : from.state;
      return state === null ? null : this.#machine.next(state, eventOf(happening, this.#facts), oracle);
    });
  }

  #tried(node: Node | null, happening: Happening | null, move: () => MachineState | null): MachineState | null {
    try {
      return move();
    } catch (error) {
      const law = error instanceof TransitionsDiffer ? EQUALS_ITS_MACHINE : NEVER_THROWS;
      this.#report(law, [error instanceof Error ? error.message : String(error)], node, happening, null);
      return null;
    }
  }

  #add(
    look: Look,
    seen: Seen,
    parent: Node | null,
    happening: Happening | null,
    choices: Choices,
    skipped: readonly Skip[],
  ): Node {
    const key = keyOf(this.#facts, look, seen);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const depth = parent === null ? 0 : parent.depth + 1;
    const ends = look.status !== "running";
    const node: Node = { open: { look, seen }, parent, happening, choices, skipped, depth, reachedFrom: [], ends };
    this.#byKey.set(key, node);
    this.#nodes.push(node);
    if (look.status !== "running") this.#ends[look.status] += 1;
    if (look.parked.length > 0) this.#parked += 1;
    return node;
  }

  #report(
    law: Pick<Law, "name" | "says">,
    what: readonly string[],
    node: Node | null,
    happening: Happening | null,
    choices: Choices | null,
  ): void {
    if (this.#broken.has(law.name)) return;
    this.#broken.set(law.name, { law: law.name, says: law.says, what, story: storyTo(node, happening, choices) });
  }

  /** States that were walked on from, and from which nothing leads to an end, nor to a state that was not walked on from. */
  #findDeadEnds(): void {
    const reaching = this.#nodes.filter((node) => node.ends || node.open !== null);
    const known = new Set(reaching);
    for (const node of reaching) {
      for (const from of node.reachedFrom) {
        if (known.has(from)) continue;
        known.add(from);
        reaching.push(from);
      }
    }
    const dead = this.#nodes.find((node) => !known.has(node));
    if (dead !== undefined) this.#report(REACHES_AN_END, ["from here no end can be reached"], dead, null, null);
  }
}

/** `choices`: of the last thing that happens; of what came before they are known. */
function storyTo(node: Node | null, last: Happening | null, choices: Choices | null): Story {
  const story: (Happening | Turn | Skip)[] = last === null ? [] : [...turns(choices), last];
  for (let at: Node | null = node; at !== null; at = at.parent) {
    story.push(...at.skipped, ...turns(at.choices));
    if (at.happening !== null) story.push(at.happening);
  }
  return story.reverse();
}

/** The last one first. */
function turns(choices: Choices | null): Turn[] {
  return (choices?.all ?? []).map((choice): Turn => ({ kind: "turns", ...choice })).reverse();
}
