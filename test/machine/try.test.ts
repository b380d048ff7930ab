import { describe, expect, it } from "vitest";
import type { ScopeRecord } from "../../runtime/engine/definition.ts";
import { compiled, Run } from "./kit.ts";
import { sagaPlan } from "./plans.ts";
import { trying } from "./scope-nodes.ts";
import { SCOPES, step } from "./scope-plans.ts";

/** `try`: a block that fails alone, whatever fails it, and the other path. */

async function started(name: string): Promise<Run> {
  return new Run(await compiled(SCOPES[name] ?? sagaPlan({ parts: [] })));
}

function scope({ context }: Run, ...place: readonly string[]): ScopeRecord {
  let found: unknown = context.steps;
  for (const name of [...place, "$scope"]) found = (found as Readonly<Record<string, unknown>>)[name];
  return found as ScopeRecord;
}

describe("a block that succeeds", () => {
  it("is gone on from, and its other path is not taken", async () => {
    const run = (await started("try")).done("a").done("b").done("c");
    expect(run.calls).toEqual(["e#1"]);
    expect(scope(run, "$try1")).toMatchObject({ entry: 1, outcome: "done", failure: null });
    expect(run.done("e").status).toBe("completed");
  });

  it("is undone like everything else when the saga fails later", async () => {
    const run = (await started("try")).done("a").done("b").done("c").declares("e");
    for (const name of ["c", "b", "a"]) {
      expect(run.calls).toEqual([`${name}.undo#1`]);
      run.done(`${name}.undo`);
    }
    expect(run.status).toBe("compensated");
  });
});

describe("a block that fails", () => {
  it("is undone, then the other path runs, and the saga goes on", async () => {
    const run = (await started("try")).done("a").done("b").declares("c");
    expect(run.failure).toBeNull();
    expect(run.calls).toEqual(["b.undo#1"]);
    run.done("b.undo");
    expect(run.calls).toEqual(["d#1"]);
    expect(scope(run, "$try1")).toMatchObject({ outcome: "failed", failure: { name: "Refused", step: "c" } });
    run.done("d").done("e");
    expect(run.status).toBe("completed");
    expect(run.record("b").undo.entry).toBe(1);
  });

  it("is not undone a second time when the saga fails later", async () => {
    const run = (await started("try")).done("a").done("b").declares("c").done("b.undo").done("d").declares("e");
    expect(run.calls).toEqual(["d.undo#1"]);
    run.done("d.undo");
    expect(run.calls).toEqual(["a.undo#1"]);
    expect(run.done("a.undo").status).toBe("compensated");
    expect(run.record("b").undo.entry).toBe(1);
  });

  it("undoes what may have happened too", async () => {
    const run = (await started("try")).done("a").done("b").breaks("c").due("c.backoff").breaks("c");
    expect(run.calls).toEqual(["c.undo#1"]);
    run.done("c.undo");
    expect(run.calls).toEqual(["b.undo#1"]);
  });

  it("has failed with the failure of its other path where that fails", async () => {
    const run = (await started("try")).done("a").declares("b").declares("d");
    expect(run.failure).toBe("Refused of d");
    expect(run.calls).toEqual(["a.undo#1"]);
  });

  it("waits for a person over its undo, and goes on when that is done", async () => {
    const run = (await started("try")).done("a").done("b").declares("c").breaks("b.undo").due("b.undo.backoff").breaks("b.undo");
    expect(run.parked).toEqual(["b.undo"]);
    run.send({ type: "operator.skip", call: "b.undo" });
    expect(run.calls).toEqual(["d#1"]);
  });
});

describe("a time limit", () => {
  it("fails the block: what runs is told to abort, and what was done is undone", async () => {
    const run = (await started("try")).done("a").done("b");
    expect(run.timer("$try1.limit").delayMs).toBe(60_000);
    run.due("$try1.limit");
    expect(run.calls).toEqual(["c#1!"]);
    expect(scope(run, "$try1").failure).toEqual({
      name: "ScopeTimeout",
      step: null,
      summary: "the block did not finish within 1m",
      data: null,
    });
    expect(run.timers).toEqual(["c.timeout#1"]);
    run.done("c");
    expect(run.calls).toEqual(["c.undo#1"]);
    run.done("c.undo").done("b.undo");
    expect(run.calls).toEqual(["d#1"]);
    expect(run.timers).toEqual(["d.timeout#1"]);
  });

  it("that passes when the block has failed already changes nothing of why", async () => {
    const run = (await started("try")).done("a").breaks("b").due("b.backoff");
    const { event } = run.timer("$try1.limit");
    run.send({ type: "xstate.error.actor.b", error: { kind: "badOutput", message: "odd", raw: null } });
    run.send({ type: "operator.didNotHappen", call: "b" }).send(event);
    expect(scope(run, "$try1").failure).toMatchObject({ name: "Unknown", step: "b" });
    run.cancel();
    expect(scope(run, "$try1").failure).toMatchObject({ name: "Unknown", step: "b" });
  });

  it("is of no use any more once the block has failed by something else", async () => {
    const body = [[[step("a")], [step("b")]]];
    const parts = [trying("$try1", { body, otherwise: { kind: "continue" }, timeoutMs: 60_000 })];
    const run = new Run(await compiled(sagaPlan({ parts })));
    expect(run.timers).toContain("$try1.limit#1");
    run.declares("b");
    expect(run.calls).toEqual(["a#1!"]);
    expect(run.timers).toEqual(["a.timeout#1"]);
  });

  it("is of no use any more once the block has ended", async () => {
    const run = (await started("try")).done("a").done("b").done("c");
    expect(run.timers).toEqual(["e.timeout#1"]);
  });

  it("after the pivot leads to the other path too", async () => {
    const run = (await started("after")).done("p").due("$try1.limit").timesOut("x");
    expect(run.context.failure).toBeNull();
    expect(run.calls).toEqual(["y#1", "z#1"]);
  });
});

describe("a cancel", () => {
  it("during the block takes back the block and all before it, in one go", async () => {
    const run = (await started("try")).done("a").done("b").cancel().timesOut("c");
    expect(run.calls).toEqual(["c.undo#1"]);
    run.done("c.undo").done("b.undo").done("a.undo");
    expect(run.status).toBe("compensated");
    expect(run.record("d").forward.entry).toBe(0);
  });

  it("during the undo of the block is remembered until that has ended, and goes past the other path", async () => {
    const run = (await started("try")).done("a").done("b").declares("c").cancel("enough");
    expect(run.calls).toEqual(["b.undo#1"]);
    run.done("b.undo");
    expect(run.calls).toEqual(["a.undo#1"]);
    expect(run.done("a.undo").status).toBe("compensated");
    expect(run.context.failure).toMatchObject({ name: "Cancelled", summary: "enough" });
    expect(run.record("b").undo).toMatchObject({ entry: 1, outcome: "done" });
    expect(run.record("d").forward.entry).toBe(0);
  });

  it("does not end an undo that is parked", async () => {
    const run = (await started("try")).done("a").done("b").declares("c").breaks("b.undo").due("b.undo.backoff").breaks("b.undo");
    run.cancel();
    expect(run.parked).toEqual(["b.undo"]);
    expect(run.calls).toEqual([]);
  });
});

describe("blocks in blocks", () => {
  it("an inner one that only undoes passes its failure on to the outer one", async () => {
    const run = (await started("nested")).done("a").done("b").declares("c");
    expect(run.calls).toEqual(["b.undo#1"]);
    run.done("b.undo");
    expect(scope(run, "$try1", "$body", "$try2").failure).toMatchObject({ name: "Refused", step: "c" });
    expect(scope(run, "$try1").failure).toMatchObject({ name: "Refused", step: "c" });
    expect(run.calls).toEqual(["a.undo#1"]);
    run.done("a.undo");
    expect(run.failure).toBeNull();
    expect(run.calls).toEqual(["e#1"]);
    expect(run.record("b").undo.entry).toBe(1);
  });

  it("what an inner one did is undone with the outer one", async () => {
    const run = (await started("nested")).done("a").done("b").done("c").declares("d");
    for (const name of ["c", "b", "a"]) {
      expect(run.calls).toEqual([`${name}.undo#1`]);
      run.done(`${name}.undo`);
    }
    expect(run.calls).toEqual(["e#1"]);
  });

  it("all branches of a group in a block hear of its failure", async () => {
    const run = (await started("nested")).declares("a").done("e").done("f").declares("g");
    expect(run.calls).toEqual(["f.undo#1"]);
    run.done("f.undo");
    expect(run.failure).toBe("Named");
    expect(run.context.failure?.summary).toBe("Named, says the saga");
    expect(run.calls).toEqual(["e.undo#1"]);
  });
});

describe("a block that parks where it failed", () => {
  const parked = async () => (await started("nested")).declares("a").declares("e");

  it("waits for a person, who says that it is done", async () => {
    const run = await parked();
    expect(run.parked).toEqual(["$try3"]);
    expect(run.calls).toEqual([]);
    run.send({ type: "operator.happened", call: "$try3", output: null });
    expect(run.calls).toEqual(["f#1", "g#1"]);
  });

  it("or sends the saga back", async () => {
    const run = await parked();
    run.send({ type: "operator.goBack", call: "$try3" });
    expect(run.failure).toBe("Cancelled");
    expect(run.status).toBe("compensated");
  });

  it("goes back by itself when the saga is cancelled", async () => {
    expect((await parked()).cancel().status).toBe("compensated");
  });
});

describe("the record of a block", () => {
  it("says that it runs", async () => {
    const plan = sagaPlan({ parts: [trying("$try1", { body: [step("a")], otherwise: { kind: "continue" } })] });
    const run = new Run(await compiled(plan));
    expect(scope(run, "$try1")).toEqual({ entry: 1, outcome: "running", failure: null, winner: null });
  });
});
