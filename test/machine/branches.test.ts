import { describe, expect, it } from "vitest";
import type { ScopeRecord } from "../../runtime/engine/definition.ts";
import { compiled, Run } from "./kit.ts";
import { sagaPlan } from "./plans.ts";
import { racing } from "./scope-nodes.ts";
import { SCOPES, step } from "./scope-plans.ts";

/** Branches that are scopes: those of a race, and those of a group that waits. */

async function started(name: string): Promise<Run> {
  return new Run(await compiled(SCOPES[name] ?? sagaPlan({ parts: [] })));
}

function winner({ context }: Run): string | null {
  return (context.steps as { readonly $race1: { readonly $scope: ScopeRecord } }).$race1.$scope.winner;
}

describe("a race", () => {
  it("is won by the first branch that ends; the others stop at once", async () => {
    const run = (await started("race")).done("a").done("d");
    expect(winner(run)).toBe("$branch2");
    expect(run.calls).toEqual(["b#1!"]);
    expect(run.failure).toBeNull();
  });

  it("goes on when the losers have settled and what they did is undone", async () => {
    const run = (await started("race")).done("a").done("b").done("d");
    expect(run.calls).toEqual(["c#1!"]);
    run.timesOut("c");
    expect(run.calls).toEqual(["c.undo#1"]);
    run.done("c.undo");
    expect(run.calls).toEqual(["b.undo#1"]);
    run.done("b.undo");
    expect(run.calls).toEqual(["e#1"]);
    expect(run.done("e").status).toBe("completed");
    expect(run.record("d").undo.entry).toBe(0);
  });

  it("keeps what the winner did until the saga itself goes back", async () => {
    const run = (await started("race")).done("a").done("b").done("d").done("c").done("c.undo").done("b.undo").declares("e");
    expect(run.calls).toEqual(["d.undo#1"]);
    run.done("d.undo").done("a.undo");
    expect(run.status).toBe("compensated");
    expect(run.record("b").undo.entry).toBe(1);
  });

  it("is not lost with a branch that fails", async () => {
    const run = (await started("race")).done("a").declares("d");
    expect(run.calls).toEqual(["b#1"]);
    run.done("b").done("c");
    expect(winner(run)).toBe("$branch1");
    expect(run.calls).toEqual(["e#1"]);
  });

  it("is won once: what ends later has lost", async () => {
    const run = (await started("race")).done("a").done("b").done("d").done("c");
    expect(winner(run)).toBe("$branch2");
    expect(run.calls).toEqual(["c.undo#1"]);
  });

  it("fails when all have failed, with the failure of the first in the program", async () => {
    const run = (await started("race")).done("a").declares("d").done("b").breaks("c").due("c.backoff").breaks("c");
    expect(run.failure).toBe("Unknown of c");
    expect(run.calls).toEqual(["c.undo#1"]);
    run.done("c.undo").done("b.undo").done("a.undo");
    expect(run.status).toBe("compensated");
  });

  it("is nobody's once the saga is cancelled", async () => {
    const run = (await started("race")).done("a").cancel().done("d");
    expect(winner(run)).toBeNull();
    run.timesOut("b");
    expect(run.calls).toEqual(["b.undo#1", "d.undo#1"]);
  });

  it("a cancel while the losers are undone waits for that", async () => {
    const run = (await started("race")).done("a").done("b").done("d").declares("c").cancel();
    expect(run.calls).toEqual(["b.undo#1"]);
    run.done("b.undo");
    expect(run.calls).toEqual(["d.undo#1"]);
    run.done("d.undo").done("a.undo");
    expect(run.status).toBe("compensated");
    expect(run.record("e").forward.entry).toBe(0);
  });

  it("without an undo among its branches goes on when the losers have settled", async () => {
    const plan = sagaPlan({ parts: [racing("$race1", [step("a", { undo: false })], [step("b", { undo: false })]), step("c")] });
    const run = new Run(await compiled(plan)).done("b").done("a");
    expect(run.calls).toEqual(["c#1"]);
  });

  it("after the pivot is decided in the same way", async () => {
    const run = (await started("after")).done("p").done("x").done("z");
    expect(run.calls).toEqual(["y#1!"]);
    expect(run.timesOut("y").status).toBe("completed");
  });
});

describe("a group that waits", () => {
  it("lets the other branches end, and then fails", async () => {
    const run = (await started("wait")).done("a").declares("d");
    expect(run.failure).toBeNull();
    expect(run.calls).toEqual(["b#1"]);
    run.done("b").done("c");
    expect(run.failure).toBe("Refused of d");
    expect(run.calls).toEqual(["c.undo#1"]);
  });

  it("a branch that failed does not go on", async () => {
    const run = (await started("wait")).done("a").declares("b");
    expect(run.calls).toEqual(["d#1"]);
    run.done("d");
    expect(run.record("c").forward.entry).toBe(0);
    expect(run.calls).toEqual(["d.undo#1"]);
  });

  it("fails with the failure of the first branch in the program, whichever came first", async () => {
    const run = (await started("wait")).done("a").declares("d").declares("b");
    expect(run.failure).toBe("Refused of b");
  });

  it("does not wait for a cancel", async () => {
    const run = (await started("wait")).done("a").declares("d").cancel();
    expect(run.calls).toEqual(["b#1!"]);
  });

  it("goes on when all have succeeded", async () => {
    expect((await started("wait")).done("a").done("b").done("d").done("c").calls).toEqual(["e#1"]);
  });
});
