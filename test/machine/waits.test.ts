import { describe, expect, it } from "vitest";
import type { PlanExpr } from "../../compiler/plan/plan.ts";
import { field } from "../emit/plans.ts";
import { compiled, Run, stored } from "./kit.ts";
import { APPROVED, awaiting, literal, REJECTED, sleeping } from "./nodes.ts";
import { entries, FOREVER, member, type Part, sagaPlan, VALUE } from "./plans.ts";

const DAY = 86_400_000;
const WEEK: { readonly kind: "for"; readonly ms: PlanExpr } = { kind: "for", ms: literal(7 * DAY) };
const CANDIDATE: PlanExpr = { kind: "candidate" };
const INPUT_ID = member({ kind: "input" }, "id");

async function run(...parts: readonly Part[]): Promise<Run> {
  return new Run(await compiled(sagaPlan({ parts, signals: [APPROVED, REJECTED] })));
}

describe("sleep", () => {
  it("waits for its time, then goes on", async () => {
    const it = await run({ name: "a" }, sleeping("$sleep1", literal(DAY)), { name: "b" });
    it.done("a");
    expect(it.waits).toEqual(["$sleep1#1"]);
    expect(it.timers).toEqual(["$sleep1.limit#1"]);
    expect(it.timer("$sleep1.limit").delayMs).toBe(DAY);
    expect(it.calls).toEqual([]);
    expect(it.due("$sleep1.limit").calls).toEqual(["b#1"]);
    expect(it.waits).toEqual([]);
    expect(it.done("b").status).toBe("completed");
  });

  it("takes its time from what is known, and an instant is told as such", async () => {
    const input = [field("id", "string"), field("pause", "duration"), field("until", "datetime")];
    const until: PlanExpr = { kind: "instant", value: member({ kind: "input" }, "until"), optional: false };
    const parts = [sleeping("$sleep1", member({ kind: "input" }, "pause")), sleeping("$sleep2", until, "by")];
    const machine = await compiled(sagaPlan({ parts, input }));
    const it = new Run(machine, { input: { id: "1", pause: 1234, until: "2100-01-01T00:00:00Z" } });
    expect(it.timer("$sleep1.limit").delayMs).toBe(1234);
    it.due("$sleep1.limit");
    const ms = Date.parse("2100-01-01T00:00:00Z");
    expect(machine.definition.instants?.["$sleep2.limit"]?.({ context: it.context as never })).toBe(ms);
    expect(Math.abs(it.timer("$sleep2.limit").delayMs - (ms - Date.now()))).toBeLessThan(60_000);
    expect(it.due("$sleep2.limit").status).toBe("completed");
  });

  it("that has passed is over at once", async () => {
    const it = await run(sleeping("$sleep1", literal(1), "by"));
    expect(it.timer("$sleep1.limit").delayMs).toBe(0);
  });

  it("ends early where the saga goes back", async () => {
    const it = await run({ name: "a" }, sleeping("$sleep1", literal(DAY)), { name: "b" });
    expect(it.done("a").cancel().calls).toEqual(["a.undo#1"]);
    expect(it.timers).not.toContain("$sleep1.limit#1");
    expect(it.done("a.undo").status).toBe("compensated");
  });

  it("ends early where a branch beside it fails", async () => {
    const it = await run([[sleeping("$sleep1", literal(DAY)), { name: "b" }], [{ name: "c", throws: ["Refused"] }]]);
    expect(it.waits).toEqual(["$sleep1#1"]);
    expect(it.declares("c").status).toBe("compensated");
  });

  it("after the pivot nothing ends it", async () => {
    const it = await run({ name: "p", kind: "pivot" }, sleeping("$sleep1", literal(DAY)), { name: "z", retry: FOREVER });
    it.done("p").cancel().due("saga.deadline");
    expect(it.waits).toEqual(["$sleep1#1"]);
    expect(it.context.overdue).toBe(true);
    expect(it.due("$sleep1.limit").done("z").status).toBe("completed");
  });
});

describe("await", () => {
  it("waits for its signal, however long", async () => {
    const it = await run(awaiting("$await1", { cases: { approved: {} } }), { name: "b" });
    expect(it.waits).toEqual(["$await1#1"]);
    expect(it.timers).toEqual([]);
    expect(it.signal("approved").calls).toEqual(["b#1"]);
    expect(it.waits).toEqual([]);
  });

  it("keeps what it received, where something later reads it", async () => {
    const received: PlanExpr = { kind: "received", wait: "$await1", case: "approved", optional: false };
    const parts: Part[] = [
      awaiting("$await1", { cases: { approved: { live: true } } }),
      awaiting("$await2", { cases: { approved: {} } }),
      { name: "b", input: entries({ by: member(received, "by") }), inputType: [field("by", "string")] },
    ];
    const it = await run(...parts);
    it.signal("approved", { by: "kim", amount: 3 }).signal("approved", { by: "lee", amount: 4 });
    expect(it.effects.calls.get("b#1")?.site.input(it.context as never)).toEqual({ by: "kim" });
    expect(it.context.steps).toMatchObject({
      $await1: { outcome: "received", case: "approved", value: { by: "kim", amount: 3 } },
      $await2: { outcome: "received", case: "approved", value: null },
    });
  });

  it("takes what its condition holds for, and nothing else", async () => {
    const where: PlanExpr = { kind: "equal", left: member(CANDIDATE, "by"), right: INPUT_ID };
    const it = await run(awaiting("$await1", { cases: { approved: { where } } }), { name: "b" });
    expect(it.signal("approved", { by: "2", amount: 1 }).waits).toEqual(["$await1#1"]);
    const site = it.compiled.definition.waits?.$await1?.signals[0];
    expect(site?.where?.(it.context as never, { by: "1" } as never)).toBe(true);
    expect(site?.where?.(it.context as never, { by: "2" } as never)).toBe(false);
    expect(it.signal("approved", { by: "1", amount: 1 }).calls).toEqual(["b#1"]);
  });

  it("is not ended by what is given to another wait", async () => {
    const it = await run([
      [awaiting("$await1", { cases: { approved: {} } }), { name: "a" }],
      [awaiting("$await2", { cases: { approved: {} } }), { name: "b" }],
    ]);
    expect(it.waits).toEqual(["$await1#1", "$await2#1"]);
    expect(it.signal("approved", {}, "$await2").calls).toEqual(["b#1"]);
    expect(it.waits).toEqual(["$await1#1"]);
  });

  it("of several signals: the first that comes, by its own case", async () => {
    const cases = { approved: { body: [{ name: "a" }] }, rejected: { live: true, body: [{ name: "r", output: [VALUE] }] } };
    const parts = [awaiting("$await1", { cases }), { name: "last" }];
    const yes = await run(...parts);
    expect(yes.signal("approved").calls).toEqual(["a#1"]);
    expect(yes.signal.bind(yes, "rejected")).toThrow("nothing waits for rejected");
    expect(yes.done("a").calls).toEqual(["last#1"]);
    const no = await run(...parts);
    expect(no.signal("rejected", { why: "late" }).done("r").calls).toEqual(["last#1"]);
    expect(no.context.steps).toMatchObject({ $await1: { case: "rejected", value: { why: "late" } } });
    // Back: what its case did is undone, and nothing else.
    expect(no.declares.bind(no, "a")).toThrow("not wanted");
    expect(no.cancel().calls).toEqual(["last#1!"]);
    expect(no.breaks("last").calls).toEqual(["last.undo#1"]);
    expect(no.done("last.undo").calls).toEqual(["r.undo#1"]);
    expect(no.done("r.undo").status).toBe("compensated");
  });

  it("one signal by two cases: the first that holds", async () => {
    const over = (limit: number): PlanExpr => ({
      kind: "order",
      operator: ">",
      left: member(CANDIDATE, "amount"),
      right: literal(limit),
    });
    const part = awaiting("$await1", {
      cases: { big: { signal: "approved", where: over(100) }, small: { signal: "approved", where: over(0) } },
    });
    const caseOf = (it: Run): unknown => (it.context.steps as { $await1: { case: unknown } }).$await1.case;
    expect(caseOf((await run(part)).signal("approved", { by: "", amount: 500 }))).toBe("big");
    expect(caseOf((await run(part)).signal("approved", { by: "", amount: 5 }))).toBe("small");
    expect(caseOf((await run(part)).signal("approved", { by: "", amount: 0 }))).toBeNull();
  });

  it("survives a store", async () => {
    const it = await run(awaiting("$await1", { cases: { approved: { live: true } }, limit: WEEK }), { name: "b" });
    it.state = stored(it.state);
    expect(it.timers).toEqual(["$await1.limit#1"]);
    it.signal("approved", { by: "kim", amount: 1 });
    it.state = stored(it.state);
    expect(it.calls).toEqual(["b#1"]);
  });
});

describe("when no signal comes in time", () => {
  it("fail: the saga goes back", async () => {
    const it = await run({ name: "a" }, awaiting("$await1", { cases: { approved: {} }, limit: WEEK }), { name: "b" });
    expect(it.done("a").due("$await1.limit").calls).toEqual(["a.undo#1"]);
    expect(it.context.failure).toMatchObject({ name: "SignalTimeout", step: null, summary: "no approved came within 7d" });
    // What comes too late changes nothing.
    expect(it.send({ type: "signal.approved", wait: "$await1", payload: {} }).done("a.undo").status).toBe("compensated");
  });

  it("fail with an error of its own", async () => {
    const failure = { name: "Expired", data: entries({ id: INPUT_ID }), summary: "nobody answered" };
    const it = await run(awaiting("$await1", { cases: { approved: {} }, limit: WEEK, onTimeout: { kind: "fail", failure } }));
    expect(it.due("$await1.limit").context.failure).toMatchObject({ ...failure, data: { id: "1" }, step: null });
  });

  it("continue: it goes on without", async () => {
    const it = await run(awaiting("$await1", { cases: { approved: {} }, limit: WEEK, onTimeout: { kind: "continue" } }), {
      name: "b",
    });
    expect(it.due("$await1.limit").calls).toEqual(["b#1"]);
    expect(it.context.steps).toMatchObject({ $await1: { outcome: "timedOut", case: null } });
  });

  it("a block: the other path, which is undone like any other", async () => {
    const it = await run(awaiting("$await1", { cases: { approved: {} }, limit: WEEK, onTimeout: [{ name: "remind" }] }), {
      name: "b",
    });
    expect(it.due("$await1.limit").done("remind").calls).toEqual(["b#1"]);
    expect(it.cancel().breaks("b").done("b.undo").calls).toEqual(["remind.undo#1"]);
  });

  it("park: a person lets it wait once more, or sends it back", async () => {
    const parts: Part[] = [
      { name: "a" },
      awaiting("$await1", { cases: { approved: {} }, limit: WEEK, onTimeout: { kind: "park" } }),
      { name: "b" },
    ];
    const it = (await run(...parts)).done("a").due("$await1.limit");
    expect(it.parked).toEqual(["$await1"]);
    expect(it.waits).toEqual([]);
    it.send({ type: "operator.retry", call: "another" });
    expect(it.parked).toEqual(["$await1"]);
    it.send({ type: "operator.retry", call: "$await1" });
    expect(it.waits).toEqual(["$await1#2"]);
    expect(it.timers).toEqual(["$await1.limit#2"]);
    it.due("$await1.limit").send({ type: "operator.goBack", call: "$await1" });
    expect(it.failure).toBe("Cancelled");
    expect(it.done("a.undo").status).toBe("compensated");
    const cancelled = (await run(...parts)).done("a").due("$await1.limit").cancel();
    expect(cancelled.calls).toEqual(["a.undo#1"]);
  });

  it("an instant: told as one", async () => {
    const ms = Date.parse("2100-01-01T00:00:00Z");
    const by = { kind: "by" as const, ms: literal(ms) };
    const it = await run(awaiting("$await1", { cases: { approved: {} }, limit: by }));
    expect(it.compiled.definition.instants?.["$await1.limit"]?.({ context: it.context as never })).toBe(ms);
    expect(it.due("$await1.limit").status).toBe("compensated");
  });

  it("after the pivot a cancel does not end it", async () => {
    const wait = awaiting("$await1", { cases: { approved: {} }, limit: WEEK, onTimeout: { kind: "park" } });
    const it = (await run({ name: "p", kind: "pivot" }, wait)).done("p").cancel();
    expect(it.waits).toEqual(["$await1#1"]);
    it.due("$await1.limit").send({ type: "operator.goBack", call: "$await1" });
    expect(it.parked).toEqual(["$await1"]);
    expect(it.send({ type: "operator.retry", call: "$await1" }).signal("approved").status).toBe("completed");
  });
});
