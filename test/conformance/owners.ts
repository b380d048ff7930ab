import { expect } from "vitest";
import type { Cases } from "./cases.ts";
import { command, part, partition, take } from "./kit.ts";

const ORDERS = { saga: "PlaceOrder", version: 1 };
const TRIPS = { saga: "Place Trip", version: 2 };

export function ownerCases(it: Cases): void {
  it("a worker is here until its time is over, or it says so again, or it leaves; all are told, by owner", async ({
    store,
    clock,
  }) => {
    const second = { owner: "worker-2", serves: [ORDERS, TRIPS] };
    const first = { owner: "worker-1", serves: [TRIPS] };
    expect(await store.attend(second, 1_000)).toEqual([second]);
    clock.advanceBy(500);
    expect(await store.attend(first, 1_000)).toEqual([first, second]);
    clock.advanceBy(499);
    expect(await store.attend({ ...first, serves: [] }, 1_000)).toEqual([{ ...first, serves: [] }, second]);
    clock.advanceBy(1);
    expect(await store.attend(first, 1_000)).toEqual([first]);
    expect(await store.attend(second, 1_000)).toEqual([first, second]);
    expect(await store.attend(first, 0)).toEqual([second]);
    expect(await store.attend(first, 0)).toEqual([second]);
  });

  it("a partition has work while a command is not consumed or a root is live, whoever holds it", async ({ store, clock }) => {
    const where = partition(3);
    expect(await store.occupied(null)).toEqual([]);
    await take(store, partition(1));
    expect(await store.occupied(null)).toEqual([]);
    await store.append(where, command());
    expect(await store.occupied([ORDERS])).toEqual([{ partition: where, owner: null, remainingMs: 0, unownedMs: 0 }]);
    clock.advanceBy(70);
    expect(await store.occupied(null)).toEqual([{ partition: where, owner: null, remainingMs: 0, unownedMs: 70 }]);
    const lease = await take(store, where, "worker-1", 1_000);
    clock.advanceBy(300);
    expect(await store.occupied(null)).toEqual([{ partition: where, owner: "worker-1", remainingMs: 700, unownedMs: 0 }]);
    const [pending] = await store.pending(where, 1);
    const result = { status: "applied", code: null, message: null } as const;
    const consume = [{ position: pending?.position ?? "", id: command().id, result }];
    await store.commit([part(lease, { consume })]);
    clock.advanceBy(900);
    expect(await store.occupied(null)).toEqual([{ partition: where, owner: null, remainingMs: 0, unownedMs: 200 }]);
    await store.commit([part(lease, { expectedVersion: 1, live: false })]);
    expect(await store.occupied(null)).toEqual([]);
    await store.commit([part(lease, { expectedVersion: 2, live: true, active: false })]);
    expect(await store.occupied(null)).toHaveLength(1);
  });

  it("a partition that was given back has no owner from then on; one whose work came later, from when that came", async ({
    store,
    clock,
  }) => {
    const held = await take(store, partition(0));
    await store.commit([part(held)]);
    const idle = await take(store, partition(1));
    await store.release([held, idle]);
    clock.advanceBy(50);
    await store.append(partition(1), command());
    clock.advanceBy(10);
    expect((await store.occupied(null)).map(({ unownedMs }) => unownedMs)).toEqual([60, 10]);
  });

  it("only a root makes a partition live", async ({ store }) => {
    const lease = await take(store);
    const child = part(lease, { sagaId: "order-1//a.1.0", root: "order-1", live: true });
    await store.commit([part(lease, { live: false }), child]);
    expect(await store.occupied(null)).toEqual([]);
  });

  it("only the sagas asked for are told, in the order of their keys, at most once each", async ({ store }) => {
    for (const [saga, version] of [
      ["Place Trip", 2],
      ["PlaceOrder", 2],
      ["PlaceOrder", 1],
    ] as const) {
      for (const index of [5, 2]) {
        const lease = await take(store, partition(index, saga, version));
        await store.append(partition(index, saga, version), command());
        await store.commit([part(lease, { sagaId: "a" }), part(lease, { sagaId: "b" })]);
      }
    }
    const all = await store.occupied(null);
    expect(all.map(({ partition: { saga, version, index } }) => `${saga} ${version} ${index}`)).toEqual([
      "Place Trip 2 2",
      "Place Trip 2 5",
      "PlaceOrder 1 2",
      "PlaceOrder 1 5",
      "PlaceOrder 2 2",
      "PlaceOrder 2 5",
    ]);
    expect(await store.occupied([{ saga: "PlaceOrder", version: 2 }, TRIPS])).toEqual([...all.slice(0, 2), ...all.slice(4)]);
    expect(await store.occupied([])).toEqual([]);
  });

  it("who gives a partition back is heard of", async ({ store }) => {
    const heard: unknown[] = [];
    const end = store.watch((hint) => heard.push(hint));
    const lease = await take(store);
    await store.release([lease]);
    await store.release([lease]);
    expect(heard).toEqual([{ partition: "PlaceOrder@1/0", sagaId: null, what: "released" }]);
    end();
  });
}
