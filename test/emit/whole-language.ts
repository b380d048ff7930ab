import { definitionTarget } from "../../compiler/emit/definition.ts";
import type { Target } from "../../compiler/emit/target.ts";
import { typesTarget } from "../../compiler/emit/types.ts";
import { validatorsTarget } from "../../compiler/emit/validators.ts";
import type { Plan, PlanExpr, PlanForeach, PlanRepeat, PlanSequence, PlanStep, PlanSubSaga } from "../../compiler/plan/plan.ts";
import { call, error, field, fromInput, named, object, optional, plan, scalar, step, stepNode, typeDecl } from "./plans.ts";

/** What is made of a plan beside its machines. */
export const DATA_TARGETS: readonly Target[] = [typesTarget, validatorsTarget, definitionTarget];

/** Machines that only look like some, for the definition to import. */
export const NO_MACHINES: Readonly<Record<string, string>> = {
  "generated/book-trip.machine.ts": noMachine("bookTripMachine"),
  "generated/book-trip.seats.machine.ts": noMachine("bookTripSeatsMachine"),
  "generated/book-trip.repeat1.machine.ts": noMachine("bookTripRepeat1Machine"),
};

function noMachine(name: string): string {
  return `import { createMachine } from "xstate";
export const ${name} = createMachine({});
export const calls = {};
export const effects = {};
export const delays = {};
`;
}

/** The user's own file, beside the source. */
export const TRAVELLER_TS = `export interface Traveller {
  name: string;
  passport?: string;
  readonly stays: readonly { city: string; nights: number | null }[];
  status: "child" | "adult";
}
export type Place = { city: string; parent?: Place | undefined };
`;

const NO_FIELDS: PlanExpr = { kind: "object", entries: [] };
const AT = { line: 1, column: 1 };

export function sequence(...nodes: PlanSequence["nodes"]): PlanSequence {
  return { kind: "sequence", nodes };
}

function child(name: string, id: string) {
  const stops = ["saga"];
  return { name, id, stops, failsTo: "saga", zone: "before" as const, place: [name], outputLive: true, span: AT };
}

/** A trip: travellers are booked one by one, its price is computed and approved, its papers are looked for again and again, its insurance is a saga. */
export function bookTrip(): Plan {
  const traveller = field("traveller", named("Traveller"));
  const seat = field("seat", "string");
  const book = step("bookSeat", {
    doc: "Books one seat.",
    call: call("flights.book", { input: fromInput("traveller"), inputType: [traveller] }),
    output: [seat],
    throws: ["NoSeat"],
    outputLive: true,
    undo: { kind: "compensate", call: call("flights.cancel", { inputType: [traveller] }) },
    span: { line: 20, column: 5 },
  });
  const papers = step("findPapers", {
    kind: "readonly",
    output: [field("found", "boolean")],
    outputLive: true,
    span: { line: 40, column: 5 },
  });
  const open = step("openTrip", {
    call: call("trips.open", { input: fromInput("card"), inputType: [field("card", "string", { secret: true })] }),
    span: { line: 10, column: 3 },
  });
  const tell = step("tellTraveller", { zone: "ending", failsTo: null, exhausted: "continue", span: { line: 90, column: 5 } });
  const result = object(
    field("status", { kind: "literals", values: ["completed", "compensated"] }),
    field("output", optional(object(seat))),
    field("error", optional(object(field("name", "string"), field("summary", "string")))),
  );
  const foreach: PlanForeach = {
    ...child("seats", "$foreach1"),
    kind: "foreach",
    output: { kind: "array", element: result },
    list: { kind: "member", object: { kind: "input" }, name: "travellers", optional: false },
    where: null,
    max: 10,
    onFailure: "continue",
  };
  const repeat: PlanRepeat = {
    ...child("repeat1", "$repeat1"),
    kind: "repeat",
    output: object(field("findPapers", optional(object(field("found", "boolean"))))),
    max: 3,
    everyMs: { kind: "literal", value: 60_000 },
    until: { kind: "literal", value: true },
    otherwise: { kind: "fail", failure: null },
  };
  const insure: PlanSubSaga = {
    ...child("insurance", "$call1"),
    kind: "call",
    output: object(field("policy", "string")),
    saga: "Insure",
    version: 2,
    input: NO_FIELDS,
    inputType: [field("home", named("Place"))],
    retry: null,
    policies: [],
    onFailure: { kind: "fail", failure: null },
  };
  const body = (of: PlanStep) => ({
    timeoutMs: null,
    steps: [of],
    lets: [],
    forward: sequence(stepNode(of)),
    pivots: [],
    parent: null,
    zone: "before" as const,
    captures: [],
    span: AT,
  });
  return plan({
    saga: "BookTrip",
    source: "book-trip.saga",
    doc: "Books a trip.",
    input: [
      field("travellers", { kind: "array", element: named("Traveller") }),
      field("home", named("Place")),
      field("card", "string", { secret: true }),
      field("note", optional(scalar("json"))),
    ],
    output: { type: [field("price", named("Money"))], value: NO_FIELDS },
    tags: [
      {
        name: "home",
        value: {
          kind: "member",
          object: { kind: "member", object: { kind: "input" }, name: "home", optional: false },
          name: "city",
          optional: false,
        },
      },
      {
        name: "travellers",
        value: { kind: "length", list: { kind: "member", object: { kind: "input" }, name: "travellers", optional: false } },
      },
    ],
    types: [
      typeDecl("Money", object(field("amount", "int"), field("currency", "string")), "In the smallest unit."),
      {
        ...typeDecl("Place", object(field("city", "string"), field("parent", optional(named("Place"))))),
        from: "./traveller.ts",
      },
      {
        ...typeDecl(
          "Traveller",
          object(
            field("name", "string"),
            field("passport", optional(scalar("string"))),
            field("stays", { kind: "array", element: object(field("city", "string"), field("nights", optional(scalar("int")))) }),
            field("status", { kind: "literals", values: ["child", "adult"] }),
          ),
        ),
        from: "./traveller.ts",
      },
    ],
    signals: [
      {
        name: "approved",
        doc: "A manager has said yes.",
        fields: [field("by", "string"), field("pin", optional(scalar("string")), { secret: true })],
      },
      { name: "withdrawn", doc: null, fields: [] },
    ],
    computes: [
      {
        name: "price",
        doc: "What the trip costs.",
        parameters: [field("travellers", { kind: "array", element: named("Traveller") }), field("class", "string")],
        result: named("Money"),
      },
      { name: "note", doc: null, parameters: [], result: scalar("json") },
    ],
    callees: [{ saga: "Insure", version: 2 }],
    errors: [error("NoSeat", field("flight", "string")), error("TooDear", field("price", named("Money")))],
    steps: [open, tell],
    forward: sequence(stepNode(open), foreach, repeat, insure, {
      kind: "fail",
      id: "$fail1",
      failsTo: "saga",
      failure: { name: "TooDear", data: NO_FIELDS, summary: "too dear" },
      span: AT,
    }),
    endings: { completed: sequence(stepNode(tell)), compensated: null },
    bodies: [
      {
        ...body(book),
        id: "$foreach1",
        name: "seats",
        kind: "item",
        input: [field("item", named("Traveller")), field("home", named("Place"))],
        output: { type: [seat], value: NO_FIELDS },
        backward: { kind: "sequence", nodes: [{ kind: "step", step: "bookSeat" }] },
      },
      {
        ...body(papers),
        id: "$repeat1",
        name: "repeat1",
        kind: "round",
        input: [],
        output: { type: [field("findPapers", optional(object(field("found", "boolean"))))], value: NO_FIELDS },
        backward: { kind: "sequence", nodes: [] },
      },
    ],
  });
}
