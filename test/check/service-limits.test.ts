import { describe, expect, it } from "vitest";
import { compile, memorySources } from "../../compiler/index.ts";
import { planHash } from "../../compiler/plan/canonical.ts";
import { expectDiagnostics } from "../../compiler/testing/expect-diagnostics.ts";
import { saga, step } from "./kit/sagas.ts";

const withLimits = (clauses: string): string => saga(step("a"), { before: `service inventory { fenced ${clauses} }\n` });

describe("how many calls a service takes", () => {
  it.each([
    ["at once", "max 20", { max: 20 }],
    ["in a second", "rate 100/s", { rate: { calls: 100, perMs: 1_000 } }],
    ["in a minute", "rate 1/m", { rate: { calls: 1, perMs: 60_000 } }],
    ["in an hour", "rate 5/h", { rate: { calls: 5, perMs: 3_600_000 } }],
    ["in a day", "rate 9/d", { rate: { calls: 9, perMs: 86_400_000 } }],
    ["both, in any order", "rate 100/s max 1000000", { max: 1_000_000, rate: { calls: 100, perMs: 1_000 } }],
  ])("%s", (_, clauses, limits) => {
    expect(planOf(clauses)?.services[0]?.limits).toEqual(limits);
  });

  it("stands in no plan of a service that does not say it", () => {
    expect(planOf("")?.services[0]).not.toHaveProperty("limits");
  });

  it.each([
    ["none at once", "max «0»", "SAGA6010"],
    ["none in a time", "rate «0»/s", "SAGA6010"],
    ["more than anybody makes", "max «1000001»", "SAGA6016"],
    ["more than anybody makes in a time", "rate «2000000»/d", "SAGA6016"],
    ["by something else", "rate 100/«min»", "SAGA6015"],
    ["by seconds in words", "rate 100/«sec»", "SAGA6015"],
    ["twice", "max 20 «max» 30", "SAGA2009"],
  ])("is refused where it is %s", (_, clauses, code) => {
    expectDiagnostics(withLimits(clauses), [code]);
  });

  it("may change under a saga that runs: its plan stays the same one", () => {
    const hashes = ["", "max 20", "max 21 rate 3/s"].map((clauses) => {
      const plan = planOf(clauses);
      if (plan === undefined) throw new Error("no plan");
      return planHash(plan);
    });
    expect(new Set(hashes).size).toBe(1);
  });
});

function planOf(clauses: string) {
  return compile(memorySources({ "s.saga": withLimits(clauses) }), ["s.saga"]).sagas[0]?.plan;
}
