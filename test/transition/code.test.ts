import { afterEach, describe, expect, it, vi } from "vitest";
import { createTransition } from "../../runtime/engine/state.ts";
import { compileTransition } from "../../runtime/transition/compile.ts";
import { placeOrder } from "../../sagas/place-order/generated/place-order.saga.ts";
import { changesText, firstCall, type SagaDefinition, type SagaEvent, type SagaState, type Step } from "../kit/transitions.ts";

// A worker makes code of what it knows of an event; here of all that was seen once.

afterEach(() => vi.unstubAllGlobals());

const ORDER = placeOrder as SagaDefinition;

describe("Code of known ways", () => {
  it("comes to what XState comes to, and shares what did not change", () => {
    const Real = Function;
    const made = vi.fn(function make(...texts: string[]) {
      return Reflect.construct(Real, texts) as unknown;
    });
    vi.stubGlobal("Function", made);
    const { start, next, xstate } = bothOf(ORDER, 1);
    for (const events of storiesOf(ORDER, start, xstate)) {
      // Each event is worked out, gone with one by one, then by code.
      for (let round = 0; round < 4; round++) expect(walk(start, events, next)).toEqual(walk(start, events, xstate));
    }
    // What cannot be read as code is gone one by one, and comes to the same.
    const ways = made.mock.calls.flatMap((texts, at) =>
      texts.at(-1)?.includes("const it0") ? [made.mock.results[at]?.type] : [],
    );
    expect(new Set(ways)).toEqual(new Set(["return"]));
  });

  it("is done without where no code may be made", () => {
    const made = vi.fn(function make() {
      throw new EvalError("Code generation from strings disallowed for this context");
    });
    vi.stubGlobal("Function", made);
    const { start, next, xstate } = bothOf(ORDER, 1);
    for (const events of storiesOf(ORDER, start, xstate)) {
      for (let round = 0; round < 4; round++) expect(walk(start, events, next)).toEqual(walk(start, events, xstate));
    }
    expect(made).toHaveBeenCalled();
  });

  it("is tried less and less often where no code may be made and new ways come again and again", () => {
    const made = vi.fn(function make(..._texts: string[]) {
      throw new EvalError("Code generation from strings disallowed for this context");
    });
    vi.stubGlobal("Function", made);
    const { start, next } = bothOf(ORDER, 1);
    const calling = next(start, { type: "xstate.done.actor.createOrder", output: OUTPUT });
    const beside: readonly SagaEvent[] = [
      { type: "xstate.done.actor.reserveStock", output: OUTPUT },
      failed("reserveStock", null),
      failed("reserveStock", "OutOfStock"),
    ];
    const states = [calling, ...beside.map((event) => next(calling, event))];
    let events = 0;
    made.mockClear();
    for (const state of states) {
      for (const event of [failed("authorizePayment", null), failed("authorizePayment", "PaymentDeclined")]) {
        for (let round = 0; round < 2; round++) {
          next(state, event);
          events += 1;
        }
      }
    }
    const tried = made.mock.calls.filter((texts) => texts.at(-1)?.includes("(state, event, nowMs) =>")).length;
    expect(tried).toBeGreaterThan(0);
    // After one event, two more, four more and so on.
    expect(tried).toBeLessThanOrEqual(Math.log2(events + 1));
  });

  it("changes nothing by an event where the machine does not stand so that it means something", () => {
    const { start, next } = bothOf(ORDER, 1);
    const happened: SagaEvent = { type: "xstate.done.actor.createOrder", output: {} };
    const after = next(start, happened);
    for (let round = 0; round < 4; round++) next(start, happened);
    for (const value of [after.value, "completed", { forward: "createOrder" }, { forward: { createOrder: "parked" } }]) {
      const state: SagaState = { value, context: after.context };
      expect(next(state, happened)).toBe(state);
    }
  });
});

function bothOf(definition: SagaDefinition, codeAfter: number): { start: SagaState; next: Step; xstate: Step } {
  const compiled = compileTransition(definition.machine, { codeAfter });
  const xstate = createTransition(definition, "xstate");
  const start = frozen(xstate.initial({ input: { id: "1" }, seed: 1 }));
  return { start, next: (state, event) => frozen(compiled.next(state, event) as SagaState), xstate: xstate.next };
}

/** States and what changed on the way to each, as a commit writes it. */
function walk(start: SagaState, events: readonly SagaEvent[], step: Step): string[] {
  let state = start;
  return events.flatMap((event) => {
    const next = step(state, event);
    const told = [JSON.stringify(next), changesText(state, next)];
    state = next;
    return told;
  });
}

/** All calls answer; or the payment is refused. */
function storiesOf(definition: SagaDefinition, start: SagaState, next: Step): readonly (readonly SagaEvent[])[] {
  return [false, true].map((fails) => {
    const events: SagaEvent[] = [];
    for (let state = start; typeof state.value !== "string"; ) {
      const call = firstCall(definition, state);
      if (call === null) throw new Error("nothing is called");
      const refused = fails && call.site.kind === "forward" && call.id.startsWith("authorizePayment");
      const event: SagaEvent = refused
        ? failed(call.id, call.site.throws?.[0] ?? "")
        : { type: `xstate.done.actor.${call.id}`, output: OUTPUT };
      events.push(event);
      state = next(state, event);
    }
    return events;
  });
}

/** So that code that changes what others have throws. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

/** `declared`: the error's name; `null`: one that nobody has declared. */
function failed(call: string, declared: string | null): SagaEvent {
  const error = { kind: declared === null ? "unknown" : "declared", name: declared ?? "", data: null, message: "" } as const;
  return { type: `xstate.error.actor.${call}`, error };
}

const OUTPUT = {
  value: "x",
  reservationId: "r-1",
  authorizationId: "a-1",
  paymentId: "p-1",
  trackingId: "t-1",
  createdAt: "2026-01-01T00:00:00Z",
};
