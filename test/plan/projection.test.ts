import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { partsOf } from "../../compiler/plan/expressions.ts";
import type { Plan, PlanCall, PlanExpr, PlanNode, PlanSequence } from "../../compiler/plan/plan.ts";

/**
 * The order saga without a conductor, written by hand: what each of its four services would have to know. Everything here is read from the
 * plan alone; that it can be is what the plan's schema promises to a projection that is still to come.
 */
interface Part {
  /** What it does forward, and what it waits for: the steps that end just before; none: the saga's start. */
  readonly runs: readonly { readonly step: string; readonly after: readonly string[]; readonly needs: readonly string[] }[];
  /** What it undoes, and whose undo must have been said before. */
  readonly undoes: readonly {
    readonly step: string;
    readonly by: string;
    readonly after: readonly string[];
    readonly needs: readonly string[];
  }[];
}

const BY_HAND: Readonly<Record<string, Part>> = {
  orders: {
    runs: [{ step: "createOrder", after: [], needs: ["input.customerId", "input.orderId", "input.quantity", "input.sku"] }],
    undoes: [{ step: "createOrder", by: "cancelOrder", after: ["reserveStock", "authorizePayment"], needs: ["input.orderId"] }],
  },
  inventory: {
    runs: [{ step: "reserveStock", after: ["createOrder"], needs: ["input.orderId", "input.quantity", "input.sku"] }],
    undoes: [
      {
        step: "reserveStock",
        by: "releaseStock",
        after: [],
        needs: ["input.orderId", "input.quantity", "input.sku", "reserveStock.reservationId"],
      },
    ],
  },
  payments: {
    runs: [
      { step: "authorizePayment", after: ["createOrder"], needs: ["input.customerId", "input.orderId", "input.total"] },
      {
        step: "capturePayment",
        after: ["reserveStock", "authorizePayment"],
        needs: ["authorizePayment.authorizationId", "input.orderId", "input.total"],
      },
    ],
    undoes: [
      { step: "authorizePayment", by: "voidPayment", after: [], needs: ["authorizePayment.authorizationId", "input.orderId"] },
    ],
  },
  shipping: {
    runs: [
      {
        step: "requestShipment",
        after: ["capturePayment"],
        needs: ["capturePayment.paymentId", "input.orderId", "input.shipTo"],
      },
    ],
    undoes: [],
  },
};

const plan: Plan = JSON.parse(readFileSync(new URL("../cases/plan/place-order.plan.json", import.meta.url), "utf8"));

function stepOf(name: string): Plan["steps"][number] {
  const step = plan.steps.find((each) => each.name === name);
  if (step === undefined) throw new Error(`there is no step ${name}`);
  return step;
}

/** `input.orderId`, `createOrder.createdAt`: what an expression reads, by its first member. */
function needsOf({ input }: PlanCall): string[] {
  const found = new Set<string>();
  const visit = (expr: PlanExpr): void => {
    if (expr.kind === "member" && expr.object.kind === "input") found.add(`input.${expr.name}`);
    else if (expr.kind === "member" && expr.object.kind === "stepOutput") found.add(`${expr.object.step}.${expr.name}`);
    else for (const part of partsOf(expr)) visit(part);
  };
  visit(input);
  return [...found].sort();
}

/** By step: the steps that end just before it. Gives those that end last. */
function follow(sequence: PlanSequence, before: readonly string[], after: Map<string, readonly string[]>): readonly string[] {
  return sequence.nodes.reduce<readonly string[]>((ends, node: PlanNode) => {
    if (node.kind === "step") {
      after.set(node.step, ends);
      return [node.step];
    }
    if (node.kind !== "parallel") throw new Error(`the order saga has no ${node.kind}`);
    return node.branches.flatMap((branch) => follow(branch.body, ends, after));
  }, before);
}

/** By step that is undone: whose undo comes just before its own. */
function followBack(): Map<string, readonly string[]> {
  const after = new Map<string, readonly string[]>();
  const walk = (nodes: Plan["backward"]["nodes"], before: readonly string[]): readonly string[] =>
    nodes.reduce<readonly string[]>((ends, node) => {
      if (node.kind === "step") {
        after.set(node.step, ends);
        return [node.step];
      }
      if (node.kind !== "parallel") throw new Error(`the order saga has no ${node.kind}`);
      return node.branches.flatMap(({ body }) => walk(body.nodes, ends));
    }, before);
  walk(plan.backward.nodes, []);
  return after;
}

describe("the order saga projected onto its services", () => {
  const forward = new Map<string, readonly string[]>();
  follow(plan.forward, [], forward);
  const back = followBack();

  it("has a part for each service of the plan, and for no other", () => {
    expect(plan.services.map(({ name }) => name)).toEqual(Object.keys(BY_HAND).sort());
  });

  it.each(Object.entries(BY_HAND))("%s: what it runs, after whom, and with which data", (service, part) => {
    const served = plan.steps.filter(({ call }) => call.service === service);
    expect(served.map(({ name }) => ({ step: name, after: forward.get(name), needs: needsOf(stepOf(name).call) }))).toEqual(
      part.runs,
    );
  });

  it.each(Object.entries(BY_HAND))("%s: what it undoes, after whom, and with which data", (service, part) => {
    const undone = plan.steps.flatMap(({ name, undo }) =>
      undo.kind === "compensate" && undo.call.service === service ? [{ name, undo }] : [],
    );
    expect(
      undone.map(({ name, undo }) => ({ step: name, by: undo.call.operation, after: back.get(name), needs: needsOf(undo.call) })),
    ).toEqual(part.undoes);
  });

  it("carries no output that nobody needs", () => {
    const needed = new Set(
      plan.steps.flatMap(({ call, undo }) => [...needsOf(call), ...(undo.kind === "compensate" ? needsOf(undo.call) : [])]),
    );
    const live = plan.steps.filter(({ outputLive }) => outputLive).map(({ name }) => name);
    const read = new Set([...needed].map((name) => name.split(".")[0]));
    const answered = ["requestShipment", "capturePayment"];
    expect(live).toEqual(plan.steps.map(({ name }) => name).filter((name) => read.has(name) || answered.includes(name)));
  });

  it("has one owner of the decision, to whom all that comes before it flows", () => {
    expect(plan.pivots).toEqual(["capturePayment"]);
    expect(stepOf("capturePayment").call.service).toBe("payments");
    const reached = new Set<string>();
    const collect = (step: string): void => {
      for (const earlier of forward.get(step) ?? []) {
        reached.add(earlier);
        collect(earlier);
      }
    };
    collect("capturePayment");
    expect([...reached].sort()).toEqual(
      plan.steps
        .filter(({ zone }) => zone === "before")
        .map(({ name }) => name)
        .sort(),
    );
  });

  it("knows which answers a service may give, and that those before the decision turn all back", () => {
    const nodes = plan.forward.nodes.flatMap((node) =>
      node.kind === "parallel" ? node.branches.flatMap(({ body }) => body.nodes) : [node],
    );
    const answers = nodes.flatMap((node) =>
      node.kind === "step" ? node.policies.map(({ error, outcome }) => [node.step, error, outcome.kind]) : [],
    );
    expect(answers).toEqual([
      ["reserveStock", "OutOfStock", "fail"],
      ["authorizePayment", "PaymentDeclined", "fail"],
    ]);
  });
});
