import { CompilerBug } from "../../bug.ts";
import { nodesIn } from "../../plan/nodes.ts";
import type { Plan, PlanNode, PlanParallel, PlanSequence, PlanStep, UndoSequence } from "../../plan/plan.ts";

export const GRAPH_SCHEMA = 1;

/**
 * A saga as a picture: the way forward, the way back beside it, where a failure turns from one to the other, and the line of the pivot.
 * Plain JSON (`sagac graph --format json`), and all that the drawers read. Names and documentation are as in the source: whoever
 * draws them escapes them.
 */
export interface Graph {
  readonly schema: typeof GRAPH_SCHEMA;
  readonly saga: string;
  readonly version: number;
  readonly doc: string | null;
  /** The step that is the point of no return, or `null`. */
  readonly pivot: string | null;
  /** In the order of the way forward, each with its compensation behind it; the ends come first and last. */
  readonly nodes: readonly GraphNode[];
  /** Outer ones before inner ones. */
  readonly clusters: readonly GraphCluster[];
  readonly edges: readonly GraphEdge[];
}

export type GraphNode = GraphEnd | GraphStep | GraphCompensation | GraphJunction;

export interface GraphEnd {
  readonly kind: "start" | "completed" | "compensated";
  readonly id: string;
  readonly cluster: null;
}

export interface GraphStep {
  readonly kind: "step";
  readonly id: string;
  /** The innermost group that it stands in. */
  readonly cluster: string | null;
  readonly step: string;
  readonly role: PlanStep["kind"];
  readonly zone: PlanStep["zone"];
  readonly doc: string | null;
  /** `local` for a step without a service. */
  readonly service: string;
  readonly operation: string;
}

export interface GraphCompensation {
  readonly kind: "compensation";
  readonly id: string;
  readonly cluster: string | null;
  /** The step that it undoes. */
  readonly step: string;
  readonly service: string;
  readonly operation: string;
}

/** Where branches begin or have all ended. On the way back the fork is below and the join above. */
export interface GraphJunction {
  readonly kind: "fork" | "join";
  readonly id: string;
  readonly cluster: string;
  readonly direction: "forward" | "undo";
}

export interface GraphCluster {
  readonly kind: "parallel";
  readonly id: string;
  readonly parent: string | null;
}

/**
 * `forward` and `undo`: what comes next. `failure`: where the way back is entered from a step; what definitely did not happen is
 * passed by. The siblings of a failed branch enter it at the same time, each at its own place.
 */
export interface GraphEdge {
  readonly kind: "forward" | "undo" | "failure";
  readonly from: string;
  readonly to: string;
  /** Declared errors that lead this way; any step before the pivot can also fail without one. Of failures only. */
  readonly errors: readonly string[];
  /** Whether the line of the pivot lies across it: from here on there is no way back. Of one forward edge at most. */
  readonly crossesPivot: boolean;
}

export function graphOf(plan: Plan): Graph {
  return new Drawing(plan).graph();
}

/** Where the two ways stand: the forward node that comes before what is next, and the undo node that follows its undo. */
interface Ways {
  readonly forward: string;
  readonly undo: string;
}

const START = "start";
const COMPLETED = "completed";
const COMPENSATED = "compensated";

class Drawing {
  readonly #plan: Plan;
  readonly #steps: ReadonlyMap<string, PlanStep>;
  readonly #undone: ReadonlySet<string>;
  readonly #nodes: GraphNode[] = [];
  readonly #clusters: GraphCluster[] = [];
  readonly #edges: GraphEdge[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#steps = new Map(plan.steps.map((step) => [step.name, step]));
    this.#undone = new Set(namesOf(plan.backward));
  }

  graph(): Graph {
    const { saga, version, doc, pivots, forward } = this.#plan;
    const pivot = pivots[0] ?? null;
    const last = this.#sequence(forward, null, { forward: START, undo: COMPENSATED });
    this.#edge("forward", last.forward, COMPLETED);
    const ends = (kinds: readonly GraphEnd["kind"][]): GraphEnd[] => kinds.map((kind) => ({ kind, id: kind, cluster: null }));
    const turnsBack = this.#edges.some(({ to }) => to === COMPENSATED);
    const nodes = [...ends(turnsBack ? [START, COMPENSATED] : [START]), ...this.#nodes, ...ends([COMPLETED])];
    return { schema: GRAPH_SCHEMA, saga, version, doc, pivot, nodes, clusters: this.#clusters, edges: this.#edges };
  }

  #sequence({ nodes }: PlanSequence, cluster: string | null, ways: Ways): Ways {
    return nodes.reduce((current, node) => this.#node(node, cluster, current), ways);
  }

  #node(node: PlanNode, cluster: string | null, ways: Ways): Ways {
    switch (node.kind) {
      case "step":
        return this.#step(node.step, cluster, ways);
      case "parallel":
        return this.#parallel(node, cluster, ways);
      default:
        throw new CompilerBug(`a ${node.kind} has no drawing`);
    }
  }

  #step(name: string, cluster: string | null, ways: Ways): Ways {
    const step = this.#steps.get(name);
    if (step === undefined) throw new CompilerBug(`the plan of ${this.#plan.saga} has no step ${name}`);
    const { kind: role, zone, doc, undo, throws, call } = step;
    const id = `step:${name}`;
    this.#nodes.push({
      kind: "step",
      id,
      cluster,
      step: name,
      role,
      zone,
      doc,
      service: call.service,
      operation: call.operation,
    });
    this.#edge("forward", ways.forward, id);
    if (undo.kind === "compensate" && this.#undone.has(name)) {
      const { service, operation } = undo.call;
      const undoId = `undo:${name}`;
      this.#nodes.push({ kind: "compensation", id: undoId, cluster, step: name, service, operation });
      this.#edge("failure", id, undoId, throws);
      this.#edge("undo", undoId, ways.undo);
      return { forward: id, undo: undoId };
    }
    // The pivot is retried until its outcome is known: only an error of its own turns it back.
    if (zone === "before" || (zone === "pivot" && throws.length > 0)) this.#edge("failure", id, ways.undo, throws);
    return { forward: id, undo: ways.undo };
  }

  #parallel({ id, branches }: PlanParallel, parent: string | null, ways: Ways): Ways {
    this.#clusters.push({ kind: "parallel", id, parent });
    const undoes = branches.some(({ body }) => forwardNames(body).some((name) => this.#undone.has(name)));
    const fork = this.#junction("fork", "forward", id);
    const undoJoin = undoes ? this.#junction("join", "undo", id) : null;
    this.#edge("forward", ways.forward, fork);
    if (undoJoin !== null) this.#edge("undo", undoJoin, ways.undo);
    const begin: Ways = { forward: fork, undo: undoJoin ?? ways.undo };
    const ends = branches.map(({ body }) => this.#sequence(body, id, begin));

    const join = this.#junction("join", "forward", id);
    for (const end of ends) this.#edge("forward", end.forward, join);
    if (undoJoin === null) return { forward: join, undo: ways.undo };
    const undoFork = this.#junction("fork", "undo", id);
    for (const end of ends) if (end.undo !== undoJoin) this.#edge("undo", undoFork, end.undo);
    return { forward: join, undo: undoFork };
  }

  #junction(kind: GraphJunction["kind"], direction: GraphJunction["direction"], cluster: string): string {
    const id = `${direction === "undo" ? "undo-" : ""}${kind}:${cluster}`;
    this.#nodes.push({ kind, id, cluster, direction });
    return id;
  }

  #edge(kind: GraphEdge["kind"], from: string, to: string, errors: readonly string[] = []): void {
    const crossesPivot = kind === "forward" && this.#plan.pivots.some((pivot) => from === `step:${pivot}`);
    this.#edges.push({ kind, from, to, errors, crossesPivot });
  }
}

function namesOf({ nodes }: UndoSequence): string[] {
  return nodes.flatMap((node) => {
    if (node.kind === "step") return [node.step];
    return node.kind === "child" ? [node.child] : node.branches.flatMap(({ body }) => namesOf(body));
  });
}

function forwardNames(sequence: PlanSequence): string[] {
  return nodesIn(sequence).flatMap((node) => (node.kind === "step" ? [node.step] : []));
}
