import { describe, expect, it } from "vitest";
import { call, error, field, fromInput, named, object, optional, placeOrder, plan, scalar, step, typeDecl } from "./plans.ts";
import { CAUTIOUS, TYPE_STRIPPING, typeErrors } from "./type-errors.ts";

/** Every type, absent values, recursion, odd names, and a step without anything. */
const everything = plan({
  types: [
    typeDecl("Tree", object(field("left", optional(named("Tree"))), field("all", { kind: "array", element: named("Tree") }))),
    typeDecl("Maybe", optional(scalar("int"))),
    typeDecl("Record", object(field("a", { kind: "record", value: { kind: "literals", values: ["a", "b"] } }))),
    typeDecl("z", scalar("string")),
    typeDecl("types", scalar("string")),
    typeDecl("Handler", scalar("string")),
    typeDecl("Pick", scalar("json")),
  ],
  input: [
    field("tree", named("Tree")),
    field("class", named("Maybe")),
    field("record", named("Record")),
    field("z", named("z")),
    field("types", { kind: "array", element: optional(named("types")) }),
    field("handler", named("Handler"), { secret: true }),
    field("anything", named("Pick")),
    field("until", optional(scalar("datetime"))),
    field("then", "duration"),
  ],
  errors: [error("Refused"), error("Late", field("by", "duration"))],
  steps: [
    step("look", {
      kind: "readonly",
      call: call("shop.look", { input: fromInput("tree"), inputType: [field("tree", named("Tree"))] }),
      output: [field("found", optional(named("Maybe"))), field("constructor", "json")],
      throws: ["Refused", "Late"],
      inquire: call("shop.ask", { input: fromInput("anything"), inputType: [field("anything", "json")] }),
    }),
    step("shout", { undo: { kind: "compensate", call: call("shop.delete") } }),
  ],
});

describe("what is emitted type-checks", () => {
  it("under `strict` alone", async () => {
    expect(await typeErrors(placeOrder(), TYPE_STRIPPING, ".ts")).toEqual([]);
  });

  it("with all that a cautious user switches on, whatever the saga holds", async () => {
    expect(await typeErrors(everything, CAUTIOUS, ".ts")).toEqual([]);
  });

  it("with imports as nodenext and bundlers want them", async () => {
    expect(await typeErrors(placeOrder(), { module: "nodenext" }, ".js")).toEqual([]);
    expect(await typeErrors(placeOrder(), { module: "preserve" }, "")).toEqual([]);
  });
});

describe("a handler that does not fit", () => {
  it("is refused where it is written", async () => {
    const wrong = `
      import type { PlaceOrderSteps } from "./generated/place-order.saga.ts";
      export const inventory: PlaceOrderSteps["inventory"] = {
        async reserveStock(input, ctx) {
          if (input.quantity > 3) throw ctx.fail("OutOfStock", { sku: input.sku, left: 3 });
          if (input.quantity > 2) throw ctx.fail("PaymentDeclined", { reason: "x" });
          return { reservation: input.sku };
        },
        async releaseStock(input) {
          const id: string = input.reservationId;
        },
      };
    `;
    const errors = await typeErrors(placeOrder(), TYPE_STRIPPING, ".ts", { "wrong.ts": wrong });
    expect(errors.map((line) => line.replace(/,\d+\): error (TS\d+): .*/, " $1"))).toEqual([
      "wrong.ts(4 TS2322",
      "wrong.ts(6 TS2345",
      "wrong.ts(10 TS2322",
    ]);
  });
});
