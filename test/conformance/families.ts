import { expect } from "vitest";
import type { CommitPart, Store } from "../../runtime/store/store.ts";
import type { Cases } from "./cases.ts";
import { command, part, partition, take } from "./kit.ts";

const ROOT = "order-1";
const CHILD = "order-1//trip.1.0";

export function familyCases(it: Cases): void {
  it("a root and its children are committed together, each with its own snapshot, version and history", async ({ store }) => {
    const lease = await take(store);
    const results = await store.commit([part(lease, { records: ["root"] }), child(lease, CHILD, { records: ["a", "b"] })]);
    expect(results).toMatchObject([
      { status: "committed", version: 1 },
      { status: "committed", version: 1 },
    ]);
    await store.commit([child(lease, CHILD, { expectedVersion: 1, commitId: "commit-2", snapshot: { whole: "2" } })]);
    expect(await store.load(partition(), ROOT)).toMatchObject({ version: 1, commitId: "commit-1" });
    expect(await store.load(partition(), CHILD)).toMatchObject({ version: 2, commitId: "commit-2", snapshot: { whole: "2" } });
    expect(await store.history(partition(), CHILD, 0, 10)).toHaveLength(2);
    expect(await store.history(partition(), ROOT, 0, 10)).toHaveLength(1);
  });

  it("one refused part takes its family along and nobody else, wherever it stands", async ({ store }) => {
    const lease = await take(store);
    await store.append(partition(), command());
    const [pending] = await store.pending(partition(), 1);
    await store.commit([part(lease), child(lease, CHILD)]);
    const result = { status: "applied", code: null, message: null } as const;
    const results = await store.commit([
      child(lease, "order-1//trip.1.1", { commitId: "commit-2", records: ["x"], setTimers: [{ key: "t", delayMs: 1 }] }),
      part(lease, { sagaId: "order-2", commitId: "commit-2" }),
      part(lease, {
        expectedVersion: 1,
        commitId: "commit-2",
        consume: [{ position: pending?.position ?? "", id: command().id, result }],
      }),
      child(lease, CHILD, { expectedVersion: 7, commitId: "commit-2" }),
    ]);
    expect(results).toMatchObject([
      { status: "conflict", version: 0, commitId: null },
      { status: "committed", version: 1 },
      { status: "conflict", version: 1, commitId: "commit-1" },
      { status: "conflict", version: 1, commitId: "commit-1" },
    ]);
    expect(await store.load(partition(), "order-1//trip.1.1")).toBeNull();
    expect(await store.history(partition(), "order-1//trip.1.1", 0, 10)).toEqual([]);
    expect(await childrenOf(store)).toEqual([CHILD]);
    expect((await store.due(partition(), 10)).nextDueAtMs).toBeNull();
    expect(await store.pending(partition(), 10)).toHaveLength(1);
  });

  it("of a stale lease the whole family is fenced", async ({ store }) => {
    const lease = await take(store);
    const stale = { ...lease, epoch: lease.epoch + 1 };
    expect(await store.commit([part(stale), child(stale, CHILD)])).toEqual([{ status: "fenced" }, { status: "fenced" }]);
    expect(await childrenOf(store)).toEqual([]);
  });

  it("a lost reply: every part of the family shows the commit, and the same again changes nothing", async ({ store }) => {
    const lease = await take(store);
    const parts = [part(lease), child(lease, CHILD, { records: ["a"] })];
    await store.commit(parts);
    expect(await store.commit(parts)).toEqual([
      { status: "conflict", version: 1, commitId: "commit-1" },
      { status: "conflict", version: 1, commitId: "commit-1" },
    ]);
    expect(await store.history(partition(), CHILD, 0, 10)).toHaveLength(1);
    expect(await childrenOf(store)).toEqual([CHILD]);
  });

  it("active are children too, each on its own", async ({ store }) => {
    const lease = await take(store);
    await store.commit([part(lease, { active: false }), child(lease, CHILD, { active: true })]);
    expect((await store.active(partition(), null, 10)).ids).toEqual([CHILD]);
    await store.commit([part(lease, { expectedVersion: 1, active: true })]);
    expect((await store.active(partition(), null, 10)).ids).toEqual([ROOT, CHILD]);
    await store.commit([child(lease, CHILD, { expectedVersion: 1, active: false })]);
    expect((await store.active(partition(), null, 10)).ids).toEqual([ROOT]);
  });

  it("children are listed by name in pages, ended ones too, with status and conditions", async ({ store }) => {
    const lease = await take(store);
    const ids = Array.from({ length: 23 }, (_, index) => `order-1//$foreach1.1.${index}`);
    const parts = ids.map((id, index) =>
      child(lease, id, index % 2 === 0 ? { conditions: ["parked"] } : { status: "compensated", live: false }),
    );
    await store.commit([part(lease), part(lease, { sagaId: "order-10" }), ...parts]);
    await store.commit([child(lease, "order-10//$foreach1.1.0", { root: "order-10" })]);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await store.children(partition(), ROOT, cursor, 5);
      expect(page.children.length).toBeLessThanOrEqual(5);
      for (const { sagaId, status, conditions } of page.children) {
        const even = Number(sagaId.split(".").at(-1)) % 2 === 0;
        expect([status, conditions]).toEqual(even ? ["running", ["parked"]] : ["compensated", []]);
        seen.push(sagaId);
      }
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toEqual([...ids].sort());
    expect(await store.children(partition(), "nobody", null, 5)).toEqual({ children: [], cursor: null });
    expect(await store.children(partition(1), ROOT, null, 5)).toEqual({ children: [], cursor: null });
  });

  it("a child's id may be longer than its root's, its timers are due under its own id", async ({ store, clock }) => {
    const lease = await take(store);
    const root = "x".repeat(255);
    const long = `${root}//trip.1.0//$foreach1.1.${"9".repeat(200)}`;
    await store.commit([
      part(lease, { sagaId: root }),
      child(lease, long, { root, setTimers: [{ key: "t", atMs: clock.now() + 5 }] }),
    ]);
    clock.advanceBy(5);
    expect((await store.due(partition(), 10)).due).toEqual([{ sagaId: long, key: "t", dueAtMs: clock.now() }]);
    expect(await store.load(partition(), long)).toMatchObject({ sagaId: long });
    await expect(store.load(partition(), `a//${"x".repeat(4_096)}`)).rejects.toMatchObject({ code: "RT2007" });
  });

  it("a family of a thousand parts is one", async ({ store }) => {
    const lease = await take(store);
    const parts = Array.from({ length: 1_000 }, (_, index) => child(lease, `order-1//a.1.${index}`));
    const last = child(lease, "order-1//b.1.0", { expectedVersion: 3 });
    expect((await store.commit([part(lease), ...parts, last])).every(({ status }) => status === "conflict")).toBe(true);
    expect(await childrenOf(store)).toEqual([]);
    expect((await store.commit([part(lease), ...parts])).every(({ status }) => status === "committed")).toBe(true);
  });

  it("what is no child of the root it names, or a family under two leases, is refused (RT2007)", async ({ store }) => {
    const lease = await take(store);
    const wrong = [
      [child(lease, "order-2//trip.1.0")],
      [child(lease, "order-1")],
      [part(lease), child({ ...lease, epoch: lease.epoch + 1 }, CHILD)],
    ];
    for (const parts of wrong) await expect(store.commit(parts)).rejects.toMatchObject({ code: "RT2007" });
    expect(await store.load(partition(), ROOT)).toBeNull();
  });
}

function child(lease: CommitPart["lease"], sagaId: string, changes: Partial<CommitPart> = {}): CommitPart {
  return part(lease, { sagaId, root: ROOT, ...changes });
}

async function childrenOf(store: Store): Promise<string[]> {
  return (await store.children(partition(), ROOT, null, 5_000)).children.map(({ sagaId }) => sagaId);
}
