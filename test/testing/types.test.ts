import type { Handler, SagaDefinition } from "@sagac/runtime";
import type { Callee, RunSagaOptions } from "@sagac/runtime/testing";
import { describe, expectTypeOf, it } from "vitest";

/** As a build writes them: interfaces, with computes that take as many arguments as they like. */
interface MoveSteps {
  readonly vans: { readonly book: Handler<{ readonly km: number }, { readonly van: string }> };
  readonly compute: {
    readonly price: (km: number) => number;
    readonly fare: (organ: string, km: number) => number;
  };
}

type Options = RunSagaOptions<{ readonly km: number }, MoveSteps>;

describe("the types of runSaga", () => {
  it("take the steps file of a saga as it is, computes and all", () => {
    expectTypeOf<MoveSteps>().toExtend<NonNullable<Options["steps"]>>();
    expectTypeOf<{ compute: { fare: { output: number } } }>().toExtend<NonNullable<Options["steps"]>>();
    expectTypeOf<{ compute: { fare: { output: string } } }>().not.toExtend<NonNullable<Options["steps"]>>();
    expectTypeOf<{ compute: { fare: "timeout" } }>().not.toExtend<NonNullable<Options["steps"]>>();
  });

  it("take that of a saga that is called", () => {
    expectTypeOf<{ definition: SagaDefinition; steps: MoveSteps }>().toExtend<Callee>();
  });
});
