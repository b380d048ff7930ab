import { describe, expect, it } from "vitest";
import type { PlanRetry } from "../../compiler/plan/plan.ts";
import { compiled, Run } from "./kit.ts";
import { NEVER, sagaPlan, VALUE } from "./plans.ts";

/** What is undone, in what order, and what becomes of a compensation that fails: docs/semantics.md, on the machine alone. */

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
    expect(run.record("first").undo).toEqual({ entry: 1, attempt: 1, outcome: "done" });
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
