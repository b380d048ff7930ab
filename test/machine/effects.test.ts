import { describe, expect, it } from "vitest";
import type { AnyStateMachine } from "xstate";
import type { EffectNode, SagaDefinition, SagaState } from "../../runtime/engine/definition.ts";
import { effectsOf } from "../../runtime/engine/effects.ts";
import { type Compiled, compiled, Run, recordOf } from "./kit.ts";
import { placeOrder } from "./order-plan.ts";
import { FOREVER, NEVER, sagaPlan } from "./plans.ts";
import { SCOPES } from "./scope-plans.ts";

/** The table that an engine reads, held to the machine that it speaks of; and how a state's effects are read off it. */

type StateNode = AnyStateMachine["root"];

/** The table as the machine's own states would have it. */
function derived(node: StateNode): EffectNode | null {
  const call = node.invoke[0]?.id;
  // One a delay, however many transitions it can lead to.
  const after = new Map(node.after.map(({ delay, eventType }) => [String(delay), eventType]));
  const timers = [...after].map(([delay, event]) => ({ delay, event }));
  const states = Object.entries(node.states).flatMap(([name, child]) => {
    const below = derived(child as StateNode);
    return below === null ? [] : [[name, below] as const];
  });
  const aborts = node.entry.some((action) => typeof action === "object" && action.type === "abortCall");
  const verb = node.transitions.get("operator.happened")?.[0]?.guard;
  const parked = typeof verb === "object" && "params" in verb ? (verb.params as { call: string }).call : undefined;
  const found = {
    ...(call === undefined ? {} : { call }),
    ...(aborts ? { abort: true as const } : {}),
    ...(timers.length === 0 ? {} : { timers: timers as never }),
    ...(parked === undefined ? {} : { parked }),
    ...(states.length === 0 ? {} : { states: Object.fromEntries(states) }),
  };
  return Object.keys(found).length === 0 ? null : found;
}

/** Without whose entry a timer counts, which the machine does not say. */
function bare(node: EffectNode): unknown {
  return {
    ...node,
    ...(node.timers === undefined ? {} : { timers: node.timers.map(({ delay, event }) => ({ delay, event })) }),
    ...(node.states === undefined
      ? {}
      : { states: Object.fromEntries(Object.entries(node.states).map(([name, child]) => [name, bare(child)])) }),
  };
}

const PLANS = {
  ...SCOPES,
  "the order": placeOrder(),
  "groups in groups": sagaPlan({
    parts: [[[{ name: "a" }, [[{ name: "b", inquire: true }], [{ name: "c" }]]], [{ name: "d" }]], { name: "p", kind: "pivot" }],
  }),
  "retries of every kind": sagaPlan({
    parts: [
      { name: "a", retry: NEVER, inquire: { retry: NEVER }, undo: { retry: NEVER } },
      { name: "b", retry: FOREVER, inquire: { retry: FOREVER }, undo: { retry: FOREVER } },
      { name: "p", kind: "pivot", retry: NEVER, inquire: true },
      { name: "z", throws: ["Refused"], retry: NEVER },
    ],
  }),
  "nothing to undo": sagaPlan({ parts: [{ name: "a", kind: "readonly" }] }),
};

describe.each(Object.entries(PLANS))("the effects of %s", (_, plan) => {
  it("are those of the machine's states", async () => {
    const { machine, definition } = await compiled(plan);
    expect(bare(definition.effects)).toEqual(derived(machine.root));
  });

  it("name calls and delays that there are, and no others", async () => {
    const { definition } = await compiled(plan);
    const calls = new Set<string>();
    const delays = new Set<string>();
    const visit = (node: EffectNode): void => {
      if (node.call !== undefined) calls.add(node.call);
      for (const timer of node.timers ?? []) delays.add(timer.delay);
      for (const timer of node.timers ?? []) if (timer.call !== null) expect(timer.delay.startsWith(`${timer.call}.`)).toBe(true);
      Object.values(node.states ?? {}).forEach(visit);
    };
    visit(definition.effects);
    expect([...calls].sort()).toEqual(Object.keys(definition.calls).sort());
    expect([...delays].sort()).toEqual(Object.keys(definition.delays).sort());
  });

  it("are found where the record of each call stands", async () => {
    const both = await compiled(plan);
    const { state } = new Run(both);
    for (const [id, site] of Object.entries(both.definition.calls)) {
      expect(recordOf(both, state, site.step)).toHaveProperty(`${site.kind}.entry`);
      expect(id).toBe(site.kind === "forward" ? site.step : `${site.step}.${site.kind}`);
    }
  });
});

describe("reading the effects of a state", () => {
  it("goes by the plan, not by the order of the value's keys", async () => {
    const run = new Run(await compiled(PLANS["the order"]), { input: {} }).done("createOrder");
    const value = run.state.value as { forward: { $group1: Record<string, unknown> } };
    const turned = Object.fromEntries(Object.entries(value.forward.$group1).toReversed());
    const state: SagaState = { value: { forward: { $group1: turned } } as never, context: run.context };
    expect([...effectsOf(run.compiled.definition, state).calls.keys()]).toEqual(["reserveStock#1", "authorizePayment#1"]);
  });

  it("says of each call whose it is", async () => {
    const run = new Run(await compiled(PLANS["the order"]), { input: {} });
    expect(run.effects.calls.get("createOrder#1")).toEqual({
      identity: "createOrder#1",
      id: "createOrder",
      site: run.compiled.definition.calls.createOrder,
      entry: 1,
      attempt: 1,
      abort: false,
    });
  });

  it("refuses a table that does not fit itself", async () => {
    const run = new Run(await compiled(PLANS["the order"]), { input: {} });
    const { definition } = run.compiled as Compiled;
    const broken = (change: Partial<SagaDefinition>) => (): unknown => effectsOf({ ...definition, ...change }, run.state);
    expect(broken({ calls: {} })).toThrow("names a call that it does not have: createOrder");
    expect(broken({ delays: {} })).toThrow("names a delay that it does not have: saga.deadline");
  });
});
