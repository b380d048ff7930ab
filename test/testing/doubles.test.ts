import { describe, expect, it } from "vitest";
import { openStore } from "../../runtime/store/open.ts";
import type { StoreOutcome } from "../../runtime/testing/index.ts";
import { CountedIds, faultyStore, observeStore, SeededRandom, VirtualClock } from "../../runtime/testing/index.ts";
import { command, part, partition, take } from "../conformance/kit.ts";

describe("the virtual clock", () => {
  it("stands still until it is moved, and counts elapsed time from its start", () => {
    const clock = new VirtualClock(1000);
    expect([clock.now(), clock.monotonic(), clock.nextDue()]).toEqual([1000, 0, null]);
    clock.advanceBy(5);
    clock.advanceTo(1010);
    expect([clock.now(), clock.monotonic()]).toEqual([1010, 10]);
    expect(() => clock.advanceTo(1009)).toThrow(RangeError);
    expect(() => clock.advanceBy(-1)).toThrow(RangeError);
  });

  it("fires in order of due time, then of scheduling, each at its time", () => {
    const clock = new VirtualClock(0);
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name}@${clock.now()}`);
    clock.schedule(20, note("c"));
    clock.schedule(10, note("a"));
    clock.schedule(10, note("b"));
    clock.schedule(30, note("d"));
    clock.schedule(-5, note("past"));
    expect(clock.nextDue()).toBe(0);
    clock.advanceTo(25);
    expect(fired).toEqual(["past@0", "a@10", "b@10", "c@20"]);
    expect([clock.now(), clock.nextDue()]).toEqual([25, 30]);
  });

  it("fires also what is scheduled meanwhile, if it is due in time", () => {
    const clock = new VirtualClock(0);
    const fired: number[] = [];
    const again = () => {
      fired.push(clock.now());
      clock.schedule(10, again);
    };
    clock.schedule(10, again);
    clock.advanceTo(35);
    expect(fired).toEqual([10, 20, 30]);
    expect(clock.nextDue()).toBe(40);
  });

  it("what was cancelled does not fire, also when it is cancelled by what fires before it", () => {
    const clock = new VirtualClock(0);
    const fired: string[] = [];
    const cancel = clock.schedule(10, () => fired.push("never"));
    clock.schedule(5, () => cancel());
    clock.advanceTo(100);
    cancel();
    expect(fired).toEqual([]);
  });

  it("a callback that throws is told to whoever moves, and the rest still fires later", () => {
    const clock = new VirtualClock(0);
    const fired: string[] = [];
    clock.schedule(10, () => {
      throw new Error("boom");
    });
    clock.schedule(20, () => fired.push("after"));
    expect(() => clock.advanceTo(30)).toThrow("boom");
    clock.advanceTo(30);
    expect(fired).toEqual(["after"]);
  });

  it("time cannot be moved from within a callback", () => {
    const clock = new VirtualClock(0);
    clock.schedule(1, () => clock.advanceBy(1));
    expect(() => clock.advanceBy(5)).toThrow(/callback/);
  });
});

describe("counted ids and seeded random", () => {
  it("ids are counted from 1", () => {
    const ids = new CountedIds("w-");
    expect([ids.next(), ids.next(), new CountedIds().next()]).toEqual(["w-1", "w-2", "id-1"]);
  });

  it("one seed gives one sequence, within its range, another seed another", () => {
    const draw = (seed: number) => {
      const random = new SeededRandom(seed);
      return Array.from({ length: 1000 }, () => random.seed());
    };
    const numbers = draw(42);
    expect(draw(42)).toEqual(numbers);
    expect(draw(43)).not.toEqual(numbers);
    expect(numbers.slice(0, 3)).toEqual([434237308, 1925393290, 1513829056]);
    for (const number of numbers) expect(Number.isInteger(number) && number >= 0 && number < 2 ** 31).toBe(true);
    const average = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(Math.abs(average / 2 ** 31 - 0.5)).toBeLessThan(0.05);
  });
});

describe("the observed store", () => {
  it("numbers the calls, tells operation, arguments and outcome, and changes nothing", async () => {
    const seen: string[] = [];
    const outcomes: StoreOutcome[] = [];
    const store = observeStore(await openStore("memory:"), {
      before: (call) => void seen.push(`${call.number} ${call.operation} ${call.arguments.length}`),
      after: (_call, outcome) => void outcomes.push(outcome),
    });
    const lease = await take(store);
    await store.commit([part(lease)]);
    await expect(store.load(partition(), "")).rejects.toMatchObject({ code: "RT2007" });
    expect(await store.load(partition(), "order-1")).toMatchObject({ version: 1 });
    await store.close();
    expect(seen).toEqual(["1 lease 3", "2 commit 1", "3 load 2", "4 load 2", "5 close 0"]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, false, true, true]);
  });

  it("is waited for: the store is asked after `before`, the caller answered after `after`", async () => {
    const order: string[] = [];
    const inner = await openStore("memory:");
    const store = observeStore(observeStore(inner, { before: () => void order.push("store") }), {
      before: () => Promise.resolve().then(() => void order.push("before")),
      after: () => Promise.resolve().then(() => void order.push("after")),
    });
    await store.now().then(() => order.push("caller"));
    expect(order).toEqual(["before", "store", "after", "caller"]);
  });

  it("passes every operation of the interface on", async () => {
    const operations = new Set<string>();
    const store = observeStore(await openStore("memory:"), { before: ({ operation }) => void operations.add(operation) });
    const lease = await take(store);
    await store.now();
    await store.append(partition(), command());
    await store.pending(partition(), 1);
    await store.commit([part(lease)]);
    await store.load(partition(), "order-1");
    await store.active(partition(), null, 1);
    await store.children(partition(), "order-1", null, 1);
    await store.due(partition(), 1);
    await store.history(partition(), "order-1", 0, 1);
    await store.commandResult(partition(), "c");
    await store.release([lease]);
    await store.attend({ owner: "w", serves: [] }, 1);
    await store.occupied(null);
    const heard: string[] = [];
    const end = store.watch(({ what }) => heard.push(what));
    await store.append(partition(), command({ id: "c" }));
    end();
    expect(heard).toEqual(["start"]);
    await store.close();
    expect(operations.size).toBe(15);
    expect([store.kind, store.partitions]).toEqual(["memory", 8]);
  });
});

describe("the faulty store", () => {
  it("fails by plan, in three ways, and else passes", async () => {
    const inner = await openStore("memory:");
    const store = faultyStore(
      inner,
      new Map([
        [1, "unreachable"],
        [2, "lost-request"],
        [3, "lost-reply"],
      ]),
    );
    const append = () => store.append(partition(), command());
    await expect(append()).rejects.toMatchObject({ code: "RT2001" });
    await expect(append()).rejects.toMatchObject({ code: "RT2002" });
    expect(await inner.pending(partition(), 10)).toEqual([]);
    await expect(append()).rejects.toMatchObject({ code: "RT2002" });
    expect(await inner.pending(partition(), 10)).toHaveLength(1);
    expect(await append()).toMatchObject({ status: "duplicate" });
  });

  it("a lost reply hides a refusal too: the caller knows nothing", async () => {
    const store = faultyStore(await openStore("memory:"), () => "lost-reply");
    await expect(store.load(partition(), "")).rejects.toMatchObject({ code: "RT2002" });
  });
});
