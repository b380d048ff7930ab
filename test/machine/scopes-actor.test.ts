import { describe, expect, it } from "vitest";
import { type AnyStateMachine, createActor, fromPromise, SimulatedClock } from "xstate";
import { compiled } from "./kit.ts";
import { sagaPlan } from "./plans.ts";
import { SCOPES } from "./scope-plans.ts";

/** Blocks and races under XState's own actor: no engine, no table of effects. */

type Answer = (signal: AbortSignal) => Promise<unknown>;

/** Every operation answers well, but for those given. Calls are noted as they are made. */
async function started(name: string, given: Readonly<Record<string, Answer>> = {}) {
  const { plan, machine } = await compiled(SCOPES[name] ?? sagaPlan({ parts: [] }));
  const calls: string[] = [];
  const operations = plan.steps.flatMap(({ call, undo }) => [call, ...(undo.kind === "compensate" ? [undo.call] : [])]);
  const actors = Object.fromEntries(
    operations.map(({ service, operation }) => [
      `${service}.${operation}`,
      fromPromise<unknown>(({ signal }) => {
        calls.push(operation);
        return given[operation]?.(signal) ?? Promise.resolve({ value: operation });
      }),
    ]),
  );
  const clock = new SimulatedClock();
  const actor = createActor((machine as AnyStateMachine).provide({ actors }), { clock, input: { input: { id: "1" }, seed: 5 } });
  actor.start();
  return { actor, clock, calls };
}

/** Until every promise that can settle has, and what follows from it. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const refuses: Answer = () => Promise.reject({ kind: "declared", name: "Refused", data: null, message: "Refused" });
const never: Answer = () => new Promise(() => {});

describe("a plain actor", () => {
  it("takes the other path of a block that fails, and completes", async () => {
    const { actor, calls } = await started("try", { c: refuses });
    await settled();
    expect(calls).toEqual(["a", "b", "c", "undo_b", "d", "e"]);
    expect(actor.getSnapshot().value).toBe("completed");
  });

  it("keeps the time limit of a block", async () => {
    const { actor, clock, calls } = await started("try", { c: never });
    await settled();
    clock.increment(30_000);
    clock.increment(1_000);
    clock.increment(29_000);
    await settled();
    // The block's time is over; that of the call goes on, and then its grace.
    clock.increment(30_000);
    clock.increment(1_000);
    await settled();
    expect(calls.slice(-4)).toEqual(["undo_c", "undo_b", "d", "e"]);
    expect(actor.getSnapshot().value).toBe("completed");
  });

  it("lets the first branch win a race, and undoes the others", async () => {
    const { actor, clock, calls } = await started("race", { c: never });
    await settled();
    clock.increment(30_000);
    clock.increment(1_000);
    await settled();
    expect(calls.slice(-3)).toEqual(["undo_c", "undo_b", "e"]);
    expect(calls).toContain("d");
    expect(actor.getSnapshot().value).toBe("completed");
  });

  it("does what comes after the end", async () => {
    const { actor, calls } = await started("endings", { tell: refuses });
    await settled();
    expect(calls).toEqual(["a", "tell", "more"]);
    expect(actor.getSnapshot()).toMatchObject({ value: "completed", context: { alarms: ["tell"] } });
  });
});
