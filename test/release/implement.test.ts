import { type Handler, implement, type SagaDefinition, type UndoHandler } from "@sagac/runtime";
import { describe, expect, expectTypeOf, it } from "vitest";
import { createMachine } from "xstate";

interface OldSteps {
  readonly till: { readonly charge: Handler<{ readonly cents: number }, { readonly receipt: string }> };
}
interface NewSteps {
  readonly till: {
    readonly charge: Handler<{ readonly cents: number; readonly currency: string }, { readonly receipt: string }>;
    readonly refund: UndoHandler<{ readonly receipt: string }>;
  };
}

type Old = SagaDefinition<{ readonly id: string }, null, OldSteps>;
type New = SagaDefinition<{ readonly id: string }, null, NewSteps, unknown, { 1: Old }>;
type Alone = SagaDefinition<{ readonly id: string }, null, NewSteps>;

const site = {
  step: "charge",
  kind: "forward",
  service: "till",
  operation: "charge",
  place: ["charge"],
  input: () => null,
} as const;

function definition<Definition>(version: number, otherVersions: Readonly<Record<number, SagaDefinition>> = {}): Definition {
  const plain: SagaDefinition = {
    format: 1,
    saga: "Pay",
    version,
    planHash: String(version),
    timeoutMs: 1000,
    machine: createMachine({}),
    calls: { charge: site },
    effects: {},
    delays: {},
    validators: { input: { safeParse: (data) => ({ success: true, data }) }, output: null, outputs: {}, errors: {} },
    otherVersions,
  };
  return plain as Definition;
}

const old = definition<Old>(1);
const oldSteps: OldSteps = { till: { charge: () => ({ receipt: "1" }) } };
const newSteps: NewSteps = { till: { charge: () => ({ receipt: "2" }), refund: () => null } };

describe("implement", () => {
  it("asks for the handlers of each other version by its number, and takes those that fit", () => {
    const { otherVersions } = implement(definition<New>(2, { 1: old }), newSteps, { 1: oldSteps });
    expect(otherVersions.map(({ definition: { saga, version } }) => `${saga}@${version}`)).toEqual(["Pay@1"]);
  });

  it("does not compile without them, with those of another type, or where there are no other versions", () => {
    type Rest<Definition> =
      Definition extends SagaDefinition<infer I, infer O, infer S, infer G, infer Others>
        ? Parameters<typeof implement<I, O, S, G, Others>>
        : never;
    expectTypeOf<[New, NewSteps, { 1: OldSteps }]>().toExtend<Rest<New>>();
    expectTypeOf<[New, NewSteps]>().not.toExtend<Rest<New>>();
    expectTypeOf<[New, NewSteps, { 2: OldSteps }]>().not.toExtend<Rest<New>>();
    expectTypeOf<[Alone, NewSteps]>().toExtend<Rest<Alone>>();
    expectTypeOf<[Alone, NewSteps, { 1: OldSteps }]>().not.toExtend<Rest<Alone>>();
    // What reads more than the old input has does not do for the old version.
    expectTypeOf<[New, NewSteps, { 1: NewSteps }]>().not.toExtend<Rest<New>>();
  });

  it("names the version whose handlers are missing, where types did not see it", () => {
    const call = (handlers: unknown) => () => implement(definition<New>(2, { 1: old }), newSteps, handlers as { 1: OldSteps });
    expect(call({})).toThrow(
      "RT1012 missing-handler: saga Pay version 1 has no handler for till.charge: give `implement` those of version 1 behind its own: `{ 1: steps }`",
    );
    expect(call(undefined)).toThrow("saga Pay version 1 has no handler");
  });
});
