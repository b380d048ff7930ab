import { expect, test } from "vitest";
import type { CallSite } from "../../runtime/engine/definition.ts";
import type { StepContext } from "../../runtime/engine/handlers.ts";
import type { CommitPart } from "../../runtime/store/store.ts";
import type { Machine } from "../../runtime/testing/simulation/machine.ts";
import { TimeLimitsWatch } from "../../runtime/testing/simulation/time-limits.ts";
import type { Seen } from "../../runtime/testing/simulation/watch.ts";

test("of a call of a saga that is forgotten no time can be over: what has its id now did not make it", () => {
  const watch = new TimeLimitsWatch();
  const machine = { name: "w1", tampered: false, now: () => 0 } as Machine;
  const site = { kind: "forward" } as CallSite;
  const ctx = {
    sagaId: "s1",
    step: "pay",
    sequence: 1,
    epoch: 1,
    deadlineMs: 1_000,
    idempotencyKey: "s1/pay",
  } as StepContext<never>;
  const over = () =>
    watch.committed(
      { id: "s1" } as Seen,
      { lease: { owner: "w1", epoch: 1 } } as CommitPart,
      { type: "timer", timer: "pay.timeout#1", event: { type: "xstate.after.pay.timeout" } } as never,
      2_000,
    );
  expect(over()).toContain("its call was not made");
  watch.began(machine, site, ctx, 0);
  expect(over()).toBeNull();
  watch.forget("s1");
  expect(over()).toContain("its call was not made");
});
