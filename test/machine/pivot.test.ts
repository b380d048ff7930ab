import { describe, expect, it } from "vitest";
import { compiled, Run } from "./kit.ts";
import { NEVER, type StepPart, sagaPlan, VALUE } from "./plans.ts";

/** The pivot and what comes after it: `a`, then the pivot `p`, then `z`; docs/semantics.md on the machine alone. */
async function atPivot(p: Partial<StepPart> = {}, z: Partial<StepPart> = {}): Promise<Run> {
  const plan = sagaPlan({
    parts: [
      { name: "a" },
      { name: "p", kind: "pivot", throws: ["Refused"], output: [VALUE], outputLive: true, ...p },
      { name: "z", output: [VALUE], outputLive: true, ...z },
    ],
  });
  return new Run(await compiled(plan)).done("a");
}

async function afterPivot(z: Partial<StepPart> = {}): Promise<Run> {
  return (await atPivot({}, z)).done("p");
}

describe("the pivot's state", () => {
  it("is ahead, deciding, passed", async () => {
    const run = await atPivot();
    expect(new Run(run.compiled).context.pivot).toBe("ahead");
    expect(run.context.pivot).toBe("deciding");
    expect(run.breaks("p").context.pivot).toBe("deciding");
    expect(run.due("p.backoff").done("p").context.pivot).toBe("passed");
    expect(run.done("z").status).toBe("completed");
  });

  it("is ahead again when it definitely did not happen", async () => {
    const run = (await atPivot()).declares("p");
    expect(run.context.pivot).toBe("ahead");
    expect(run.failure).toBe("Refused of p");
    expect(run.calls).toEqual(["a.undo#1"]);
    expect(run.done("a.undo", null).status).toBe("compensated");
  });

  it("is none in a saga without one", async () => {
    expect(new Run(await compiled(sagaPlan({ parts: [{ name: "a" }] }))).context.pivot).toBe("none");
  });
});

describe("the pivot's outcome is unknown", () => {
  it("neither way is safe: it is retried until it is definite", async () => {
    const run = await atPivot();
    for (let attempt = 1; attempt <= 30; attempt++) {
      expect(run.calls).toEqual([`p#${attempt}`]);
      if (attempt % 2 === 0) run.breaks("p");
      else run.timesOut("p");
      expect(run.timer("p.backoff").delayMs).toBeLessThanOrEqual(60_000);
      run.due("p.backoff");
    }
    expect(run.failure).toBeNull();
    expect(run.done("p").context.pivot).toBe("passed");
  });

  it("it is inquired, and retried again while that is unknown", async () => {
    const run = (await atPivot({ inquire: { retry: NEVER } })).breaks("p");
    expect(run.calls).toEqual(["p.inquire#1"]);
    run.done("p.inquire", { status: "unknown" }).due("p.backoff").timesOut("p");
    expect(run.calls).toEqual(["p.inquire#2"]);
    run.done("p.inquire", { status: "happened", output: { value: "found" } });
    expect(run.context.pivot).toBe("passed");
    expect(run.record("p").forward).toMatchObject({ outcome: "completed", output: { value: "found" } });
    expect(run.calls).toEqual(["z#1"]);
  });

  it("inquired, it did not happen: a fresh attempt", async () => {
    const run = (await atPivot({ inquire: true })).breaks("p").done("p.inquire", { status: "didNotHappen" });
    expect(run.record("p").forward).toMatchObject({ generation: 1, mayHaveRun: false });
    expect(run.context.pivot).toBe("deciding");
    expect(run.timers).toEqual(["p.backoff#1"]);
    expect(run.due("p.backoff").declares("p").failure).toBe("Refused of p");
  });

  it("a lost worker: the same attempt is delivered again", async () => {
    const run = (await atPivot()).recovered();
    expect(run.calls).toEqual(["p#1"]);
    expect(run.record("p").forward).toMatchObject({ attempt: 1, mayHaveRun: true });
  });

  it("with a bounded retry it parks when that is spent", async () => {
    const run = (await atPivot({ retry: NEVER })).breaks("p");
    expect(run.parked).toEqual(["p"]);
    expect((await atPivot({ retry: NEVER })).recovered().parked).toEqual(["p"]);
  });
});

describe("a declared error of the pivot that is not definite", () => {
  it("parks at once, in doubt", async () => {
    const run = (await atPivot()).breaks("p").due("p.backoff").declares("p");
    expect(run.parked).toEqual(["p"]);
    expect(run.calls).toEqual([]);
    expect(run.failure).toBeNull();
    expect(run.context.pivot).toBe("deciding");
  });

  it("is definite where the service answers repeats from its record", async () => {
    const run = (await atPivot({ service: "safe" })).breaks("p").due("p.backoff").declares("p");
    expect(run.failure).toBe("Refused of p");
    expect(run.calls).toEqual(["a.undo#1"]);
  });

  it("is asked about: did not happen, so the error stands and the saga goes back", async () => {
    const run = (await atPivot({ inquire: true })).recovered().declares("p").done("p.inquire", { status: "didNotHappen" });
    expect(run.failure).toBe("Refused of p");
    expect(run.context.pivot).toBe("ahead");
    expect(run.calls).toEqual(["a.undo#1"]);
  });

  it("is asked about: happened, so the saga goes on", async () => {
    const run = (await atPivot({ inquire: true })).recovered().declares("p");
    run.done("p.inquire", { status: "happened", output: { value: "found" } });
    expect(run.context.pivot).toBe("passed");
    expect(run.calls).toEqual(["z#1"]);
  });

  it("is asked about in vain: parks", async () => {
    const run = (await atPivot({ inquire: { retry: NEVER } })).recovered().declares("p").done("p.inquire", { status: "unknown" });
    expect(run.parked).toEqual(["p"]);
  });
});

describe("cancel and deadline while the pivot decides", () => {
  it("wait for it; what runs is not aborted", async () => {
    const run = (await atPivot()).cancel("changed my mind");
    expect(run.context.latched).toBe("Cancelled");
    expect(run.failure).toBeNull();
    expect(run.calls).toEqual(["p#1"]);
    run.breaks("p");
    expect(run.timers).toEqual(["p.backoff#1"]);
    expect(run.due("p.backoff").calls).toEqual(["p#2"]);
  });

  it("a cancel is void when the pivot passes", async () => {
    const run = (await atPivot()).cancel().done("p");
    expect(run.context).toMatchObject({ latched: null, failure: null, pivot: "passed", overdue: false });
    expect(run.done("z").status).toBe("completed");
  });

  it("a deadline makes it overdue when the pivot passes", async () => {
    const run = (await atPivot()).due("saga.deadline");
    expect(run.context).toMatchObject({ latched: "DeadlinePassed", overdue: false });
    expect([...run.effects.timers.keys()]).not.toContain("saga.deadline");
    expect(run.done("p").context).toMatchObject({ latched: null, failure: null, overdue: true });
    expect([...run.effects.timers.keys()]).not.toContain("saga.deadline");
  });

  it("are acted upon when it turns out not to have happened", async () => {
    const cancelled = (await atPivot({ inquire: true })).breaks("p").cancel().done("p.inquire", { status: "didNotHappen" });
    expect(cancelled.failure).toBe("Cancelled");
    expect(cancelled.context).toMatchObject({ latched: null, pivot: "ahead", overdue: false });
    expect(cancelled.calls).toEqual(["a.undo#1"]);
    const late = (await atPivot({ inquire: true }))
      .breaks("p")
      .due("saga.deadline")
      .done("p.inquire", { status: "didNotHappen" });
    expect(late.context).toMatchObject({ latched: null, overdue: false });
    expect(late.context.failure).toMatchObject({ name: "DeadlinePassed", summary: "the saga did not finish within 1h" });
    expect([...late.effects.timers.keys()]).not.toContain("saga.deadline");
  });

  it("when the pivot fails by itself its own failure is the saga's", async () => {
    const run = (await atPivot()).due("saga.deadline").declares("p");
    expect(run.failure).toBe("Refused of p");
    expect(run.context).toMatchObject({ latched: null, overdue: true });
    expect([...run.effects.timers.keys()]).not.toContain("saga.deadline");
  });

  it("the first one stays, and a deadline after a cancel is not forgotten", async () => {
    const both = (await atPivot({ inquire: true })).breaks("p").cancel().due("saga.deadline");
    expect(both.context).toMatchObject({ latched: "Cancelled", overdue: true });
    expect([...both.effects.timers.keys()]).not.toContain("saga.deadline");
    both.done("p.inquire", { status: "didNotHappen" });
    expect(both.context).toMatchObject({ latched: null, overdue: true, failure: { name: "Cancelled" } });
    const other = (await atPivot()).due("saga.deadline").cancel();
    expect(other.context.latched).toBe("DeadlinePassed");
  });

  it("do not un-park a pivot in doubt", async () => {
    const run = (await atPivot()).misfits("p").cancel();
    expect(run.parked).toEqual(["p"]);
    expect(run.context.latched).toBe("Cancelled");
  });
});

describe("a person on a parked pivot", () => {
  async function parked(): Promise<Run> {
    return (await atPivot()).misfits("p");
  }

  it("retry", async () => {
    const run = (await parked()).send({ type: "operator.retry", call: "p" });
    expect(run.calls).toEqual(["p#2"]);
    expect(run.record("p").forward.attempt).toBe(1);
  });

  it("it happened: passed", async () => {
    const run = (await parked()).send({ type: "operator.happened", call: "p", output: { value: "by hand" } });
    expect(run.context.pivot).toBe("passed");
    expect(run.calls).toEqual(["z#1"]);
  });

  it("it did not happen: goes back", async () => {
    const run = (await parked()).send({ type: "operator.didNotHappen", call: "p" });
    expect(run.failure).toBe("Unknown of p");
    expect(run.context.pivot).toBe("ahead");
    expect(run.calls).toEqual(["a.undo#1"]);
  });

  it("it did not happen, and a cancel waited: that is the failure", async () => {
    const run = (await parked()).cancel().send({ type: "operator.didNotHappen", call: "p" });
    expect(run.failure).toBe("Cancelled");
    expect(run.context.latched).toBeNull();
  });

  it("it cannot simply go back", async () => {
    const run = await parked();
    const before = run.state;
    expect(run.send({ type: "operator.goBack", call: "p" }).state).toEqual(before);
    expect(run.send({ type: "operator.skip", call: "p" }).state).toEqual(before);
  });
});

describe("after the pivot", () => {
  it("what fails is retried until it succeeds", async () => {
    const run = await afterPivot();
    for (let attempt = 1; attempt <= 30; attempt++) {
      expect(run.calls).toEqual([`z#${attempt}`]);
      if (attempt % 3 === 0) run.timesOut("z");
      else run.breaks("z");
      run.due("z.backoff");
    }
    expect(run.failure).toBeNull();
    expect(run.done("z").status).toBe("completed");
  });

  it("a cancel changes nothing", async () => {
    const run = await afterPivot();
    const before = run.state;
    expect(run.cancel().state).toEqual(before);
  });

  it("the deadline makes it overdue, and on it goes", async () => {
    const run = (await afterPivot()).due("saga.deadline");
    expect(run.context).toMatchObject({ overdue: true, failure: null });
    expect(run.calls).toEqual(["z#1"]);
    expect([...run.effects.timers.keys()]).not.toContain("saga.deadline");
    expect(run.done("z").status).toBe("completed");
  });

  it("with a bounded retry it parks", async () => {
    const run = (await afterPivot({ retry: { attempts: 2, backoffMinMs: 1, backoffMaxMs: 2 } }))
      .breaks("z")
      .due("z.backoff")
      .breaks("z");
    expect(run.parked).toEqual(["z"]);
    expect(run.failure).toBeNull();
  });

  it("output that does not fit parks; a person's verbs move it on, none moves it back", async () => {
    const parked = async (): Promise<Run> => (await afterPivot()).misfits("z");
    const before = (await parked()).state;
    expect((await parked()).send({ type: "operator.goBack", call: "z" }).state).toEqual(before);
    expect((await parked()).cancel().state).toEqual(before);
    expect((await parked()).send({ type: "operator.retry", call: "z" }).calls).toEqual(["z#2"]);
    const happened = (await parked()).send({ type: "operator.happened", call: "z", output: { value: "by hand" } });
    expect(happened.status).toBe("completed");
    const not = (await parked()).send({ type: "operator.didNotHappen", call: "z" });
    expect(not.calls).toEqual(["z#2"]);
    expect(not.record("z").forward).toMatchObject({ generation: 1, mayHaveRun: false, attempt: 1 });
  });

  it("an inquiry decides between going on and another attempt", async () => {
    const run = (await afterPivot({ inquire: true })).breaks("z").done("z.inquire", { status: "didNotHappen" });
    expect(run.timers).toEqual(["z.backoff#1"]);
    expect(run.record("z").forward.generation).toBe(1);
    run
      .due("z.backoff")
      .timesOut("z")
      .done("z.inquire", { status: "happened", output: { value: "found" } });
    expect(run.status).toBe("completed");
  });

  it("a declared error is only one more attempt that failed; a definite one makes the next a fresh one", async () => {
    const run = (await afterPivot({ throws: ["Refused"] })).declares("z");
    expect(run.failure).toBeNull();
    expect(run.record("z").forward.generation).toBe(1);
    run.due("z.backoff").breaks("z").due("z.backoff").declares("z");
    expect(run.record("z").forward).toMatchObject({ generation: 1, attempt: 3, mayHaveRun: true });
    expect(run.timers).toEqual(["z.backoff#3"]);
  });

  it("a group's branches do not hear of each other's troubles", async () => {
    const parts = [
      { name: "p", kind: "pivot" as const },
      [[{ name: "x" }, { name: "xx" }], [{ name: "y", throws: ["Refused"] }]],
    ];
    const run = new Run(await compiled(sagaPlan({ parts }))).done("p").declares("y");
    expect(run.calls).toEqual(["x#1"]);
    expect(run.timers).toEqual(["x.timeout#1", "y.backoff#1"]);
    run.done("x").done("xx").due("y.backoff").done("y");
    expect(run.status).toBe("completed");
  });
});
