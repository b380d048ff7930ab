import { describe, expect, it } from "vitest";
import type { PlanRetry } from "../../compiler/plan/plan.ts";
import { compiled, Run } from "./kit.ts";
import { NEVER, sagaPlan, VALUE } from "./plans.ts";

/** "Failure and undoing" of docs/semantics.md before the pivot, row by row, on the machine alone. */

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

const PLAIN = compiled(
  sagaPlan({
    parts: [
      { name: "look", kind: "readonly" },
      { name: "book" },
      { name: "note", undo: false },
      { name: "pay", throws: ["Refused"] },
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
    expect(run.timers).toEqual(["left.grace#1"]);
    run.done("left");
    // It completed, so it is undone; `leftToo` never begins.
    expect(run.calls).toEqual(["left.undo#1"]);
    expect(run.record("leftToo").forward.entry).toBe(0);
  });

  it("one that does not settle within its second is unknown, and undone", async () => {
    const run = (await group()).declares("right").due("left.grace");
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

describe("the way back", () => {
  it("is the mirror of the program", async () => {
    const run = (await group()).done("right").done("left").done("leftToo").declares("last");
    expect(run.calls).toEqual(["leftToo.undo#1", "right.undo#1"]);
    run.done("leftToo.undo", null);
    expect(run.calls).toEqual(["left.undo#1", "right.undo#1"]);
    run.done("left.undo", null);
    expect(run.calls).toEqual(["right.undo#1"]);
    run.done("right.undo", null);
    expect(run.calls).toEqual(["first.undo#1"]);
    run.done("first.undo", null);
    expect(run.status).toBe("compensated");
    expect([...run.effects.timers]).toEqual([]);
  });

  it("is the mirror of groups within groups", async () => {
    const run = new Run(await NESTED).done("a").done("b").done("c").done("d").done("e").done("f").done("g").declares("h");
    const order: string[][] = [];
    while (run.status === "running") {
      order.push(run.calls.map((identity) => identity.replace(".undo#1", "")));
      run.done(run.calls[0]?.replace("#1", "") ?? "", null);
    }
    expect(order).toEqual([["f", "g"], ["c", "e", "g"], ["e", "g"], ["d", "g"], ["b", "g"], ["g"], ["a"]]);
  });

  it("leaves out what is readonly, excused, definitely failed or never began", async () => {
    const run = new Run(await PLAIN).done("look").done("book").done("note").declares("pay");
    expect(run.calls).toEqual(["book.undo#1"]);
    run.done("book.undo", null);
    expect(run.status).toBe("compensated");
    for (const step of ["look", "note", "pay"]) expect(run.record(step).undo).toEqual({ entry: 0, attempt: 0, outcome: "none" });
    const early = new Run(await PLAIN).cancel().done("look");
    expect(early.status).toBe("compensated");
    expect(early.record("book").forward.entry).toBe(0);
  });

  it("ends at once where nothing happened", async () => {
    const run = new Run(await compiled(sagaPlan({ parts: [{ name: "a", throws: ["Refused"] }] }))).declares("a");
    expect(run.status).toBe("compensated");
  });

  it("a saga of which nothing can be undone still ends", async () => {
    const run = new Run(await compiled(sagaPlan({ parts: [{ name: "look", kind: "readonly", throws: ["Refused"] }] })));
    expect(run.declares("look").status).toBe("compensated");
  });
});

describe("a compensation", () => {
  async function undoing(retry: PlanRetry = { attempts: 4, backoffMinMs: 1_000, backoffMaxMs: 8_000 }): Promise<Run> {
    const plan = sagaPlan({
      parts: [
        { name: "a", undo: { retry } },
        { name: "b", throws: ["Refused"] },
      ],
    });
    return new Run(await compiled(plan)).done("a").declares("b");
  }

  it("is retried by a policy of its own, then parks", async () => {
    const run = await undoing();
    for (const attempt of [1, 2, 3, 4]) {
      expect(run.calls).toEqual([`a.undo#${attempt}`]);
      expect(run.record("a").undo).toEqual({ entry: attempt, attempt, outcome: "running" });
      run.breaks("a.undo");
      if (attempt === 4) continue;
      const { delayMs } = run.timer("a.undo.backoff");
      expect(delayMs).toBeGreaterThanOrEqual(1_000);
      expect(delayMs).toBeLessThanOrEqual(Math.min(8_000, 1_000 * 2 ** attempt));
      run.due("a.undo.backoff");
    }
    expect(run.parked).toEqual(["a.undo"]);
    expect(run.record("a").undo.outcome).toBe("parked");
    expect(run.status).toBe("running");
    expect(run.timers).toEqual([]);
    expect(run.failure).toBe("Refused of b");
  });

  it("that times out is told to abort, and tried again", async () => {
    const run = (await undoing()).due("a.undo.timeout");
    expect(run.calls).toEqual(["a.undo#1!"]);
    run.due("a.undo.grace").due("a.undo.backoff");
    expect(run.calls).toEqual(["a.undo#2"]);
  });

  it("that answers within the grace is done", async () => {
    expect((await undoing()).due("a.undo.timeout").done("a.undo", null).status).toBe("compensated");
  });

  it("whose worker is lost is made again, and uses up no retry", async () => {
    const run = (await undoing()).recovered();
    expect(run.calls).toEqual(["a.undo#1"]);
    expect(run.record("a").undo.attempt).toBe(1);
    run.due("a.undo.timeout").recovered();
    expect(run.timers).toEqual(["a.undo.backoff#1"]);
  });

  it("with `retry none` is not made twice: it parks", async () => {
    const run = (await undoing(NEVER)).recovered();
    expect(run.parked).toEqual(["a.undo"]);
    expect((await undoing(NEVER)).breaks("a.undo").parked).toEqual(["a.undo"]);
  });

  it("with `retry forever` never parks", async () => {
    const run = await undoing({ attempts: null, backoffMinMs: 1, backoffMaxMs: 2 });
    for (let attempt = 0; attempt < 40; attempt++) run.breaks("a.undo").due("a.undo.backoff");
    expect(run.calls).toEqual(["a.undo#41"]);
  });

  it("that is parked holds what comes after it; what is parallel goes on", async () => {
    const run = new Run(
      await compiled(
        sagaPlan({
          parts: [{ name: "a" }, [[{ name: "b", undo: { retry: NEVER } }], [{ name: "c" }]], { name: "d", throws: ["Refused"] }],
        }),
      ),
    );
    run.done("a").done("b").done("c").declares("d").breaks("b.undo");
    expect(run.parked).toEqual(["b.undo"]);
    expect(run.calls).toEqual(["c.undo#1"]);
    run.done("c.undo", null);
    expect(run.calls).toEqual([]);
    run.send({ type: "operator.skip", call: "b.undo" });
    expect(run.calls).toEqual(["a.undo#1"]);
  });

  it.each([
    ["a cancel", (run: Run) => run.cancel()],
    ["the deadline", (run: Run) => run.due("saga.deadline")],
  ])("is not interrupted by %s, running, waiting or parked", async (_, happen) => {
    const states = [
      async () => undoing(),
      async () => (await undoing()).due("a.undo.timeout"),
      async () => (await undoing()).breaks("a.undo"),
      async () => (await undoing(NEVER)).breaks("a.undo"),
    ];
    for (const state of states) {
      const run = await state();
      const before = run.state;
      expect(happen(run).state.value).toEqual(before.value);
      expect(run.context.steps).toEqual(before.context.steps);
      expect(run.failure).toBe("Refused of b");
    }
  });
});

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
    run.done("left").due("right.grace");
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
    const run = (await group()).declares("right").due("left.grace").due("saga.deadline");
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

describe("a person on a parked compensation", () => {
  async function parked(): Promise<Run> {
    const parts = [{ name: "a" }, { name: "b", undo: { retry: NEVER } }, { name: "c", throws: ["Refused"] }];
    return new Run(await compiled(sagaPlan({ parts }))).done("a").done("b").declares("c").breaks("b.undo");
  }

  it("retry: a fresh budget", async () => {
    const run = (await parked()).send({ type: "operator.retry", call: "b.undo" });
    expect(run.calls).toEqual(["b.undo#2"]);
    expect(run.record("b").undo).toEqual({ entry: 2, attempt: 1, outcome: "running" });
    run.done("b.undo", null).done("a.undo", null);
    expect(run.status).toBe("compensated");
  });

  it("skip: the saga ends compensated, and says what is missing", async () => {
    const run = (await parked()).send({ type: "operator.skip", call: "b.undo" });
    expect(run.record("b").undo.outcome).toBe("skipped");
    expect(run.calls).toEqual(["a.undo#1"]);
    expect(run.done("a.undo", null).status).toBe("compensated");
  });

  it("it happened: undone by hand", async () => {
    const run = (await parked()).send({ type: "operator.happened", call: "b.undo", output: null });
    expect(run.record("b").undo.outcome).toBe("done");
    expect(run.calls).toEqual(["a.undo#1"]);
  });

  it.each(["operator.goBack", "operator.didNotHappen"] as const)("%s means nothing there", async (type) => {
    const run = await parked();
    const before = run.state;
    expect(run.send({ type, call: "b.undo" }).state).toEqual(before);
    expect(run.send({ type, call: "b" }).state).toEqual(before);
  });
});
