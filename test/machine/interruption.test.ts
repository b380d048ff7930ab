import { describe, expect, it } from "vitest";
import { compiled, Run } from "./kit.ts";
import { sagaPlan, VALUE } from "./plans.ts";

/** Cancel, deadline and a person before the pivot: docs/semantics.md, row by row, on the machine alone. */

const GROUP = compiled(
  sagaPlan({
    parts: [
      { name: "first", output: [VALUE] },
      [
        [{ name: "left", throws: ["Refused"], output: [VALUE], outputLive: true }, { name: "leftToo" }],
        [{ name: "right", throws: ["Refused"] }],
      ],
      { name: "last", throws: ["Refused"] },
    ],
  }),
);

async function group(): Promise<Run> {
  return new Run(await GROUP).done("first");
}

describe("cancel", () => {
  it("before the pivot is a failure of that name, and reaches what runs", async () => {
    const run = (await group()).cancel("the customer changed their mind");
    expect(run.context.failure).toEqual({
      name: "Cancelled",
      step: null,
      summary: "the customer changed their mind",
      data: null,
    });
    expect(run.calls).toEqual(["left#1!", "right#1!"]);
    run.done("left").timesOut("right");
    expect(run.calls).toEqual(["left.undo#1", "right.undo#1"]);
  });

  it("without a reason says so", async () => {
    expect((await group()).cancel().context.failure?.summary).toBe("cancelled");
  });

  it("while going back, or after the end, changes nothing", async () => {
    const back = (await group()).declares("right");
    const failing = back.state;
    expect(back.cancel().state).toEqual(failing);
    const ended = (await group()).done("left").done("leftToo").done("right").done("last");
    const { state } = ended;
    expect(ended.cancel().state).toEqual(state);
    expect(ended.recovered().state).toEqual(state);
  });
});

describe("the saga's deadline", () => {
  it("is set once, from the start, until it has passed or the saga has ended", async () => {
    const run = await group();
    const { delayMs } = run.timer("saga.deadline");
    expect(delayMs).toBe(3_600_000);
    run.due("saga.deadline");
    expect([...run.effects.timers.keys()]).not.toContain("saga.deadline");
  });

  it("before the pivot is a failure of its name", async () => {
    const run = (await group()).due("saga.deadline");
    expect(run.context.failure).toEqual({
      name: "DeadlinePassed",
      step: null,
      summary: "the saga did not finish within 1h",
      data: null,
    });
    expect(run.context.overdue).toBe(false);
    expect(run.calls).toEqual(["left#1!", "right#1!"]);
  });

  it("while going back makes it overdue, and on it goes", async () => {
    const run = (await group()).declares("right").timesOut("left").due("saga.deadline");
    expect(run.context.overdue).toBe(true);
    expect(run.failure).toBe("Refused of right");
    expect(run.calls).toEqual(["left.undo#1"]);
    expect([...run.effects.timers.keys()]).not.toContain("saga.deadline");
  });

  it("that is heard twice changes nothing the second time", async () => {
    const run = await group();
    const { event } = run.timer("saga.deadline");
    const { state } = run.send(event);
    expect(run.send(event).state).toEqual(state);
  });
});

describe("a saga that is parked before the pivot", () => {
  it.each([
    ["a cancel", (run: Run) => run.cancel(), "Cancelled"],
    ["the deadline", (run: Run) => run.due("saga.deadline"), "DeadlinePassed"],
  ])("goes back on %s", async (_, happen, failure) => {
    const run = happen((await group()).done("right").misfits("left"));
    expect(run.failure).toBe(failure);
    expect(run.parked).toEqual([]);
    expect(run.calls).toEqual(["left.undo#1", "right.undo#1"]);
  });
});

describe("a person on a parked step before the pivot", () => {
  async function parked(): Promise<Run> {
    return (await group()).done("right").misfits("left");
  }

  it("retry: a fresh budget", async () => {
    const run = (await group()).done("right").breaks("left").due("left.backoff").misfits("left");
    run.send({ type: "operator.retry", call: "left" });
    expect(run.calls).toEqual(["left#3"]);
    expect(run.record("left").forward).toMatchObject({ entry: 3, attempt: 1, mayHaveRun: true, generation: 0 });
    run.breaks("left").due("left.backoff").breaks("left").due("left.backoff");
    expect(run.calls).toEqual(["left#5"]);
    run.breaks("left");
    expect(run.failure).toBe("Unknown of left");
  });

  it("it happened, with this output", async () => {
    const run = (await parked()).send({ type: "operator.happened", call: "left", output: { value: "by hand" } });
    expect(run.record("left").forward).toMatchObject({ outcome: "completed", output: { value: "by hand" } });
    expect(run.calls).toEqual(["leftToo#1"]);
  });

  it.each([[null], [undefined], ["text"]])(
    "it happened, without the output that is needed (%s): stays parked",
    async (output) => {
      const run = (await parked()).send({ type: "operator.happened", call: "left", output });
      expect(run.parked).toEqual(["left"]);
    },
  );

  it("it happened, and nobody reads the output", async () => {
    const run = (await group()).done("left").done("leftToo").misfits("right");
    run.send({ type: "operator.happened", call: "right", output: null });
    expect(run.calls).toEqual(["last#1"]);
  });

  it("it did not happen: goes back, and it is not undone", async () => {
    const run = (await parked()).send({ type: "operator.didNotHappen", call: "left" });
    expect(run.failure).toBe("Unknown of left");
    expect(run.record("left").forward).toMatchObject({ outcome: "failed", generation: 1 });
    expect(run.calls).toEqual(["right.undo#1"]);
  });

  it("go back: it is undone, because it may have happened", async () => {
    const run = (await parked()).send({ type: "operator.goBack", call: "left" });
    expect(run.failure).toBe("Cancelled of left");
    expect(run.calls).toEqual(["left.undo#1", "right.undo#1"]);
  });

  it.each(["operator.retry", "operator.happened", "operator.didNotHappen", "operator.goBack", "operator.skip"] as const)(
    "%s of something else changes nothing",
    async (type) => {
      const run = await parked();
      const before = run.state;
      for (const call of ["right", "left.undo", "nothing", "__proto__"]) {
        expect(run.send({ type, call, output: { value: "x" } }).state).toEqual(before);
      }
    },
  );

  it("skip is for compensations only", async () => {
    const run = await parked();
    const before = run.state;
    expect(run.send({ type: "operator.skip", call: "left" }).state).toEqual(before);
  });

  it("of two at once one wins, the other changes nothing", async () => {
    const run = (await parked()).send({ type: "operator.retry", call: "left" });
    const before = run.state;
    expect(run.send({ type: "operator.goBack", call: "left" }).state).toEqual(before);
  });
});
