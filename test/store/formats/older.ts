import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { readEnvelope } from "../../../runtime/engine/envelope.ts";
import type { Store, WrittenSnapshot } from "../../../runtime/store/store.ts";
import { part, partition, take } from "../../conformance/kit.ts";
import parked from "../../recordings/0.1.0/PlaceOrder.parked.json" with { type: "json" };

const [root] = parked.instances;
if (root === undefined) throw new Error("the recording is empty");

/** A saga as a version before this one left it: what its row says, as each store's test has to write it. */
export const OLDER = {
  sagaId: "order-1",
  version: 7,
  commitId: "commit-7",
  snapshot: JSON.stringify(root.snapshot),
  records: root.records.map((record) => JSON.stringify(record)),
  timer: { key: "saga.deadline", dueAtMs: 4_000_000_000_000 },
  createdAtMs: 1_000,
  updatedAtMs: 2_000,
} as const;

/** The tables of a SQLite file of format 3. */
export function sqliteTables(): Promise<string> {
  return readFile(join(import.meta.dirname, "sqlite-3.sql"), "utf8");
}

/** It is read as it was, and goes on: with changes, with a whole snapshot, with changes of that, and with its log. */
export async function expectToGoOn(store: Store): Promise<void> {
  const { sagaId, version, commitId, snapshot, createdAtMs, updatedAtMs, timer } = OLDER;
  const stored = await store.load(partition(), sagaId);
  expect(stored).toEqual({
    sagaId,
    removed: false,
    version,
    commitId,
    snapshot: { whole: snapshot, changes: [] },
    status: "running",
    conditions: ["parked"],
    createdAtMs,
    updatedAtMs,
    timers: [timer],
  });
  if (stored === null) throw new Error("it is gone");
  expect(readEnvelope(stored.snapshot, sagaId, null).state).toEqual(root?.snapshot.state);
  expect((await store.history(partition(), sagaId, 0, 1_000)).map(({ record }) => record)).toEqual(OLDER.records);
  expect((await store.occupied(null)).map(({ partition: { saga } }) => saga)).toEqual(["PlaceOrder"]);

  const lease = await take(store);
  const go = async (expectedVersion: number, written: WrittenSnapshot) => {
    const commit = part(lease, { expectedVersion, commitId: `commit-${expectedVersion + 1}`, snapshot: written });
    expect(await store.commit([commit])).toMatchObject([{ status: "committed", version: expectedVersion + 1 }]);
    return (await store.load(partition(), sagaId))?.snapshot;
  };
  expect(await go(7, { change: "a" })).toEqual({ whole: snapshot, changes: ["a"] });
  expect(await go(8, { change: "b" })).toEqual({ whole: snapshot, changes: ["a", "b"] });
  expect(await go(9, { whole: "w" })).toEqual({ whole: "w", changes: [] });
  expect(await go(10, { change: "c" })).toEqual({ whole: "w", changes: ["c"] });
  const log = { after: OLDER.records.length, upTo: OLDER.records.length, rest: "r" };
  expect(await go(11, { rest: "r" })).toEqual({ whole: "w", changes: ["c"], log });
}
