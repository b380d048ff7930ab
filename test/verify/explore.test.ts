import { describe, expect, it } from "vitest";
import { ALPHABET, eventOf } from "../../compiler/verify/alphabet.ts";
import { explore } from "../../compiler/verify/explore.ts";
import { type Move, REACHES_AN_END } from "../../compiler/verify/laws.ts";
import type { MachineState } from "../../compiler/verify/machine.ts";
import { lookAt } from "../../compiler/verify/wanted.ts";
import type { SagaEvent, SagaState } from "../../runtime/engine/definition.ts";
import { effectsOf } from "../../runtime/engine/effects.ts";
import { compiled, delayOf } from "../machine/kit.ts";
import { placeOrder } from "../machine/order-plan.ts";
import { sagaPlan } from "../machine/plans.ts";
import { pick } from "../machine/walk.ts";
import { after, load, ONCE, pivot, step, walk } from "./kit.ts";

const SAGA = sagaPlan({
  parts: [step("a"), [[step("b", { retry: ONCE })], [step("c", { retry: ONCE })]], pivot("p"), after("z")],
});

describe("A budget", () => {
  it("of states cuts the walk, and what it cut is told", async () => {
    const { coverage, states, broken } = await walk(SAGA, { maxStates: 100 });
    expect(coverage).toEqual({ complete: false, cut: "states", frontier: states - 100, depth: expect.any(Number) });
    expect(broken).toEqual([]);
  });

  it("of time does, too", async () => {
    let asked = 0;
    const { coverage, states } = await walk(SAGA, {
      enough: () => {
        asked += 1;
        return asked > 2;
      },
    });
    expect(coverage).toMatchObject({ complete: false, cut: "time", frontier: states - 128 });
  });

  it("says to what length every story was walked: what takes three events is found in a walk of that depth", async () => {
    const { machine, facts } = await load(SAGA);
    const law = {
      name: "one-at-a-time",
      says: "not both branches are parked",
      broken: ({ to }: Move) => (to.parked.includes("b") && to.parked.includes("c") ? ["both are parked"] : []),
    };
    const walks = [10, 50, 200].map((maxStates) => explore(machine, facts, { maxStates, laws: [law] }));
    // `a` succeeds, `b` answers with something that does not fit, so does `c`.
    expect(walks.map(({ broken }) => broken[0]?.story.length ?? null)).toEqual([null, 3, 3]);
    expect(walks.map(({ coverage }) => !coverage.complete && coverage.depth >= 3)).toEqual([false, true, true]);
  });

  it("takes no state for a dead end whose ways on were not walked", async () => {
    const { broken } = await walk(SAGA, { maxStates: 30 });
    expect(broken.map(({ law }) => law)).not.toContain(REACHES_AN_END.name);
  });
});

describe("A walk", () => {
  it("is the same each time", async () => {
    const { machine, facts } = await load(SAGA);
    expect(explore(machine, facts, { maxStates: 500 })).toEqual(explore(machine, facts, { maxStates: 500 }));
  });

  it("takes events and laws of others", async () => {
    const { machine, facts } = await load(SAGA);
    const calm = explore(machine, facts, {
      maxStates: 1000,
      alphabet: (look, all) =>
        ALPHABET(look, all).filter((happening) => happening.kind === "answers" && happening.answer === "success"),
      laws: [],
    });
    expect(calm).toMatchObject({ ends: { completed: 1, compensated: 0 }, coverage: { complete: true }, parked: 0 });
  });
});

describe("The explorer reads a machine as the runtime does", () => {
  it.each([
    ["a saga of every kind of step", SAGA],
    ["the order", placeOrder()],
  ])("%s", async (_, plan) => {
    const { machine, facts } = await load(plan);
    const { definition, transition } = await compiled(plan);
    for (let seed = 1; seed <= 40; seed++) {
      let ours: MachineState = machine.initial();
      let theirs: SagaState = transition.initial({ input: (ours.context as unknown as { input: unknown }).input, seed: 1 });
      let draw = seed;
      for (let move = 0; move < 60; move++) {
        expect(ours).toEqual(theirs);
        const look = lookAt(machine, ours);
        const wanted = effectsOf(definition, theirs);
        expect(look.calls.map(({ identity, abort }) => [identity, abort])).toEqual(
          [...wanted.calls.values()].map(({ identity, abort }) => [identity, abort]),
        );
        expect(look.timers.map(({ key, event, delayMs }) => [key, event, delayMs])).toEqual(
          [...wanted.timers.values()].map((timer) => [timer.key, timer.event.type, delayOf(definition, theirs, timer)]),
        );
        expect([look.parked, look.status]).toEqual([wanted.parked, transition.statusOf(theirs)]);
        if (look.status !== "running") break;
        draw = (Math.imul(draw, 1_103_515_245) + 12_345) >>> 0;
        const events = ALPHABET(look, facts).map((happening) => eventOf(happening, facts) as unknown as SagaEvent);
        const { event } = pick(
          events.map((one) => ({ event: one, weight: 1, senseless: false })),
          (draw >>> 8) / 2 ** 24,
        );
        ours = machine.next(ours, event as never);
        theirs = transition.next(theirs, event);
      }
    }
  });
});
