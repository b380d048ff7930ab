import { describe, expect, it } from "vitest";
import { compiled, Run } from "./kit.ts";
import { NEVER, sagaPlan, VALUE } from "./plans.ts";

/** Groups, and a branch that fails while its siblings run: docs/semantics.md, row by row, on the machine alone. */

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

const NESTED = compiled(
  sagaPlan({
    parts: [
      { name: "a" },
      [[{ name: "b" }, [[{ name: "c" }], [{ name: "d" }, { name: "e" }]], { name: "f" }], [{ name: "g", throws: ["Refused"] }]],
      { name: "h", throws: ["Refused"] },
    ],
  }),
);

async function group(): Promise<Run> {
  return new Run(await GROUP).done("first");
}

describe("a group", () => {
  it("runs its branches at once, each in sequence, and ends when all have", async () => {
    const run = await group();
    expect(run.calls).toEqual(["left#1", "right#1"]);
    run.done("left");
    expect(run.calls).toEqual(["leftToo#1", "right#1"]);
    run.done("right");
    expect(run.calls).toEqual(["leftToo#1"]);
    run.done("leftToo").done("last");
    expect(run.status).toBe("completed");
  });

  it("can stand in a branch of another", async () => {
    const run = new Run(await NESTED).done("a");
    expect(run.calls).toEqual(["b#1", "g#1"]);
    run.done("b").done("d").done("g").done("c");
    expect(run.calls).toEqual(["e#1"]);
    run.done("e").done("f").done("h");
    expect(run.status).toBe("completed");
  });
});

describe("a branch fails while its siblings run", () => {
  it("running handlers are told to abort and waited for; no further step begins", async () => {
    const run = (await group()).declares("right");
    expect(run.failure).toBe("Refused of right");
    expect(run.calls).toEqual(["left#1!"]);
    expect(run.timers).toEqual(["left.timeout#1"]);
    run.done("left");
    // It completed, so it is undone; `leftToo` never begins.
    expect(run.calls).toEqual(["left.undo#1"]);
    expect(run.record("leftToo").forward.entry).toBe(0);
  });

  it("the time limit of one that runs is not set anew, and what it answers within its grace counts", async () => {
    const run = await group();
    const before = run.timer("left.timeout");
    run.declares("right");
    expect(run.timer("left.timeout")).toEqual(before);
    run.due("left.timeout");
    expect(run.calls).toEqual(["left#1!"]);
    expect(run.timers).toEqual(["left.grace#1"]);
    run.done("left");
    expect(run.record("left").forward.outcome).toBe("completed");
  });

  it("one whose time was over before has its grace left, and no more", async () => {
    const run = (await group()).due("left.timeout").declares("right");
    expect(run.timers).toEqual(["left.grace#1"]);
    run.due("left.grace");
    expect(run.calls).toEqual(["left.undo#1"]);
  });

  it("one that does not settle within its time and its grace is unknown, and undone", async () => {
    const run = (await group()).declares("right").timesOut("left");
    expect(run.record("left").forward).toMatchObject({ outcome: "unknown", attempt: 1 });
    expect(run.calls).toEqual(["left.undo#1"]);
  });

  it("one that fails meanwhile is unknown, and not tried again", async () => {
    const run = (await group()).declares("right").breaks("left");
    expect(run.record("left").forward.outcome).toBe("unknown");
    expect(run.calls).toEqual(["left.undo#1"]);
  });

  it("one that declares an error meanwhile is definite; the first failure stays", async () => {
    const run = (await group()).declares("right").declares("left");
    expect(run.failure).toBe("Refused of right");
    expect(run.record("left").forward.outcome).toBe("failed");
    expect(run.calls).toEqual(["first.undo#1"]);
  });

  it("one that may have run already and declares an error is unknown", async () => {
    const run = (await group()).breaks("left").due("left.backoff").declares("right").declares("left");
    expect(run.failure).toBe("Refused of right");
    expect(run.record("left").forward.outcome).toBe("unknown");
    expect(run.calls).toEqual(["left.undo#1"]);
  });

  it("one whose worker is lost meanwhile is unknown, and not called again", async () => {
    const run = (await group()).declares("right").recovered();
    expect(run.record("left").forward.outcome).toBe("unknown");
    expect(run.calls).toEqual(["left.undo#1"]);
  });

  it("one whose answer does not fit is unknown, and does not park", async () => {
    const run = (await group()).declares("right").misfits("left");
    expect(run.parked).toEqual([]);
    expect(run.calls).toEqual(["left.undo#1"]);
  });

  it("a pause between attempts ends at once", async () => {
    const run = (await group()).breaks("left").declares("right");
    expect(run.calls).toEqual(["left.undo#1"]);
    expect(run.timers).toEqual(["left.undo.timeout#1"]);
  });

  it("one that is parked goes back", async () => {
    const run = (await group()).misfits("left");
    expect(run.parked).toEqual(["left"]);
    expect(run.calls).toEqual(["right#1"]);
    run.declares("right");
    expect(run.parked).toEqual([]);
    expect(run.calls).toEqual(["left.undo#1"]);
  });

  it("one that has completed waits for the others, then all is undone", async () => {
    const run = (await group()).done("right").done("left").breaks("leftToo").due("leftToo.backoff").breaks("leftToo");
    run.due("leftToo.backoff").breaks("leftToo");
    expect(run.failure).toBe("Unknown of leftToo");
    expect(run.calls).toEqual(["leftToo.undo#1", "right.undo#1"]);
  });

  it("reaches through groups within groups", async () => {
    const run = new Run(await NESTED).done("a").done("b").done("c").breaks("d").declares("g");
    expect(run.calls).toEqual(["c.undo#1", "d.undo#1"]);
    const other = new Run(await NESTED).done("a").done("b").declares("g");
    expect(other.calls).toEqual(["c#1!", "d#1!"]);
  });

  it("an inquiry is not interrupted: it learns whether there is something to undo", async () => {
    const run = new Run(
      await compiled(sagaPlan({ parts: [[[{ name: "left", inquire: true }], [{ name: "right", throws: ["Refused"] }]]] })),
    );
    run.breaks("left").declares("right");
    expect(run.calls).toEqual(["left.inquire#1"]);
    run.breaks("left.inquire").due("left.inquire.backoff");
    expect(run.calls).toEqual(["left.inquire#2"]);
    run.done("left.inquire", { status: "didNotHappen" });
    expect(run.record("left").forward.outcome).toBe("failed");
    expect(run.status).toBe("compensated");
    expect(run.record("left").undo.outcome).toBe("none");
  });

  it("what becomes unknown once the saga fails is asked about before it is undone: it did not happen, so it is not", async () => {
    const parts = [[[{ name: "left", inquire: true as const }], [{ name: "right", throws: ["Refused"] }]]];
    const run = new Run(await compiled(sagaPlan({ parts }))).declares("right").breaks("left");
    expect(run.calls).toEqual(["left.inquire#1"]);
    run.done("left.inquire", { status: "didNotHappen" });
    expect(run.status).toBe("compensated");
  });

  it("an inquiry that stays in vain leaves the step unknown, without another attempt", async () => {
    const run = new Run(
      await compiled(
        sagaPlan({ parts: [[[{ name: "left", inquire: { retry: NEVER } }], [{ name: "right", throws: ["Refused"] }]]] }),
      ),
    );
    run.breaks("left").declares("right").done("left.inquire", { status: "unknown" });
    expect(run.calls).toEqual(["left.undo#1"]);
  });
});
