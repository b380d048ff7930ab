import { expect } from "vitest";
import type { Hint } from "../../runtime/store/store.ts";
import { until } from "../kit/until.ts";
import type { Cases } from "./cases.ts";
import { command, part, partition, take } from "./kit.ts";

export function lifeCases(it: Cases): void {
  it("watchers hear of starts, commands, commits and ends, with the partition's key and the saga", async ({ store }) => {
    const hints: Hint[] = [];
    const end = store.watch((hint) => hints.push(hint));
    await untilHeard(store, hints);
    await store.append(partition(3), command({ id: "c", sagaId: "order {1}", kind: "start" }));
    const lease = await take(store, partition(3));
    await store.commit([part(lease, { sagaId: "order {1}" })]);
    await store.append(partition(3), command({ id: "d", sagaId: "order {1}", kind: "signal" }));
    await store.commit([part(lease, { sagaId: "order {1}", expectedVersion: 1, status: "completed" })]);
    for (const what of ["start", "command", "committed", "ended"] as const) {
      await until(`a hint of ${what}`, () =>
        hints.some((hint) => hint.partition === "PlaceOrder@1/3" && hint.sagaId === "order {1}" && hint.what === what),
      );
    }
    end();
  });

  it("who ended the subscription hears nothing more, the others do", async ({ store }) => {
    const first: Hint[] = [];
    const second: Hint[] = [];
    const end = store.watch((hint) => first.push(hint));
    store.watch((hint) => second.push(hint));
    await untilHeard(store, second);
    await until("the first hears too", () => first.length > 0);
    end();
    end();
    const heard = first.length;
    await store.append(partition(2), command());
    await until("a hint for the second", () => second.some((hint) => hint.partition === "PlaceOrder@1/2"));
    expect(first).toHaveLength(heard);
  });

  it("repeats and refusals give no hint of a command or commit that was not", async ({ store }) => {
    const lease = await take(store);
    await store.append(partition(), command());
    const hints: Hint[] = [];
    store.watch((hint) => hints.push(hint));
    await untilHeard(store, hints);
    await store.append(partition(), command());
    await store.commit([part(lease, { expectedVersion: 3 }), part({ ...lease, epoch: 99 }, { sagaId: "other" })]);
    await store.append(partition(1), command({ id: "last" }));
    await until("the last hint", () => hints.some((hint) => hint.partition === "PlaceOrder@1/1"));
    expect(hints.filter((hint) => hint.partition === "PlaceOrder@1/0")).toEqual([]);
  });

  it("after close every call rejects with RT2003, also a second close is fine", async ({ store }) => {
    const lease = await take(store);
    await store.close();
    await store.close();
    const closed = { code: "RT2003" };
    await expect(store.now()).rejects.toMatchObject(closed);
    await expect(store.lease([{ partition: partition(), epoch: null }], "w", 1000)).rejects.toMatchObject(closed);
    await expect(store.release([lease])).rejects.toMatchObject(closed);
    await expect(store.attend({ owner: "w", serves: [] }, 1000)).rejects.toMatchObject(closed);
    await expect(store.occupied(null)).rejects.toMatchObject(closed);
    await expect(store.append(partition(), command())).rejects.toMatchObject(closed);
    await expect(store.pending(partition(), 1)).rejects.toMatchObject(closed);
    await expect(store.commit([part(lease)])).rejects.toMatchObject(closed);
    await expect(store.load(partition(), "order-1")).rejects.toMatchObject(closed);
    await expect(store.active(partition(), null, 1)).rejects.toMatchObject(closed);
    await expect(store.children(partition(), "order-1", null, 1)).rejects.toMatchObject(closed);
    await expect(store.due(partition(), 1)).rejects.toMatchObject(closed);
    await expect(store.history(partition(), "order-1", 0, 1)).rejects.toMatchObject(closed);
    await expect(store.commandResult(partition(), "c")).rejects.toMatchObject(closed);
  });

  it("close waits for what is under way", async ({ store }) => {
    const lease = await take(store);
    const commits = Array.from({ length: 20 }, (_, index) => store.commit([part(lease, { sagaId: `order-${index}` })]));
    const closed = store.close();
    for (const results of await Promise.all(commits)) expect(results).toMatchObject([{ status: "committed" }]);
    await closed;
  });

  it("without a virtual clock the store's own time is used, for commits, leases and timers alike", async ({ place }) => {
    const store = await place.open();
    const before = await store.now();
    expect(Math.abs(before - Date.now())).toBeLessThan(60_000);
    const lease = await take(store, partition(7), "worker-1", 5000);
    expect(lease.expiresAtMs - before).toBeGreaterThanOrEqual(5000);
    const [result] = await store.commit([part(lease, { setTimers: [{ key: "t", delayMs: 40 }] })]);
    if (result?.status !== "committed") throw new Error("not committed");
    const dueAtMs = result.atMs + 40;
    expect((await store.load(partition(7), "order-1"))?.timers).toEqual([{ key: "t", dueAtMs }]);
    await until("the timer is due", async () => (await store.due(partition(7), 1)).due.length === 1);
    expect((await store.due(partition(7), 1)).nowMs).toBeGreaterThanOrEqual(dueAtMs);
  });

  /** A subscription may take a moment to begin: writes until something is heard. */
  async function untilHeard(store: Parameters<Parameters<Cases>[1]>[0]["store"], hints: Hint[]): Promise<void> {
    let count = 0;
    await until("the subscription has begun", async () => {
      count += 1;
      await store.append(partition(0, "Probe"), command({ id: `probe-${count}` }));
      return hints.length > 0;
    });
  }
}
