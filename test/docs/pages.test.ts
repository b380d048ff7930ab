import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { page, pageFile } from "../../compiler/emit/docs/page.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { bookTrip } from "../emit/whole-language.ts";
import { everyNode } from "../graph/every-node.ts";
import { planOf } from "../graph/kit.ts";
import { caseFolders } from "../kit/cases.ts";
import { ROOT } from "../kit/scratch.ts";

const PLANS: Readonly<Record<string, Plan>> = { "book-trip": bookTrip(), "every-node": everyNode() };

describe.each(caseFolders("docs").map((folder) => [folder.name, folder] as const))("%s", (name, folder) => {
  it("gives the page that is expected, again and again", () => {
    const plan = PLANS[name];
    if (plan === undefined) throw new Error(`no plan of ${name}`);
    const { path, text } = pageFile(plan, "0.0.0");
    expect(path).toMatch(/^[a-z-]+\.md$/);
    folder.expectFile("expected.md", text);
    expect(pageFile(plan, "0.0.0").text).toBe(text);
    expect(text).toMatch(/[^\n]\n$/);
  });
});

describe("the page of the order saga", () => {
  const text = page(planOf(readFileSync(join(ROOT, "sagas/place-order/place-order.saga"), "utf8")));

  it("says what a step calls, how often, how it is undone, and what each error leads to", () => {
    expect(text).toContain(
      "- Calls `payments.authorizePayment` with `{ input.orderId, input.customerId, amount: input.total }`: 5s each, 3 attempts,",
    );
    expect(text).toContain("- On `PaymentDeclined`: the saga turns back.\n");
    expect(text).toContain(
      "- Undone by `payments.voidPayment` with `{ input.orderId, authorizePayment.authorizationId }`: 30s each, 20 attempts,",
    );
    expect(text).toContain("it asks `payments.findAuthorization`");
  });

  it("says where there is no way back, and who serves what", () => {
    expect(text).toContain("| Point of no return | `capturePayment` |\n");
    expect(text).toContain("| `voidPayment` | Undoes `authorizePayment`. | |\n");
    expect(text).toContain("It answers a repeated key from its record for 7d.");
    expect(text).toContain("```mermaid\nflowchart TD\n");
  });
});

it("says how many calls a service takes", () => {
  const text = page(planOf(readFileSync(join(ROOT, "sagas/grant-loan/grant-loan.saga"), "utf8")));
  expect(text).toContain("It takes at most 10 calls at once and 300 calls in 1m from each worker.");
});
