import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { handlerSites } from "../../compiler/emit/lib/handlers.ts";
import { machineFile, typeNames } from "../../compiler/emit/lib/names.ts";
import { secretsOf } from "../../compiler/emit/lib/secrets.ts";
import { newStepsFile } from "../../compiler/emit/steps.ts";
import type { ImportExtension } from "../../compiler/emit/target.ts";
import type { SagaDefinition } from "../../runtime/engine/definition.ts";
import { scratchFolder } from "../kit/scratch.ts";
import { emitted, OPTIONS } from "./emitted.ts";
import { field, named, object, optional, plan, scalar, typeDecl } from "./plans.ts";
import { CAUTIOUS, TYPE_STRIPPING, typeErrors } from "./type-errors.ts";
import { bookTrip, DATA_TARGETS, NO_MACHINES, TRAVELLER_TS } from "./whole-language.ts";

const trip = bookTrip();
const names = typeNames(trip);
const files = emitted(trip, {}, DATA_TARGETS);

function errorsWith(options: object, extension: ImportExtension, more: Record<string, string> = {}): Promise<string[]> {
  const all = { ...NO_MACHINES, "traveller.ts": TRAVELLER_TS, ...more };
  return typeErrors(trip, options, extension, all, DATA_TARGETS);
}

function codes(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/,\d+\): error (TS\d+): .*/, " $1"));
}

describe("the names of a saga with bodies", () => {
  it("are of one family, and lead to files of their own", () => {
    expect(names.unit("$foreach1")).toEqual({
      stem: "book-trip.seats",
      machine: "bookTripSeatsMachine",
      input: "BookTripSeatsInput",
      output: "BookTripSeatsOutput",
      context: "BookTripSeatsContext",
    });
    expect(names.unit(null)).toBe(names.saga);
    expect([null, "$foreach1"].map((id) => machineFile(names.unit(id)))).toEqual([
      "book-trip.machine.ts",
      "book-trip.seats.machine.ts",
    ]);
    expect([names.childInput("seats"), names.childOutput("seats")]).toEqual(["BookTripSeatsInput", "BookTripSeatsResult"]);
    expect([names.childInput("insurance"), names.childOutput("insurance")]).toEqual([
      "BookTripInsuranceInput",
      "BookTripInsuranceResult",
    ]);
    expect(names.computeResult("price")).toBe('ReturnType<BookTripComputes["price"]>');
  });

  it("stay two where bodies differ in their spelling alone", () => {
    const [first] = trip.bodies;
    if (first === undefined) throw new Error("no body");
    const twice = typeNames({
      ...trip,
      forward: { kind: "sequence", nodes: [] },
      bodies: [first, { ...first, id: "$foreach2", name: "Seats" }],
    });
    const [one, other] = [twice.unit("$foreach1"), twice.unit("$foreach2")];
    for (const key of ["stem", "machine", "input", "output", "context"] as const) expect(one[key]).not.toBe(other[key]);
    expect(one.stem.toLowerCase()).not.toBe(other.stem.toLowerCase());
  });
});

describe("the data of the whole language", () => {
  it("type-checks with all that a cautious user switches on", async () => {
    expect(await errorsWith(CAUTIOUS, ".ts")).toEqual([]);
  });

  it("type-checks with imports as nodenext and bundlers want them", async () => {
    expect(await errorsWith({ module: "nodenext" }, ".js")).toEqual([]);
    expect(await errorsWith({ module: "preserve" }, "")).toEqual([]);
  });

  it("compiles no more where a type of the user's is no longer what it was", async () => {
    const changes: Readonly<Record<string, readonly [string, string]>> = {
      same: ["", ""],
      gone: ["name: string;", ""],
      more: ["name: string;", "name: string; age: number;"],
      other: ["city: string;", "city: number;"],
      absent: ["name: string;", "name?: string;"],
      literal: ['"adult"', '"adult" | "senior"'],
    };
    const variants = Object.entries(changes).flatMap(([name, [old, now]]) => [
      [`${name}/generated/book-trip.types.ts`, files["book-trip.types.ts"] ?? ""],
      [`${name}/traveller.ts`, TRAVELLER_TS.replace(old, now)],
    ]);
    const errors = await errorsWith(TYPE_STRIPPING, ".ts", Object.fromEntries(variants));
    const told = new Set(errors.map((line) => line.replace(/\/.*: error (TS\d+): .*/, " $1")));
    expect([...told].sort()).toEqual(["absent TS2344", "gone TS2741", "literal TS2344", "more TS2741", "other TS2344"]);
  });

  it("types signals and computes", async () => {
    const wrong = `
      import type { BookTripComputes, BookTripSignals, BookTripSteps, bookTrip } from "./generated/book-trip.saga.ts";
      type Known = NonNullable<(typeof bookTrip)["$types"]>["signals"];
      export const fine: Known["approved"] = { by: "kim" };
      export const payload: Known["approved"] = { by: 1 };
      export const none: Known["denied"] = {};
      export const price: BookTripSteps["compute"]["price"] = (travellers) => ({ amount: travellers.length, currency: 1 });
      export const both: BookTripComputes["note"] = () => undefined;
      export const withdrawn: BookTripSignals["withdrawn"] = {};
    `;
    expect(codes(await errorsWith(TYPE_STRIPPING, ".ts", { "wrong.ts": wrong }))).toEqual([
      "wrong.ts(5 TS2322",
      "wrong.ts(6 TS2339",
      "wrong.ts(7 TS2322",
      "wrong.ts(8 TS2322",
    ]);
  });
});

describe("the handlers of a saga with bodies", () => {
  it("are asked for together, in the order of the source", () => {
    const sites = handlerSites(trip, names).flatMap(({ service, handlers }) =>
      handlers.map(({ operation }) => `${service}.${operation}`),
    );
    expect(sites).toEqual([
      "trips.open",
      "flights.book",
      "flights.cancel",
      "local.findPapers",
      "local.tellTraveller",
      "compute.price",
      "compute.note",
    ]);
  });

  it("have stubs that fit, those of computes with their parameters", () => {
    const text = newStepsFile(trip, OPTIONS, "./generated");
    expect(text).toContain("price(_travellers, _class) {");
    expect(text).not.toContain("async price");
  });
});

describe("validators of the whole language", () => {
  it("check signals, computes, steps of bodies, and types of the user's", async () => {
    const folder = scratchFolder({
      ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`generated/${path}`, text])),
      "traveller.ts": TRAVELLER_TS,
    });
    const module: { validators: SagaDefinition["validators"] } = await import(
      /* @vite-ignore */ join(folder, "generated/book-trip.validators.ts")
    );
    const { validators } = module;
    const accepts = (validator: SagaDefinition["validators"]["input"] | undefined, value: unknown): boolean | undefined =>
      validator?.safeParse(value).success;
    expect(Object.keys(validators.outputs)).toEqual(["openTrip", "bookSeat", "findPapers", "tellTraveller"]);
    expect(accepts(validators.signals?.approved, { by: "kim" })).toBe(true);
    expect(accepts(validators.signals?.approved, { by: 1 })).toBe(false);
    expect(accepts(validators.signals?.withdrawn, {})).toBe(true);
    expect(accepts(validators.computes?.price, { amount: 1, currency: "EUR" })).toBe(true);
    expect(accepts(validators.computes?.price, { amount: 0.5, currency: "EUR" })).toBe(false);
    const traveller = { name: "Kim", stays: [{ city: "Rome" }], status: "adult" };
    const input = { travellers: [traveller], home: { city: "Bonn", parent: { city: "NRW" } }, card: "4111" };
    expect(accepts(validators.input, input)).toBe(true);
    expect(accepts(validators.input, { ...input, travellers: [{ ...traveller, status: "dog" }] })).toBe(false);
    expect(accepts(validators.input, { ...input, home: { city: "Bonn", parent: { city: 1 } } })).toBe(false);
  });
});

describe("tags", () => {
  it("are made from the input", async () => {
    const folder = scratchFolder({
      ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`generated/${path}`, text])),
      ...NO_MACHINES,
    });
    const module: { bookTrip: SagaDefinition } = await import(/* @vite-ignore */ join(folder, "generated/book-trip.saga.ts"));
    const tags = module.bookTrip.tags as ((input: unknown) => unknown) | undefined;
    expect(tags?.({ home: { city: "Bonn" }, travellers: [1, 2] })).toEqual({ home: "Bonn", travellers: 2 });
  });
});

describe("the table of secrets", () => {
  it("says where they stand, by the kind of data", () => {
    expect(secretsOf(trip)).toEqual({ input: [["card"]], calls: { openTrip: [["card"]] }, signals: { approved: [["pin"]] } });
    expect(secretsOf(plan())).toBe(null);
  });

  it("goes through lists, records and names, and takes all of what holds itself", () => {
    const pin = field("pin", "string", { secret: true });
    const input = [
      field("cards", { kind: "array", element: object(pin) }),
      field("by name", { kind: "record", value: optional(object(pin)) }),
      field("tree", named("Tree")),
      field("plain", named("Plain")),
    ];
    const types = [
      typeDecl("Tree", object(field("left", optional(named("Tree"))), pin)),
      typeDecl("Plain", object(field("next", optional(named("Plain"))), field("a", scalar("int")))),
    ];
    expect(secretsOf(plan({ input, types }))).toEqual({
      input: [
        ["cards", "*", "pin"],
        ["by name", "*", "pin"],
        ["tree", "left", "**"],
        ["tree", "pin"],
      ],
    });
  });
});
