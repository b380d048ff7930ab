import { describe, expect, it } from "vitest";
import type { PlanExpr } from "../../compiler/plan/plan.ts";
import type { CallError } from "../../runtime/engine/definition.ts";
import { array, error, field } from "../emit/plans.ts";
import { compiled, Run } from "./kit.ts";
import { body, calling, items, literal, rounds } from "./nodes.ts";
import { entries, member, outputOf, type Part, type SagaParts, sagaPlan, VALUE } from "./plans.ts";

const NAMES: PlanExpr = member({ kind: "input" }, "names");
const INPUT = [field("id", "string"), field("names", array("string"))];
const START = { input: { id: "1", names: ["x", "", "y"] } };

const ITEMS = body({ id: "$foreach1", name: "holds", kind: "item" });
const ROUNDS = body({ id: "$repeat1", name: "polls", kind: "round" });

async function run(parts: readonly Part[], more: Partial<SagaParts> = {}): Promise<Run> {
  const plan = sagaPlan({ parts, input: INPUT, bodies: [ITEMS, ROUNDS], undoable: ["holds", "polls", "trip"], ...more });
  return new Run(await compiled(plan), START);
}

function failed(name: string, step: string | null = "hold"): CallError {
  return { kind: "failed", failure: { name, step, summary: `${step} failed`, data: { why: "no" } } };
}

const STOPPED: CallError = { kind: "stopped" };

function heard(it: Run, name: string): Run {
  const { failure } = failed("Refused") as Extract<CallError, { kind: "failed" }>;
  return it.send({ type: `child.failed.${name}`, failure });
}

describe("foreach", () => {
  it("is one call, with an input for each item for which the condition holds", async () => {
    const where: PlanExpr = { kind: "not", operand: { kind: "equal", left: { kind: "item" }, right: literal("") } };
    const captures = [{ name: "order", value: member({ kind: "input" }, "id") }];
    const own = { ...ITEMS, input: [...ITEMS.input, field("order", "string")], captures };
    const it = await run([items("holds", { list: NAMES, where, max: 5 })], { bodies: [own] });
    const site = it.effects.calls.get("holds#1")?.site;
    expect(site?.children?.inputs(it.context as never)).toEqual([
      { item: "x", order: "1" },
      { item: "y", order: "1" },
    ]);
    expect(site).toMatchObject({ kind: "forward", service: "saga", operation: "holds" });
    expect(site?.children).toMatchObject({
      kind: "items",
      body: "$foreach1",
      saga: null,
      max: 5,
      onFailure: "cancel",
      keepsOutput: false,
    });
    expect(it.timers).toEqual([]);
  });

  it("brings the list of what its items answered", async () => {
    const list: PlanExpr = { kind: "childOutput", child: "holds", optional: false };
    const output = array({ kind: "object", fields: [VALUE] });
    const last: Part = { name: "b", input: entries({ count: { kind: "length", list } }), inputType: [field("count", "int")] };
    const it = await run([items("holds", { list: NAMES, output, outputLive: true }), last]);
    it.done("holds", [{ value: "1" }, { value: "2" }]);
    expect(it.record("holds").forward).toMatchObject({ outcome: "completed", output: [{ value: "1" }, { value: "2" }] });
    expect(it.effects.calls.get("b#1")?.site.input(it.context as never)).toEqual({ count: 2 });
  });

  it("is undone as a whole, at its place", async () => {
    const it = await run([{ name: "a" }, items("holds", { list: NAMES }), { name: "b", throws: ["Refused"] }]);
    it.done("a").done("holds").declares("b");
    expect(it.calls).toEqual(["holds.undo#1"]);
    expect(it.effects.calls.get("holds.undo#1")?.site).toMatchObject({ kind: "undo", children: { kind: "items" } });
    expect(it.done("holds.undo").calls).toEqual(["a.undo#1"]);
    expect(it.done("a.undo").status).toBe("compensated");
    expect(it.record("holds").undo.outcome).toBe("done");
  });

  it("hears of the first failure at once, stops what runs, and waits until all have ended", async () => {
    const it = await run([{ name: "a" }, [[items("holds", { list: NAMES })], [{ name: "c" }]]]);
    it.done("a");
    expect(heard(it, "holds").calls).toEqual(["holds#1!", "c#1!"]);
    expect(it.failure).toBe("Refused of hold");
    it.fails("holds", failed("Refused")).done("c");
    // Some of its items may have completed before.
    expect(it.record("holds").forward.outcome).toBe("unknown");
    expect(it.calls).toEqual(["holds.undo#1", "c.undo#1"]);
  });

  it("on failure wait: it is told at the end only", async () => {
    const it = await run([items("holds", { list: NAMES, onFailure: "wait" })]);
    expect(heard(it, "holds").calls).toEqual(["holds#1"]);
    expect(it.failure).toBeNull();
    expect(it.fails("holds", failed("Refused")).calls).toEqual(["holds.undo#1"]);
    expect(it.context.failure).toMatchObject({ name: "Refused", step: "hold", data: { why: "no" } });
  });

  it("on failure continue: it never fails", async () => {
    const it = await run([items("holds", { list: NAMES, onFailure: "continue" }), { name: "b" }]);
    expect(it.done("holds", [{ status: "completed" }, { status: "compensated" }]).calls).toEqual(["b#1"]);
  });

  it("a cancel stops it, and what completed before is undone", async () => {
    const it = (await run([items("holds", { list: NAMES })])).cancel();
    expect(it.calls).toEqual(["holds#1!"]);
    expect(it.fails("holds", STOPPED).calls).toEqual(["holds.undo#1"]);
    const late = (await run([items("holds", { list: NAMES })])).cancel().done("holds");
    expect(late.record("holds").forward.outcome).toBe("completed");
    expect(late.done("holds.undo").status).toBe("compensated");
  });

  it("after the pivot nothing stops it", async () => {
    const it = await run([{ name: "p", kind: "pivot" }, items("holds", { list: NAMES })], { undoable: [] });
    it.done("p").cancel();
    expect(it.calls).toEqual(["holds#1"]);
    expect(it.done("holds").status).toBe("completed");
  });
});

describe("repeat", () => {
  const until: PlanExpr = {
    kind: "equal",
    left: member({ kind: "childOutput", child: "polls", optional: true }, "value", true),
    right: literal("ready"),
  };
  const poll = (more: Partial<Parameters<typeof rounds>[1]> = {}): Part =>
    rounds("polls", { until, max: 3, outputLive: true, ...more });

  it("makes rounds until its condition holds for the last one", async () => {
    const it = await run([poll(), { name: "b" }]);
    expect(it.effects.calls.get("polls#1")?.site.children).toMatchObject({ kind: "round", body: "$repeat1", keepsOutput: true });
    expect(it.done("polls", { value: "no" }).calls).toEqual(["polls#2"]);
    expect(it.record("polls").forward).toMatchObject({ entry: 2, attempt: 2, outcome: "running" });
    expect(it.done("polls", { value: "ready" }).calls).toEqual(["b#1"]);
    expect(it.record("polls").forward.output).toEqual({ value: "ready" });
  });

  it("pauses between two rounds", async () => {
    const it = await run([poll({ every: literal(5_000) })]);
    it.done("polls", { value: "no" });
    expect(it.calls).toEqual([]);
    expect(it.timer("polls.every").delayMs).toBe(5_000);
    expect(it.due("polls.every").calls).toEqual(["polls#2"]);
  });

  it("makes as many rounds as it may, not one more", async () => {
    const it = await run([poll({ every: literal(1) })]);
    for (const _ of [1, 2]) it.done("polls", { value: "no" }).due("polls.every");
    expect(it.done("polls", { value: "no" }).calls).toEqual(["polls.undo#1"]);
    expect(it.context.failure).toMatchObject({
      name: "RoundsExhausted",
      step: "polls",
      summary: "polls did not come to its end within 3 rounds",
    });
    expect(it.done("polls.undo").status).toBe("compensated");
  });

  it("without a limit makes as many as it takes", async () => {
    const it = await run([rounds("polls", { until, outputLive: true })]);
    for (let round = 0; round < 50; round++) it.done("polls", { value: "no" });
    expect(it.calls).toEqual(["polls#51"]);
    expect(it.done("polls", { value: "ready" }).status).toBe("completed");
  });

  it("when they are spent: continues, parks, or takes another path", async () => {
    const spend = (it: Run): Run => [1, 2, 3].reduce((at) => at.done("polls", { value: "no" }), it);
    const on = spend(await run([poll({ otherwise: { kind: "continue" } }), { name: "b" }]));
    expect(on.calls).toEqual(["b#1"]);
    const other = spend(await run([poll({ otherwise: [{ name: "ask" }] }), { name: "b" }]));
    expect(other.calls).toEqual(["ask#1"]);
    expect(other.done("ask").calls).toEqual(["b#1"]);
    expect(other.cancel().breaks("b").done("b.undo").done("ask.undo").calls).toEqual(["polls.undo#1"]);
    const parked = spend(await run([poll({ otherwise: { kind: "park" } }), { name: "b" }]));
    expect(parked.parked).toEqual(["polls"]);
    expect(parked.send({ type: "operator.retry", call: "polls" }).calls).toEqual(["polls#4"]);
    expect(spend(parked).parked).toEqual(["polls"]);
    expect(parked.send({ type: "operator.happened", call: "polls", output: { value: "told" } }).calls).toEqual(["b#1"]);
    expect(parked.record("polls").forward.output).toEqual({ value: "told" });
  });

  it("sent back by a person: what the rounds did is undone", async () => {
    const it = await run([poll({ max: 1, otherwise: { kind: "park" } })]);
    it.done("polls", { value: "no" }).send({ type: "operator.goBack", call: "polls" });
    expect(it.failure).toBe("Cancelled of polls");
    expect(it.calls).toEqual(["polls.undo#1"]);
  });

  it("a round that fails: the rounds before it are undone", async () => {
    const it = await run([poll()]);
    expect(it.done("polls", { value: "no" }).fails("polls", failed("Refused")).calls).toEqual(["polls.undo#1"]);
    expect(it.failure).toBe("Refused of hold");
  });

  it("a cancel between two rounds ends it, and what they did is undone", async () => {
    const it = await run([poll({ every: literal(5_000) })]);
    expect(it.done("polls", { value: "no" }).cancel().calls).toEqual(["polls.undo#1"]);
    const live = (await run([poll()])).done("polls", { value: "no" }).cancel();
    expect(live.calls).toEqual(["polls#2!"]);
    // It had ended already: no further round begins.
    expect(live.done("polls", { value: "no" }).calls).toEqual(["polls.undo#1"]);
  });
});

describe("call", () => {
  const TWICE = { attempts: 2, backoffMinMs: 1_000, backoffMaxMs: 1_000 };
  const ERRORS = { errors: [error("Full", field("why", "string")), error("Closed"), error("Refused", field("why", "string"))] };

  it("runs another saga, and brings what it answers", async () => {
    const last: Part = {
      name: "b",
      input: entries({ value: member({ kind: "childOutput", child: "trip", optional: false }, "value") }),
      inputType: [VALUE],
    };
    const it = await run([calling("trip", { outputLive: true }), last]);
    const site = it.effects.calls.get("trip#1")?.site;
    expect(site?.children).toMatchObject({ kind: "saga", body: null, saga: { saga: "BookTrip", version: 2 }, keepsOutput: true });
    expect(site?.children?.inputs(it.context as never)).toEqual([{ id: "1" }]);
    it.done("trip", { value: "booked" });
    expect(it.effects.calls.get("b#1")?.site.input(it.context as never)).toEqual({ value: "booked" });
    expect(it.cancel().breaks("b").done("b.undo").calls).toEqual(["trip.undo#1"]);
  });

  it("that failed has undone all of it: there is nothing to undo", async () => {
    const it = await run([{ name: "a" }, calling("trip", {})]);
    it.done("a").fails("trip", failed("Refused", "fly"));
    expect(it.record("trip").forward.outcome).toBe("failed");
    expect(it.context.failure).toMatchObject({ name: "Refused", step: "fly" });
    expect(it.calls).toEqual(["a.undo#1"]);
  });

  it("is called again as often as said, each time as another saga", async () => {
    const it = await run([calling("trip", { retry: TWICE })]);
    it.fails("trip", failed("Refused"));
    expect(it.failure).toBeNull();
    expect(it.timer("trip.backoff").delayMs).toBe(1_000);
    expect(it.due("trip.backoff").calls).toEqual(["trip#2"]);
    expect(it.fails("trip", failed("Refused")).status).toBe("compensated");
  });

  it("an error with a policy leads elsewhere: fail with another, continue, park, a block", async () => {
    const part = calling("trip", {
      retry: TWICE,
      policies: {
        Full: {
          outcome: [
            { name: "wait list", input: entries({ value: member({ kind: "caught", of: "trip" }, "why") }), inputType: [VALUE] },
          ],
        },
        Closed: { outcome: { kind: "continue" } },
        Refused: { outcome: { kind: "park" } },
      },
    });
    const make = (): Promise<Run> => run([part, { name: "b" }], ERRORS);
    const full = (await make()).fails("trip", failed("Full"));
    expect(full.effects.calls.get("wait list#1")?.site.input(full.context as never)).toEqual({ value: "no" });
    expect(full.done("wait list").calls).toEqual(["b#1"]);
    expect(full.cancel().breaks("b").done("b.undo").calls).toEqual(["wait list.undo#1"]);
    expect((await make()).fails("trip", failed("Closed")).calls).toEqual(["b#1"]);
    const refused = (await make()).fails("trip", failed("Refused"));
    expect(refused.parked).toEqual(["trip"]);
    expect(refused.send({ type: "operator.retry", call: "trip" }).calls).toEqual(["trip#2"]);
    // Anything else is retried.
    expect((await make()).fails("trip", failed("Unknown")).timers).toEqual(["trip.backoff#1"]);
  });

  it("an error can have attempts of its own", async () => {
    const part = calling("trip", { policies: { Full: { retry: TWICE, outcome: { kind: "continue" } } } });
    const it = await run([part, { name: "b" }], ERRORS);
    expect(it.fails("trip", failed("Full")).timers).toEqual(["trip.Full.backoff#1"]);
    expect(it.due("trip.Full.backoff").fails("trip", failed("Full")).calls).toEqual(["b#1"]);
  });

  it("on failure: any other end but success", async () => {
    const on = (await run([calling("trip", { onFailure: { kind: "continue" } }), { name: "b" }])).fails(
      "trip",
      failed("Unknown"),
    );
    expect(on.calls).toEqual(["b#1"]);
    const block = await run([calling("trip", { onFailure: [{ name: "by train" }] }), { name: "b" }]);
    expect(block.fails("trip", failed("Unknown")).calls).toEqual(["by train#1"]);
    expect(block.done("by train").calls).toEqual(["b#1"]);
    const failure = { name: "Refused", data: null, summary: "no trip" };
    const other = await run([calling("trip", { onFailure: { kind: "fail", failure } })], ERRORS);
    expect(other.fails("trip", failed("Unknown")).context.failure).toMatchObject({
      name: "Refused",
      step: "trip",
      summary: "no trip",
    });
  });

  it("a cancel stops it: it has then undone itself", async () => {
    const it = (await run([{ name: "a" }, calling("trip", { retry: TWICE, onFailure: [{ name: "never" }] })])).done("a").cancel();
    expect(it.calls).toEqual(["trip#1!"]);
    expect(it.fails("trip", STOPPED).done("trip.undo").calls).toEqual(["a.undo#1"]);
    const failing = (await run([calling("trip", { retry: TWICE, onFailure: [{ name: "never" }] })])).cancel();
    expect(failing.fails("trip", failed("Refused")).status).toBe("compensated");
    const pausing = (await run([calling("trip", { retry: TWICE })])).fails("trip", failed("Refused")).cancel();
    expect(pausing.status).toBe("compensated");
  });

  it("after the pivot it is retried or parks, and is never undone", async () => {
    const after = calling("trip", { neverFails: true, onFailure: { kind: "park" } });
    const it = await run([{ name: "p", kind: "pivot" }, after], { undoable: [] });
    it.done("p").cancel().fails("trip", failed("Refused"));
    expect(it.parked).toEqual(["trip"]);
    it.send({ type: "operator.goBack", call: "trip" }, { type: "operator.didNotHappen", call: "trip" });
    expect(it.parked).toEqual(["trip"]);
    expect(it.send({ type: "operator.retry", call: "trip" }).done("trip").status).toBe("completed");
  });
});

describe("a child's outputs", () => {
  it("are read by a step that undoes something else too", async () => {
    const value = outputOf("a", "value", true);
    const step: Part = { name: "a", output: [VALUE], outputLive: true, undo: { input: entries({ value }), inputType: [] } };
    const it = await run([step, calling("trip", {})]);
    expect(it.done("a").fails("trip", failed("Refused")).calls).toEqual(["a.undo#1"]);
  });
});
