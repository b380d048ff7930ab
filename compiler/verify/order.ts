import { sequencesIn } from "../plan/nodes.ts";
import type { PlanNode, PlanSequence } from "../plan/plan.ts";

/** What comes before what in the program. */
export interface Order {
  /** Steps that come before this one in the program, at whatever depth, on a path that leads to it: it may depend on each of them. */
  before(step: string): ReadonlySet<string>;
  /** Steps that come after it, as far as both can be on one path. */
  after(step: string): ReadonlySet<string>;
  /** The scopes that a step stands in, the saga left out. */
  within(step: string): readonly string[];
  /** The scopes behind which a step stands: what failed there is undone before it begins. */
  follows(step: string): readonly string[];
  /** Steps without which no saga completes: they stand in no arm, no scope and no other path. */
  readonly certain: ReadonlySet<string>;
}

export function orderOf(parts: readonly PlanSequence[]): Order {
  const walk = new Walk();
  const [forward] = parts;
  for (const part of parts) walk.sequence(part, { ...NOWHERE, certain: part === forward });
  const { places } = walk;
  const all = [...places];
  const after = new Map(
    all.map(([name]) => [name, new Set(all.filter(([, { before }]) => before.has(name)).map(([later]) => later))]),
  );
  return {
    before: (step) => places.get(step)?.before ?? NOTHING,
    after: (step) => after.get(step) ?? NOTHING,
    within: (step) => places.get(step)?.within ?? [],
    follows: (step) => places.get(step)?.follows ?? [],
    certain: new Set(all.filter(([, { certain }]) => certain).map(([name]) => name)),
  };
}

const NOTHING: ReadonlySet<string> = new Set();

interface Place {
  readonly before: ReadonlySet<string>;
  readonly within: readonly string[];
  readonly follows: readonly string[];
  readonly certain: boolean;
}

const NOWHERE: Place = { before: NOTHING, within: [], follows: [], certain: true };

/** What is left behind when a sequence is over. */
interface Left {
  readonly steps: readonly string[];
  readonly scopes: readonly string[];
}

class Walk {
  readonly places = new Map<string, Place>();

  sequence({ nodes }: PlanSequence, around: Place): Left {
    const steps: string[] = [];
    const scopes: string[] = [];
    for (const node of nodes) {
      const before = new Set([...around.before, ...steps]);
      const left = this.#node(node, { ...around, before, follows: [...around.follows, ...scopes] });
      steps.push(...left.steps);
      scopes.push(...left.scopes);
    }
    return { steps, scopes };
  }

  #node(node: PlanNode, place: Place): Left {
    const own = ownName(node);
    if (own !== null) this.places.set(own, place);
    const inner = { ...place, before: own === null ? place.before : new Set([...place.before, own]) };
    const below = this.#below(node, inner);
    return {
      steps: [...(own === null ? [] : [own]), ...below.flatMap(({ steps }) => steps)],
      scopes: [...scopesIn(node), ...below.flatMap(({ scopes }) => scopes)],
    };
  }

  #below(node: PlanNode, place: Place): Left[] {
    switch (node.kind) {
      case "parallel":
      case "race":
        return node.branches.map(({ body, scope }) =>
          this.sequence(body, {
            ...place,
            certain: place.certain && node.kind === "parallel",
            within: scope === null ? place.within : [...place.within, scope],
          }),
        );
      case "try": {
        const body = this.sequence(node.body, { ...place, certain: false, within: [...place.within, node.id] });
        if (node.otherwise.kind !== "block") return [body];
        const before = new Set([...place.before, ...body.steps]);
        const follows = [...place.follows, node.id, ...body.scopes];
        return [body, this.sequence(node.otherwise.block.body, { ...place, before, follows, certain: false })];
      }
      // Only one of them is taken.
      default:
        return sequencesIn(node).map((sequence) => this.sequence(sequence, { ...place, certain: false }));
    }
  }
}

function scopesIn(node: PlanNode): string[] {
  if (node.kind === "try") return [node.id];
  return node.kind === "race" || node.kind === "parallel" ? node.branches.flatMap(({ scope }) => scope ?? []) : [];
}

function ownName(node: PlanNode): string | null {
  if (node.kind === "step") return node.step;
  if (node.kind === "compute") return node.id;
  return "name" in node ? node.name : null;
}
