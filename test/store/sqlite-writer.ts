/**
 * A process that writes to a SQLite file until it is killed: appends commands, takes leases, commits. Prints a line for each write that
 * was acknowledged. Arguments: file, name.
 */
import { writeSync } from "node:fs";
import { openStore } from "../../runtime/store/open.ts";
import { command, part, partition } from "../conformance/kit.ts";

const [, , file, name] = process.argv;
const store = await openStore(`sqlite:${file}`);
const owner = `${name}-${process.pid}`;
for (let count = 1; ; count += 1) {
  const where = partition(count % 3);
  const id = `${owner}-${count}`;
  const { status } = await store.append(where, command({ id }));
  acknowledge("append", where.index, id, status);
  const [lease] = await store.lease([{ partition: where, epoch: null }], owner, 20);
  if (lease === null || lease === undefined) continue;
  acknowledge("lease", where.index, String(lease.epoch), owner);
  const saga = await store.load(where, "shared");
  const expectedVersion = saga?.version ?? 0;
  const shared = part(lease, { sagaId: "shared", commitId: id, expectedVersion, records: [id] });
  const own = part(lease, { sagaId: id, commitId: id, snapshot: { whole: id } });
  for (const [index, result] of (await store.commit([shared, own])).entries()) {
    const sagaId = index === 0 ? "shared" : id;
    acknowledge("commit", where.index, sagaId, result.status === "committed" ? String(result.version) : result.status, id);
  }
}

/** Synchronously: what was printed was acknowledged, whenever the kill comes. */
function acknowledge(...words: (string | number)[]): void {
  writeSync(1, `${words.join(" ")}\n`);
}
