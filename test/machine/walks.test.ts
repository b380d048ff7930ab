import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../compiler/plan/plan.ts";
import type { SagaState } from "../../runtime/engine/definition.ts";
import { effectsOf } from "../../runtime/engine/effects.ts";
import { type Compiled, compiled, stored } from "./kit.ts";
import { type Laws, lawsOf } from "./laws.ts";
import { placeOrder } from "./order-plan.ts";
import { NEVER, type Part, type StepPart, sagaPlan, VALUE } from "./plans.ts";
import { choices, onward, pick } from "./walk.ts";

/** Random walks over machines of every shape: whatever happens, in whatever order, the laws hold and an end can be reached. */

const TWICE = { attempts: 2, backoffMinMs: 100, backoffMaxMs: 1_000 };
const FOREVER = { attempts: null, backoffMinMs: 100, backoffMaxMs: 1_000 };

function step(name: string, more: Partial<StepPart> = {}): StepPart {
  return { name, throws: ["Refused"], output: [VALUE], outputLive: true, retry: TWICE, undo: { retry: TWICE }, ...more };
}

function pivot(name: string, more: Partial<StepPart> = {}): StepPart {
  return step(name, { kind: "pivot", retry: FOREVER, ...more });
}

function after(name: string, more: Partial<StepPart> = {}): StepPart {
  return step(name, { retry: FOREVER, throws: [], ...more });
}

const PLANS: Readonly<Record<string, Plan | readonly Part[]>> = {
  "the order": placeOrder(),
  "one step": [step("a")],
  "a sequence": [step("a"), step("b", { service: "safe" }), step("c", { retry: NEVER }), step("d")],
  "steps that need no undo": [step("a", { kind: "readonly" }), step("b"), step("c", { undo: false }), step("d")],
  inquiries: [step("a", { inquire: { retry: TWICE } }), step("b", { retry: NEVER, inquire: { retry: NEVER } })],
  "a group": [step("a"), [[step("b"), step("c")], [step("d", { inquire: { retry: TWICE } })]], step("e")],
  "groups in groups": [
    [
      [step("a"), [[step("b")], [step("c"), step("d")]]],
      [[[step("e")], [step("f")]], step("g")],
    ],
    step("h"),
  ],
  "a pivot": [step("a"), pivot("p"), after("z")],
  "a pivot that is asked": [step("a"), pivot("p", { inquire: { retry: TWICE } }), after("z", { inquire: { retry: TWICE } })],
  "a pivot that gives up": [step("a"), pivot("p", { retry: TWICE }), after("z", { retry: TWICE, throws: ["Refused"] })],
  "groups on both sides": [
    [[step("a")], [step("b", { retry: NEVER })]],
    pivot("p", { inquire: { retry: NEVER }, service: "fenced" }),
    [[after("x"), after("xx")], [after("y", { throws: ["Refused"] })]],
  ],
  "a pivot first, nothing to undo": [pivot("p"), after("z")],
  "a pivot last": [step("a", { undo: { retry: NEVER } }), step("b"), pivot("p")],
};

const RUNS = Number(process.env.SAGA_WALKS ?? 150);
const LENGTH = 70;

/** Even from 0 to 1: the bias of fast-check towards small numbers would be one towards the first choice. */
const SHARE = fc.noBias(fc.nat(2 ** 24 - 1)).map((number) => number / 2 ** 24);

interface Seen {
  completed: number;
  compensated: number;
  parked: number;
  senseless: number;
}

describe.each(Object.entries(PLANS))("%s", (_, parts) => {
  it("keeps the laws on every walk, and every walk can reach an end", async () => {
    const machine = await compiled("schema" in parts ? parts : sagaPlan({ parts }));
    const laws = lawsOf(machine);
    const seen: Seen = { completed: 0, compensated: 0, parked: 0, senseless: 0 };
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.record({ share: SHARE, store: fc.boolean() }), {
          minLength: 1,
          maxLength: LENGTH,
          size: "max",
        }),
        (seed, moves) => walk(machine, laws, seed, moves, seen),
      ),
      { numRuns: RUNS, seed: 20261123 },
    );
    // What was not reached was not tested.
    expect(seen.completed).toBeGreaterThan(0);
    expect(seen.parked).toBeGreaterThan(0);
    expect(seen.senseless).toBeGreaterThan(0);
    expect(seen.compensated).toBeGreaterThan(0);
  });
});

function walk(
  machine: Compiled,
  laws: Laws,
  seed: number,
  moves: readonly { readonly share: number; readonly store: boolean }[],
  seen: Seen,
): void {
  const { transition } = machine;
  let state = transition.initial({ input: { id: "1" }, seed });
  expect(laws.inState(state)).toEqual([]);
  for (const { share, store } of moves) {
    if (transition.statusOf(state) !== "running") break;
    const from = store ? stored(state) : state;
    const { event, senseless } = pick(choices(machine, from), share);
    const to = transition.next(from, event);
    if (senseless) {
      seen.senseless += 1;
      expect({ event, to }).toEqual({ event, to: from });
    }
    expect({ event, broken: [...laws.inState(to), ...laws.between(from, to)] }).toEqual({ event, broken: [] });
    // What comes from a store goes on as what never left memory.
    if (store) expect(transition.next(state, event)).toEqual(to);
    if (effectsOf(machine.definition, to).parked.length > 0) seen.parked += 1;
    state = to;
  }
  const end = driveToEnd(machine, laws, state);
  seen[end] += 1;
}

/** Ends in a bounded number of moves: each settles a call, ends a pause, or has a person settle what is parked. */
function driveToEnd(machine: Compiled, laws: Laws, start: SagaState): "completed" | "compensated" {
  const { plan, transition } = machine;
  let state = start;
  for (let moves = 0; moves <= plan.steps.length * 6; moves++) {
    const status = transition.statusOf(state);
    if (status !== "running") return status;
    const event = onward(machine, state);
    if (event === null) throw new Error(`nothing moves in ${JSON.stringify(state.value)}`);
    const next = transition.next(state, event);
    expect({ event, broken: [...laws.inState(next), ...laws.between(state, next)] }).toEqual({ event, broken: [] });
    state = next;
  }
  throw new Error(`no end in sight in ${JSON.stringify(state.value)}`);
}
