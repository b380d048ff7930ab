import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PlanType } from "../../compiler/plan/plan.ts";
import type { SagaDefinition } from "../../runtime/engine/definition.ts";
import { scratchFolder } from "../kit/scratch.ts";
import { emitted } from "./emitted.ts";
import { error, field, named, object, optional, placeOrder, plan, scalar, step, typeDecl } from "./plans.ts";

type Validators = SagaDefinition["validators"];

async function validatorsOf(saga: Parameters<typeof emitted>[0], stem: string): Promise<Validators> {
  const folder = scratchFolder(emitted(saga));
  const module: { validators: Validators } = await import(/* @vite-ignore */ join(folder, `${stem}.validators.ts`));
  return module.validators;
}

function accepted(validator: Validators["input"] | null | undefined, value: unknown): unknown {
  const result = validator?.safeParse(value);
  if (result === undefined) throw new Error("no such validator");
  return result.success ? { accepts: result.data } : { refuses: result.error.issues.map((issue) => issue.path.join(".")) };
}

const UUID = "0191d2a8-7c4b-7e63-9b2a-3f1d5c6e7a80";

describe("every type of the language", () => {
  const tree = typeDecl("Tree", object(field("name", "string"), field("children", { kind: "array", element: named("Tree") })));
  const types: Readonly<Record<string, PlanType>> = {
    string: scalar("string"),
    boolean: scalar("boolean"),
    int: scalar("int"),
    number: scalar("number"),
    uuid: scalar("uuid"),
    datetime: scalar("datetime"),
    date: scalar("date"),
    duration: scalar("duration"),
    json: scalar("json"),
    color: { kind: "literals", values: ["red", 'it\'s "green"'] },
    list: { kind: "array", element: scalar("int") },
    gaps: { kind: "array", element: optional(scalar("int")) },
    counts: { kind: "record", value: scalar("int") },
    nested: object(field("class", "string"), field("inner", object(field("a-b", optional(scalar("string")))))),
    tree: named("Tree"),
    maybe: optional(scalar("int")),
    alias: named("Maybe"),
  };
  const cases: readonly (readonly [keyof typeof types & string, readonly unknown[], readonly unknown[]])[] = [
    ["string", ["", "x", "\u0000"], [1, null, undefined, {}]],
    ["boolean", [true, false], [0, "true", null]],
    ["int", [0, -3, Number.MAX_SAFE_INTEGER], [1.5, "1", Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1n]],
    ["number", [0, 1.5, -1e300], ["1", Number.NaN, Number.POSITIVE_INFINITY]],
    ["uuid", [UUID, UUID.toUpperCase()], ["", "x", `${UUID}0`, `{${UUID}}`]],
    [
      "datetime",
      ["2026-03-01T09:30:00Z", "2026-03-01T09:30:00.123+02:00"],
      ["2026-03-01", "2026-03-01T09:30:00", "yesterday", new Date(0)],
    ],
    ["date", ["2026-03-01", "2024-02-29"], ["2026-02-29", "2026-3-1", "2026-03-01T00:00:00Z"]],
    ["duration", [0, 60_000], [-1, 0.5, "1s"]],
    ["json", [null, 1, "x", [1, { a: [true] }]], [undefined, () => 1, 1n]],
    ["color", ["red", 'it\'s "green"'], ["blue", "", null]],
    ["list", [[], [1, 2]], [[1, "2"], [null], { 0: 1 }]],
    ["gaps", [[1, null]], [["x"]]],
    ["counts", [{}, { a: 1, constructor: 2 }], [{ a: "x" }, []]],
    [
      "nested",
      [
        { class: "x", inner: {} },
        { class: "x", inner: { "a-b": null } },
      ],
      [{ class: "x" }, { class: "x", inner: { "a-b": 1 } }],
    ],
    ["tree", [{ name: "a", children: [{ name: "b", children: [] }] }], [{ name: "a", children: [{ name: "b" }] }]],
    ["maybe", [1, null, undefined], ["x"]],
    ["alias", [1, null, undefined], ["x"]],
  ];

  it("is in the table", () => {
    expect(cases.map(([name]) => name).sort()).toEqual(Object.keys(types).sort());
  });

  it.each(cases)("%s: accepts and refuses", async (name, good, bad) => {
    const type = types[name];
    if (type === undefined) throw new Error(name);
    const saga = plan({ input: [field("value", type)], types: [typeDecl("Maybe", optional(scalar("int"))), tree] });
    const { input } = await validatorsOf(saga, "sample");
    for (const value of good) expect(accepted(input, { value })).toEqual({ accepts: { value } });
    for (const value of bad)
      expect(accepted(input, { value }), String(value)).toMatchObject({ refuses: [expect.stringMatching(/^value/)] });
  });
});

describe("fields", () => {
  it("that nobody declared are dropped, deep inside too", async () => {
    const saga = plan({ input: [field("a", object(field("b", "int")))] });
    const { input } = await validatorsOf(saga, "sample");
    expect(accepted(input, { a: { b: 1, c: 2 }, d: 3 })).toEqual({ accepts: { a: { b: 1 } } });
  });

  it("that may be absent may be missing, null, or undefined", async () => {
    const saga = plan({ input: [field("a", optional(scalar("int")))] });
    const { input } = await validatorsOf(saga, "sample");
    expect(accepted(input, {})).toEqual({ accepts: {} });
    expect(accepted(input, { a: null })).toEqual({ accepts: { a: null } });
    expect(accepted(input, { a: "x" })).toEqual({ refuses: ["a"] });
  });

  it("called like members of every object are asked for all the same", async () => {
    const names = ["constructor", "toString", "hasOwnProperty", "valueOf", "then"];
    const saga = plan({ input: names.map((name) => field(name, "int")) });
    const { input } = await validatorsOf(saga, "sample");
    const value = Object.fromEntries(names.map((name, index) => [name, index]));
    expect(accepted(input, value)).toEqual({ accepts: value });
    expect(accepted(input, {})).toEqual({ refuses: names });
  });
});

describe("types that need each other", () => {
  it("may do so in a ring, in any order", async () => {
    const saga = plan({
      types: [
        typeDecl("A", object(field("b", optional(named("B"))))),
        typeDecl("B", object(field("cs", { kind: "record", value: named("C") }))),
        typeDecl("C", object(field("a", named("A")), field("d", named("D")))),
        typeDecl("D", scalar("int")),
      ],
      input: [field("a", named("A"))],
    });
    const { input } = await validatorsOf(saga, "sample");
    const value = { a: { b: { cs: { x: { a: {}, d: 1 } } } } };
    expect(accepted(input, value)).toEqual({ accepts: value });
    expect(accepted(input, { a: { b: { cs: { x: { a: {}, d: "1" } } } } })).toEqual({ refuses: ["a.b.cs.x.d"] });
  });
});

describe("the tables", () => {
  it("of the order saga hold what the engine asks for", async () => {
    const validators = await validatorsOf(placeOrder(), "place-order");
    expect(Object.keys(validators.outputs)).toEqual(placeOrder().steps.map((each) => each.name));
    expect(Object.keys(validators.errors)).toEqual(["OutOfStock", "PaymentDeclined"]);
    expect(accepted(validators.errors.OutOfStock, { sku: "a", left: 1.5 })).toEqual({ refuses: ["left"] });
    expect(accepted(validators.output, { trackingId: "t", paymentId: "p" })).toMatchObject({ accepts: {} });
    const total = { amount: 100, currency: "EUR" };
    const shipTo = { name: "a", street: "b", city: "c", country: "d" };
    const order = { orderId: UUID, customerId: "c", sku: "s", quantity: 1, total, shipTo };
    expect(accepted(validators.input, order)).toEqual({ accepts: order });
    expect(accepted(validators.input, { ...order, total: { amount: 0.5 } })).toEqual({
      refuses: ["total.amount", "total.currency"],
    });
  });

  it("drop what a step without an output answers", async () => {
    const validators = await validatorsOf(plan({ steps: [step("silent")], errors: [error("Empty")] }), "sample");
    for (const answer of [undefined, null, 1, { a: 1 }])
      expect(accepted(validators.outputs.silent, answer)).toEqual({ accepts: null });
    expect(validators.output).toBe(null);
    expect(accepted(validators.errors.Empty, {})).toEqual({ accepts: {} });
  });
});
