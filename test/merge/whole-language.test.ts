import { describe, expect, it } from "vitest";
import { newStepsFile } from "../../compiler/emit/steps.ts";
import { mergeSteps } from "../../compiler/merge/merge-steps.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { field, named, scalar } from "../emit/plans.ts";
import { bookTrip } from "../emit/whole-language.ts";
import { keepsAll } from "./keeps-all.ts";

const trip = bookTrip();
const [seats] = trip.bodies;
if (seats === undefined) throw new Error("the trip has a foreach");

/** The same saga before it had a foreach, a repeat, signals and computes. */
const before: Plan = {
  ...trip,
  bodies: [],
  computes: [],
  signals: [],
  forward: { kind: "sequence", nodes: trip.forward.nodes.filter(({ kind }) => kind === "step") },
};

function written(plan: Plan): string {
  return newStepsFile(plan, { importExtension: ".ts" }, "./generated").replace(/throw new Error\(.*\);/g, "return mine();");
}

function messages(text: string, plan: Plan, previous: Plan): { readonly text: string; readonly notes: readonly string[] } {
  const merge = mergeSteps(text, plan, previous);
  expect(merge.refused).toBe(null);
  expect(keepsAll(text, merge.text)).toBe(true);
  expect(mergeSteps(merge.text, plan, plan)).toMatchObject({ text: merge.text });
  return { text: merge.text, notes: merge.notes.map(({ kind, message }) => `${kind}: ${message}`) };
}

describe("a steps file whose saga", () => {
  it("gains a foreach and a compute gets stubs for the steps within, under the services they call, and a group of computes", () => {
    const { text, notes } = messages(written(before), trip, before);
    expect(notes).toEqual([
      "added: flights.book: a stub was added",
      "added: flights.cancel: a stub was added",
      "added: local.findPapers: a stub was added",
      "added: compute.price: a stub was added",
      "added: compute.note: a stub was added",
    ]);
    expect(text).toContain("async tellTraveller(_input, _ctx) {\n      return mine();");
    expect(text).toMatch(/ {2}compute: \{\n {4}\/\*\*[\s\S]*? {4}price\(_travellers, _class\) \{\n/);
  });

  it("moves a step into a foreach keeps its handler, and is told how its input changed", () => {
    const [book] = seats.steps;
    if (book === undefined) throw new Error("the foreach has a step");
    const old = {
      ...book,
      call: { ...book.call, inputType: [field("travellers", { kind: "array", element: named("Traveller") })] },
    };
    const outside: Plan = {
      ...trip,
      steps: [...trip.steps, old],
      bodies: trip.bodies.filter(({ id }) => id !== seats.id),
      forward: before.forward,
    };
    const text = written(outside);
    expect(messages(text, trip, outside)).toEqual({
      text,
      notes: ["changed: flights.book: input: traveller: Traveller is new; input: travellers is gone"],
    });
  });

  it("moves a step out of a foreach with the input that it had is left as it is", () => {
    const outside: Plan = {
      ...trip,
      steps: [...trip.steps, ...seats.steps],
      bodies: trip.bodies.slice(1),
      forward: before.forward,
    };
    const text = written(trip);
    expect(messages(text, outside, trip)).toEqual({ text, notes: [] });
  });

  it("computes something else is told what", () => {
    const [price, ...rest] = trip.computes;
    if (price === undefined) throw new Error("the trip has a price");
    const now: Plan = {
      ...trip,
      computes: [{ ...price, parameters: price.parameters.slice(1), result: scalar("int") }, ...rest],
    };
    const text = written(trip);
    expect(messages(text, now, trip)).toEqual({
      text,
      notes: ["changed: compute.price: input: travellers is gone; output: result was Money and is now int"],
    });
  });

  it("computes no more is told which functions are left over", () => {
    const text = written(trip);
    const { notes } = messages(text, { ...trip, computes: [] }, trip);
    expect(notes).toEqual([
      "removed: compute.price: the saga does not call it; it was left as it is",
      "removed: compute.note: the saga does not call it; it was left as it is",
    ]);
  });
});
