import { expect } from "vitest";
import type { Cases } from "./cases.ts";
import { command, NASTY_IDS, part, partition, take } from "./kit.ts";

const start = (sagaId: string, payload = "{}") => command({ id: `start:${sagaId}`.slice(0, 80), sagaId, payload });
const version = (number: number) => partition(0, "PlaceOrder", number);

export function startCases(it: Cases): void {
  it("a start is one for all versions of its saga: another version is told of it, and has nothing to do", async ({ store }) => {
    expect(await store.append(version(1), start("a", "first"))).toEqual({ status: "appended" });
    for (const other of [2, 3]) {
      expect(await store.append(version(other), start("a", "later"))).toEqual({
        status: "elsewhere",
        version: 1,
        payload: "first",
      });
      expect(await store.pending(version(other), 10)).toEqual([]);
    }
    expect(await store.append(version(1), start("a", "later"))).toEqual({ status: "duplicate", kind: "start", payload: "first" });
    expect(await store.pending(version(1), 10)).toHaveLength(1);
  });

  it("also when it was consumed; not of another saga, another id, or what is no start", async ({ store }) => {
    await store.append(version(2), start("a"));
    const [pending] = await store.pending(version(2), 1);
    const result = { status: "applied", code: null, message: null } as const;
    const consume = [{ position: pending?.position ?? "", id: pending?.id ?? "", result }];
    await store.commit([part(await take(store, version(2)), { sagaId: "a", consume })]);
    expect(await store.append(version(1), start("a"))).toMatchObject({ status: "elsewhere", version: 2 });
    expect(await store.append(partition(0, "Place"), start("a"))).toEqual({ status: "appended" });
    expect(await store.append(partition(0, "PlaceOrderB"), start("a"))).toEqual({ status: "appended" });
    expect(await store.append(version(1), start("b"))).toEqual({ status: "appended" });
    const signal = command({ id: "signal:1", sagaId: "a", kind: "signal" });
    for (const each of [1, 2]) {
      expect(await store.append(version(each), signal)).toEqual({ status: each === 2 ? "appended" : "absent" });
    }
  });

  it("under an id that a command of another kind has, the start of another version is told of first", async ({ store }) => {
    await store.append(version(1), start("a"));
    const taken = command({ id: "start:b", sagaId: "a", kind: "signal", payload: "a signal" });
    expect(await store.append(version(1), taken)).toEqual({ status: "appended" });
    expect(await store.append(version(2), start("b", "first"))).toEqual({ status: "appended" });
    const there = { status: "elsewhere", version: 2, payload: "first" };
    expect(await store.append(version(1), start("b", "later"))).toEqual(there);
    const atOnce = await Promise.all(["b", "c", "b"].map((id) => store.append(version(1), start(id))));
    expect(atOnce).toEqual([there, { status: "appended" }, there]);
    expect(await store.append(version(2), start("b"))).toEqual({ status: "duplicate", kind: "start", payload: "first" });
    // What is no start knows its own partition alone.
    expect(await store.append(version(1), taken)).toEqual({ status: "duplicate", kind: "signal", payload: "a signal" });
    expect(await store.append(version(1), command({ id: "signal:1", sagaId: "b", kind: "signal" }))).toEqual({
      status: "absent",
    });
    expect(await store.append(version(2), { ...taken, id: "start:a", sagaId: "b" })).toEqual({ status: "appended" });
  });

  it("one that finds its id taken by a command of another kind is a duplicate of that, and takes the id for no version", async ({
    store,
  }) => {
    await store.append(version(1), start("a"));
    const ids = ["b", "c", "d"];
    for (const id of ids)
      await store.append(version(1), command({ id: `start:${id}`, sagaId: "a", kind: "signal", payload: id }));
    for (const id of ids) {
      const found = { status: "duplicate", kind: "signal", payload: id };
      expect(await store.append(version(1), start(id, "refused"))).toEqual(found);
    }
    const again = await Promise.all(["b", "c", "e"].map((id) => store.append(version(1), start(id))));
    expect(again.map(({ status }) => status)).toEqual(["duplicate", "duplicate", "appended"]);
    expect(await Promise.all(["b", "c"].map((id) => store.append(version(2), start(id, "first"))))).toEqual([
      { status: "appended" },
      { status: "appended" },
    ]);
    expect(await store.append(version(3), start("d", "first"))).toEqual({ status: "appended" });
    for (const id of ids) {
      expect(await store.append(version(1), start(id))).toMatchObject({ status: "elsewhere", payload: "first" });
    }
    expect((await store.pending(version(2), 10)).map(({ id }) => id).sort()).toEqual(["start:b", "start:c"]);
  });

  it("of many that start it at once under many versions one does, and all others are told of that one", async ({
    store,
    place,
    clock,
  }) => {
    const handles = [store, await place.open({ clock })];
    // Of a store in memory the other handle is another store.
    const shared = (await handles[1]?.append(version(9), start("probe"))) && (await store.pending(version(9), 1)).length > 0;
    const stores = shared ? handles : [store];
    for (const sagaId of ["a", "b", "c", "d"]) {
      const asked = Array.from({ length: 12 }, (_, index) => ({
        of: (index % 4) + 1,
        by: stores[index % stores.length] ?? store,
      }));
      const answers = await Promise.all(asked.map(({ of, by }) => by.append(version(of), start(sagaId, `by ${of}`))));
      // Where it takes two steps, another may have done the second one for whoever did the first.
      expect(answers.filter(({ status }) => status === "appended").length).toBeLessThanOrEqual(1);
      const there: number[] = [];
      for (const of of [1, 2, 3, 4]) {
        const starts = (await store.pending(version(of), 20)).filter((pending) => pending.sagaId === sagaId);
        for (const { payload } of starts) {
          there.push(of);
          expect(payload).toBe(`by ${of}`);
        }
      }
      expect(there).toHaveLength(1);
      const [first] = there;
      for (const [index, answer] of answers.entries()) {
        const own = asked[index]?.of === first;
        if (answer.status === "elsewhere") expect([own, answer.version, answer.payload]).toEqual([false, first, `by ${first}`]);
        else expect([own, answer.status]).toEqual([true, answer.status]);
      }
    }
  });

  it("ids of every kind are kept apart", async ({ store }) => {
    for (const sagaId of NASTY_IDS) expect(await store.append(version(1), start(sagaId, sagaId))).toEqual({ status: "appended" });
    for (const sagaId of NASTY_IDS) {
      expect(await store.append(version(2), start(sagaId))).toEqual({ status: "elsewhere", version: 1, payload: sagaId });
    }
  });

  it("an id that is forgotten is free for every version", async ({ store, clock }) => {
    const lease = await take(store, version(1));
    await store.append(version(1), start("a"));
    await store.commit([part(lease, { sagaId: "a", status: "completed", live: false })]);
    const retention = { keepMs: 1_000, rememberMs: 1_000 };
    clock.advanceBy(1_000);
    await store.remove(version(1), retention, 100);
    expect(await store.append(version(2), start("a"))).toMatchObject({ status: "elsewhere", version: 1 });
    clock.advanceBy(1_000);
    expect(await store.remove(version(1), retention, 100)).toMatchObject({ forgotten: 1 });
    expect(await store.append(version(2), start("a"))).toEqual({ status: "appended" });
    expect(await store.append(version(1), start("a"))).toMatchObject({ status: "elsewhere", version: 2 });
  });
}
