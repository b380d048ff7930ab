import { expect } from "vitest";
import type { Hint } from "../../runtime/store/store.ts";
import { until } from "../kit/until.ts";
import type { Cases } from "./cases.ts";
import { command, part, partition, take } from "./kit.ts";

export function sharingCases(it: Cases): void {
  it("what one writes the other reads", async ({ store, place, clock }) => {
    const other = await place.open({ clock });
    await store.append(partition(), command());
    expect(await other.append(partition(), command())).toMatchObject({ status: "duplicate" });
    const lease = await take(store);
    await store.commit([part(lease, { records: ["a"], setTimers: [{ key: "t", delayMs: 1 }] })]);
    expect(await other.load(partition(), "order-1")).toEqual(await store.load(partition(), "order-1"));
    expect(await other.history(partition(), "order-1", 0, 10)).toHaveLength(1);
  });

  it("who reads while another writes gets a whole snapshot and all changes of it up to one version", async ({
    store,
    place,
    clock,
  }) => {
    const other = await place.open({ clock });
    const lease = await take(store);
    const wholeOf = (version: number) => ({ whole: `${version} ${"x".repeat(8_000)}` });
    await store.commit([part(lease, { snapshot: wholeOf(1) })]);
    let writing = true;
    const write = async () => {
      for (let version = 2; version <= 120; version++) {
        const snapshot = version % 8 === 1 ? wholeOf(version) : { change: `${version}` };
        await store.commit([part(lease, { expectedVersion: version - 1, commitId: `c-${version}`, snapshot })]);
      }
      writing = false;
    };
    const read = async () => {
      let last = 0;
      while (writing || last < 120) {
        const saga = await other.load(partition(), "order-1");
        const version = saga?.version ?? 0;
        const first = version - ((version - 1) % 8);
        expect(saga?.snapshot.whole.split(" ")[0]).toBe(`${first}`);
        expect(saga?.snapshot.changes).toEqual(Array.from({ length: version - first }, (_, index) => `${first + 1 + index}`));
        last = version;
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await Promise.all([write(), read()]);
  });

  it("a lease is one for all handles, and fences across them", async ({ store, place, clock }) => {
    const other = await place.open({ clock });
    const lease = await take(store, partition(), "worker-1", 1000);
    expect(await other.lease([{ partition: partition(), epoch: null }], "worker-2", 1000)).toEqual([null]);
    clock.advanceBy(1000);
    const taken = await take(other, partition(), "worker-2", 1000);
    expect(taken.epoch).toBe(lease.epoch + 1);
    expect(await store.commit([part(lease)])).toEqual([{ status: "fenced" }]);
    expect(await other.commit([part(taken)])).toMatchObject([{ status: "committed" }]);
  });

  it("of two workers that ask at once one gets it", async ({ store, place, clock }) => {
    const other = await place.open({ clock });
    for (let index = 0; index < 8; index += 1) {
      const request = [{ partition: partition(index), epoch: null }];
      const answers = await Promise.all([store.lease(request, "worker-1", 1000), other.lease(request, "worker-2", 1000)]);
      expect(answers.flat().filter((lease) => lease !== null)).toHaveLength(1);
    }
  });

  it("many write at once through both: nothing is lost, nothing fails", async ({ store, place, clock }) => {
    const other = await place.open({ clock });
    const calls = Array.from({ length: 200 }, (_, index) =>
      (index % 2 === 0 ? store : other).append(partition(), command({ id: `c-${index >> 1}` })),
    );
    const answers = await Promise.all(calls);
    expect(answers.filter(({ status }) => status === "appended")).toHaveLength(100);
    expect(await store.pending(partition(), 1000)).toHaveLength(100);
    expect(await other.pending(partition(), 1000)).toEqual(await store.pending(partition(), 1000));
  });

  it("everything outlives the last handle: saga, history, timers, commands, results, epochs", async ({ store, place, clock }) => {
    await store.append(partition(), command());
    await store.append(partition(), command({ id: "open" }));
    const [first] = await store.pending(partition(), 1);
    const lease = await take(store);
    const result = { status: "refused", code: "RT3003", message: "ended" } as const;
    const consume = [{ position: first?.position ?? "", id: command().id, result }];
    await store.commit([part(lease, { records: ["a"], setTimers: [{ key: "t", delayMs: 5 }], conditions: ["parked"], consume })]);
    const saga = await store.load(partition(), "order-1");
    await store.attend({ owner: "worker-1", serves: [partition()] }, 5_000);
    await store.close();
    const again = await place.open({ clock });
    expect(await again.load(partition(), "order-1")).toEqual(saga);
    expect(await again.history(partition(), "order-1", 0, 10)).toHaveLength(1);
    expect((await again.active(partition(), null, 10)).ids).toEqual(["order-1"]);
    expect((await again.due(partition(), 10)).nextDueAtMs).toBe(clock.now() + 5);
    expect(await again.commandResult(partition(), command().id)).toEqual(result);
    expect((await again.pending(partition(), 10)).map(({ id }) => id)).toEqual(["open"]);
    expect(await again.append(partition(), command())).toMatchObject({ status: "duplicate" });
    expect((await again.occupied(null)).map(({ owner }) => owner)).toEqual(["worker-1"]);
    expect((await again.attend({ owner: "worker-2", serves: [] }, 5_000)).map(({ owner }) => owner)).toEqual([
      "worker-1",
      "worker-2",
    ]);
    expect((await take(again)).epoch).toBe(lease.epoch + 1);
  });

  it("a watcher hears what another handle writes", async ({ store, place, clock }) => {
    const other = await place.open({ clock });
    const hints: Hint[] = [];
    other.watch((hint) => hints.push(hint));
    let count = 0;
    await until("a foreign command is heard", async () => {
      count += 1;
      await store.append(partition(2), command({ id: `c-${count}`, kind: "start" }));
      return hints.some((hint) => hint.what === "start" && hint.partition === "PlaceOrder@1/2" && hint.sagaId === "order-1");
    });
    await store.append(partition(2), command({ id: "signal", kind: "signal" }));
    await until("one that is no start is told as that", () =>
      hints.some(({ what, sagaId }) => what === "command" && sagaId === "order-1"),
    );
    const lease = await take(store, partition(4));
    await store.commit([part(lease)]);
    await until("a foreign commit is heard", () =>
      hints.some((hint) => hint.what === "committed" && hint.partition === "PlaceOrder@1/4"),
    );
  });

  it("the number of partitions is fixed by the first use: another is refused (RT2006), none means that one", async ({
    store,
    place,
  }) => {
    expect(store.partitions).toBe(8);
    await expect(place.open({ partitions: 16 })).rejects.toMatchObject({ code: "RT2006" });
    expect((await place.open({ partitions: 8 })).partitions).toBe(8);
    expect((await place.open()).partitions).toBe(8);
  });
}
