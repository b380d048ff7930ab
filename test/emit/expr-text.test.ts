import { expect, it } from "vitest";
import { exprWords } from "../../compiler/emit/lib/expr-text.ts";
import type { PlanExpr } from "../../compiler/plan/plan.ts";
import { durationText } from "../../compiler/source/duration-text.ts";
import { planOf } from "../graph/kit.ts";
import { plan } from "./plans.ts";

/** An expression of the source, as it comes back from the plan that is made of it. */
function roundTrip(source: string): string {
  const saga = planOf(`saga Ask {
  version 1
  timeout 1h
  input {
    a: int
    b: int?
    name: string
    other: string?
    yes: boolean
    at: datetime
    list: { sku: string, parts: { weight: number }[] }[]
  }
  readonly step ask { input { value: ${source} } }
}`);
  const [step] = saga.steps;
  const input = step?.call.input;
  if (input?.kind !== "object" || input.entries[0] === undefined) throw new Error("no input");
  return exprWords(saga).text(input.entries[0].value);
}

it.each([
  "input.a + 1 * 2",
  "(input.a + 1) * 2",
  "input.a - (1 - 2)",
  "input.a > 3 and not input.yes",
  '(input.yes or input.a == 1) and input.name != "x"',
  "not (input.yes and input.a > 1)",
  "input.b ?? input.a + 1",
  "input.b ?? 1 > 2",
  "input.b == null",
  "input.other != null",
  "input.yes ? 1 : input.a > 1 ? 2 : 3",
  "input.list[].sku",
  "input.list[0]",
  "length(input.list)",
  "min(input.a, 3)",
  'contains(["a", "b"], input.name)',
  "[input.a, 2]",
  "{ input.name, of: input.a }",
  '"to ${input.name}: \\"${input.a + 1}\\""',
])("says what the source said: %s", (source) => {
  expect(roundTrip(source)).toBe(source);
});

it("tells a duration in its units", () => {
  expect([0, 200, 90_000, 5_400_000, 691_200_000].map(durationText)).toEqual(["0ms", "200ms", "1m30s", "1h30m", "8d"]);
  expect(roundTrip("input.at + 1h30m")).toBe("input.at + 1h30m");
  expect(exprWords(plan()).duration({ kind: "literal", value: 60_000 })).toBe("1m");
});

it("calls what was received, captured or computed by its name", () => {
  const words = exprWords(plan());
  const name = (object: PlanExpr): PlanExpr => ({ kind: "member", object, name: "id", optional: false });
  expect(words.text(name({ kind: "input" }), { inBody: true })).toBe("id");
  expect(words.text(name({ kind: "candidate" }), { candidate: "approved" })).toBe("approved.id");
  expect(words.text(name({ kind: "received", wait: "$await1", case: "approved", optional: false }))).toBe("approved.id");
  expect(words.text(name({ kind: "childOutput", child: "trip", optional: true }))).toBe("trip.id");
  expect(words.text(name({ kind: "caught", of: "pay" }))).toBe("error.id");
  expect(words.text(name({ kind: "failure", scope: null }))).toBe("failure.id");
});
