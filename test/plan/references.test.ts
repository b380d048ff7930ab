import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emitSaga } from "../../compiler/emit-saga.ts";
import type { Plan, PlanExpr, PlanNode, PlanSignal } from "../../compiler/plan/plan.ts";
import { evaluate, type World } from "./evaluate.ts";
import { absentAsNull, batch, inputs, KINDS, typedFolder, typeErrors, written } from "./written.ts";

/** The same expressions, of data that comes from elsewhere: each place that a record keeps data in takes the place of the input. */

const SPAN = { line: 1, column: 1 };
const NODE = { stops: ["saga"], span: SPAN };
const EMPTY = { kind: "sequence", nodes: [] } as const;

/** A source of data: how it is named, the node that keeps it, the record in the context, and what it is for `evaluate`. */
interface Source {
  readonly root: PlanExpr;
  readonly node: PlanNode;
  readonly steps: (data: unknown) => object;
  readonly world: (data: unknown) => Partial<World>;
}

function sourcesOf(plan: Plan): Readonly<Record<string, Source>> {
  const type = { kind: "object", fields: plan.input } as const;
  const record = (output: unknown): object => ({ forward: { output } });
  return {
    "a signal": {
      root: { kind: "received", wait: "$await1", case: "told", optional: false },
      node: {
        kind: "await",
        id: "$await1",
        ...NODE,
        failsTo: "saga",
        place: ["$await1"],
        cases: [{ name: "told", signal: "tell", where: null, live: true, body: EMPTY }],
        limit: null,
        onTimeout: { kind: "fail", failure: null },
      },
      steps: (value) => ({ $await1: { entry: 1, outcome: "received", case: "told", value } }),
      world: (value) => ({ signals: { $await1: { case: "told", value } } }),
    },
    "a compute": {
      root: { kind: "computed", compute: "$compute1", optional: false },
      node: {
        kind: "compute",
        id: "$compute1",
        ...NODE,
        place: ["$compute1"],
        compute: "make",
        input: { kind: "object", entries: [] },
      },
      steps: (output) => ({ $compute1: record(output) }),
      world: (output) => ({ outputs: { $compute1: output } }),
    },
    "a called saga": {
      root: { kind: "childOutput", child: "other", optional: false },
      node: {
        kind: "call",
        name: "other",
        id: "$call1",
        ...NODE,
        failsTo: "saga",
        zone: "before",
        place: ["other"],
        output: type,
        outputLive: true,
        saga: "Other",
        version: 1,
        input: { kind: "object", entries: [] },
        inputType: [],
        retry: null,
        policies: [],
        onFailure: { kind: "fail", failure: null },
      },
      steps: (output) => ({ other: record(output) }),
      world: (output) => ({ outputs: { other: output } }),
    },
  };
}

/** An expression with another one where the input stood. */
function rooted(expr: PlanExpr, root: PlanExpr): PlanExpr {
  const swap = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(swap);
    if (typeof value !== "object" || value === null) return value;
    if ("kind" in value && value.kind === "input") return root;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, swap(inner)]));
  };
  return swap(expr) as PlanExpr;
}

function filesOf(plan: Plan): Record<string, string> {
  return Object.fromEntries(emitSaga(plan, { importExtension: ".ts" }).map(({ path, text }) => [path, text]));
}

describe("what is emitted of an expression, of the data of", () => {
  const texts = KINDS.flatMap((kind) => fc.sample(written[kind], { numRuns: 12, seed: 3 }));
  const { plan } = batch(texts);
  const [step] = plan.steps;
  if (step === undefined) throw new Error("there is no step");
  const tell: PlanSignal = { name: "tell", doc: null, fields: plan.input };
  const make = { name: "make", doc: null, parameters: [], result: { kind: "object", fields: plan.input } } as const;

  it.each(Object.entries(sourcesOf(plan)))("%s", { timeout: 240_000 }, async (_, { root, node, steps, world }) => {
    const input = rooted(step.call.input, root);
    const made: Plan = {
      ...plan,
      signals: [tell],
      computes: [make],
      steps: [{ ...step, call: { ...step.call, input } }],
      forward: { kind: "sequence", nodes: [node, ...plan.forward.nodes] },
    };
    const folder = typedFolder(filesOf(made));
    expect(typeErrors(folder)).toBe("");
    const machine = (await import(/* @vite-ignore */ pathToFileURL(`${folder}/sample.machine.ts`).href)) as {
      calls: { a: { input(context: unknown): unknown } };
    };
    fc.assert(
      fc.property(inputs, (data) => {
        const found = machine.calls.a.input({ input: null, steps: steps(data) });
        expect(absentAsNull(found)).toEqual(absentAsNull(evaluate(input, { input: null, ...world(data) })));
      }),
      { numRuns: 50 },
    );
  });
});
