import {
  PLAN_SCHEMA,
  type Plan,
  type PlanCall,
  type PlanError,
  type PlanExpr,
  type PlanField,
  type PlanParallel,
  type PlanSequence,
  type PlanService,
  type PlanStep,
  type PlanStepNode,
  type PlanType,
  type PlanTypeDecl,
  type ScalarName,
} from "../../compiler/plan/plan.ts";

/** Plans written by hand, for what no source can say (or none should): the emitters must cope with every well-formed plan. */

export function scalar(name: ScalarName): PlanType {
  return { kind: "scalar", name };
}

export function optional(type: PlanType): PlanType {
  return { kind: "optional", type };
}

export function named(name: string): PlanType {
  return { kind: "named", name };
}

export function field(name: string, type: PlanType | ScalarName, more: Partial<PlanField> = {}): PlanField {
  return { name, type: typeof type === "string" ? scalar(type) : type, secret: false, doc: null, ...more };
}

export function array(element: PlanType | ScalarName): PlanType {
  return { kind: "array", element: typeof element === "string" ? scalar(element) : element };
}

export function object(...fields: readonly PlanField[]): PlanType {
  return { kind: "object", fields };
}

export function typeDecl(name: string, type: PlanType, doc: string | null = null): PlanTypeDecl {
  return { name, doc, type, from: null };
}

export function error(name: string, ...fields: readonly PlanField[]): PlanError {
  return { name, doc: null, fields };
}

export function call(operation: string, more: Partial<PlanCall> = {}): PlanCall {
  const [service = "local", name = operation] = operation.includes(".") ? operation.split(".") : [undefined, operation];
  return {
    service,
    operation: name,
    input: { kind: "object", entries: [] },
    inputType: [],
    key: null,
    timeoutMs: 30_000,
    retry: { attempts: 3, backoffMinMs: 200, backoffMaxMs: 10_000 },
    span: { line: 1, column: 1 },
    ...more,
  };
}

export function step(name: string, more: Partial<PlanStep> = {}): PlanStep {
  return {
    name,
    doc: null,
    kind: "normal",
    zone: "before",
    place: [name],
    call: call(name),
    output: [],
    throws: [],
    outputLive: false,
    failsTo: more.zone === "after" ? null : "saga",
    exhausted: (more.zone ?? "before") === "before" ? "fail" : "park",
    exhaustedWith: null,
    inquire: null,
    undo: { kind: "none", because: "a test" },
    span: { line: 1, column: 1 },
    ...more,
  };
}

/** A step in its sequence: each of its errors fails it. */
export function stepNode({ name, zone, throws }: PlanStep): PlanStepNode {
  const policies = throws.map((error) => ({ error, retry: null, outcome: { kind: "fail" as const, failure: null } }));
  return { kind: "step", step: name, stops: zone === "after" ? [] : ["saga"], policies };
}

/** A group of branches. */
export function group(id: string, ...bodies: readonly PlanSequence[]): PlanParallel {
  const branches = bodies.map((body, at) => ({ id: `$branch${at + 1}`, name: null, scope: null, body }));
  return { kind: "parallel", id, stops: ["saga"], onFailure: "cancel", failsTo: "saga", place: [id], branches };
}

/** Its steps stand in a sequence. */
export function plan(more: Partial<Plan> = {}): Plan {
  const steps = more.steps ?? [step("only")];
  return {
    schema: PLAN_SCHEMA,
    saga: "Sample",
    version: 1,
    source: "sample.saga",
    doc: null,
    timeoutMs: 60_000,
    input: [],
    output: null,
    types: [],
    errors: [],
    services: services(steps),
    forward: { kind: "sequence", nodes: steps.map((each) => stepNode(each)) },
    backward: {
      kind: "sequence",
      nodes: steps
        .filter((each) => each.undo.kind === "compensate")
        .reverse()
        .map((each) => ({ kind: "step", step: each.name })),
    },
    pivots: [],
    undoWithinMs: 60_000,
    tags: [],
    signals: [],
    computes: [],
    callees: [],
    lets: [],
    endings: { completed: null, compensated: null },
    bodies: [],
    ...more,
    steps,
  };
}

function services(steps: readonly PlanStep[]): PlanService[] {
  const names = new Set(steps.map((each) => each.call.service).filter((name) => name !== "local"));
  return [...names].sort().map((name) => ({ name, doc: null, idempotentForMs: null, fenced: false }));
}

export function fromInput(...names: readonly string[]): PlanExpr {
  return {
    kind: "object",
    entries: names.map((name) => ({ name, value: { kind: "member", object: { kind: "input" }, name, optional: false } })),
  };
}

/** Members of the input under other names, and of steps' outputs: `{ to: "input.shipTo", id: "reserveStock.reservationId?" }`. */
function mapping(entries: Readonly<Record<string, string>>): PlanExpr {
  return {
    kind: "object",
    entries: Object.entries(entries).map(([name, path]) => {
      const [root = "", member = name] = path.replace("?", "").split(".");
      const optional = path.endsWith("?");
      const object: PlanExpr = root === "input" ? { kind: "input" } : { kind: "stepOutput", step: root, optional };
      return { name, value: { kind: "member", object, name: member, optional } };
    }),
  };
}

/** The order saga, as `sagas/place-order/place-order.saga` means it. */
export function placeOrder(): Plan {
  const money = named("Money");
  const orderId = field("orderId", "uuid");
  const reservationId = field("reservationId", "string");
  const authorizationId = field("authorizationId", "string");
  return plan({
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
    output: {
      type: [field("trackingId", "string"), field("paymentId", "string")],
      value: mapping({ trackingId: "requestShipment.trackingId", paymentId: "capturePayment.paymentId" }),
    },
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
    steps: [
      step("createOrder", {
        doc: "Opens the order, so that the customer can see it.",
        call: call("orders.createOrder", {
          input: fromInput("orderId", "customerId", "sku", "quantity"),
          inputType: [orderId, field("customerId", "string"), field("sku", "string"), field("quantity", "int")],
        }),
        output: [field("createdAt", "datetime")],
        undo: { kind: "compensate", call: call("orders.cancelOrder", { input: fromInput("orderId"), inputType: [orderId] }) },
      }),
      step("reserveStock", {
        call: call("inventory.reserveStock", {
          input: fromInput("orderId", "sku", "quantity"),
          inputType: [orderId, field("sku", "string"), field("quantity", "int")],
        }),
        output: [reservationId],
        throws: ["OutOfStock"],
        outputLive: true,
        undo: {
          kind: "compensate",
          call: call("inventory.releaseStock", {
            input: mapping({
              orderId: "input.orderId",
              sku: "input.sku",
              quantity: "input.quantity",
              reservationId: "reserveStock.reservationId?",
            }),
            inputType: [
              orderId,
              field("sku", "string"),
              field("quantity", "int"),
              { ...reservationId, type: optional(scalar("string")) },
            ],
          }),
        },
      }),
      step("authorizePayment", {
        call: call("payments.authorizePayment", {
          input: mapping({ orderId: "input.orderId", customerId: "input.customerId", amount: "input.total" }),
          inputType: [orderId, field("customerId", "string"), field("amount", money)],
        }),
        output: [authorizationId],
        throws: ["PaymentDeclined"],
        outputLive: true,
        inquire: call("payments.findAuthorization", { input: fromInput("orderId"), inputType: [orderId] }),
        undo: {
          kind: "compensate",
          call: call("payments.voidPayment", {
            input: mapping({ orderId: "input.orderId", authorizationId: "authorizePayment.authorizationId?" }),
            inputType: [orderId, { ...authorizationId, type: optional(scalar("string")) }],
          }),
        },
      }),
      step("capturePayment", {
        doc: "The point of no return: from here on the order is carried out.",
        kind: "pivot",
        zone: "pivot",
        call: call("payments.capturePayment", {
          input: mapping({
            orderId: "input.orderId",
            authorizationId: "authorizePayment.authorizationId",
            amount: "input.total",
          }),
          inputType: [orderId, authorizationId, field("amount", money)],
        }),
        output: [field("paymentId", "string")],
        outputLive: true,
      }),
      step("requestShipment", {
        doc: "After the pivot: retried until it succeeds, never undone.",
        zone: "after",
        call: call("shipping.requestShipment", {
          input: mapping({ orderId: "input.orderId", to: "input.shipTo", paymentId: "capturePayment.paymentId" }),
          inputType: [orderId, field("to", named("Address")), field("paymentId", "string")],
        }),
        output: [field("trackingId", "string")],
        outputLive: true,
      }),
    ],
    pivots: ["capturePayment"],
  });
}
