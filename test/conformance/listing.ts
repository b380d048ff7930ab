import { expect } from "vitest";
import { comparePlaces, placeOf } from "../../runtime/store/listing.ts";
import type { CommitPart, Lease, ListedSaga, Place, Search, Shown, Store } from "../../runtime/store/store.ts";
import type { VirtualClock } from "../../runtime/testing/index.ts";
import type { Cases } from "./cases.ts";
import { NASTY_IDS, part, partition, take } from "./kit.ts";

const ORDER: Shown = { tags: { customer: "kim", rush: true, weight: 1.5, note: null }, steps: ["pay"], waitingFor: ["approval"] };

export function listingCases(it: Cases): void {
  const searches: readonly [string, Search, readonly string[]][] = [
    ["nothing in particular", {}, ["a", "b", "c", "d", "e", "f"]],
    ["a saga", { saga: "PlaceOrder" }, ["a", "b", "c", "d"]],
    ["a version", { version: 2 }, ["d", "f"]],
    ["a saga and a version", { saga: "Trip", version: 2 }, ["f"]],
    ["a saga that is not there", { saga: "Nothing" }, []],
    ["running", { status: "running" }, ["a", "b", "e"]],
    ["completed", { status: "completed" }, ["c", "f"]],
    ["compensated", { status: "compensated" }, ["d"]],
    ["parked", { condition: "parked" }, ["b", "e"]],
    ["overdue", { condition: "overdue" }, ["b", "d"]],
    ["quarantined", { condition: "quarantined" }, []],
    ["parked of one saga", { condition: "parked", saga: "PlaceOrder" }, ["b"]],
    ["parked and ended", { condition: "parked", status: "completed" }, []],
    ["a tag of text", { tags: { customer: "kim" } }, ["a", "b", "c"]],
    ["a tag of a truth value", { tags: { rush: true } }, ["a", "c"]],
    ["a tag of a number", { tags: { weight: 1.5 } }, ["a", "c"]],
    ["a tag of null", { tags: { note: null } }, ["a", "c"]],
    ["a tag of a number, as text", { tags: { weight: "1.5" } }, []],
    ["several tags", { tags: { rush: true, customer: "kim" } }, ["a", "c"]],
    ["a tag that is not there", { tags: { constructor: "x" } }, []],
    ["a tag and a status", { tags: { customer: "kim" }, status: "completed" }, ["c"]],
    ["a step", { step: "ship" }, ["b", "e"]],
    ["a signal that it waits for", { waitingFor: "approval" }, ["a", "c"]],
    ["a step and a condition", { step: "ship", condition: "overdue" }, ["b"]],
    ["started from", { startedFromMs: 3_000 }, ["c", "d", "e", "f"]],
    ["started to", { startedToMs: 3_000 }, ["a", "b"]],
    ["started between", { startedFromMs: 2_000, startedToMs: 4_000.5 }, ["b", "c", "d"]],
    ["started between, with a tag", { startedFromMs: 2_000, startedToMs: 4_000, tags: { customer: "kim" } }, ["b", "c"]],
    ["started between, with a condition", { startedFromMs: 2_000, startedToMs: 4_000, condition: "overdue" }, ["b"]],
    ["started never", { startedFromMs: 5_000, startedToMs: 2_000 }, []],
    ["started before 1970", { startedFromMs: -5, startedToMs: -1 }, []],
    ["unchanged since", { changedToMs: 2_001 }, ["b"]],
    ["unchanged since, running", { changedToMs: 6_000, status: "running" }, ["b", "e"]],
  ];
  it("a search finds what is all that it names; both ways round, and its count is as many", async ({ store, clock }) => {
    await six(store, clock);
    const start = clock.now() - 7_000;
    const timed = (search: Search): Search =>
      Object.fromEntries(
        Object.entries(search).map(([name, value]) => [name, name.endsWith("Ms") ? Number(value) + start : value]),
      );
    const answers = [];
    for (const [name, search] of searches) {
      const asked = name === "started before 1970" ? search : timed(search);
      const oldest = ids(await all(store, asked, { newestFirst: false, limit: 50 }));
      const newest = ids(await all(store, asked, { newestFirst: true, limit: 50 }));
      answers.push([name, oldest, newest.reverse(), await store.count(asked)]);
    }
    expect(answers).toEqual(searches.map(([name, , expected]) => [name, expected, expected, expected.length]));
  });

  it("one that was listed says what it is found by, and when it began and was last written", async ({ store, clock }) => {
    const lease = await take(store);
    await store.commit([root(lease, "a", { shown: ORDER, conditions: ["overdue"] })]);
    const createdAtMs = clock.now();
    clock.advanceBy(5);
    await store.commit([root(lease, "a", { expectedVersion: 1, shown: { ...ORDER, steps: ["ship"] } })]);
    expect((await store.list({}, { after: null, newestFirst: false, limit: 1 })).sagas).toEqual([
      {
        partition: partition(),
        sagaId: "a",
        status: "running",
        conditions: [],
        createdAtMs,
        updatedAtMs: createdAtMs + 5,
        ...ORDER,
        steps: ["ship"],
      },
    ]);
    expect(await store.count({ step: "pay" })).toBe(0);
    expect(await store.count({ condition: "overdue" })).toBe(0);
  });

  it("what a commit does not say of a root stays; what it never said is nothing", async ({ store }) => {
    const lease = await take(store);
    await store.commit([root(lease, "a", { shown: ORDER }), root(lease, "b")]);
    await store.commit([root(lease, "a", { expectedVersion: 1 }), root(lease, "b", { expectedVersion: 1 })]);
    expect((await all(store, {})).map(({ tags, steps, waitingFor }) => ({ tags, steps, waitingFor }))).toEqual([
      ORDER,
      { tags: {}, steps: [], waitingFor: [] },
    ]);
    await store.commit([root(lease, "b", { expectedVersion: 2, shown: ORDER })]);
    expect(ids(await all(store, { tags: { customer: "kim" } }))).toEqual(["a", "b"]);
  });

  it("children are in no list, and a commit that was refused changes none", async ({ store }) => {
    const lease = await take(store);
    await store.commit([root(lease, "a", { shown: ORDER }), part(lease, { sagaId: "a//b.1.0", root: "a", shown: ORDER })]);
    const stale = { ...lease, epoch: lease.epoch + 1 };
    await store.commit([root(stale, "b", { shown: ORDER }), root(lease, "a", { expectedVersion: 7, status: "completed" })]);
    expect(ids(await all(store, {}))).toEqual(["a"]);
    expect(await store.count({ status: "completed" })).toBe(0);
    expect(await store.count({ tags: { customer: "kim" } })).toBe(1);
  });

  it("of equal times the encoded id decides, then the partition; pages of one give the same", async ({ store }) => {
    const leases = [await take(store), await take(store, partition(3)), await take(store, partition(0, "Trip"))];
    for (const lease of leases) await store.commit(NASTY_IDS.map((sagaId) => root(lease, sagaId, { shown: ORDER })));
    for (const search of [{}, { tags: { customer: "kim" } }]) {
      const once = await all(store, search, { newestFirst: false, limit: 1_000 });
      expect(once.map(placeOf)).toEqual(once.map(placeOf).sort(comparePlaces));
      expect(once).toHaveLength(3 * NASTY_IDS.length);
      expect(await all(store, search, { newestFirst: false, limit: 1 })).toEqual(once);
      expect((await all(store, search, { newestFirst: true, limit: 7 })).reverse()).toEqual(once);
    }
  });

  it("ids, tags, steps and signals of any letters are found by them, and by nothing else", async ({ store }) => {
    const lease = await take(store);
    const long = "x".repeat(3_000);
    const texts = [...NASTY_IDS, "", "\ud800", long, `${long}y`, '"', "1", "true", "null"];
    const shown = (text: string): Shown => ({
      tags: { [`t${text.toWellFormed()}`]: text, all: text },
      steps: [text],
      waitingFor: [text],
    });
    await store.commit(texts.map((text, index) => root(lease, `saga-${index}`, { shown: shown(text) })));
    for (const [index, text] of texts.entries()) {
      const only = [`saga-${index}`];
      expect(ids(await all(store, { tags: { all: text } })), JSON.stringify(text)).toEqual(only);
      expect(ids(await all(store, { tags: { [`t${text.toWellFormed()}`]: text } }))).toEqual(only);
      expect(ids(await all(store, { step: text }))).toEqual(only);
      expect(await store.count({ waitingFor: text, tags: { all: text } })).toBe(1);
    }
    for (const tags of [{ all: 1 }, { all: true }, { all: null }]) expect(await store.count({ tags })).toBe(0);
  });

  it("a walk over pages has all that was there all the time, once, whatever comes, ends and changes meanwhile", async ({
    store,
    clock,
  }) => {
    for (const newestFirst of [false, true]) {
      const saga = newestFirst ? "Newest" : "Oldest";
      const lease = await take(store, partition(0, saga));
      const there = Array.from({ length: 60 }, (_, index) => `there-${index}`);
      for (const [index, sagaId] of there.entries()) {
        await store.commit([root(lease, sagaId), root(lease, `ends-${index}`)]);
        if (index % 3 === 0) clock.advanceBy(1);
      }
      const ends = async (index: number) => {
        await store.commit([root(lease, `ends-${index}`, { expectedVersion: 1, status: "completed" })]);
      };
      const seen: string[] = [];
      let after: Place | null = null;
      for (let round = 0; ; round++) {
        const page: Awaited<ReturnType<Store["list"]>> = await store.list(
          { saga, status: "running" },
          { after, newestFirst, limit: 7 },
        );
        seen.push(...ids(page.sagas));
        after = page.next;
        if (after === null) break;
        // Some end, the one at which the page ended among them; others begin, and those that stay change.
        const last = page.sagas.findLast(({ sagaId }) => sagaId.startsWith("ends"));
        if (last !== undefined) await ends(Number(last.sagaId.slice("ends-".length)));
        await ends(round * 3);
        await ends(59 - round);
        await store.commit([
          root(lease, `new-${round}`),
          root(lease, there[round] ?? "", { expectedVersion: 1, conditions: ["parked"] }),
        ]);
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => id.startsWith("there"))).toHaveLength(60);
    }
  });

  it("one that is rare among very many is found, over pages that may be empty", async ({ store }) => {
    const lease = await take(store);
    const many = Array.from({ length: 900 }, (_, index) => root(lease, `s-${String(index).padStart(4, "0")}`));
    await store.commit(many);
    await store.commit([root(lease, "s-0850", { expectedVersion: 1, shown: ORDER })]);
    expect(ids(await all(store, { step: "pay" }, { newestFirst: false, limit: 1 }))).toEqual(["s-0850"]);
    expect(await store.count({ step: "pay" })).toBe(1);
    expect(await store.count({})).toBe(900);
  });

  it("what cannot be searched by is refused by name (RT1020), what cannot be an id too (RT2007)", async ({ store }) => {
    const page = { after: null, newestFirst: false, limit: 10 };
    const bad: readonly unknown[] = [
      { status: "running' OR 1=1" },
      { condition: "*" },
      { tags: { a: ["x"] } },
      { tags: { a: Number.NaN } },
      { step: 1 },
      { waitingFor: {} },
      { startedFromMs: Number.NaN },
      { startedToMs: "now" },
      { changedToMs: Number.POSITIVE_INFINITY },
    ];
    for (const search of bad) {
      await expect(store.list(search as Search, page)).rejects.toMatchObject({ code: "RT1020" });
      await expect(store.count(search as Search)).rejects.toMatchObject({ code: "RT1020" });
    }
    const place = { createdAtMs: 1, id: "a", partition: "PlaceOrder@1/0" };
    const wrong: readonly unknown[] = [
      { ...page, limit: 0 },
      { ...page, limit: 1_001 },
      { ...page, limit: "1; DROP" },
      { ...page, after: { ...place, createdAtMs: 1.5 } },
      { ...page, after: { ...place, createdAtMs: "1" } },
      { ...page, after: { ...place, id: "{a}" } },
      { ...page, after: { ...place, id: "%ZZ" } },
      { ...page, after: { ...place, partition: "PlaceOrder" } },
      { ...page, after: { ...place, partition: "a b@1/0" } },
      { ...page, after: {} },
    ];
    for (const asked of wrong) await expect(store.list({}, asked as typeof page)).rejects.toMatchObject({ code: "RT1020" });
    for (const search of [{ saga: "" }, { saga: "x".repeat(256) }, { version: -1 }, { version: 1.5 }]) {
      await expect(store.count(search)).rejects.toMatchObject({ code: "RT2007" });
    }
  });
}

/** Six roots, a second apart; times in the searches count from a second before the first. */
async function six(store: Store, clock: VirtualClock): Promise<void> {
  const [one, two, trip, trip2] = [
    await take(store),
    await take(store, partition(1, "PlaceOrder", 2)),
    await take(store, partition(2, "Trip")),
    await take(store, partition(2, "Trip", 2)),
  ];
  const rows: readonly [Lease, string, Partial<CommitPart>][] = [
    [one, "a", { shown: ORDER }],
    [one, "b", { shown: { tags: { customer: "kim" }, steps: ["ship"], waitingFor: [] }, conditions: ["overdue", "parked"] }],
    [one, "c", { shown: ORDER, status: "completed" }],
    [two, "d", { status: "compensated", conditions: ["overdue"] }],
    [trip, "e", { shown: { tags: { customer: "lee" }, steps: ["pack", "ship"], waitingFor: [] }, conditions: ["parked"] }],
    [trip2, "f", { status: "completed" }],
  ];
  for (const [lease, id, changes] of rows) {
    clock.advanceBy(1_000);
    await store.commit([root(lease, id, changes)]);
  }
  clock.advanceBy(1_000);
  await store.commit([root(one, "a", { expectedVersion: 1, shown: ORDER })]);
}

/** Every page of a search. */
async function all(store: Store, search: Search, options = { newestFirst: false, limit: 5 }): Promise<ListedSaga[]> {
  const found: ListedSaga[] = [];
  for (let after: Place | null = null; ; ) {
    const page: Awaited<ReturnType<Store["list"]>> = await store.list(search, { after, ...options });
    expect(page.sagas.length).toBeLessThanOrEqual(options.limit);
    found.push(...page.sagas);
    if (page.next === null) return found;
    after = page.next;
  }
}

function root(lease: Lease, sagaId: string, changes: Partial<CommitPart> = {}): CommitPart {
  return part(lease, { sagaId, ...changes });
}

function ids(sagas: readonly ListedSaga[]): string[] {
  return sagas.map(({ sagaId }) => sagaId);
}
