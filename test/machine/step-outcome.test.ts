import { describe, expect, it } from "vitest";
import { compiled, Run } from "./kit.ts";
import { entries, NEVER, outputOf, type StepPart, sagaPlan, UNDO, VALUE } from "./plans.ts";

/** "A step's outcome" of docs/semantics.md, row by row, on the machine alone: step `a`, then step `b` of the given kind. */
async function machine(b: Partial<StepPart> = {}) {
  return compiled(
    sagaPlan({
      parts: [
        { name: "a", output: [VALUE], outputLive: true },
        { name: "b", throws: ["Refused"], output: [VALUE], outputLive: true, ...b },
      ],
    }),
  );
}

async function atB(b: Partial<StepPart> = {}): Promise<Run> {
  return new Run(await machine(b)).done("a");
}

describe("what a call yields", () => {
  it("begins with the first step and nothing else", async () => {
    const run = new Run(await machine());
    expect(run.calls).toEqual(["a#1"]);
    expect(run.timers).toEqual(["a.timeout#1"]);
    expect([...run.effects.timers.keys()]).toEqual(["saga.deadline", "a.timeout#1"]);
    expect(run.record("a").forward).toMatchObject({ entry: 1, attempt: 1, generation: 0, outcome: "running", mayHaveRun: false });
    expect(run.status).toBe("running");
  });

  it("keeps the output of a success where something reads it, and goes on", async () => {
    const run = await atB();
    expect(run.record("a").forward).toMatchObject({ outcome: "completed", output: { value: "of a" } });
    expect(run.calls).toEqual(["b#1"]);
    run.done("b");
    expect(run.status).toBe("completed");
    expect(run.failure).toBeNull();
    expect([...run.effects.calls, ...run.effects.timers, ...run.parked]).toEqual([]);
  });

  it("keeps no output that nothing reads", async () => {
    const run = (await atB({ outputLive: false })).done("b");
    expect(run.record("b").forward).toMatchObject({ outcome: "completed", output: null });
  });

  it("a declared error on a first delivery is definite: the step is not undone", async () => {
    const run = (await atB()).declares("b");
    expect(run.record("b").forward.outcome).toBe("failed");
    expect(run.context.failure).toEqual({ name: "Refused", step: "b", summary: "b failed with Refused", data: { why: "no" } });
    expect(run.calls).toEqual(["a.undo#1"]);
    run.done("a.undo", null);
    expect(run.status).toBe("compensated");
    expect(run.record("b").undo.outcome).toBe("none");
  });

  it("an error that the step does not declare is unknown", async () => {
    const run = (await atB()).declares("b", "SomethingElse");
    expect(run.record("b").forward).toMatchObject({ outcome: "unknown", mayHaveRun: true });
    expect(run.timers).toEqual(["b.backoff#1"]);
    expect(run.failure).toBeNull();
  });

  it.each([
    ["null", null],
    ["a text", "no"],
    ["an Error", new Error("no")],
    ["undefined", undefined],
    ["a kind without more", { kind: "declared" }],
  ])("%s as an error is unknown", async (_, error) => {
    const run = (await atB()).send({ type: "xstate.error.actor.b", error: error as never });
    expect(run.record("b").forward.outcome).toBe("unknown");
    expect(run.timers).toEqual(["b.backoff#1"]);
  });

  it("the message of a declared error is told where it says more than its name", async () => {
    const run = (await atB()).fails("b", { kind: "declared", name: "Refused", data: null, message: "limit of 10 reached" });
    expect(run.context.failure?.summary).toBe("b failed with Refused: limit of 10 reached");
  });
});

describe("a declared error when an earlier attempt may have run", () => {
  const earlier = {
    "a time-out": (run: Run) => run.timesOut("b").due("b.backoff"),
    "an unknown error": (run: Run) => run.breaks("b").due("b.backoff"),
    "a lost worker": (run: Run) => run.recovered(),
  };

  describe.each(Object.entries(earlier))("after %s", (_, happen) => {
    it("proves nothing: the step stays unknown, the saga fails with that error, and the step is undone", async () => {
      const run = happen(await atB()).declares("b");
      expect(run.record("b").forward).toMatchObject({ outcome: "unknown", mayHaveRun: true, output: null });
      expect(run.failure).toBe("Refused of b");
      expect(run.calls).toEqual(["b.undo#1"]);
      run.done("b.undo", null).done("a.undo", null);
      expect(run.status).toBe("compensated");
    });

    it.each(["safe", "fenced"])("is definite where the service is %s", async (service) => {
      const run = happen(await atB({ service })).declares("b");
      expect(run.record("b").forward.outcome).toBe("failed");
      expect(run.failure).toBe("Refused of b");
      expect(run.calls).toEqual(["a.undo#1"]);
    });
  });

  it("is asked about: it happened, so the saga goes on", async () => {
    const run = (await atB({ inquire: true })).recovered().declares("b");
    expect(run.failure).toBeNull();
    run.done("b.inquire", { status: "happened", output: { value: "found" } });
    expect(run.record("b").forward).toMatchObject({ outcome: "completed", output: { value: "found" } });
    expect(run.status).toBe("completed");
  });

  it("is asked about with a budget of its own, whatever was asked after the attempts before it", async () => {
    const run = (await atB({ inquire: true })).breaks("b");
    run.done("b.inquire", { status: "unknown" }).due("b.inquire.backoff");
    run.done("b.inquire", { status: "unknown" }).due("b.inquire.backoff");
    run.done("b.inquire", { status: "unknown" }).due("b.backoff").declares("b");
    expect(run.calls).toEqual(["b.inquire#4"]);
    expect(run.record("b").inquire).toEqual({ entry: 4, attempt: 1 });
    run.done("b.inquire", { status: "happened", output: { value: "found" } });
    expect(run.status).toBe("completed");
  });

  it("is asked about: it did not happen, so the error stands and the step is not undone", async () => {
    const run = (await atB({ inquire: true })).recovered().declares("b");
    expect(run.calls).toEqual(["b.inquire#1"]);
    expect(run.failure).toBeNull();
    run.done("b.inquire", { status: "didNotHappen" });
    expect(run.failure).toBe("Refused of b");
    expect(run.record("b").forward).toMatchObject({ outcome: "failed", generation: 1, mayHaveRun: false });
    expect(run.calls).toEqual(["a.undo#1"]);
  });

  it("is asked about in vain: the error stands and the step is undone, it is not called again", async () => {
    const run = (await atB({ inquire: true })).recovered().declares("b");
    for (const attempt of [1, 2, 3]) {
      expect(run.calls).toEqual([`b.inquire#${attempt}`]);
      run.done("b.inquire", { status: "unknown" });
      if (attempt < 3) run.due("b.inquire.backoff");
    }
    expect(run.failure).toBe("Refused of b");
    expect(run.record("b").forward.outcome).toBe("unknown");
    expect(run.calls).toEqual(["b.undo#1"]);
  });
});

describe("a worker dies in mid-call", () => {
  it("the same attempt is delivered again, and uses up no retry", async () => {
    const run = (await atB()).recovered();
    expect(run.calls).toEqual(["b#1"]);
    expect(run.timers).toEqual(["b.timeout#1"]);
    expect(run.record("b").forward).toMatchObject({ entry: 1, attempt: 1, outcome: "running", mayHaveRun: true });
    run.recovered().recovered().done("b");
    expect(run.status).toBe("completed");
    expect(run.record("b").forward).toMatchObject({ entry: 1, attempt: 1 });
  });

  it("with `retry none` nothing is called twice: the outcome is unknown", async () => {
    const run = (await atB({ retry: NEVER })).recovered();
    expect(run.record("b").forward).toMatchObject({ entry: 1, outcome: "unknown" });
    expect(run.failure).toBe("Unknown of b");
    expect(run.calls).toEqual(["b.undo#1"]);
  });

  it("with `retry none` and an inquiry it is asked", async () => {
    const run = (await atB({ retry: NEVER, inquire: true })).recovered();
    expect(run.calls).toEqual(["b.inquire#1"]);
    run.done("b.inquire", { status: "happened", output: { value: "found" } });
    expect(run.status).toBe("completed");
  });

  it("a call that was told to abort is not called again", async () => {
    const run = (await atB()).due("b.timeout").recovered();
    expect(run.calls).toEqual([]);
    expect(run.timers).toEqual(["b.backoff#1"]);
  });

  it("pauses are not disturbed", async () => {
    const run = (await atB()).breaks("b");
    const before = run.state;
    expect(run.recovered().state).toEqual(before);
  });

  it("an inquiry is made again under the same number", async () => {
    const run = (await atB({ inquire: true })).breaks("b").recovered();
    expect(run.calls).toEqual(["b.inquire#1"]);
    expect(run.record("b").inquire).toEqual({ entry: 1, attempt: 1 });
  });
});

describe("a time-out", () => {
  it("tells the handler to abort and gives it a second to settle", async () => {
    const run = await atB();
    expect(run.timer("b.timeout").delayMs).toBe(30_000);
    run.due("b.timeout");
    expect(run.calls).toEqual(["b#1!"]);
    expect(run.timers).toEqual(["b.grace#1"]);
    expect(run.timer("b.grace").delayMs).toBe(1_000);
  });

  it("an answer within the grace counts", async () => {
    const run = (await atB()).due("b.timeout").done("b");
    expect(run.status).toBe("completed");
  });

  it("a declared error within the grace counts", async () => {
    const run = (await atB()).due("b.timeout").declares("b");
    expect(run.record("b").forward.outcome).toBe("failed");
    expect(run.calls).toEqual(["a.undo#1"]);
  });

  it("after the grace the outcome is unknown and the next attempt waits", async () => {
    const run = (await atB()).timesOut("b");
    expect(run.record("b").forward).toMatchObject({ outcome: "unknown", mayHaveRun: true, attempt: 1 });
    expect(run.calls).toEqual([]);
    expect(run.timers).toEqual(["b.backoff#1"]);
    run.due("b.backoff");
    expect(run.calls).toEqual(["b#2"]);
    expect(run.timers).toEqual(["b.timeout#2"]);
  });
});

describe("a late answer", () => {
  it.each([
    ["a success", { type: "xstate.done.actor.b", output: { value: "late" } }],
    ["an error", { type: "xstate.error.actor.b", error: { kind: "unknown", message: "late" } }],
  ] as const)("%s of a call that is over changes nothing", async (_, event) => {
    for (const run of [
      (await atB()).timesOut("b"),
      (await atB()).done("b"),
      (await atB()).declares("b"),
      (await atB()).misfits("b"),
      new Run(await machine()),
    ]) {
      const before = run.state;
      expect(run.send(event).state).toEqual(before);
    }
  });
});

describe("output that does not fit", () => {
  it("parks at once, without a retry", async () => {
    const run = (await atB()).misfits("b");
    expect(run.parked).toEqual(["b"]);
    expect(run.calls).toEqual([]);
    expect(run.timers).toEqual([]);
    expect(run.record("b").forward).toMatchObject({ outcome: "unknown", mayHaveRun: true });
    expect(run.failure).toBeNull();
  });

  it("if the saga goes back meanwhile, the step counts as unknown", async () => {
    const run = (await atB()).misfits("b").cancel();
    expect(run.parked).toEqual([]);
    expect(run.calls).toEqual(["b.undo#1"]);
  });
});

describe("the data of calls", () => {
  it("is what the plan says: input, outputs of earlier steps, and no output of a step that is unknown", async () => {
    const plan = sagaPlan({
      parts: [
        { name: "a", output: [VALUE], outputLive: true },
        {
          name: "b",
          output: [VALUE],
          outputLive: true,
          input: entries({ id: outputOf("a", "value") }),
          undo: { input: entries({ id: outputOf("b", "value", true) }), inputType: [{ ...VALUE, name: "id", type: OPTIONAL }] },
        },
      ],
      output: { type: [VALUE], value: entries({ value: outputOf("b", "value") }) },
    });
    const both = await compiled(plan);
    const inputOf = (run: Run, call: string): unknown => both.definition.calls[call]?.input(run.context as never);
    const run = new Run(both, { input: { id: "42" } });
    expect(inputOf(run, "a")).toEqual({ id: "42" });
    run.done("a", { value: "one" });
    expect(inputOf(run, "b")).toEqual({ id: "one" });
    const lost = new Run(both).done("a");
    for (const attempt of [1, 2, 3]) {
      lost.breaks("b");
      if (attempt < 3) lost.due("b.backoff");
    }
    expect(inputOf(lost, "b.undo")).toEqual({ id: undefined });
    run.done("b", { value: "two" });
    expect(run.status).toBe("completed");
    expect(both.transition.output(run.state)).toEqual({ value: "two" });
    expect(both.transition.output(lost.state)).toBeNull();
  });
});

const OPTIONAL = { kind: "optional", type: { kind: "scalar", name: "string" } } as const;

it("policies of the plan are those of the machine", async () => {
  const run = await atB({ timeoutMs: 1_234, undo: { timeoutMs: 4_321, retry: UNDO } });
  expect(run.timer("b.timeout").delayMs).toBe(1_234);
  run.recovered().declares("b");
  expect(run.timer("b.undo.timeout").delayMs).toBe(4_321);
});
