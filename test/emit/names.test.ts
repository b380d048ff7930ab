import { describe, expect, it } from "vitest";
import { camelCase, kebabCase, pascalCase, sagaNames, typeNames } from "../../compiler/emit/lib/names.ts";
import { call, error, field, object, placeOrder, plan, step, typeDecl } from "./plans.ts";

describe("spelling", () => {
  it.each([
    ["PlaceOrder", "place-order", "placeOrder", "PlaceOrder"],
    ["placeOrder", "place-order", "placeOrder", "PlaceOrder"],
    ["place_order", "place-order", "placeOrder", "PlaceOrder"],
    ["HTTPServer2", "http-server2", "httpServer2", "HTTPServer2"],
    ["Order2Cash", "order2-cash", "order2Cash", "Order2Cash"],
    ["A", "a", "a", "A"],
    ["ABC", "abc", "abc", "ABC"],
    ["Übung", "übung", "übung", "Übung"],
    ["日本", "日本", "日本", "日本"],
    ["_1", "1", "_1", "_1"],
  ])("of %s", (name, kebab, camel, pascal) => {
    expect([kebabCase(name), camelCase(name), pascalCase(name)]).toEqual([kebab, camel, pascal]);
  });

  it("steps aside from reserved words, device names and the names of tables", () => {
    expect(sagaNames("Delete")).toMatchObject({ variable: "deleteSaga", machine: "deleteMachine", stem: "delete" });
    expect(sagaNames("Con").stem).toBe("con-saga");
    expect(sagaNames("Calls").variable).toBe("callsSaga");
  });
});

describe("type names", () => {
  it("of the order saga are those of its operations", () => {
    const saga = placeOrder();
    const names = typeNames(saga);
    expect(names.operationTypes.map((type) => type.name)).toEqual([
      "CreateOrderInput",
      "CreateOrderOutput",
      "CancelOrderInput",
      "ReserveStockInput",
      "ReserveStockOutput",
      "ReleaseStockInput",
      "AuthorizePaymentInput",
      "AuthorizePaymentOutput",
      "FindAuthorizationInput",
      "VoidPaymentInput",
      "CapturePaymentInput",
      "CapturePaymentOutput",
      "RequestShipmentInput",
      "RequestShipmentOutput",
    ]);
    for (const each of saga.steps) expect(names.inputOf(each.call)).toMatch(/Input$/);
  });

  it("are shared by operations of one name where these are equal, documentation aside", () => {
    const one = step("a", { call: call("x.go", { inputType: [field("id", "uuid", { doc: "One." })] }) });
    const two = step("b", { call: call("y.go", { inputType: [field("id", "uuid", { doc: "Two." })] }) });
    const names = typeNames(plan({ steps: [one, two] }));
    expect(names.operationTypes).toMatchObject([{ name: "GoInput", operations: ["x.go", "y.go"] }]);
    expect(names.inputOf(two.call)).toBe("GoInput");
  });

  it("get the service in front where operations of one name differ, and a number where that is taken", () => {
    const one = step("a", { call: call("x.go", { inputType: [field("id", "uuid")] }) });
    const two = step("b", { call: call("y.go", { inputType: [field("id", "int")] }) });
    const three = step("c", { call: call("y.Go", { inputType: [field("id", "date")] }) });
    const names = typeNames(plan({ steps: [one, two, three] }));
    expect([one, two, three].map((each) => names.inputOf(each.call))).toEqual(["GoInput", "YGoInput", "YGoInput2"]);
  });

  it("leave the names of the source alone", () => {
    const saga = plan({
      saga: "Place",
      types: [typeDecl("PlaceInput", object()), typeDecl("Json", object()), typeDecl("object", object())],
      errors: [error("Place")],
      steps: [step("place", { output: [field("a", "int")] })],
    });
    const names = typeNames(saga);
    expect(names.named("PlaceInput")).toBe("PlaceInput");
    expect(names.named("object")).toBe("object_");
    expect(names.json).toBe("Json2");
    expect(names.saga.input).toBe("PlaceInput2");
    expect(names.operationTypes.map((type) => type.name)).toEqual(["LocalPlaceInput", "LocalPlaceOutput"]);
  });
});
