import { describe, expect, it } from "vitest";
import { compiled, Run } from "./kit.ts";
import { sagaPlan } from "./plans.ts";
import { SCOPES } from "./scope-plans.ts";

/** Choices, failures that the saga names itself, several pivots, and what comes after either end. */

async function started(name: string, id = "1"): Promise<Run> {
  return new Run(await compiled(SCOPES[name] ?? sagaPlan({ parts: [] })), { input: { id } });
}

describe("a choice", () => {
  it("takes the first way whose condition holds", async () => {
    const run = (await started("choice")).done("a");
    expect(run.calls).toEqual(["b#1"]);
    run.done("b").done("c");
    expect(run.calls).toEqual(["e#1"]);
    run.done("e");
    expect(run.done("f").status).toBe("completed");
    expect(run.record("d").forward.entry).toBe(0);
  });

  it("takes the last way where none holds, or goes on", async () => {
    const run = (await started("choice", "3")).done("a");
    expect(run.calls).toEqual(["d#1"]);
    run.done("d");
    expect(run.calls).toEqual(["f#1"]);
  });

  it("is undone by what ran", async () => {
    const run = (await started("choice")).done("a").done("b").declares("c");
    expect(run.calls).toEqual(["b.undo#1"]);
    run.done("b.undo");
    expect(run.calls).toEqual(["a.undo#1"]);
    expect(run.done("a.undo").status).toBe("compensated");
  });
});

describe("fail", () => {
  it("turns the saga back with its own error and data", async () => {
    const run = (await started("choice", "2")).done("a", { value: "tea" });
    expect(run.context.failure).toEqual({ name: "Chosen", step: null, summary: "Chosen, says the saga", data: { why: "tea" } });
    expect(run.calls).toEqual(["a.undo#1"]);
  });

  it("says when, also where it follows from something else, and keeps the time nowhere else", async () => {
    const run = await started("choice", "2");
    const { context } = run.send({ type: "xstate.done.actor.a", output: { value: "tea" }, atMs: 1_700_000_000_000 });
    expect(context.failure?.at).toBe("2023-11-14T22:13:20.000Z");
    expect(Object.keys(context)).not.toContain("nowMs");
  });

  it("says when, where the event does", async () => {
    const run = await started("choice");
    run.send({
      type: "xstate.error.actor.a",
      error: { kind: "declared", name: "Refused", data: null, message: "Refused" },
      atMs: 1_700_000_000_000,
    });
    expect(run.context.failure?.at).toBe("2023-11-14T22:13:20.000Z");
  });
});

describe("a step of which nobody knows before it whether the pivot has passed", () => {
  it("is undone with the rest where it has not", async () => {
    const run = (await started("maybe", "2")).done("a").done("m").cancel().timesOut("n");
    expect(run.calls).toEqual(["n.undo#1"]);
    run.done("n.undo").done("m.undo");
    expect(run.calls).toEqual(["a.undo#1"]);
  });

  it("is carried out where it has: a cancel is not heard", async () => {
    const run = (await started("maybe")).done("a").done("p").done("q").cancel();
    expect(run.calls).toEqual(["m#1"]);
    run.done("m").breaks("n").due("n.backoff").breaks("n");
    expect(run.parked).toEqual(["n"]);
    run.send({ type: "operator.goBack", call: "n" });
    expect(run.parked).toEqual(["n"]);
    run.send({ type: "operator.didNotHappen", call: "n" });
    expect(run.done("n").status).toBe("completed");
  });

  it("can be sent back by a person where it has not", async () => {
    const run = (await started("maybe", "2")).done("a").done("m").declares("n");
    expect(run.parked).toEqual(["n"]);
    run.send({ type: "operator.goBack", call: "n" });
    expect(run.failure).toBe("Cancelled of n");
    expect(run.calls).toEqual(["m.undo#1"]);
  });
});

describe("pivots on paths that exclude each other", () => {
  it.each([
    ["1", ["a", "p"]],
    ["2", ["a", "b", "q"]],
  ])("each settles the saga on its own path (%s)", async (id, path) => {
    const run = await started("pivots", id);
    expect(run.context.pivot).toBe("ahead");
    for (const name of path) run.done(name);
    expect(run.context.pivot).toBe("passed");
    expect(run.cancel().calls).toEqual(["z#1"]);
    expect(run.done("z").status).toBe("completed");
  });

  it("a refused one takes back what is on its path", async () => {
    const run = (await started("pivots", "2")).done("a").done("b").declares("q");
    expect(run.calls).toEqual(["b.undo#1"]);
    run.done("b.undo").done("a.undo");
    expect(run.status).toBe("compensated");
  });
});

describe("what comes after the end", () => {
  it("runs when the outcome stands", async () => {
    const run = (await started("endings")).done("a");
    expect(run.calls).toEqual(["tell#1"]);
    expect(run.status).toBe("completed");
    run.done("tell").done("more");
    expect(run.state.value).toBe("completed");
  });

  it("changes no outcome: a cancel and the deadline come too late", async () => {
    const run = (await started("endings")).done("a");
    const { event } = (await started("endings")).timer("saga.deadline");
    run.cancel().send(event);
    expect(run.context.failure).toBeNull();
    expect(run.calls).toEqual(["tell#1"]);
  });

  it("that fails is an alarm, and the next one runs", async () => {
    const run = (await started("endings")).done("a").breaks("tell").due("tell.backoff").breaks("tell");
    expect(run.context).toMatchObject({ alarms: ["tell"] });
    expect(run.calls).toEqual(["more#1"]);
    run.declares("more");
    expect(run.state.value).toBe("completed");
    expect(run.context).toMatchObject({ alarms: ["tell", "more"] });
  });

  it("runs after the way back too", async () => {
    const run = (await started("endings")).breaks("a").due("a.backoff").breaks("a");
    expect(run.status).toBe("running");
    run.done("a.undo");
    expect(run.status).toBe("compensated");
    expect(run.calls).toEqual(["sorry#1"]);
    run.misfits("sorry");
    expect(run.state.value).toBe("compensated");
    expect(run.context).toMatchObject({ alarms: ["sorry"] });
  });
});

describe("the time for undoing", () => {
  it("makes the saga overdue, and on it goes", async () => {
    const plan = { ...(SCOPES.try ?? sagaPlan({ parts: [] })), undoWithinMs: 5_000 };
    const run = new Run(await compiled(plan)).done("a").done("b").cancel().timesOut("c");
    expect(run.timer("saga.undoWithin").delayMs).toBe(5_000);
    run.due("saga.undoWithin");
    expect(run.context.overdue).toBe(true);
    expect(run.calls).toEqual(["c.undo#1"]);
    expect([...run.effects.timers.keys()]).not.toContain("saga.undoWithin");
    run.done("c.undo").done("b.undo").done("a.undo");
    expect(run.status).toBe("compensated");
  });

  it("is not that of a block's own undo", async () => {
    const run = new Run(await compiled(SCOPES.try ?? sagaPlan({ parts: [] }))).done("a").done("b").declares("c");
    expect([...run.effects.timers.keys()]).not.toContain("saga.undoWithin");
  });
});
