import { describe, expect, it } from "vitest";
import { compiled, Run } from "./kit.ts";
import { NEVER, sagaPlan } from "./plans.ts";
import { SCOPES, step } from "./scope-plans.ts";

/** What a step does about an error that it declares, and what its attempts lead to when they are spent. */

async function started(name: string): Promise<Run> {
  return new Run(await compiled(SCOPES[name] ?? sagaPlan({ parts: [] })));
}

const answers = (run: Run, call: string, error: string): Run => run.declares(call, error);

describe("on an error continue", () => {
  it("goes on without the step, and there is nothing to undo", async () => {
    const run = (await started("policies")).declares("over");
    expect(run.calls).toEqual(["held#1"]);
    expect(run.record("over").forward).toMatchObject({ outcome: "failed", mayHaveRun: false });
    run.cancel().timesOut("held");
    expect(run.done("held.inquire", { status: "didNotHappen" }).status).toBe("compensated");
  });

  it("does not where nobody knows whether the error is true: that is a failure, and the step is undone", async () => {
    const plan = sagaPlan({
      parts: [step("a", { service: "plain", on: { Refused: { outcome: { kind: "continue" } } } }), step("b")],
    });
    const run = new Run(await compiled(plan)).breaks("a").due("a.backoff").declares("a");
    expect(run.failure).toBe("Refused of a");
    expect(run.calls).toEqual(["a.undo#1"]);
  });

  it("does where an inquiry finds that it is true", async () => {
    const refused = { outcome: { kind: "continue" } } as const;
    const plan = sagaPlan({
      parts: [step("a", { service: "plain", inquire: { retry: NEVER }, on: { Refused: refused } }), step("b")],
    });
    const run = new Run(await compiled(plan)).breaks("a").done("a.inquire", { status: "unknown" }).due("a.backoff").declares("a");
    expect(run.calls).toEqual(["a.inquire#2"]);
    run.done("a.inquire", { status: "didNotHappen" });
    expect(run.calls).toEqual(["b#1"]);
  });
});

describe("on an error park", () => {
  const parked = async () => (await started("policies")).done("over").declares("held");

  it("waits for a person, who lets the step be made again, with a key of its own", async () => {
    const run = await parked();
    expect(run.parked).toEqual(["held"]);
    expect(run.failure).toBeNull();
    run.send({ type: "operator.retry", call: "held" });
    expect(run.calls).toEqual(["held#2"]);
    expect(run.record("held").forward.generation).toBe(1);
  });

  it("ends when the saga goes back, and is not undone", async () => {
    const run = (await parked()).cancel();
    expect(run.calls).toEqual(["over.undo#1"]);
    expect(run.record("held").forward.outcome).toBe("failed");
  });
});

describe("on an error retry", () => {
  const busy = async () => (await started("policies")).done("over").done("held").declares("again", "Busy");

  it("makes it again after a pause of its own, each time under a fresh key", async () => {
    const run = await busy();
    const { delayMs } = run.timer("again.Busy.backoff");
    expect(delayMs).toBeGreaterThanOrEqual(1_000);
    expect(delayMs).toBeLessThanOrEqual(2_000);
    run.due("again.Busy.backoff");
    expect(run.calls).toEqual(["again#2"]);
    expect(run.record("again").forward.generation).toBe(1);
  });

  it("leads to its `then` when its own attempts are spent", async () => {
    const run = (await busy())
      .due("again.Busy.backoff")
      .declares("again", "Busy")
      .due("again.Busy.backoff")
      .declares("again", "Busy");
    expect(run.calls).toEqual(["other#1"]);
    expect(run.record("again").forward).toMatchObject({ entry: 3, outcome: "failed" });
  });

  it("leaves the attempts alone that are for when nobody knows", async () => {
    const run = (await busy()).due("again.Busy.backoff").breaks("again").due("again.backoff");
    expect(run.calls).toEqual(["again#3"]);
    expect(run.record("again").forward.attempt).toBe(2);
    run.breaks("again");
    expect(run.failure).toBe("Unknown of again");
  });

  it("counts each error for itself: another one is met as it says", async () => {
    const run = (await busy()).due("again.Busy.backoff").declares("again", "Refused");
    expect(run.failure).toBe("Refused of again");
  });

  it("stops at once when the saga goes back", async () => {
    const run = (await busy()).cancel();
    expect(run.timers).toEqual(["held.undo.timeout#1"]);
  });

  it("a person gives it all of its attempts again", async () => {
    const run = (await busy()).due("again.Busy.backoff").declares("again", "Busy").due("again.Busy.backoff").misfits("again");
    run.send({ type: "operator.retry", call: "again" }).declares("again", "Busy");
    expect(run.timer("again.Busy.backoff").delayMs).toBeLessThanOrEqual(2_000);
  });
});

describe("an error that leads to another path", () => {
  const caught = async () => answers((await started("policies")).done("over").done("held").done("again"), "other", "Refused");

  it("takes it, and goes on behind the step", async () => {
    const run = await caught();
    expect(run.calls).toEqual(["instead#1"]);
    expect(run.record("other").forward).toMatchObject({ outcome: "failed", caught: "Refused", error: { why: "no" } });
    run.done("instead").done("too");
    expect(run.calls).toEqual(["named#1"]);
  });

  it("is not taken where the step succeeds", async () => {
    const run = (await started("policies")).done("over").done("held").done("again").done("other");
    expect(run.calls).toEqual(["named#1"]);
    expect(run.record("instead").forward.entry).toBe(0);
  });

  it("is undone like what came before it", async () => {
    const run = (await caught()).done("instead").declares("too");
    expect(run.calls).toEqual(["instead.undo#1"]);
    run.done("instead.undo");
    expect(run.calls).toEqual(["again.undo#1"]);
  });
});

describe("on an error fail with another one", () => {
  it("is the failure of the saga", async () => {
    const run = (await started("policies")).done("over").done("held").done("again").done("other").declares("named");
    expect(run.context.failure).toEqual({ name: "Named", step: "named", summary: "Named, says the saga", data: null });
    expect(run.calls).toEqual(["other.undo#1"]);
  });
});

describe("a best effort step", () => {
  const best = async () => (await started("effort")).done("a");

  it.each([
    ["an error that it declares", (run: Run) => run.declares("best")],
    ["an answer that does not fit", (run: Run) => run.misfits("best")],
    ["attempts that are spent, and nobody knows", (run: Run) => run.breaks("best").due("best.backoff").breaks("best")],
    ["an error in doubt", (run: Run) => run.breaks("best").due("best.backoff").declares("best")],
  ])("is gone on without after %s", async (_, happens) => {
    const run = happens(await best());
    expect(run.calls).toEqual(["parks#1"]);
    expect(run.record("best").forward.outcome).toBe("failed");
    expect(run.parked).toEqual([]);
  });

  it("is told to abort like every other when the saga goes back", async () => {
    expect((await best()).cancel().calls).toEqual(["best#1!"]);
  });
});

describe("retry n then park", () => {
  it("asks a person instead of failing", async () => {
    const run = (await started("effort")).done("a").done("best").breaks("parks").due("parks.backoff").breaks("parks");
    expect(run.parked).toEqual(["parks"]);
    expect(run.failure).toBeNull();
    run.send({ type: "operator.happened", call: "parks", output: null });
    expect(run.calls).toEqual(["b#1"]);
  });

  it("fails all the same with an error that the step declares", async () => {
    const run = (await started("effort")).done("a").done("best").declares("parks");
    expect(run.failure).toBe("Refused of parks");
  });
});
