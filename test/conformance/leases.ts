import { expect } from "vitest";
import type { Cases } from "./cases.ts";
import { part, partition, take } from "./kit.ts";

export function leaseCases(it: Cases): void {
  it("a free partition is taken with epoch 1 and expires by the store's clock", async ({ store, clock }) => {
    const [lease] = await store.lease([{ partition: partition(), epoch: null }], "worker-1", 5000);
    expect(lease).toMatchObject({ partition: partition(), owner: "worker-1", epoch: 1, expiresAtMs: clock.now() + 5000 });
  });

  it("what another holds is not given, until it has expired; then the epoch is higher", async ({ store, clock }) => {
    const first = await take(store, partition(), "worker-1", 5000);
    clock.advanceBy(4999);
    expect(await store.lease([{ partition: partition(), epoch: null }], "worker-2", 5000)).toEqual([null]);
    clock.advanceBy(1);
    const [second] = await store.lease([{ partition: partition(), epoch: null }], "worker-2", 5000);
    expect(second).toMatchObject({ owner: "worker-2", epoch: first.epoch + 1 });
  });

  it("taking it anew raises the epoch also for the same owner, and the old lease is fenced", async ({ store }) => {
    const first = await take(store);
    const second = await take(store);
    expect(second.epoch).toBe(first.epoch + 1);
    expect(await store.commit([part(first)])).toEqual([{ status: "fenced" }]);
    expect(await store.commit([part(second)])).toMatchObject([{ status: "committed" }]);
  });

  it("renewing extends it and keeps the epoch", async ({ store, clock }) => {
    const lease = await take(store, partition(), "worker-1", 5000);
    clock.advanceBy(3000);
    const [renewed] = await store.lease([{ partition: partition(), epoch: lease.epoch }], "worker-1", 5000);
    expect(renewed).toEqual({ ...lease, expiresAtMs: clock.now() + 5000 });
    clock.advanceBy(4000);
    expect(await store.lease([{ partition: partition(), epoch: null }], "worker-2", 5000)).toEqual([null]);
  });

  it("an expired lease that nobody took can be renewed", async ({ store, clock }) => {
    const lease = await take(store, partition(), "worker-1", 5000);
    clock.advanceBy(60_000);
    const [renewed] = await store.lease([{ partition: partition(), epoch: lease.epoch }], "worker-1", 5000);
    expect(renewed).toEqual({ ...lease, expiresAtMs: clock.now() + 5000 });
  });

  it("a lost lease is not renewed: taken over, another epoch, another owner, given back, never taken", async ({
    store,
    clock,
  }) => {
    const lease = await take(store, partition(), "worker-1", 5000);
    const renew = (owner: string, epoch: number, index = 0) => store.lease([{ partition: partition(index), epoch }], owner, 5000);
    expect(await renew("worker-2", lease.epoch)).toEqual([null]);
    expect(await renew("worker-1", lease.epoch + 1)).toEqual([null]);
    expect(await renew("worker-1", 0)).toEqual([null]);
    expect(await renew("worker-1", 1, 1)).toEqual([null]);
    clock.advanceBy(5000);
    const taken = await take(store, partition(), "worker-2", 5000);
    expect(await renew("worker-1", lease.epoch)).toEqual([null]);
    await store.release([taken]);
    expect(await renew("worker-2", taken.epoch)).toEqual([null]);
  });

  it("a lease that was given back is free at once, and the epoch goes on growing", async ({ store }) => {
    const first = await take(store, partition(), "worker-1", 60_000);
    await store.release([first]);
    expect(await store.commit([part(first)])).toEqual([{ status: "fenced" }]);
    const second = await take(store, partition(), "worker-2", 60_000);
    expect(second.epoch).toBe(first.epoch + 1);
  });

  it("giving back a stale lease changes nothing", async ({ store }) => {
    const stale = await take(store);
    const current = await take(store);
    await store.release([stale, { ...current, owner: "worker-2" }, { ...current, partition: partition(1) }]);
    expect(await store.lease([{ partition: partition(), epoch: null }], "worker-2", 1000)).toEqual([null]);
    expect(await store.commit([part(current)])).toMatchObject([{ status: "committed" }]);
  });

  it("many are asked for in one call and answered in the order asked", async ({ store }) => {
    await take(store, partition(1), "worker-2");
    const leases = await store.lease(
      [3, 1, 0].map((index) => ({ partition: partition(index), epoch: null })),
      "worker-1",
      1000,
    );
    expect(leases.map((lease) => lease?.partition.index ?? null)).toEqual([3, null, 0]);
  });

  it("partitions of other sagas and versions are others", async ({ store }) => {
    await take(store, partition(0, "PlaceOrder", 1), "worker-1");
    await take(store, partition(0, "PlaceOrder", 2), "worker-2");
    await take(store, partition(0, "PlaceTrip", 1), "worker-3");
  });

  it("no partition asked for, none given", async ({ store }) => {
    expect(await store.lease([], "worker-1", 1000)).toEqual([]);
    await store.release([]);
  });
}
