import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Graph, graphOf } from "../../compiler/emit/graph/model.ts";
import type { Plan, PlanNode, PlanSequence, PlanStep, UndoSequence } from "../../compiler/plan/plan.ts";
import { deriveBackward } from "../../compiler/plan/undo.ts";
import { call, group, placeOrder, plan, step, stepNode } from "../emit/plans.ts";
import { planOf } from "./kit.ts";

describe("the graph of the order saga", () => {
  const order = placeOrder();
  const sequence = (...names: readonly string[]): PlanSequence => ({
    kind: "sequence",
    nodes: order.steps.filter(({ name }) => names.includes(name)).map(stepNode),
  });
  const branches = group("$group1", sequence("reserveStock"), sequence("authorizePayment"));
  const forward: PlanSequence = {
    kind: "sequence",
    nodes: [...sequence("createOrder").nodes, branches, ...sequence("capturePayment", "requestShipment").nodes],
  };
  const graph = graphOf(withForward(order, forward));

  it("has its ends, the line behind the pivot, and the errors where they turn back", () => {
    expect(graph.nodes.map(({ id }) => id)).toEqual([
      "start",
      "compensated",
      "step:createOrder",
      "undo:createOrder",
      "fork:$group1",
      "undo-join:$group1",
      "step:reserveStock",
      "undo:reserveStock",
      "step:authorizePayment",
      "undo:authorizePayment",
      "join:$group1",
      "undo-fork:$group1",
      "step:capturePayment",
      "step:requestShipment",
      "completed",
    ]);
    expect(graph.edges.filter(({ crossesPivot }) => crossesPivot).map(({ from, to }) => [from, to])).toEqual([
      ["step:capturePayment", "step:requestShipment"],
    ]);
    expect(graph.edges.filter(({ kind }) => kind === "failure").map(({ from, to, errors }) => [from, to, ...errors])).toEqual([
      ["step:createOrder", "undo:createOrder"],
      ["step:reserveStock", "undo:reserveStock", "OutOfStock"],
      ["step:authorizePayment", "undo:authorizePayment", "PaymentDeclined"],
    ]);
  });

  it("turns a pivot back only for an error of its own, and nothing behind it", () => {
    const policies = [{ error: "No", retry: null, outcome: { kind: "fail", failure: null } }] as const;
    const refusing = forward.nodes.map((node) =>
      node.kind === "step" && node.step === "capturePayment" ? { ...node, policies } : node,
    );
    const failures = graphOf(withForward(order, { kind: "sequence", nodes: refusing })).edges.filter(
      ({ kind }) => kind === "failure",
    );
    expect(failures.at(-1)).toMatchObject({ from: "step:capturePayment", to: "undo-fork:$group1", errors: ["No"] });
  });

  it("has no end that nothing leads to", () => {
    const pivotFirst = plan({ steps: [step("pay", { kind: "pivot", zone: "pivot" })], pivots: ["pay"] });
    expect(graphOf(pivotFirst).nodes.map(({ kind }) => kind)).toEqual(["start", "step", "completed"]);
  });
});

describe("the graph of any plan", () => {
  it("says of the way forward what the plan says, of what comes before what", () => {
    fc.assert(
      fc.property(plans, (made) => {
        expect(order(graphOf(made), "forward", "step:")).toEqual(orderOf(made.forward));
      }),
    );
  });

  it("says of the way back what the plan says", () => {
    fc.assert(
      fc.property(plans, (made) => {
        expect(order(graphOf(made), "undo", "undo:")).toEqual(orderOf(made.backward));
      }),
    );
  });

  it("leads a failed step to its own undo, if it has one, and never past what ran before it", () => {
    fc.assert(
      fc.property(plans, (made) => {
        const graph = graphOf(made);
        const after = reachable(graph, "undo");
        const before = orderOf(made.forward);
        const undone = new Set(Object.keys(orderOf(made.backward)));
        for (const { from, to } of graph.edges.filter(({ kind }) => kind === "failure")) {
          const name = from.slice("step:".length);
          const passed = new Set([to, ...(after.get(to) ?? [])]);
          const ranBefore = Object.keys(before).filter((other) => before[other]?.includes(name) && undone.has(other));
          for (const other of undone.has(name) ? [name, ...ranBefore] : ranBefore) expect(passed).toContain(`undo:${other}`);
          expect(passed).toContain("compensated");
        }
      }),
    );
  });

  it("holds together: ids are given once, edges and clusters lead to what is there, all is reached", () => {
    fc.assert(
      fc.property(plans, (made) => {
        const { nodes, edges, clusters } = graphOf(made);
        const ids = new Set(nodes.map(({ id }) => id));
        expect(ids.size).toBe(nodes.length);
        for (const { from, to } of edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
        const known = new Set<string | null>([null]);
        for (const { id, parent } of clusters) {
          expect(known).toContain(parent);
          known.add(id);
        }
        for (const { cluster } of nodes) expect(known).toContain(cluster);
        const entered = new Set(edges.map(({ to }) => to));
        expect(nodes.filter(({ id, kind }) => kind !== "start" && !entered.has(id) && !id.startsWith("undo-fork:"))).toEqual([]);
        for (const { id, kind } of nodes)
          if (kind !== "completed" && kind !== "compensated") expect(edges.some(({ from }) => from === id)).toBe(true);
      }),
    );
  });
});

// ---- plans

function sequence(...names: readonly string[]): PlanSequence {
  return { kind: "sequence", nodes: names.map((name) => stepNode(step(name))) };
}

function withForward(made: Plan, forward: PlanSequence): Plan {
  const undoable = new Set(made.steps.filter(({ undo }) => undo.kind === "compensate").map(({ name }) => name));
  return { ...made, forward, backward: deriveBackward(forward, undoable) };
}

type Shape = "undone" | "plain" | readonly Shape[][];

const { shapes } = fc.letrec<{ shapes: Shape[]; shape: Shape }>((tie) => ({
  shapes: fc.array(tie("shape"), { minLength: 1, maxLength: 4 }),
  shape: fc.oneof(
    { maxDepth: 2, depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Shape>("undone", "plain"),
    fc.array(tie("shapes"), { minLength: 2, maxLength: 3 }),
  ),
}));

/** Plans of nested groups; half of them with a pivot and steps behind it. */
const plans = fc.tuple(shapes, fc.boolean()).map(([before, pivot]): Plan => {
  const steps: PlanStep[] = [];
  let groups = 0;
  const build = (parts: readonly Shape[]): PlanSequence => ({
    kind: "sequence",
    nodes: parts.map((part): PlanNode => {
      if (typeof part !== "string") {
        groups += 1;
        const id = `$group${groups}`;
        return group(id, ...part.map(build));
      }
      const name = `s${steps.length}`;
      const undo: PlanStep["undo"] = part === "undone" ? { kind: "compensate", call: call(`u${steps.length}`) } : NOTHING;
      steps.push(step(name, { undo }));
      return stepNode(step(name));
    }),
  });
  const forward = build(before);
  if (!pivot) return withForward(plan({ steps }), forward);
  const rest = [step("pivot", { kind: "pivot", zone: "pivot" }), step("after", { zone: "after" })];
  const all = { kind: "sequence", nodes: [...forward.nodes, ...sequence("pivot", "after").nodes] } as const;
  return withForward(plan({ steps: [...steps, ...rest], pivots: ["pivot"] }), all);
});

const NOTHING: PlanStep["undo"] = { kind: "none", because: "a test" };

// ---- what comes before what

/** Each step with all that come after it, sorted: as the tree says. */
function orderOf(tree: PlanSequence | UndoSequence): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  const walk = ({ nodes }: PlanSequence | UndoSequence, after: readonly string[]): string[] => {
    let behind = [...after];
    for (const node of nodes.toReversed()) {
      if (node.kind === "step") {
        all[node.step] = [...behind].sort();
        behind = [...behind, node.step];
      } else if (node.kind === "parallel")
        behind = [...new Set([...behind, ...node.branches.flatMap(({ body }) => walk(body, behind))])];
    }
    return behind;
  };
  walk(tree, []);
  return sortedByKey(all);
}

/** The same, as the graph's edges of one kind say; only nodes whose id begins so count. */
function order(graph: Graph, kind: "forward" | "undo", prefix: string): Record<string, string[]> {
  const names = (ids: Iterable<string>): string[] =>
    [...ids].filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
  const after = reachable(graph, kind);
  const own = names(graph.nodes.map(({ id }) => id));
  return sortedByKey(Object.fromEntries(own.map((name) => [name, names(after.get(prefix + name) ?? []).sort()])));
}

/** Each node with all that its edges of one kind lead to. */
function reachable({ nodes, edges }: Graph, kind: "forward" | "undo"): Map<string, Set<string>> {
  const ways = Map.groupBy(
    edges.filter((edge) => edge.kind === kind),
    ({ from }) => from,
  );
  const next = (id: string): string[] => (ways.get(id) ?? []).map(({ to }) => to);
  return new Map(
    nodes.map(({ id }) => {
      const seen = new Set<string>();
      const queue = next(id);
      for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
        if (seen.has(at)) continue;
        seen.add(at);
        queue.push(...next(at));
      }
      return [id, seen];
    }),
  );
}

function sortedByKey(record: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe("many choices in a row", () => {
  const choices = (n: number): string =>
    Array.from({ length: n }, (_, at) => `if input.n > ${at} { step s${at} on x { compensate u } }`).join("\n");
  const drawn = (n: number): Graph =>
    graphOf(planOf(`service x { fenced }\nsaga S {\n  timeout 1h\n  input { n: int }\n${choices(n)}\n}`));

  it("make a picture that grows as they do", () => {
    const [some, more, most] = [100, 200, 300].map((n) => drawn(n).edges.length);
    expect((most ?? 0) - (more ?? 0)).toBe((more ?? 0) - (some ?? 0));
    expect(most).toBeLessThan(300 * 10);
  });

  it.each([1, 3, 4, 12, 40])("lead back to the same as each alone would: %i", (n) => {
    const { edges, nodes } = drawn(n);
    const points = new Set(nodes.filter(({ kind }) => kind === "either").map(({ id }) => id));
    const next = (from: string): readonly string[] =>
      edges.flatMap((edge) =>
        edge.from !== from || edge.kind === "forward" ? [] : points.has(edge.to) ? next(edge.to) : [edge.to],
      );
    expect(points.size > 0).toBe(n > 3);
    for (let at = 0; at < n; at++) {
      const before = Array.from({ length: at }, (_, earlier) => `undo:s${earlier}`);
      expect(new Set(next(`undo:s${at}`))).toEqual(new Set(["compensated", ...before]));
    }
  });
});
