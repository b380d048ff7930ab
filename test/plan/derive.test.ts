import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, planHash, planText } from "../../compiler/plan/canonical.ts";
import { PLAN_SCHEMA, type Plan, type PlanNode, type PlanSequence, type UndoSequence } from "../../compiler/plan/plan.ts";
import { deriveBackward } from "../../compiler/plan/undo.ts";
import { worstCaseMs, worstPausesMs } from "../../compiler/plan/worst-case.ts";
import { group } from "../emit/plans.ts";

const step = (name: string): PlanNode => ({ kind: "step", step: name, stops: [], policies: [] });
const back = (...names: string[]): UndoSequence => ({
  kind: "sequence",
  nodes: names.map((name) => ({ kind: "step", step: name })),
});
const sequence = (...nodes: PlanNode[]): PlanSequence => ({ kind: "sequence", nodes });
const parallel = group;

describe("the way back", () => {
  it("is the mirror of the way forward, without what has nothing to undo", () => {
    const forward = sequence(
      step("a"),
      parallel("$group1", sequence(step("b"), step("c")), sequence(step("look")), sequence(step("d"))),
      parallel("$group2", sequence(step("look2"))),
      step("e"),
    );
    expect(deriveBackward(forward, new Set(["a", "b", "c", "d", "e"]))).toEqual({
      kind: "sequence",
      nodes: [
        { kind: "step", step: "e" },
        {
          kind: "parallel",
          id: "$group1",
          branches: [
            { id: "$branch1", body: back("c", "b") },
            { id: "$branch3", body: back("d") },
          ],
        },
        { kind: "step", step: "a" },
      ],
    });
  });

  it("is empty when nothing is undone", () => {
    expect(deriveBackward(sequence(step("a"), parallel("$group1", sequence(step("b")))), new Set())).toEqual(sequence());
  });

  it("undone once more is the way forward, when every step is undone", () => {
    fc.assert(
      fc.property(programs, (forward) => {
        const names = namesOf(forward);
        const backward = deriveBackward(forward, new Set(names));
        expect(namesOf(backward)).toHaveLength(names.length);
        expect(mirrored(backward)).toEqual(mirrored(forward, false));
      }),
    );
  });
});

/** Programs of steps with names of their own and groups without empty branches. */
const programs: fc.Arbitrary<PlanSequence> = fc
  .letrec<{ sequence: Shape[]; node: Shape }>((tie) => ({
    node: fc.oneof({ maxDepth: 3 }, fc.constant("step" as const), fc.array(tie("sequence"), { minLength: 1, maxLength: 3 })),
    sequence: fc.array(tie("node"), { minLength: 1, maxLength: 4 }),
  }))
  .sequence.map((shapes) => {
    let steps = 0;
    let groups = 0;
    const build = (shape: Shape): PlanNode => {
      if (shape === "step") return step(`s${++steps}`);
      const id = `$group${++groups}`;
      return parallel(id, ...shape.map((body) => sequence(...body.map(build))));
    };
    return sequence(...shapes.map(build));
  });

type Shape = "step" | Shape[][];

/** The bare tree; a sequence of it in reverse. */
function mirrored(tree: PlanSequence | UndoSequence, reversed = true): unknown[] {
  const nodes = reversed ? tree.nodes.toReversed() : tree.nodes;
  return nodes.map((node) => {
    if (node.kind === "step") return node.step;
    return node.kind === "parallel"
      ? [node.id, ...node.branches.map(({ id, body }) => [id, mirrored(body, reversed)])]
      : node.kind;
  });
}

function namesOf(tree: PlanSequence | UndoSequence): string[] {
  return tree.nodes.flatMap((node) => {
    if (node.kind === "step") return [node.step];
    return node.kind === "parallel" ? node.branches.flatMap(({ body }) => namesOf(body)) : [];
  });
}

describe("the worst case of a call", () => {
  const retry = (attempts: number | null, backoffMinMs: number, backoffMaxMs: number) => ({
    attempts,
    backoffMinMs,
    backoffMaxMs,
  });

  it.each([
    ["one attempt", 5000, retry(1, 200, 10_000), 5000],
    ["three attempts: two pauses, doubled", 30_000, retry(3, 200, 10_000), 90_000 + 400 + 800],
    ["pauses grow no longer than the longest", 1000, retry(5, 200, 1000), 5000 + 400 + 800 + 1000 + 1000],
    ["always the same pause", 1000, retry(4, 500, 500), 4000 + 1500],
    ["forever", 1000, retry(null, 200, 1000), null],
  ])("%s", (_, timeoutMs, policy, worst) => {
    expect(worstCaseMs({ timeoutMs, retry: policy })).toBe(worst);
  });

  it("takes no time to compute for any number of attempts", () => {
    expect(worstPausesMs(Number.MAX_SAFE_INTEGER, retry(null, 0, 0))).toBe(0);
    expect(worstPausesMs(1_000_000_000_000, retry(null, 1, 1000))).toBe(
      2 + 4 + 8 + 16 + 32 + 64 + 128 + 256 + 512 + 999_999_999_991 * 1000,
    );
  });

  it("is the sum of its pauses", () => {
    const small = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), small, small, (pauses, a, b) => {
        const [minMs, maxMs] = [Math.min(a, b), Math.max(a, b)];
        let sum = 0;
        for (let n = 1; n <= pauses; n++) sum += Math.min(maxMs, minMs * 2 ** n);
        expect(worstPausesMs(pauses, retry(null, minMs, maxMs))).toBe(sum);
      }),
    );
  });
});

const plan: Plan = {
  schema: PLAN_SCHEMA,
  saga: "Empty",
  version: 1,
  source: "empty.saga",
  doc: null,
  timeoutMs: 1000,
  input: [{ name: "doc", type: { kind: "scalar", name: "string" }, secret: false, doc: "text" }],
  output: null,
  types: [],
  errors: [],
  services: [],
  steps: [],
  forward: sequence(),
  backward: back(),
  pivots: [],
  undoWithinMs: 1000,
  tags: [],
  signals: [],
  computes: [],
  callees: [],
  lets: [],
  endings: { completed: null, compensated: null },
  bodies: [],
};

describe("the canonical plan", () => {
  it("has sorted keys at every depth, and arrays as they are", () => {
    expect(canonicalJson({ b: [{ z: 1, a: 2 }], a: null, B: "ü" })).toBe('{"B":"ü","a":null,"b":[{"a":2,"z":1}]}');
    expect(canonicalJson(JSON.parse('{"__proto__":1,"a":2}'))).toBe('{"__proto__":1,"a":2}');
  });

  it("is the same text whatever the order of keys", () => {
    const reversed = Object.fromEntries(Object.entries(plan).reverse()) as unknown as Plan;
    expect(planText(reversed)).toBe(planText(plan));
    expect(planHash(reversed)).toBe(planHash(plan));
    expect(planText(plan).endsWith("\n}\n")).toBe(true);
    expect(JSON.parse(planText(plan))).toEqual(plan);
  });

  it("is another one when it does something else, not when something else is written about it", () => {
    const hash = planHash(plan);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const remarks: Plan = {
      ...plan,
      source: "other.saga",
      doc: "Text.",
      input: plan.input.map((field) => ({ ...field, doc: null })),
    };
    expect(planHash(remarks)).toBe(hash);
    for (const other of [
      { ...plan, version: 2 },
      { ...plan, timeoutMs: 1001 },
      { ...plan, input: plan.input.map((field) => ({ ...field, name: "docs" })) },
      { ...plan, input: plan.input.map((field) => ({ ...field, secret: true })) },
    ])
      expect(planHash(other)).not.toBe(hash);
  });
});
