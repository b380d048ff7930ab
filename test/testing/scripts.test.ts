import type { Handler } from "@sagac/runtime";
import { describe, expectTypeOf, it } from "vitest";
import type { Scripts } from "../../runtime/testing/outcomes.ts";

interface Steps {
  readonly bank: { readonly pay: Handler<{ amount: number }, { receipt: string }, { Refused: { reason: string } }> };
  readonly compute: {
    readonly one: (amount: number) => number;
    readonly many: (score: number, incomes: readonly number[], amount: number, months: number) => number;
  };
}

// What the type check says of these is the test.
describe("Scripts", () => {
  it("are what a file of handlers exports, its computes included, however many arguments they have", () => {
    expectTypeOf<Steps>().toExtend<Scripts<Steps>>();
  });

  it("script the answer of a compute", () => {
    expectTypeOf<{ compute: { many: { output: number } } }>().toExtend<Scripts<Steps>>();
    expectTypeOf<{ compute: { many: { output: string } } }>().not.toExtend<Scripts<Steps>>();
  });
});
