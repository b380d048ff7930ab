import { silentLogger } from "@sagac/runtime";
import { VirtualClock } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { type Pending, Writer } from "../../runtime/engine/writer.ts";
import { SagaError } from "../../runtime/errors.ts";
import type { CommitResult, Store, StoredSaga } from "../../runtime/store/store.ts";

/** Only what is looked at of a draft. */
const pending = {
  holding: { lost: false },
  draft: { parts: [{ sagaId: "order-1", commitId: "commit-1" }] },
} as unknown as Pending;
const stored = { commitId: "commit-1", version: 1, updatedAtMs: 1_000 } as StoredSaga;

async function written(commit: () => Promise<CommitResult[]>) {
  const clock = new VirtualClock();
  const heard: number[] = [];
  const concluded: CommitResult[] = [];
  const writer = new Writer(
    { store: { commit } as unknown as Store, clock, log: silentLogger, observer: null },
    {
      load: () => Promise.resolve(stored),
      heard: (atMs) => void heard.push(atMs),
      concluded: (_, results) => void concluded.push(...results),
      triedApart: () => undefined,
    },
  );
  let done = false;
  const write = writer.write([pending]).then(() => {
    done = true;
  });
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve));
    const next = clock.nextDue();
    if (next !== null) clock.advanceTo(next);
  }
  await write;
  return { heard, concluded };
}

test("what the store's clock says is heard from its answer to a commit", async () => {
  const result = { status: "committed", version: 1, atMs: 5_000 } as const;
  expect(await written(() => Promise.resolve([result]))).toEqual({ heard: [5_000], concluded: [result] });
});

test.each([
  ["whose reply was lost", () => Promise.reject(new SagaError("RT2002", "the reply was lost"))],
  ["that was there already", () => Promise.resolve([{ status: "conflict", version: 1, commitId: "commit-1" }] as CommitResult[])],
])("a commit %s and that is found later says nothing of what time it is now", async (_, commit) => {
  const { heard, concluded } = await written(commit);
  expect(concluded).toEqual([{ status: "committed", version: 1, atMs: 1_000 }]);
  expect(heard).toEqual([]);
});
