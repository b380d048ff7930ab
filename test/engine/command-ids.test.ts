import { implement, openStore } from "@sagac/runtime";
import { describe, expect, test } from "vitest";
import { handMade } from "../kit/hand-made.ts";
import { virtualRun } from "../kit/virtual-run.ts";

const waiting = handMade({
  saga: "Wait",
  signals: ["approved", "noted"],
  nodes: [
    { kind: "step", name: "prepare" },
    { kind: "await", name: "$await1", signals: [{ signal: "approved", case: "$case1" }] },
  ],
});

/** One that waits, or whose undo is parked. */
async function begun(undo: () => unknown = () => null) {
  const sagas = [implement(waiting, { things: { prepare: () => null, undo_prepare: undo } })];
  const run = await virtualRun({ open: (clock) => openStore("memory:", { clock }), sagas });
  const saga = await run.through(run.client.start(waiting, { id: "saga-1", input: null }));
  await run.settle();
  return { run, saga };
}

describe("under an id that a command of the saga has already", () => {
  test.each([
    ["the same once more, its fields in another order, is dropped", { m: 2, n: 1 }, "approved", null],
    ["other data is refused, with the place of the difference", { n: 1, m: 3 }, "approved", "$.payload.m"],
    ["another signal is refused", { n: 1, m: 2 }, "noted", "$.signal"],
  ] as const)("a signal: %s", async (_, payload, name, where) => {
    const { run, saga } = await begun();
    await run.through(saga.signal("noted", { n: 0 }, { id: "other" }));
    await run.through(saga.signal("approved", { n: 1, m: 2 }, { id: "m-1", by: "kim" }));
    const again = run.through(saga.signal(name, payload, { id: "m-1", by: "lee" }));
    if (where === null) await again;
    else await expect(again).rejects.toMatchObject({ code: "RT1018", message: expect.stringContaining(where) });
    const sent = (await run.through(saga.history())).filter(({ record }) => record.type === "command");
    expect(sent).toHaveLength(1);
    await run.close();
  });

  test("a verdict: the same is dropped, another is refused and said by nobody", async () => {
    const { run, saga } = await begun(() => Promise.reject(new Error("not now")));
    await run.through(saga.cancel({ id: "v-1" }));
    await run.through(saga.cancel({ id: "v-1", by: "lee", reason: "again" }));
    await run.settle();
    const signed = { id: "v-1", by: "kim", reason: "looked at it" };
    await run.through(saga.decide("prepare.undo", { verb: "retry" }, signed));
    await run.settle();
    await run.through(saga.decide("prepare.undo", { verb: "retry" }, { ...signed, by: "lee" }));
    const other = run.through(saga.decide("prepare.undo", { verb: "skip" }, signed));
    await expect(other).rejects.toMatchObject({ code: "RT1018", message: expect.stringContaining("$.event.type") });
    expect((await run.through(saga.status())).parked).toEqual(["prepare.undo"]);
    await run.close();
  });
});

test("a command that is not answered in time says why: the saga is set aside, and keeps it", async () => {
  const { run, saga } = await begun();
  const partition = (await run.through(run.client.partitions()))[0];
  if (partition === undefined) throw new Error("no work");
  // No sender of ours makes such a one.
  await run.store.append(partition, { id: "odd", sagaId: "saga-1", kind: "signal", payload: "no JSON" });
  await run.settle();
  const cancelled = run.through(saga.cancel({ timeout: "5s" }));
  await expect(cancelled).rejects.toMatchObject({
    code: "RT1008",
    message: expect.stringContaining("is quarantined, and keeps"),
  });
  await run.close();
});
