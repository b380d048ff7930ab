import { setTimeout as pause } from "node:timers/promises";
import { createClient, implement, type SagaDefinition, type Store, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";

export type CommitPart = Parameters<Store["commit"]>[0][number];

const BATCH = 2_000;

/** A saga as a worker has written it when `isThere`, as one commit: all its records, and what stands there then. */
export async function modelOf(
  store: Store,
  definition: SagaDefinition,
  steps: object,
  input: unknown,
  isThere: (part: CommitPart) => boolean,
): Promise<CommitPart> {
  const parts: CommitPart[] = [];
  const observed = observeStore(store, {
    after: ({ operation, arguments: [written] }) => {
      if (operation === "commit") parts.push(...(written as readonly CommitPart[]));
    },
  });
  const sagas = [implement(definition, steps as never)];
  const worker = await startWorker({ store: observed, sagas, snapshotEvery: 1, handleSignals: false, log: silentLogger });
  await createClient({ store }).start(definition, { id: MODEL, input: input as never });
  while (!parts.some(isThere)) await pause(1);
  await worker.stop();
  const last = parts.find(isThere);
  if (last === undefined) throw new Error("it was there");
  const all = parts.slice(0, parts.indexOf(last) + 1);
  return { ...last, expectedVersion: 0, records: all.flatMap(({ records }) => records), consume: [] };
}

/** So many of it, under ids of their own, in turn over all partitions: nobody asks for them by their ids. `from`: how many are there. */
export async function fill(store: Store, model: CommitPart, from: number, to: number): Promise<void> {
  const { saga, version } = model.lease.partition;
  const requests = Array.from({ length: store.partitions }, (_, index) => ({ partition: { saga, version, index }, epoch: null }));
  const given = await store.lease(requests, "filler", 3_600_000);
  const leases = given.filter((lease) => lease !== null);
  for (let first = from; first < to; first += BATCH) {
    const parts: CommitPart[] = [];
    for (let index = first; index < Math.min(first + BATCH, to); index++) {
      const lease = leases[index % leases.length];
      if (lease !== undefined) parts.push(asAnother(model, `filled-${index}`, lease));
    }
    const refused = (await store.commit(parts)).find(({ status }) => status !== "committed");
    if (refused !== undefined) throw new Error(`a saga could not be filled in: ${JSON.stringify(refused)}`);
    if ((first / BATCH) % 25 === 0) process.stderr.write(`\r${first} of ${to} filled in    `);
  }
  process.stderr.write("\r");
  await store.release(leases);
}

function asAnother(model: CommitPart, sagaId: string, lease: CommitPart["lease"]): CommitPart {
  if (!("whole" in model.snapshot)) throw new Error("the model's snapshot is not whole");
  const named = (text: string) => text.replaceAll(JSON.stringify(MODEL), JSON.stringify(sagaId));
  const snapshot = { whole: named(model.snapshot.whole) };
  return { ...model, lease, sagaId, commitId: sagaId, snapshot, records: model.records.map(named) };
}

const MODEL = "the-model";
