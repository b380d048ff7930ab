import type { OpenStoreOptions } from "../../runtime/store/open.ts";
import type { Command, CommitPart, Lease, Partition, Store } from "../../runtime/store/store.ts";

/** What a store's test brings: an empty place for data, which can be opened more than once. */
export interface StorePlace {
  /** A handle on the data. Without a clock the store's own time is used. */
  open(options?: OpenStoreOptions): Promise<Store>;
  /** Closes every handle and removes the data. */
  dispose(): Promise<void>;
}

export function partition(index = 0, saga = "PlaceOrder", version = 1): Partition {
  return { saga, version, index };
}

export async function take(store: Store, where: Partition = partition(), owner = "worker-1", ttlMs = 10_000): Promise<Lease> {
  const [lease] = await store.lease([{ partition: where, epoch: null }], owner, ttlMs);
  if (lease === null || lease === undefined) throw new Error(`${owner} was not given the lease`);
  return lease;
}

export function part(lease: Lease, changes: Partial<CommitPart> = {}): CommitPart {
  return {
    lease,
    sagaId: "order-1",
    root: null,
    live: (changes.status ?? "running") === "running",
    active: (changes.status ?? "running") === "running",
    commitId: "commit-1",
    expectedVersion: 0,
    snapshot: { whole: '{"value":"running"}' },
    status: "running",
    conditions: [],
    records: [],
    setTimers: [],
    clearTimers: [],
    consume: [],
    ...changes,
  };
}

export function command(changes: Partial<Command> = {}): Command {
  return { id: "start:order-1", sagaId: "order-1", kind: "start", payload: '{"input":{}}', ...changes };
}

/** Names and letters that break keys, tags, patterns and comparisons that were made carelessly. */
export const NASTY_IDS: readonly string[] = [
  "a",
  "A",
  "a b",
  "{a}",
  "}{",
  "a}:sagas:b",
  "a:b",
  "a/b",
  "a%2Fb",
  "a%",
  "%61",
  "a@1/0",
  "'; DROP TABLE saga_instance; --",
  '"a"',
  "a\0b",
  "a\nb",
  "a\u2028b",
  "..",
  "__proto__",
  "constructor",
  "*",
  "[a]",
  "(a)!'",
  "é",
  "e\u0301",
  "名",
  "😀",
  "\ufeffa",
  "-1",
  "0",
  " ",
  "x".repeat(255),
  "名".repeat(85),
];
