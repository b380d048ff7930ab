import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emitSaga } from "../../compiler/emit-saga.ts";
import type { Plan, PlanExpr, PlanLet } from "../../compiler/plan/plan.ts";
import { evaluate } from "./evaluate.ts";
import { absentAsNull, batch, inputs, KINDS, typedFolder, typeErrors, written } from "./written.ts";

/** The plan with each of its first step's values as a let, by way of a second let for each other one. */
function withLets(plan: Plan): { readonly plan: Plan; readonly input: PlanExpr } {
  const [step] = plan.steps;
  if (step?.call.input.kind !== "object") throw new Error("there is no step with an input");
  const lets: PlanLet[] = [];
  const named = (name: string): PlanExpr => ({ kind: "let", name });
  const entries = step.call.input.entries.map(({ name, value }, at) => {
    const type = step.call.inputType.find((field) => field.name === name)?.type;
    if (type === undefined) throw new Error(`${name} has no type`);
    lets.push({ name: `v${at}`, type, value });
    if (at % 2 === 0) return { name, value: named(`v${at}`) };
    lets.push({ name: `again v${at}`, type, value: named(`v${at}`) });
    return { name, value: named(`again v${at}`) };
  });
  const input: PlanExpr = { kind: "object", entries };
  return { plan: { ...plan, lets, steps: [{ ...step, call: { ...step.call, input } }] }, input };
}

function filesOf(plan: Plan): Record<string, string> {
  return Object.fromEntries(emitSaga(plan, { importExtension: ".ts" }).map(({ path, text }) => [path, text]));
}

async function inputOf(folder: string): Promise<(context: unknown) => unknown> {
  const machine = (await import(/* @vite-ignore */ pathToFileURL(`${folder}/sample.machine.ts`).href)) as {
    calls: { a: { input(context: unknown): unknown } };
  };
  return machine.calls.a.input;
}

describe("what is emitted of a let", () => {
  const texts = KINDS.flatMap((kind) => fc.sample(written[kind], { numRuns: 15, seed: 11 }));
  const made = withLets(batch(texts).plan);
  const folder = typedFolder(filesOf(made.plan));

  it("type-checks", () => {
    expect(typeErrors(folder)).toBe("");
  });

  it("has the value that the plan says, whatever the input is", async () => {
    const emitted = await inputOf(folder);
    fc.assert(
      fc.property(inputs, (input) => {
        const world = { input, lets: made.plan.lets };
        expect(absentAsNull(emitted({ input }))).toEqual(absentAsNull(evaluate(made.input, world)));
      }),
      { numRuns: 100 },
    );
  });

  it("is written once and worked out once, however often it is named", async () => {
    const { plan } = batch(["input.i"]);
    const [step] = plan.steps;
    const type = step?.call.inputType[0]?.type;
    if (step === undefined || type === undefined) throw new Error("there is no step");
    const lastOf = (depth: number): PlanExpr => ({ kind: "let", name: `l${depth - 1}` });
    const lets = Array.from({ length: 60 }, (_, depth): PlanLet => {
      const value: PlanExpr =
        depth === 0
          ? { kind: "member", object: { kind: "input" }, name: "i", optional: false }
          : { kind: "arithmetic", operator: "+", result: "int", left: lastOf(depth), right: lastOf(depth) };
      return { name: `l${depth}`, type, value };
    });
    const input: PlanExpr = { kind: "object", entries: [{ name: "x0", value: lastOf(60) }] };
    const doubling = filesOf({ ...plan, lets, steps: [{ ...step, call: { ...step.call, input } }] });
    expect(doubling["sample.machine.ts"]?.length).toBeLessThan(60_000);
    const emitted = await inputOf(typedFolder(doubling));
    expect(emitted({ input: { i: 1 } })).toEqual({ x0: Number.MAX_SAFE_INTEGER });
    // Of another state of what is known it is worked out anew.
    expect(emitted({ input: { i: 0 } })).toEqual({ x0: 0 });
  });

  it("that nothing names is not written", () => {
    const { plan } = batch(["input.i"]);
    const unused: PlanLet = { name: "unused", type: { kind: "scalar", name: "int" }, value: { kind: "literal", value: 1 } };
    expect(filesOf({ ...plan, lets: [unused] })["sample.machine.ts"]).not.toContain("const lets");
  });
});
