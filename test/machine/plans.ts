import type {
  Plan,
  PlanBranch,
  PlanCall,
  PlanExpr,
  PlanField,
  PlanNode,
  PlanRetry,
  PlanStep,
  PlanUndo,
} from "../../compiler/plan/plan.ts";
import { deriveBackward } from "../../compiler/plan/undo.ts";
import { call, error, field, named, object, optional, plan, scalar, stepNode, typeDecl } from "../emit/plans.ts";

/** Plans for the machine emitter, written as the saga is: a sequence of steps and groups; zones, places and the way back follow. */
export type Part = StepPart | readonly (readonly Part[])[];

export interface StepPart extends Partial<Omit<PlanStep, "call" | "inquire" | "undo">> {
  readonly name: string;
  readonly service?: string;
  readonly input?: PlanExpr;
  readonly inputType?: readonly PlanField[];
  readonly retry?: PlanRetry;
  readonly timeoutMs?: number;
  /** By operation; `true`: named after the step. */
  readonly inquire?: true | Partial<PlanCall>;
  readonly undo?: false | Partial<PlanCall>;
}

export interface SagaParts extends Partial<Omit<Plan, "steps" | "forward" | "backward" | "pivots">> {
  readonly parts: readonly Part[];
}

export const FOREVER: PlanRetry = { attempts: null, backoffMinMs: 200, backoffMaxMs: 60_000 };
export const THRICE: PlanRetry = { attempts: 3, backoffMinMs: 200, backoffMaxMs: 10_000 };
export const NEVER: PlanRetry = { attempts: 1, backoffMinMs: 200, backoffMaxMs: 10_000 };
export const UNDO: PlanRetry = { attempts: 10, backoffMinMs: 1_000, backoffMaxMs: 60_000 };

export function sagaPlan({ parts, ...more }: SagaParts): Plan {
  const builder = new Builder();
  const forward = builder.sequence(parts, []);
  const { steps } = builder;
  const undone = new Set(steps.filter((step) => step.undo.kind === "compensate").map((step) => step.name));
  const services = [...new Set(steps.map((step) => step.call.service).filter((name) => name !== "local"))].sort();
  return plan({
    saga: "Sample",
    source: "sample.saga",
    timeoutMs: 3_600_000,
    input: [ID],
    errors: [...new Set(steps.flatMap((step) => step.throws))].sort().map((name) => error(name, field("why", "string"))),
    services: services.map((name) => ({
      name,
      doc: null,
      idempotentForMs: name === "safe" ? 86_400_000 : null,
      fenced: name === "fenced",
    })),
    ...more,
    steps,
    forward: { kind: "sequence", nodes: forward },
    backward: deriveBackward({ kind: "sequence", nodes: forward }, undone),
    pivots: steps.filter((step) => step.kind === "pivot").map((step) => step.name),
  });
}

/** The output of the steps of these plans. */
export const VALUE: PlanField = field("value", "string");

const ID: PlanField = field("id", "string");
const INPUT_ID: PlanExpr = { kind: "object", entries: [{ name: "id", value: member({ kind: "input" }, "id") }] };

export function member(object: PlanExpr, name: string, optional = false): PlanExpr {
  return { kind: "member", object, name, optional };
}

export function outputOf(step: string, name: string, optional = false): PlanExpr {
  return member({ kind: "stepOutput", step, optional }, name, optional);
}

export function entries(values: Readonly<Record<string, PlanExpr>>): PlanExpr {
  return { kind: "object", entries: Object.entries(values).map(([name, value]) => ({ name, value })) };
}

class Builder {
  readonly steps: PlanStep[] = [];
  #groups = 0;
  #line = 2;
  #passed = false;

  sequence(parts: readonly Part[], place: readonly string[]): PlanNode[] {
    return parts.map((part): PlanNode => {
      if (!isGroup(part)) return this.#step(part, place);
      this.#groups += 1;
      const id = `$group${this.#groups}`;
      const branches = part.map((body, index): PlanBranch => {
        const branch = `$branch${index + 1}`;
        return {
          id: branch,
          name: null,
          scope: null,
          body: { kind: "sequence", nodes: this.sequence(body, [...place, id, branch]) },
        };
      });
      const stops = this.#passed ? [] : ["saga"];
      return {
        kind: "parallel",
        id,
        stops,
        onFailure: "cancel",
        failsTo: this.#passed ? null : "saga",
        place: [...place, id],
        branches,
      };
    });
  }

  #step(part: StepPart, place: readonly string[]): PlanNode {
    const { name, service = "plain", input, inputType, retry, timeoutMs, inquire, undo, kind = "normal", ...more } = part;
    const zone = kind === "pivot" ? "pivot" : this.#passed ? "after" : "before";
    if (kind === "pivot") this.#passed = true;
    const span = { line: this.#line, column: 3 };
    this.#line += 2;
    const called = (operation: string, own: Partial<PlanCall>): PlanCall =>
      call(`${service}.${operation}`, { input: INPUT_ID, inputType: [ID], retry: THRICE, timeoutMs: 30_000, span, ...own });
    const own = {
      ...(input === undefined ? {} : { input }),
      ...(inputType === undefined ? {} : { inputType }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    };
    const undone = undo !== false && zone === "before" && kind !== "readonly";
    const built: PlanStep = {
      doc: null,
      failsTo: zone === "after" ? null : "saga",
      exhausted: zone === "before" ? "fail" : "park",
      output: [],
      throws: [],
      outputLive: false,
      ...more,
      name,
      kind,
      zone,
      place: [...place, name],
      span,
      call: called(name, { retry: retry ?? (zone === "before" ? THRICE : FOREVER), ...own }),
      inquire: inquire === undefined ? null : called(`find_${name}`, inquire === true ? {} : inquire),
      undo: undone
        ? { kind: "compensate", call: called(`undo_${name}`, { retry: UNDO, ...undo }) }
        : { kind: "none", because: kind === "readonly" ? "it only reads" : "it needs none" },
    };
    this.steps.push(built);
    return stepNode(built);
  }
}

function isGroup(part: Part): part is readonly (readonly Part[])[] {
  return Array.isArray(part);
}

// ---- the order saga

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
