import { describe, expect, it } from "vitest";
import { newStepsFile } from "../../compiler/emit/steps.ts";
import { mergeNeeded } from "../../compiler/merge/needed.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { call, field, placeOrder, step } from "../emit/plans.ts";

const plan = placeOrder();
const text = newStepsFile(plan, { importExtension: ".ts" }, "./generated");

const CASES: readonly (readonly [string, boolean, string, Plan | null])[] = [
  ["nothing changed", false, text, plan],
  [
    "only times and words changed",
    false,
    text,
    { ...plan, timeoutMs: 1, doc: "Other.", steps: plan.steps.map((each) => ({ ...each, doc: "x" })) },
  ],
  ["no plan of the last build", true, text, null],
  ["a handler is not named in the file", true, text.replaceAll("voidPayment", "other"), plan],
  ["the saga had one step less", true, text, { ...plan, steps: plan.steps.slice(1) }],
  ["the saga had one step more", true, text, { ...plan, steps: [...plan.steps, step("more")] }],
  [
    "an input was another",
    true,
    text,
    {
      ...plan,
      steps: plan.steps.map((each, at) =>
        at > 0 ? each : { ...each, call: call("orders.createOrder", { inputType: [field("a", "int")] }) },
      ),
    },
  ],
];

describe("TypeScript's parser is loaded only where it is needed", () => {
  it.each(CASES)("%s: %s", (_name, needed, file, previous) => {
    expect(mergeNeeded(file, plan, previous)).toBe(needed);
  });
});
