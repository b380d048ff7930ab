import { type Clock, implement, type StepContext } from "@sagac/runtime";
import { handMade } from "./hand-made.ts";
import type { Node } from "./hand-plan.ts";

const approval: Node = { kind: "await", name: "$await1", signals: [{ signal: "approved", case: "$case1" }] };
/** Works, waits for a person, works again. */
export const held = handMade({
  saga: "Held",
  signals: ["approved"],
  nodes: [{ kind: "step", name: "prepare" }, approval, { kind: "step", name: "finish" }],
});

interface Call {
  readonly worker: string;
  readonly key: string;
  readonly redelivered: boolean;
}

/** Every call of a handler, by any worker; `work` is how one goes. */
export function participants(
  work: (name: string, clock: Clock, ctx: StepContext<Record<string, unknown>>) => unknown = () => null,
) {
  const calls: Call[] = [];
  const sagas = (worker: string, clock: Clock) => {
    const handler = (name: string) => (_: unknown, ctx: StepContext<Record<string, unknown>>) => {
      calls.push({ worker, key: ctx.idempotencyKey, redelivered: ctx.redelivered });
      return work(name, clock, ctx);
    };
    const things = Object.fromEntries(["prepare", "finish", "undo_prepare", "undo_finish"].map((name) => [name, handler(name)]));
    return [implement(held, { things })];
  };
  return { calls, sagas };
}
