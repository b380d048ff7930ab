import { expect } from "vitest";
import { isOutcomeUnknown } from "../../runtime/errors.ts";
import type { Store } from "../../runtime/store/store.ts";
import type { StoreFault, StoreOperation } from "../../runtime/testing/index.ts";
import { faultyStore } from "../../runtime/testing/index.ts";
import type { Cases } from "./cases.ts";
import { command, part, partition, take } from "./kit.ts";

export function faultCases(it: Cases): void {
  it("a lost reply of append, then the same again: one command", async ({ store }) => {
    const shaky = failing(store, "append", "lost-reply");
    await expect(shaky.append(partition(), command())).rejects.toSatisfy(isOutcomeUnknown);
    expect(await shaky.append(partition(), command())).toMatchObject({ status: "duplicate", payload: command().payload });
    expect(await store.pending(partition(), 10)).toHaveLength(1);
  });

  it("a lost request of append, then the same again: one command", async ({ store }) => {
    const shaky = failing(store, "append", "lost-request");
    await expect(shaky.append(partition(), command())).rejects.toSatisfy(isOutcomeUnknown);
    expect(await shaky.append(partition(), command())).toEqual({ status: "appended" });
    expect(await store.pending(partition(), 10)).toHaveLength(1);
  });

  it("a lost reply of commit: reading shows its commit id, and the same again changes nothing", async ({ store, clock }) => {
    await store.append(partition(), command());
    const [pending] = await store.pending(partition(), 1);
    const lease = await take(store);
    const parts = [
      part(lease, {
        records: ["a"],
        setTimers: [{ key: "t", delayMs: 100 }],
        consume: [
          { position: pending?.position ?? "", id: command().id, result: { status: "applied", code: null, message: null } },
        ],
      }),
      part(lease, { sagaId: "order-2", commitId: "commit-2" }),
    ];
    const shaky = failing(store, "commit", "lost-reply");
    await expect(shaky.commit(parts)).rejects.toSatisfy(isOutcomeUnknown);
    const written = await store.load(partition(), "order-1");
    expect(written).toMatchObject({ version: 1, commitId: "commit-1" });
    clock.advanceBy(50);
    expect(await shaky.commit(parts)).toEqual([
      { status: "conflict", version: 1, commitId: "commit-1" },
      { status: "conflict", version: 1, commitId: "commit-2" },
    ]);
    expect(await store.load(partition(), "order-1")).toEqual(written);
    expect(await store.history(partition(), "order-1", 0, 10)).toHaveLength(1);
  });

  it("a lost request of commit: reading shows that nothing was written, and the same again commits", async ({ store }) => {
    const lease = await take(store);
    const shaky = failing(store, "commit", "lost-request");
    await expect(shaky.commit([part(lease)])).rejects.toSatisfy(isOutcomeUnknown);
    expect(await store.load(partition(), "order-1")).toBeNull();
    expect(await shaky.commit([part(lease)])).toMatchObject([{ status: "committed", version: 1 }]);
  });

  it("a lost reply of a renewal, then the same again: the same epoch", async ({ store }) => {
    const lease = await take(store);
    const shaky = failing(store, "lease", "lost-reply");
    const renew = () => shaky.lease([{ partition: partition(), epoch: lease.epoch }], "worker-1", 1000);
    await expect(renew()).rejects.toSatisfy(isOutcomeUnknown);
    expect(await renew()).toMatchObject([{ epoch: lease.epoch }]);
  });

  it("a lost reply of taking a lease, then the same again: a lease that commits, and the lost one does not", async ({
    store,
  }) => {
    const shaky = failing(store, "lease", "lost-reply");
    const taking = () => shaky.lease([{ partition: partition(), epoch: null }], "worker-1", 1000);
    await expect(taking()).rejects.toSatisfy(isOutcomeUnknown);
    const [lease] = await taking();
    if (lease === null || lease === undefined) throw new Error("the owner itself was refused");
    expect(await store.commit([part({ ...lease, epoch: lease.epoch - 1 })])).toEqual([{ status: "fenced" }]);
    expect(await store.commit([part(lease)])).toMatchObject([{ status: "committed" }]);
  });

  it("a lost reply of giving back, then the same again: whoever took it meanwhile keeps it", async ({ store }) => {
    const lease = await take(store);
    const shaky = failing(store, "release", "lost-reply");
    await expect(shaky.release([lease])).rejects.toSatisfy(isOutcomeUnknown);
    const taken = await take(store, partition(), "worker-2");
    await shaky.release([lease]);
    expect(await store.commit([part(taken)])).toMatchObject([{ status: "committed" }]);
  });

  it("an unreachable store has done nothing", async ({ store }) => {
    const shaky = failing(store, "append", "unreachable");
    await expect(shaky.append(partition(), command())).rejects.toMatchObject({ code: "RT2001" });
    expect(await store.pending(partition(), 10)).toEqual([]);
  });

  /** The first call of `operation` fails so, all others pass. */
  function failing(store: Store, operation: StoreOperation, fault: StoreFault): Store {
    let left = 1;
    return faultyStore(store, (call) => (call.operation === operation && left-- > 0 ? fault : null));
  }
}
