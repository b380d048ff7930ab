import { CompilerBug } from "../../bug.ts";
import { nodesIn } from "../../plan/nodes.ts";
import type {
  Plan,
  PlanAwait,
  PlanFail,
  PlanForeach,
  PlanIf,
  PlanNode,
  PlanOutcome,
  PlanParallel,
  PlanPolicy,
  PlanRace,
  PlanRepeat,
  PlanSequence,
  PlanStepNode,
  PlanSubSaga,
  PlanTry,
  UndoSequence,
} from "../../plan/plan.ts";
import { stepsOf, unitsOf } from "../../plan/units.ts";
import { type ExprScope, exprWords, outcomeText } from "../lib/expr-text.ts";
import { awaitLimit, foreachLabel, repeatLabel, sleepLimit, tryLabel } from "./labels.ts";
import type { Graph, GraphCluster, GraphEdge, GraphEnd, GraphJunction, GraphNode } from "./model.ts";

/** A way that is still open: what comes next is reached from here. */
interface Open {
  readonly from: string;
  readonly label: string | null;
}

/** Where the two ways stand: what the next forward node is reached from, and where the way back from it is entered. */
interface Ways {
  readonly forward: readonly Open[];
  readonly undo: readonly string[];
}

const START = "start";
const COMPLETED = "completed";
const COMPENSATED = "compensated";

/** Draws one saga, once. */
export class Drawing {
  readonly #plan: Plan;
  readonly #steps: ReadonlyMap<string, ReturnType<typeof stepsOf>[number]>;
  /** Names of steps and children that some way back undoes. */
  readonly #undone: ReadonlySet<string>;
  readonly #words: ReturnType<typeof exprWords>;
  readonly #nodes: GraphNode[] = [];
  readonly #clusters: GraphCluster[] = [];
  readonly #edges: GraphEdge[] = [];
  #scope: ExprScope = {};

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#steps = new Map(stepsOf(plan).map((step) => [step.name, step]));
    this.#undone = new Set(unitsOf(plan).flatMap(({ backward }) => namesOf(backward)));
    this.#words = exprWords(plan);
  }

  graph(): Graph {
    const { saga, version, doc, pivots, forward, endings } = this.#plan;
    const last = this.#sequence(forward, null, { forward: [{ from: START, label: null }], undo: [COMPENSATED] });
    this.#reach(last.forward, COMPLETED);
    const turnsBack = this.#edges.some(({ to }) => to === COMPENSATED);
    const before = [...this.#nodes];
    this.#ending(endings.completed, COMPLETED);
    if (turnsBack) this.#ending(endings.compensated, COMPENSATED);
    const behind = this.#nodes.slice(before.length);
    const end = (kind: GraphEnd["kind"]): GraphEnd => ({ kind, id: kind, cluster: null });
    const nodes = [end(START), ...(turnsBack ? [end(COMPENSATED)] : []), ...before, end(COMPLETED), ...behind];
    return { schema: 3, saga, version, doc, pivots, nodes, clusters: this.#clusters, edges: this.#edges };
  }

  /** Steps that change no outcome. */
  #ending(sequence: PlanSequence | null, end: "completed" | "compensated"): void {
    if (sequence === null) return;
    const id = `ending:${end}`;
    this.#clusters.push({ kind: "ending", id, parent: null, label: `on ${end}` });
    this.#sequence(sequence, id, { forward: [{ from: end, label: null }], undo: [] });
  }

  #sequence({ nodes }: PlanSequence, cluster: string | null, ways: Ways): Ways {
    return nodes.reduce((current, node) => this.#met(node, cluster, this.#node(node, cluster, current)), ways);
  }

  /** Many ways back are gone on with from one point: else each of n choices in a row would lead back to all that stand before it. */
  #met(node: PlanNode, cluster: string | null, ways: Ways): Ways {
    if (ways.undo.length <= MOST_WAYS_BACK) return ways;
    const id = `undo-either:${node.kind === "step" ? node.step : node.id}`;
    this.#nodes.push({ kind: "either", id, cluster, direction: "undo", notes: [] });
    for (const to of ways.undo) this.#edge({ kind: "undo", from: id, to });
    return { ...ways, undo: [id] };
  }

  #node(node: PlanNode, cluster: string | null, ways: Ways): Ways {
    switch (node.kind) {
      case "step":
        return this.#step(node, cluster, ways);
      case "parallel":
      case "race":
        return this.#branches(node, cluster, ways);
      case "if":
        return this.#if(node, cluster, ways);
      case "try":
        return this.#try(node, cluster, ways);
      case "await":
        return this.#await(node, cluster, ways);
      case "foreach":
      case "repeat":
        return this.#body(node, cluster, ways);
      case "call":
        return this.#call(node, cluster, ways);
      case "fail":
        return this.#fail(node, cluster, ways);
      case "sleep":
        return this.#plain(
          { kind: "sleep", id: `sleep:${node.id}`, cluster, limit: sleepLimit(node, this.#words, this.#scope) },
          ways,
        );
      case "compute":
        return this.#plain({ kind: "compute", id: `compute:${node.id}`, cluster, compute: node.compute }, ways);
    }
  }

  #plain(node: GraphNode, ways: Ways): Ways {
    this.#nodes.push(node);
    this.#reach(ways.forward, node.id);
    return { forward: [{ from: node.id, label: null }], undo: ways.undo };
  }

  // ---- steps and calls

  #step({ step: name, policies }: PlanStepNode, cluster: string | null, ways: Ways): Ways {
    const step = this.#steps.get(name);
    if (step === undefined) throw new CompilerBug(`the plan of ${this.#plan.saga} has no step ${name}`);
    const { kind: role, zone, doc, undo, call } = step;
    const id = `step:${name}`;
    const notes = policies.flatMap(({ error, outcome }) => (outcome.kind === "park" ? [`${error}: park`] : []));
    const { service, operation } = call;
    const rest = this.#plain({ kind: "step", id, cluster, step: name, role, zone, doc, service, operation, notes }, ways);
    const errors = policies.filter(({ outcome }) => outcome.kind === "fail").map(({ error }) => error);
    // The pivot is retried until its outcome is known: only an error of its own turns it back.
    const decides = zone === "pivot" || role === "best-effort";
    const fails = zone !== "maybe" && zone !== "ending" && (decides ? errors.length > 0 : step.failsTo !== null);
    const own = undo.kind === "compensate" && this.#undone.has(name) ? undo.call : null;
    const back = own === null ? ways.undo : this.#compensation(name, own.service, own.operation, cluster, ways);
    if (fails) this.#turn(id, back, errors);
    return this.#policies(policies, id, cluster, ways, { ...rest, undo: back });
  }

  #call(node: PlanSubSaga, cluster: string | null, ways: Ways): Ways {
    const { name, saga, version, policies, onFailure } = node;
    const id = `call:${name}`;
    const parks = policies.flatMap(({ error, outcome }) => (outcome.kind === "park" ? [`${error}: park`] : []));
    const notes = onFailure.kind === "park" ? [...parks, "on failure park"] : parks;
    const rest = this.#plain({ kind: "call", id, cluster, name, saga, version, notes }, ways);
    const errors = policies.filter(({ outcome }) => outcome.kind === "fail").map(({ error }) => error);
    const back = this.#undone.has(name) ? this.#compensation(name, "saga", saga, cluster, ways) : ways.undo;
    if (node.failsTo !== null && (errors.length > 0 || onFailure.kind === "fail")) this.#turn(id, back, errors);
    const after = this.#policies(policies, id, cluster, ways, { ...rest, undo: back });
    if (onFailure.kind === "fail") return after;
    return joined(after, this.#outcome(onFailure, { from: id, label: "on failure" }, cluster, ways));
  }

  #compensation(step: string, service: string, operation: string, cluster: string | null, ways: Ways): readonly string[] {
    const id = `undo:${step}`;
    this.#nodes.push({ kind: "compensation", id, cluster, step, service, operation });
    for (const to of ways.undo) this.#edge({ kind: "undo", from: id, to });
    return [id];
  }

  /** What a declared error leads to did not happen, so the way back from there passes the step by. */
  #policies(policies: readonly PlanPolicy[], from: string, cluster: string | null, before: Ways, after: Ways): Ways {
    return policies.reduce((ways, { error, outcome }) => {
      return outcome.kind === "fail" ? ways : joined(ways, this.#outcome(outcome, { from, label: error }, cluster, before));
    }, after);
  }

  #outcome(outcome: PlanOutcome, open: Open, cluster: string | null, ways: Ways, errors: readonly string[] = []): Ways {
    switch (outcome.kind) {
      case "fail":
        this.#turn(open.from, ways.undo, outcome.failure === null ? errors : [outcome.failure.name], open.label);
        return NOWHERE;
      case "park":
        return NOWHERE;
      case "continue":
        return { forward: [open], undo: ways.undo };
      case "block":
        return this.#sequence(outcome.block.body, cluster, { forward: [open], undo: ways.undo });
    }
  }

  #fail({ id: name, failure }: PlanFail, cluster: string | null, ways: Ways): Ways {
    const id = `fail:${name}`;
    this.#plain({ kind: "fail", id, cluster, error: failure.name }, ways);
    this.#turn(id, ways.undo, []);
    return NOWHERE;
  }

  // ---- choices and waits

  #if({ id, arms, otherwise }: PlanIf, cluster: string | null, ways: Ways): Ways {
    let open = ways.forward;
    let all = NOWHERE;
    for (const arm of arms) {
      const decision = `if:${id}:${arm.id}`;
      const condition = this.#words.text(arm.condition, this.#scope);
      this.#plain({ kind: "decision", id: decision, cluster, condition }, { ...ways, forward: open });
      all = joined(all, this.#sequence(arm.body, cluster, { forward: [{ from: decision, label: "yes" }], undo: ways.undo }));
      open = [{ from: decision, label: "no" }];
    }
    return joined(all, this.#sequence(otherwise, cluster, { forward: open, undo: ways.undo }));
  }

  #await(node: PlanAwait, cluster: string | null, ways: Ways): Ways {
    const id = `await:${node.id}`;
    const limit = awaitLimit(node, this.#words, this.#scope);
    const signals = node.cases.map(({ signal, where }) => {
      return { signal, where: where === null ? null : this.#words.text(where, { ...this.#scope, candidate: signal }) };
    });
    const notes = limit !== null && node.onTimeout.kind === "park" ? ["on timeout park"] : [];
    this.#plain({ kind: "await", id, cluster, signals, limit, notes }, ways);
    const only = node.cases.length === 1;
    const received = node.cases.map(({ name, body }) => {
      return this.#sequence(body, cluster, { forward: [{ from: id, label: only ? null : name }], undo: ways.undo });
    });
    const all = received.reduce(joined, NOWHERE);
    if (limit === null) return all;
    return joined(all, this.#outcome(node.onTimeout, { from: id, label: "timeout" }, cluster, ways, ["SignalTimeout"]));
  }

  /** Its own failures lead to what it says otherwise; the saga's go past that. */
  #try(node: PlanTry, parent: string | null, ways: Ways): Ways {
    const { id, body, otherwise } = node;
    this.#clusters.push({ kind: "try", id, parent, label: tryLabel(node, this.#words, this.#scope) });
    const turn = `otherwise:${id}`;
    const notes = otherwise.kind === "block" ? [] : [outcomeText(otherwise) ?? ""];
    const before = this.#edges.length;
    const tried = this.#sequence(body, id, { forward: ways.forward, undo: [turn] });
    const undone = this.#edges.slice(before).filter(({ kind, to }) => kind === "undo" && to === turn);
    for (const { from } of undone) for (const to of ways.undo) this.#edge({ kind: "undo", from, to });
    this.#nodes.push({ kind: "otherwise", id: turn, cluster: parent, direction: "forward", notes });
    const back = tried.undo.flatMap((to) => (to === turn ? ways.undo : [to]));
    return joined({ ...tried, undo: back }, this.#outcome(otherwise, { from: turn, label: null }, parent, ways));
  }

  // ---- groups, and blocks that run as instances of their own

  #branches(node: PlanParallel | PlanRace, parent: string | null, ways: Ways): Ways {
    const { id, branches, kind } = node;
    const waits = node.kind === "parallel" && node.onFailure === "wait";
    const label = kind === "race" ? "race: the first to end wins" : waits ? "parallel, on failure wait" : "parallel";
    this.#clusters.push({ kind, id, parent, label });
    const undoes = branches.some(({ body }) => forwardNames(body).some((name) => this.#undone.has(name)));
    return this.#group(id, undoes, ways, (begin) =>
      branches.map((branch) => {
        if (branch.name === null) return this.#sequence(branch.body, id, begin);
        const inner = `${id}.${branch.id}`;
        this.#clusters.push({ kind: "branch", id: inner, parent: id, label: branch.name });
        return this.#sequence(branch.body, inner, begin);
      }),
    );
  }

  #body(node: PlanForeach | PlanRepeat, parent: string | null, ways: Ways): Ways {
    const { id, kind } = node;
    const body = this.#plan.bodies.find((each) => each.id === id);
    if (body === undefined) throw new CompilerBug(`the plan of ${this.#plan.saga} has no body ${id}`);
    const outer = this.#scope;
    const label = node.kind === "foreach" ? foreachLabel(node, this.#words, outer) : repeatLabel(node, this.#words, outer);
    this.#clusters.push({ kind, id, parent, label });
    const join = `join:${id}`;
    const goesOn = node.kind === "foreach" && node.onFailure === "continue";
    const undoes = forwardNames(body.forward).some((name) => this.#undone.has(name));
    // An item that nothing is undone of fails straight to the end of all.
    const outward = goesOn && !undoes ? { ...ways, undo: [join] } : ways;
    const after = this.#group(id, undoes, outward, (begin) => {
      this.#scope = { inBody: true };
      const ends = [this.#sequence(body.forward, id, begin)];
      this.#scope = outer;
      return ends;
    });
    if (goesOn && undoes) this.#edge({ kind: "forward", from: `undo-join:${id}`, to: join, label: "continue" });
    if (node.kind === "foreach") return goesOn && !undoes ? { ...after, undo: ways.undo } : after;
    this.#edge({ kind: "again", from: join, to: `fork:${id}`, label: "again" });
    if (node.max === null) return after;
    return joined(after, this.#outcome(node.otherwise, { from: join, label: "otherwise" }, parent, after, ["RoundsExhausted"]));
  }

  #group(id: string, undoes: boolean, ways: Ways, contents: (begin: Ways) => readonly Ways[]): Ways {
    const fork = this.#junction("fork", "forward", id);
    const undoJoin = undoes ? this.#junction("join", "undo", id) : null;
    this.#reach(ways.forward, fork);
    if (undoJoin !== null) for (const to of ways.undo) this.#edge({ kind: "undo", from: undoJoin, to });
    const ends = contents({ forward: [{ from: fork, label: null }], undo: undoJoin === null ? ways.undo : [undoJoin] });
    const join = this.#junction("join", "forward", id);
    for (const end of ends) this.#reach(end.forward, join);
    const forward = [{ from: join, label: null }];
    if (undoJoin === null) return { forward, undo: ways.undo };
    const undoFork = this.#junction("fork", "undo", id);
    for (const to of unique(ends.flatMap(({ undo }) => undo))) {
      if (to !== undoJoin) this.#edge({ kind: "undo", from: undoFork, to });
    }
    return { forward, undo: [undoFork] };
  }

  #junction(kind: "fork" | "join", direction: GraphJunction["direction"], cluster: string): string {
    const id = `${direction === "undo" ? "undo-" : ""}${kind}:${cluster}`;
    this.#nodes.push({ kind, id, cluster, direction, notes: [] });
    return id;
  }

  // ---- edges

  #reach(open: readonly Open[], to: string): void {
    for (const { from, label } of open) this.#edge({ kind: "forward", from, to, label });
  }

  #turn(from: string, to: readonly string[], errors: readonly string[], label: string | null = null): void {
    for (const each of to) this.#edge({ kind: "failure", from, to: each, label, errors });
  }

  #edge(edge: Pick<GraphEdge, "kind" | "from" | "to"> & Partial<GraphEdge>): void {
    const { kind, from, to, label = null, errors = [] } = edge;
    const crossesPivot = kind === "forward" && label === null && this.#plan.pivots.some((pivot) => from === `step:${pivot}`);
    this.#edges.push({ kind, from, to, label, errors, crossesPivot });
  }
}

/** So many lines beside each other can still be told apart. */
const MOST_WAYS_BACK = 4;

const NOWHERE: Ways = { forward: [], undo: [] };

/** Paths that exclude each other: what follows is reached from both, and goes back to both. */
function joined(one: Ways, other: Ways): Ways {
  return { forward: [...one.forward, ...other.forward], undo: unique([...one.undo, ...other.undo]) };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function namesOf({ nodes }: UndoSequence): string[] {
  return nodes.flatMap((node) => {
    if (node.kind === "step") return [node.step];
    return node.kind === "child" ? [node.child] : node.branches.flatMap(({ body }) => namesOf(body));
  });
}

function forwardNames(sequence: PlanSequence): string[] {
  return nodesIn(sequence).flatMap((node) => {
    if (node.kind === "step") return [node.step];
    return node.kind === "foreach" || node.kind === "repeat" || node.kind === "call" ? [node.name] : [];
  });
}
