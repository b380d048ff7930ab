import { describe, expect, it } from "vitest";
import type { Plan } from "../../compiler/plan/plan.ts";
import { children, computes, onlyItems, onlySleeps, waits } from "./constructs.ts";
import { emitted, written } from "./kit.ts";
import { typeErrors } from "./type-check.ts";

const PLANS: Readonly<Record<string, Plan>> = { waits, computes, children, onlySleeps, onlyItems };

describe("machines with waits, children and computes", () => {
  it("type-check under strict and more, alone", { timeout: 240_000 }, () => {
    const files = Object.values(PLANS).flatMap((plan) => {
      const { folder } = written(plan);
      return emitted(plan).map(({ path }) => folder + path);
    });
    expect(typeErrors(files)).toBe("");
  });

  it.each(Object.entries(PLANS))("%s: the text is the same each time", (_, plan) => {
    expect(emitted(structuredClone(plan))).toEqual(emitted(plan));
  });
});
