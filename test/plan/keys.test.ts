import { describe, expect, it } from "vitest";
import { compile } from "../../compiler/pipeline.ts";
import type { Plan, PlanCall } from "../../compiler/plan/plan.ts";
import { memorySources } from "../../compiler/source/source-set.ts";
import { formula } from "./outline.ts";

function planOf(statements: string): Plan {
  const input = "orderId: uuid, n: int, l: { sku: string }[]";
  const text = `service s { idempotent for 7d }\nsaga A {\n  timeout 1h\n  input { ${input} }\n${statements}\n}\n`;
  const { diagnostics, sagas } = compile(memorySources({ "a.saga": text }), ["a.saga"]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const plan = sagas[0]?.plan;
  if (plan === undefined) throw new Error("there is no plan");
  return plan;
}

const keyOf = (call: PlanCall | null | undefined): string | null => (call?.key ? formula(call.key) : null);

function keysOf({ steps }: Pick<Plan, "steps">): (string | null)[] {
  return steps.flatMap(({ call, undo, inquire }) =>
    [call, undo.kind === "compensate" ? undo.call : null, inquire].map((each) => keyOf(each)),
  );
}

describe("the key of a call in the plan", () => {
  it("is left open where none is said", () => {
    expect(keysOf(planOf("step a on s { compensate b inquire c }"))).toEqual([null, null, null]);
  });

  it("is that of the step where a compensation or an inquiry has none", () => {
    const step = "step a on s { key input.orderId compensate b inquire c { key input.orderId } }";
    expect(keysOf(planOf(step))).toEqual(["input.orderId", "input.orderId", "input.orderId"]);
    expect(keysOf(planOf('step a on s { compensate b { key "u" } }'))).toEqual([null, '"u"', null]);
  });

  it("is a text, of a number as well", () => {
    expect(planOf("step a on s { key input.n compensate b }").steps[0]?.call.key).toEqual({
      kind: "template",
      parts: [{ kind: "member", object: { kind: "input" }, name: "n", optional: false }],
    });
  });

  it("reads what it is made of: an output is kept for it, and an item is given it", () => {
    const plan = planOf(
      'step a on s { output { id: string } compensate b } foreach line in input.l { step c on s { key "${a.id}-${line.sku}" compensate d } }',
    );
    expect(plan.steps[0]?.outputLive).toBe(true);
    const [body] = plan.bodies;
    expect(body?.captures.map(({ name, value }) => `${name} = ${formula(value)}`)).toEqual(["id = a.id"]);
    expect(body?.steps[0]?.call.key).toMatchObject({ kind: "template" });
  });
});
