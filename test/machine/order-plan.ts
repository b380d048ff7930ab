import type { Plan, PlanExpr, PlanUndo } from "../../compiler/plan/plan.ts";
import { error, field, named, object, optional, scalar, typeDecl } from "../emit/plans.ts";
import { entries, member, outputOf, sagaPlan } from "./plans.ts";

/** `sagas/place-order/place-order.saga`, in full. */
export function placeOrder(): Plan {
  const money = named("Money");
  const input = (name: string): PlanExpr => member({ kind: "input" }, name);
  const orderId = field("orderId", "uuid");
  const stock = [orderId, field("sku", "string"), field("quantity", "int")];
  const stockInput = { orderId: input("orderId"), sku: input("sku"), quantity: input("quantity") };
  const idempotent = (name: string) => ({ name, doc: null, idempotentForMs: 604_800_000, fenced: false });
  const built = sagaPlan({
    saga: "PlaceOrder",
    source: "place-order.saga",
    doc: "Places an order: reserves, charges, ships.",
    timeoutMs: 259_200_000,
    input: [
      orderId,
      field("customerId", "string"),
      field("sku", "string"),
      field("quantity", "int"),
      field("total", money),
      field("shipTo", named("Address")),
    ],
    types: [
      typeDecl(
        "Address",
        object(field("name", "string"), field("street", "string"), field("city", "string"), field("country", "string")),
      ),
      typeDecl(
        "Money",
        object(field("amount", "int"), field("currency", "string")),
        "An amount in the smallest unit of its currency.",
      ),
    ],
    errors: [
      error("OutOfStock", field("sku", "string"), field("left", "int")),
      error("PaymentDeclined", field("reason", "string")),
    ],
    services: [idempotent("inventory"), idempotent("orders"), idempotent("payments"), idempotent("shipping")],
    output: {
      type: [field("trackingId", "string"), field("paymentId", "string")],
      value: entries({
        trackingId: outputOf("requestShipment", "trackingId"),
        paymentId: outputOf("capturePayment", "paymentId"),
      }),
    },
    parts: [
      {
        name: "createOrder",
        service: "orders",
        doc: "Opens the order, so that the customer can see it.",
        input: entries({
          orderId: input("orderId"),
          customerId: input("customerId"),
          sku: input("sku"),
          quantity: input("quantity"),
        }),
        inputType: [orderId, field("customerId", "string"), field("sku", "string"), field("quantity", "int")],
        output: [field("createdAt", "datetime")],
        timeoutMs: 2_000,
        retry: { attempts: 3, backoffMinMs: 200, backoffMaxMs: 5_000 },
        undo: { operation: "cancelOrder", input: entries({ orderId: input("orderId") }), inputType: [orderId] },
      },
      [
        [
          {
            name: "reserveStock",
            service: "inventory",
            input: entries(stockInput),
            inputType: stock,
            output: [field("reservationId", "string")],
            outputLive: true,
            throws: ["OutOfStock"],
            timeoutMs: 5_000,
            undo: {
              operation: "releaseStock",
              input: entries({ ...stockInput, reservationId: outputOf("reserveStock", "reservationId", true) }),
              inputType: [...stock, field("reservationId", optional(scalar("string")))],
            },
          },
        ],
        [
          {
            name: "authorizePayment",
            service: "payments",
            input: entries({ orderId: input("orderId"), customerId: input("customerId"), amount: input("total") }),
            inputType: [orderId, field("customerId", "string"), field("amount", money)],
            output: [field("authorizationId", "string")],
            outputLive: true,
            throws: ["PaymentDeclined"],
            timeoutMs: 5_000,
            inquire: { operation: "findAuthorization", input: entries({ orderId: input("orderId") }), inputType: [orderId] },
            undo: {
              operation: "voidPayment",
              input: entries({
                orderId: input("orderId"),
                authorizationId: outputOf("authorizePayment", "authorizationId", true),
              }),
              inputType: [orderId, field("authorizationId", optional(scalar("string")))],
              retry: { attempts: 20, backoffMinMs: 1_000, backoffMaxMs: 300_000 },
            },
          },
        ],
      ],
      {
        name: "capturePayment",
        kind: "pivot",
        service: "payments",
        doc: "The point of no return: from here on the order is carried out.",
        input: entries({
          orderId: input("orderId"),
          authorizationId: outputOf("authorizePayment", "authorizationId"),
          amount: input("total"),
        }),
        inputType: [orderId, field("authorizationId", "string"), field("amount", money)],
        output: [field("paymentId", "string")],
        outputLive: true,
      },
      {
        name: "requestShipment",
        service: "shipping",
        doc: "After the pivot: retried until it succeeds, never undone.",
        input: entries({ orderId: input("orderId"), to: input("shipTo"), paymentId: outputOf("capturePayment", "paymentId") }),
        inputType: [orderId, field("to", named("Address")), field("paymentId", "string")],
        output: [field("trackingId", "string")],
        outputLive: true,
      },
    ],
  });
  // As in the source, so that the comments of the machine lead there: the step, then its compensation.
  const lines: Readonly<Record<string, readonly [number, number]>> = {
    createOrder: [34, 39],
    reserveStock: [43, 47],
    authorizePayment: [49, 55],
    capturePayment: [63, 63],
    requestShipment: [69, 69],
  };
  return {
    ...built,
    steps: built.steps.map((step) => {
      const [line, undoLine] = lines[step.name] ?? [1, 1];
      const undo: PlanUndo =
        step.undo.kind === "none"
          ? step.undo
          : { ...step.undo, call: { ...step.undo.call, span: { line: undoLine, column: 5 } } };
      return { ...step, span: { line, column: 3 }, undo };
    }),
  };
}
