import { describe, expect, it } from "vitest";
import { compiled, Run } from "./kit.ts";
import { FOREVER, NEVER, type StepPart, sagaPlan, THRICE, VALUE } from "./plans.ts";

/** "A step's outcome" of docs/semantics.md, row by row, on the machine alone: retries, pauses and inquiries of step `b`, after step `a`. */
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

describe("retries", () => {
  it.each([1, 2, 3, 5])("%i attempts are made, exactly", async (attempts) => {
    const run = await atB({ retry: { attempts, backoffMinMs: 10, backoffMaxMs: 100 } });
    for (let attempt = 1; attempt <= attempts; attempt++) {
      expect(run.calls).toEqual([`b#${attempt}`]);
      expect(run.record("b").forward.attempt).toBe(attempt);
      run.breaks("b");
      if (attempt < attempts) run.due("b.backoff");
    }
    expect(run.failure).toBe("Unknown of b");
    expect(run.calls).toEqual(["b.undo#1"]);
    expect(run.record("b").forward).toMatchObject({ attempt: attempts, outcome: "unknown", generation: 0 });
  });

  it("time-outs and errors share the budget", async () => {
    const run = (await atB({ retry: THRICE })).timesOut("b").due("b.backoff").breaks("b").due("b.backoff").timesOut("b");
    expect(run.failure).toBe("Unknown of b");
  });

  it("`forever` before the pivot never gives up", async () => {
    const run = await atB({ retry: FOREVER });
    for (let attempt = 0; attempt < 50; attempt++) run.breaks("b").due("b.backoff");
    expect(run.calls).toEqual(["b#51"]);
    expect(run.failure).toBeNull();
  });

  it("a declared error is an answer and is not retried", async () => {
    const run = (await atB()).declares("b");
    expect(run.record("b").forward.attempt).toBe(1);
  });
});

describe("the pause before an attempt", () => {
  const retry = { attempts: null, backoffMinMs: 200, backoffMaxMs: 5_000 };

  it("is drawn from lo to lo doubled with each attempt, at most hi", async () => {
    const machineOfB = await machine({ retry });
    const drawn = new Map<number, number[]>();
    for (let seed = 0; seed < 200; seed++) {
      const run = new Run(machineOfB, { seed }).done("a");
      for (let attempt = 1; attempt <= 7; attempt++) {
        const { delayMs } = run.breaks("b").timer("b.backoff");
        expect(Number.isInteger(delayMs)).toBe(true);
        expect(delayMs).toBeGreaterThanOrEqual(200);
        expect(delayMs).toBeLessThanOrEqual(Math.min(5_000, 200 * 2 ** attempt));
        drawn.set(attempt, [...(drawn.get(attempt) ?? []), delayMs]);
        run.due("b.backoff");
      }
    }
    // Evenly: the whole range is used, and the mean stands in its middle.
    for (const [attempt, values] of drawn) {
      const hi = Math.min(5_000, 200 * 2 ** attempt);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(Math.min(...values)).toBeLessThan(200 + (hi - 200) * 0.1);
      expect(Math.max(...values)).toBeGreaterThan(hi - (hi - 200) * 0.1);
      expect(Math.abs(mean - (200 + hi) / 2)).toBeLessThan((hi - 200) * 0.1);
    }
  });

  it("is the same in a replay, and differs between sagas and attempts", async () => {
    const machineOfB = await machine({ retry: { attempts: null, backoffMinMs: 1_000, backoffMaxMs: 60_000 } });
    const pauses = (seed: number): number[] => {
      const run = new Run(machineOfB, { seed }).done("a");
      return [1, 2, 3, 4].map(() => {
        const { delayMs } = run.breaks("b").timer("b.backoff");
        run.due("b.backoff");
        return delayMs;
      });
    };
    expect(pauses(7)).toEqual(pauses(7));
    expect(pauses(7)).not.toEqual(pauses(8));
    expect(new Set(pauses(7)).size).toBe(4);
  });

  it("of one length is always that long", async () => {
    const run = await atB({ retry: { attempts: null, backoffMinMs: 30_000, backoffMaxMs: 30_000 } });
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(run.breaks("b").timer("b.backoff").delayMs).toBe(30_000);
      run.due("b.backoff");
    }
  });

  it("stays at hi however often it is tried", async () => {
    const run = await atB({ retry });
    for (let attempt = 0; attempt < 1_200; attempt++) run.breaks("b").due("b.backoff");
    const { delayMs } = run.breaks("b").timer("b.backoff");
    expect(delayMs).toBeGreaterThanOrEqual(200);
    expect(delayMs).toBeLessThanOrEqual(5_000);
  });
});

describe("inquire", () => {
  it("is asked when the outcome is unknown, not before", async () => {
    const run = await atB({ inquire: true });
    expect(run.calls).toEqual(["b#1"]);
    run.breaks("b");
    expect(run.calls).toEqual(["b.inquire#1"]);
    expect(run.timers).toEqual(["b.inquire.timeout#1"]);
  });

  it("it happened: the step is completed with the output that was found", async () => {
    const run = (await atB({ inquire: true }))
      .timesOut("b")
      .done("b.inquire", { status: "happened", output: { value: "found" } });
    expect(run.record("b").forward).toMatchObject({ outcome: "completed", output: { value: "found" }, attempt: 1 });
    expect(run.status).toBe("completed");
  });

  it("it did not happen: the next attempt is a fresh one, with a key of its own", async () => {
    const run = (await atB({ inquire: true })).breaks("b").done("b.inquire", { status: "didNotHappen" });
    expect(run.record("b").forward).toMatchObject({ generation: 1, mayHaveRun: false, attempt: 1 });
    expect(run.timers).toEqual(["b.backoff#1"]);
    run.due("b.backoff").declares("b");
    expect(run.record("b").forward.outcome).toBe("failed");
    expect(run.failure).toBe("Refused of b");
    expect(run.calls).toEqual(["a.undo#1"]);
  });

  it("it did not happen, and the attempts are spent: the saga fails, the step is not undone", async () => {
    const run = (await atB({ inquire: true, retry: NEVER })).breaks("b").done("b.inquire", { status: "didNotHappen" });
    expect(run.failure).toBe("Unknown of b");
    expect(run.record("b").forward.outcome).toBe("failed");
    expect(run.calls).toEqual(["a.undo#1"]);
  });

  it("unknown still: asked again within its budget, then the step is tried again, then it is undone", async () => {
    const run = await atB({ inquire: true });
    let inquiries = 0;
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(run.calls).toEqual([`b#${attempt}`]);
      run.breaks("b");
      for (let inquiry = 1; inquiry <= 3; inquiry++) {
        inquiries += 1;
        expect(run.calls).toEqual([`b.inquire#${inquiries}`]);
        expect(run.record("b").inquire.attempt).toBe(inquiry);
        run.done("b.inquire", { status: "unknown" });
        if (inquiry < 3) run.due("b.inquire.backoff");
      }
      if (attempt < 3) run.due("b.backoff");
    }
    expect(run.failure).toBe("Unknown of b");
    expect(run.calls).toEqual(["b.undo#1"]);
  });

  it.each([
    ["an error", (run: Run) => run.breaks("b.inquire")],
    ["a time-out", (run: Run) => run.timesOut("b.inquire")],
  ])("%s of an inquiry says nothing: it is asked again", async (_, happen) => {
    const run = happen((await atB({ inquire: true })).breaks("b"));
    expect(run.calls).toEqual([]);
    expect(run.timers).toEqual(["b.inquire.backoff#1"]);
    run.due("b.inquire.backoff");
    expect(run.calls).toEqual(["b.inquire#2"]);
  });

  it("an answer within the grace of an inquiry counts", async () => {
    const run = (await atB({ inquire: true })).breaks("b").due("b.inquire.timeout");
    expect(run.calls).toEqual(["b.inquire#1!"]);
    run.done("b.inquire", { status: "happened", output: { value: "found" } });
    expect(run.status).toBe("completed");
  });

  it("it happened, but what was found does not fit: parks at once", async () => {
    const run = (await atB({ inquire: true })).breaks("b").misfits("b.inquire");
    expect(run.parked).toEqual(["b"]);
    expect(run.record("b").forward.outcome).toBe("unknown");
  });
});
