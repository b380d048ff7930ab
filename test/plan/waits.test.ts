import { describe, expect, it } from "vitest";
import { compile, memorySources } from "../../compiler/index.ts";
import { nodesIn } from "../../compiler/plan/nodes.ts";
import type { Plan, PlanAwait, PlanExpr, PlanNode } from "../../compiler/plan/plan.ts";

/** The plan of a saga that must be free of errors and warnings. */
function planOf(statements: string, head = ""): Plan {
  const text = `
error Late { why: string }
signal go { ok: boolean, by: string }
compute price(items: int[], rate: number): int
compute check(x: { a: int }): boolean
service s { fenced }
saga Test {
  timeout 1h
  input { id: uuid, items: int[], rate: number, due: datetime, wait: duration, on: boolean }
  ${head}
  ${statements}
}`;
  const { diagnostics, sagas } = compile(memorySources({ "a.saga": text }), ["a.saga"]);
  expect(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([]);
  const [found] = sagas;
  if (found === undefined) throw new Error("there is no plan");
  return found.plan;
}

function nodesOf<Kind extends PlanNode["kind"]>(plan: Plan, kind: Kind): Extract<PlanNode, { kind: Kind }>[] {
  const all = nodesIn(plan.forward);
  return all.filter((node): node is Extract<PlanNode, { kind: Kind }> => node.kind === kind);
}

function awaitOf(plan: Plan): PlanAwait {
  const [found] = nodesOf(plan, "await");
  if (found === undefined) throw new Error("there is no await");
  return found;
}

const read = (value: string): string => `step z on s { input { x: ${value} } compensate release }`;
const input = (plan: Plan): PlanExpr | undefined => {
  const { input } = plan.steps.find(({ name }) => name === "z")?.call ?? {};
  return input?.kind === "object" ? input.entries[0]?.value : undefined;
};
const member = (object: PlanExpr, name: string, optional = false): PlanExpr => ({ kind: "member", object, name, optional });
const INPUT: PlanExpr = { kind: "input" };

describe("an await", () => {
  it("has its signal, condition, limit, and what then", () => {
    const plan = planOf(
      `await go as answer where go.by == input.id timeout input.wait on timeout { step b on s { compensate c } }`,
    );
    const candidate = member({ kind: "candidate" }, "by");
    expect(awaitOf(plan)).toMatchObject({
      id: "$await1",
      place: ["$await1"],
      stops: ["saga"],
      failsTo: "saga",
      limit: { kind: "for", ms: member(INPUT, "wait") },
      cases: [
        {
          name: "answer",
          signal: "go",
          where: { kind: "equal", left: candidate, right: member(INPUT, "id") },
          live: false,
          body: { nodes: [] },
        },
      ],
      onTimeout: { kind: "block", block: { id: "$block1", place: ["$block1"], body: { nodes: [{ step: "b" }] } } },
    });
    expect(plan.signals).toMatchObject([{ name: "go", fields: [{ name: "ok" }, { name: "by" }] }]);
  });

  it("keeps what is read of what came", () => {
    const plan = planOf(`await go timeout 1m ${read("go.by")}`);
    expect(awaitOf(plan)).toMatchObject({ cases: [{ name: "go", live: true }], onTimeout: { kind: "fail", failure: null } });
    expect(input(plan)).toEqual(member({ kind: "received", wait: "$await1", case: "go", optional: false }, "by"));
  });

  it("gives it as what may be absent where it may not have come", () => {
    const plan = planOf(`await go by input.due on timeout continue ${read('go.by ?? "nobody"')}`);
    expect(awaitOf(plan).limit).toEqual({ kind: "by", ms: { kind: "instant", value: member(INPUT, "due"), optional: false } });
    expect(input(plan)).toMatchObject({
      kind: "coalesce",
      left: member({ kind: "received", wait: "$await1", case: "go", optional: true }, "by", true),
    });
  });

  it("of several has a body each, and a case of its own where one signal stands twice", () => {
    const plan = planOf(
      `await any { on go where go.ok { ${read("go.by")} } on go { fail Late { why: go.by } } on stop { step y on s { compensate w } } }`,
      "signal stop",
    );
    const { cases, limit } = awaitOf(plan);
    expect(cases.map(({ name, signal, live }) => [name, signal, live])).toEqual([
      ["go", "go", true],
      ["go2", "go", true],
      ["stop", "stop", false],
    ]);
    expect(limit).toBeNull();
    expect(plan.steps.map(({ name, place }) => [name, place.join(" ")])).toEqual([
      ["z", "$await1 $case1 z"],
      ["y", "$await1 $case3 y"],
    ]);
    expect(nodesOf(plan, "fail")).toMatchObject([
      { failure: { name: "Late", data: { entries: [{ value: { object: { kind: "received", case: "go2" } } }] } } },
    ]);
    expect(plan.signals.map(({ name }) => name)).toEqual(["go", "stop"]);
  });

  it("after the pivot stops for nothing and fails nowhere", () => {
    const plan = planOf("pivot step p on s { } await go timeout 1m on timeout park sleep 1m");
    expect(awaitOf(plan)).toMatchObject({ stops: [], failsTo: null, onTimeout: { kind: "park" } });
    expect(nodesOf(plan, "sleep")).toMatchObject([{ id: "$sleep1", stops: [], limit: { kind: "for", ms: { value: 60_000 } } }]);
  });
});

describe("a compute", () => {
  it("stands before the statement that calls it, once for all who read it", () => {
    const plan = planOf("step z on s { input { x: price(input.items, 2) + 1 } compensate release }");
    expect(plan.forward.nodes.map((node) => node.kind)).toEqual(["compute", "step"]);
    const [compute] = nodesOf(plan, "compute");
    expect(compute).toMatchObject({
      id: "$compute1",
      place: ["$compute1"],
      stops: ["saga"],
      compute: "price",
      input: {
        entries: [
          { name: "items", value: member(INPUT, "items") },
          { name: "rate", value: { value: 2 } },
        ],
      },
    });
    const computed = { kind: "arithmetic", left: { kind: "computed", compute: "$compute1", optional: false } };
    expect(input(plan)).toMatchObject(computed);
    // A compensation without an input of its own gets the step's.
    expect(plan.steps[0]?.undo).toMatchObject({ call: { input: { entries: [{ value: computed }] } } });
    expect(plan.computes).toMatchObject([
      { name: "price", parameters: [{ name: "items" }, { name: "rate" }], result: { kind: "scalar", name: "int" } },
    ]);
  });

  it("is given what its parameters have fields for, and another one's result", () => {
    const plan = planOf("let ok = check({ a: price(input.items, 1), b: 1 }) if ok { step z on s { compensate c } }");
    expect(nodesOf(plan, "compute").map(({ compute, input }) => [compute, input])).toMatchObject([
      ["price", {}],
      [
        "check",
        { entries: [{ name: "x", value: { entries: [{ name: "a", value: { kind: "computed", compute: "$compute1" } }] } }] },
      ],
    ]);
    expect(plan.forward.nodes.map((node) => node.kind)).toEqual(["compute", "compute", "if"]);
  });

  it("in what a block or the saga brings stands at the end of it", () => {
    const plan = planOf(`
      race as won {
        branch a { step b on s { output { n: int } compensate c } output { n: price([b.n], 1) } }
        branch d { step e on s { output { n: int } compensate f } }
      }
      pivot step p on s { }
      output { total: price([won.n], 1) }`);
    const [race] = nodesOf(plan, "race");
    expect(race?.branches.map(({ body }) => body.nodes.map((node) => node.kind))).toEqual([["step", "compute"], ["step"]]);
    expect(plan.forward.nodes.map((node) => node.kind)).toEqual(["race", "step", "compute"]);
    const last = plan.forward.nodes.at(-1);
    expect(last).toMatchObject({ kind: "compute", stops: [] });
    expect(plan.output?.value).toMatchObject({ entries: [{ value: { kind: "computed" } }] });
  });
});

describe("tags and `undo within`", () => {
  it("are in the plan", () => {
    const plan = planOf(
      "step z on s { compensate c }",
      'undo within 10m tags { input.id, n: length(input.items), "x" }'.replace(', "x"', ""),
    );
    expect(plan.undoWithinMs).toBe(600_000);
    expect(plan.tags).toEqual([
      { name: "id", value: member(INPUT, "id") },
      { name: "n", value: { kind: "length", list: member(INPUT, "items") } },
    ]);
  });
});
