import type { SagaEvent, SagaState, StepRecord } from "../test/kit/transitions.ts";

/**
 * The order as a person would write it for speed: one switch over results, on the machine's own snapshots. It knows the two stories that are
 * measured and nothing else: no time-outs, no retries, no unknown outcomes, no cancel.
 */
export function handWritten(state: SagaState, event: SagaEvent): SagaState {
  const { context } = state;
  const steps = context.steps as unknown as OrderSteps;
  const { $group1 } = steps;
  switch (event.type) {
    case "xstate.done.actor.createOrder":
      return to(context, IN_GROUP, {
        ...steps,
        createOrder: completed(steps.createOrder, null),
        $group1: {
          $branch1: { reserveStock: begun($group1.$branch1.reserveStock) },
          $branch2: { authorizePayment: begun($group1.$branch2.authorizePayment) },
        },
      });
    case "xstate.done.actor.reserveStock": {
      const { output } = event as { readonly output: unknown };
      const $branch1 = { reserveStock: completed($group1.$branch1.reserveStock, output) };
      return to(context, HALF_GROUP, { ...steps, $group1: { ...$group1, $branch1 } });
    }
    case "xstate.done.actor.authorizePayment": {
      const { output } = event as { readonly output: unknown };
      const $branch2 = { authorizePayment: completed($group1.$branch2.authorizePayment, output) };
      const group = { ...$group1, $branch2 };
      return to({ ...context, pivot: "deciding" }, PAYING, {
        ...steps,
        $group1: group,
        capturePayment: begun(steps.capturePayment),
      });
    }
    case "xstate.error.actor.authorizePayment": {
      const { error } = event as { readonly error: { readonly name: string; readonly data: unknown } };
      const { forward, ...rest } = $group1.$branch2.authorizePayment;
      const { reserveStock } = $group1.$branch1;
      const group = {
        $branch1: { reserveStock: undoing(reserveStock) },
        $branch2: { authorizePayment: { forward: { ...forward, outcome: "failed" as const }, ...rest } },
      };
      const failure = {
        name: error.name,
        step: "authorizePayment",
        summary: `authorizePayment failed with ${error.name}`,
        data: error.data,
      };
      return to({ ...context, failure }, UNDOING_GROUP, { ...steps, $group1: group });
    }
    case "xstate.done.actor.capturePayment": {
      const { output } = event as { readonly output: unknown };
      return to({ ...context, pivot: "passed" }, SHIPPING, {
        ...steps,
        capturePayment: completed(steps.capturePayment, output),
        requestShipment: begun(steps.requestShipment),
      });
    }
    case "xstate.done.actor.requestShipment": {
      const { output } = event as { readonly output: unknown };
      return to(context, "completed", { ...steps, requestShipment: completed(steps.requestShipment, output) });
    }
    case "xstate.done.actor.reserveStock.undo": {
      const group = { ...$group1, $branch1: { reserveStock: undone($group1.$branch1.reserveStock) } };
      return to(context, UNDOING_ORDER, { ...steps, createOrder: undoing(steps.createOrder), $group1: group });
    }
    case "xstate.done.actor.createOrder.undo":
      return to(context, "compensated", { ...steps, createOrder: undone(steps.createOrder) });
    default:
      return state;
  }
}

interface OrderSteps {
  readonly createOrder: StepRecord;
  readonly $group1: {
    readonly $branch1: { readonly reserveStock: StepRecord };
    readonly $branch2: { readonly authorizePayment: StepRecord };
  };
  readonly capturePayment: StepRecord;
  readonly requestShipment: StepRecord;
}

const LIVE = { call: "live" } as const;
const IN_GROUP = {
  forward: { $group1: { $branch1: { reserveStock: LIVE }, $branch2: { authorizePayment: LIVE } } },
};
const HALF_GROUP = { forward: { $group1: { $branch1: "$done", $branch2: { authorizePayment: LIVE } } } };
const PAYING = { forward: { capturePayment: LIVE } };
const SHIPPING = { forward: { requestShipment: LIVE } };
const UNDOING_GROUP = { backward: { $group1: { $branch1: { reserveStock: LIVE }, $branch2: "$done" } } };
const UNDOING_ORDER = { backward: { createOrder: LIVE } };

function to(context: SagaState["context"], value: SagaState["value"], steps: OrderSteps): SagaState {
  return { value, context: { ...context, steps: steps as unknown as SagaState["context"]["steps"] } };
}

function begun(record: StepRecord): StepRecord {
  const { forward } = record;
  return {
    ...record,
    forward: { ...forward, entry: forward.entry + 1, attempt: forward.attempt + 1, outcome: "running", output: null },
  };
}

function completed(record: StepRecord, output: unknown): StepRecord {
  return { ...record, forward: { ...record.forward, outcome: "completed", output } };
}

function undoing(record: StepRecord): StepRecord {
  const { undo } = record;
  return { ...record, undo: { entry: undo.entry + 1, attempt: undo.attempt + 1, outcome: "running" } };
}

function undone(record: StepRecord): StepRecord {
  return { ...record, undo: { ...record.undo, outcome: "done" } };
}
