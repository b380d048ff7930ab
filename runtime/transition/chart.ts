import type { StateValue } from "xstate";
import type { Copier } from "./copier.ts";
import { type Act, type Guard, NotCompilable, type Words, wordsOf } from "./parts.ts";
import { type XMachine, type XNode, XSTATE_NODE_TYPES, type XTransition } from "./xstate.ts";

/**
 * A generated machine, worked out once: for every event the few states that take it, for every transition what it leaves, enters and raises.
 * What a statechart decides at run time (exit sets, entry sets, the value of what is entered) is the same each time in these machines, so
 * all that is left to do for an event is to ask guards, to assign, and to copy the value along one path.
 */
export interface Chart {
  readonly root: ChartNode;
  /** By event type: the states that take it, and those above them. */
  readonly takers: ReadonlyMap<string, Taker>;
  /** How it begins. */
  readonly start: Move;
  /** The first context. */
  readonly context: (start: unknown) => object;
  /** Works out the output, as XState does at either end: a defect in it is found before the end stands. */
  readonly output: (context: object) => void;
  /** Guards that can become true while a state is stood in: each is asked once a round, whatever number of states has it. */
  readonly watched: readonly Guard[];
  /** Some of them read more than failures: whatever is assigned can make them true. */
  readonly restless: boolean;
}

export interface ChartNode {
  readonly key: string;
  readonly kind: "atomic" | "compound" | "parallel" | "final";
  readonly parent: ChartNode | null;
  /** The nodes from below the root down to this one. */
  readonly line: readonly ChartNode[];
  readonly children: readonly ChartNode[];
  /** Of a compound: its child by key. */
  readonly child: ReadonlyMap<string, ChartNode>;
  /** Its place in the order of the machine, and that of the last node below it. */
  readonly first: number;
  readonly last: number;
  /** Copies the object that holds its part of the value, and those of its siblings: made when it is first needed. */
  readonly holder: { copy: Copier | null };
  /** The event that it raises when it is done. */
  readonly done: InternalEvent;
  /** Of several regions: which child was last seen to be not done. */
  readonly open: { at: number };
  /** Of a leaf: its eventless transitions and those of all that is around it, the inner first. */
  readonly ways: readonly Move[];
}

export interface InternalEvent {
  readonly type: string;
  readonly output: undefined;
  /** Who takes it. */
  readonly taker: Taker | null;
}

export interface Taker {
  /** The state itself. */
  readonly at: ChartNode;
  /** Keys of the value that lead here from the taker above, or from the root. */
  readonly path: readonly string[];
  /** In the order in which they are tried, when nothing below takes the event. */
  readonly moves: readonly Move[];
  readonly below: readonly Taker[];
}

export interface Move {
  readonly guard: Guard | null;
  readonly source: ChartNode;
  readonly acts: readonly Act[];
  /** All below it is left, and entered anew; `null`: it stays where it is. */
  readonly domain: ChartNode | null;
  /** The innermost region that the domain stands in, or the root: all that can stand in it from then on is known. */
  readonly region: ChartNode | null;
  /** The region's value from then on. */
  readonly value: StateValue;
  /** What entering does, in the order of the machine. */
  readonly entries: readonly Act[];
  /** Leaves that are entered and have eventless transitions, in the order of the machine. */
  readonly leaves: readonly ChartNode[];
  /** Final states that are entered, in the same order. */
  readonly finals: readonly ChartNode[];
  /** The machine ends with it. */
  readonly ends: boolean;
}

/** Throws `NotCompilable` where the machine says what no generated machine does. */
export function chartOf(machine: XMachine): Chart {
  return new Charting(machine).chart();
}

interface Growing extends ChartNode {
  children: ChartNode[];
  child: Map<string, ChartNode>;
  last: number;
  ways: readonly Move[];
  done: InternalEvent & { taker: Taker | null };
}

class Charting {
  readonly #machine: XMachine;
  readonly #words: Words;
  readonly #nodes = new Map<XNode, Growing>();
  readonly #always = new Map<XNode, readonly Move[]>();
  #count = 0;

  constructor(machine: XMachine) {
    this.#machine = machine;
    this.#words = wordsOf(machine.implementations);
  }

  chart(): Chart {
    const { root, config } = this.#machine;
    if (root.type !== "compound") throw new NotCompilable("its root is not one of several states");
    const top = this.#grow(root, null);
    for (const node of this.#nodes.keys()) {
      this.#always.set(
        node,
        (node.always ?? []).map((each) => this.#move(each)),
      );
    }
    for (const [node, own] of this.#nodes) if (own.children.length === 0) own.ways = this.#waysOf(node);
    const takers = this.#takers(root);
    for (const own of this.#nodes.values()) own.done.taker = takers.get(own.done.type) ?? null;
    const standing = [...this.#nodes.values()].filter(({ ways }) => ways.length > 0 && ways.every(({ guard }) => guard !== null));
    const guards = standing.flatMap(({ ways }) => ways.flatMap(({ guard }) => guard ?? []));
    return {
      root: top,
      takers,
      start: this.#startOf(root, top),
      context: (input) => {
        const { context } = config;
        return typeof context === "function" ? (context({ input }) as object) : { ...(context as object) };
      },
      output: (context) => {
        if (typeof config.output === "function") config.output({ context, event: { type: top.done.type } });
      },
      watched: [...new Map(guards.map((guard) => [guard.key ?? guard, guard])).values()],
      restless: guards.some(({ readsFailures }) => !readsFailures),
    };
  }

  // ---- nodes

  #grow(node: XNode, parent: Growing | null): Growing {
    this.#refuseOddities(node);
    const own: Growing = {
      key: node.key,
      kind: node.type as ChartNode["kind"],
      parent,
      line: [],
      children: [],
      child: new Map(),
      first: this.#count++,
      last: 0,
      done: { type: `xstate.done.state.${node.id}`, output: undefined, taker: null },
      open: { at: 0 },
      // Of regions that stand beside each other the same.
      holder: parent?.kind === "parallel" && parent.children[0] !== undefined ? parent.children[0].holder : { copy: null },
      ways: [],
    };
    if (parent !== null) (own as { line: readonly ChartNode[] }).line = [...parent.line, own];
    this.#nodes.set(node, own);
    for (const below of Object.values(node.states)) {
      const child = this.#grow(below, own);
      own.children.push(child);
      own.child.set(child.key, child);
    }
    own.last = this.#count - 1;
    return own;
  }

  #refuseOddities(node: XNode): void {
    const at = `state ${node.id}`;
    if (!XSTATE_NODE_TYPES.includes(node.type)) throw new NotCompilable(`${at} is of type ${node.type}`);
    if (node.config.exit !== undefined) throw new NotCompilable(`${at} has exit actions`);
    if (node.key === "__proto__") throw new NotCompilable(`${at} has a name that objects keep for themselves`);
    if (node.parent !== undefined && node.output !== undefined) throw new NotCompilable(`${at} has an output`);
    if (node.type === "compound" && (node.initial.actions.length > 0 || node.initial.target[0]?.parent !== node))
      throw new NotCompilable(`${at} does not begin in one of its own states`);
    if (node.parent?.type === "parallel" && Object.keys(node.states).length === 0)
      throw new NotCompilable(`${at} is a region without states`);
  }

  #own(node: XNode): Growing {
    const own = this.#nodes.get(node);
    if (own === undefined) throw new NotCompilable(`state ${node.id} is of another machine`);
    return own;
  }

  #waysOf(leaf: XNode): readonly Move[] {
    const ways: Move[] = [];
    for (let node: XNode | undefined = leaf; node !== undefined; node = node.parent) ways.push(...(this.#always.get(node) ?? []));
    return ways;
  }

  // ---- events

  #takers(root: XNode): Map<string, Taker> {
    const takers = new Map<string, Taker>();
    for (const [type, taker] of this.#takersBelow(root)) takers.set(type, taker);
    return takers;
  }

  #takersBelow(node: XNode): Map<string, Taker> {
    const below = new Map<string, Taker[]>();
    for (const child of Object.values(node.states)) {
      for (const [type, taker] of this.#takersBelow(child)) below.set(type, [...(below.get(type) ?? []), taker]);
    }
    const own = this.#own(node);
    const found = new Map<string, Taker>();
    for (const type of new Set([...below.keys(), ...node.transitions.keys()])) {
      if (type.includes("*")) throw new NotCompilable(`state ${node.id} takes events by a wildcard`);
      const moves = (node.transitions.get(type) ?? []).map((each) => this.#move(each));
      const key = own.parent === null ? [] : [own.key];
      const takers = below.get(type) ?? [];
      const [only] = takers;
      // Nothing is decided on the way to a single one.
      if (moves.length === 0 && takers.length === 1 && only !== undefined)
        found.set(type, { at: only.at, path: [...key, ...only.path], moves: only.moves, below: only.below });
      else found.set(type, { at: own, path: key, moves, below: takers });
    }
    return found;
  }

  #move({ guard, source, target, actions, reenter }: XTransition): Move {
    const common = {
      guard: guard === undefined ? null : this.#words.guard(guard),
      source: this.#own(source),
      acts: actions.flatMap((each) => this.#words.act(each)),
    };
    if (target === undefined || target.length === 0) return moveOf(common, STAYS);
    const [to] = target;
    if (to === undefined || target.length > 1 || reenter)
      throw new NotCompilable(`a transition of state ${source.id} enters several states, or its own again`);
    const domain = to === source || isBelow(to, source) ? source : commonAncestor(to, source);
    if (domain.type === "parallel")
      throw new NotCompilable(`a transition of state ${source.id} leads from one region to another`);
    return moveOf(common, this.#entering(domain, to));
  }

  #startOf(root: XNode, top: ChartNode): Move {
    const entering = this.#entering(root, root);
    const entries = [...this.#entryOf(root), ...entering.entries];
    return moveOf({ guard: null, source: top, acts: [] }, { ...entering, entries });
  }

  // ---- what a transition enters

  #entering(domain: XNode, target: XNode): Entering {
    const path: XNode[] = [];
    for (let node = target; node !== domain && node.parent !== undefined; node = node.parent) path.unshift(node);
    const entered: XNode[] = [];
    const inner = this.#enter(domain, path, entered);
    let region = domain;
    let value = inner;
    for (; region.parent !== undefined && region.parent.type !== "parallel"; region = region.parent)
      value = { [region.key]: value };
    const own = entered.map((node) => this.#own(node));
    const finals = own.filter(({ kind }) => kind === "final");
    return {
      domain: this.#own(domain),
      region: this.#own(region),
      // As an object that was read: those that grew key by key are slow to copy.
      value: JSON.parse(JSON.stringify(value)) as StateValue,
      entries: entered.flatMap((node) => this.#entryOf(node)),
      leaves: entered.flatMap((node) => (this.#hasWays(node) ? this.#own(node) : [])),
      finals,
      ends: finals.some(({ parent }) => parent?.parent === null),
    };
  }

  /** Adds what is entered below a node, in the order of the machine; answers with the node's value. `path`: what is headed for below it. */
  #enter(node: XNode, path: readonly XNode[], entered: XNode[]): StateValue {
    const [towards, ...rest] = path;
    if (node.type === "parallel") {
      const value: Record<string, StateValue> = {};
      for (const region of Object.values(node.states)) {
        entered.push(region);
        value[region.key] = this.#enter(region, region === towards ? rest : [], entered);
      }
      return value;
    }
    const child = towards ?? node.initial.target[0];
    if (child === undefined) throw new NotCompilable(`state ${node.id} has no first state`);
    entered.push(child);
    if (Object.keys(child.states).length === 0) return child.key;
    return { [child.key]: this.#enter(child, rest, entered) };
  }

  /** Entry actions, then the inputs of what is called: they are worked out when it is come to, so that a defect in one is found in time. */
  #entryOf({ config, invoke }: XNode): readonly Act[] {
    const entry = config.entry === undefined ? [] : Array.isArray(config.entry) ? (config.entry as unknown[]) : [config.entry];
    return [...entry.flatMap((each) => this.#words.act(each)), ...invoke.flatMap(({ input }) => this.#words.input(input))];
  }

  #hasWays(node: XNode): boolean {
    if (Object.keys(node.states).length > 0) return false;
    for (let at: XNode | undefined = node; at !== undefined; at = at.parent) if (at.always !== undefined) return true;
    return false;
  }
}

type Entering = Omit<Move, "guard" | "source" | "acts">;

/** All of one shape, keys in one order: what reads them is faster so. */
function moveOf(own: Pick<Move, "guard" | "source" | "acts">, entering: Entering): Move {
  const { guard, source, acts } = own;
  const { domain, region, value, entries, leaves, finals, ends } = entering;
  return { guard, source, acts, domain, region, value, entries, leaves, finals, ends };
}

const STAYS: Entering = { domain: null, region: null, value: "", entries: [], leaves: [], finals: [], ends: false };

function isBelow(node: XNode, above: XNode): boolean {
  for (let at = node.parent; at !== undefined; at = at.parent) if (at === above) return true;
  return false;
}

function commonAncestor(target: XNode, source: XNode): XNode {
  for (let at = target.parent; at !== undefined; at = at.parent) if (isBelow(source, at)) return at;
  throw new NotCompilable(`a transition of state ${source.id} leads out of the machine`);
}
