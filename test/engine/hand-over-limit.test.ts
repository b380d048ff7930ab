import { implement, openStore, type SagaError } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { SagaError as Refused } from "../../runtime/errors.ts";
import type { Store } from "../../runtime/store/store.ts";
import { type Cluster, cluster, expectOneOwner, LEASE_MS } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";

const HANGS = `
saga Sample {
  timeout 100d
  input { id: string }
  step probe on shop { input { input.id } timeout 10d compensate forget }
}
`;

const shares = (c: Cluster) => c.nodes.map(({ worker }) => worker.partitions);

/** A worker with a saga in each of some partitions whose first call never settles, not even when it is told to abort. */
async function hanging(handOverMs?: number) {
  const { definition } = await compiled(HANGS);
  const calls: { readonly id: string; readonly redelivered: boolean; readonly why: () => unknown }[] = [];
  const shop = {
    probe: ({ id }: { id: string }, ctx: { redelivered: boolean; signal: AbortSignal }) => {
      calls.push({ id, redelivered: ctx.redelivered, why: () => ctx.signal.reason });
      return ctx.redelivered ? {} : new Promise(() => undefined);
    },
    forget: () => ({}),
  };
  const c = await cluster(
    (clock) => openStore("memory:", { clock, partitions: 2 }),
    () => [implement(definition as never, { shop } as never)],
  );
  const options = { pollMs: 10_000, ...(handOverMs === undefined ? {} : { handOverMs }) };
  await c.join(options);
  const ids = Array.from({ length: 6 }, (_, n) => `hung-${n}`);
  await c.through(Promise.all(ids.map((id) => c.client.start(definition as never, { id, input: { id } as never }))));
  await c.until("all are called", () => calls.length === ids.length);
  expect(shares(c)).toEqual([2]);
  await c.join(options);
  return { c, definition, calls, ids };
}

test.each([
  ["five minutes", undefined, 300_000],
  ["`handOverMs`", 40_000, 40_000],
])("handlers that never settle keep their partition from its share for %s, and no longer", async (_, handOverMs, limitMs) => {
  const { c, definition, calls, ids } = await hanging(handOverMs);
  await c.pass(limitMs);
  expect(shares(c)).toEqual([2, 0]);
  await c.until("they share", () => shares(c).join() === "1,1", 4 * LEASE_MS);
  await c.pass(1_000);
  const again = calls.filter(({ redelivered }) => redelivered);
  const left = calls.slice(0, ids.length).filter(({ id }) => again.some((call) => call.id === id));
  expect(calls).toHaveLength(ids.length + again.length);
  expect(again.length).toBeGreaterThan(0);
  expect(left.map(({ why }) => (why() as SagaError).code)).toEqual(again.map(() => "RT4004"));
  for (const { id } of again) expect((await c.client.get(definition as never, id).status()).status).toBe("completed");
  // The others were never told to abort.
  expect(calls.filter(({ why }) => why() !== undefined)).toHaveLength(again.length);
  expectOneOwner(c);
  await c.close();
});

test("a grace of nothing and no limit hand a partition over at once", async () => {
  const { c } = await hanging(0);
  await c.until("they share", () => shares(c).join() === "1,1", 2 * LEASE_MS);
  await c.close();
});

test("a saga that a store refuses keeps its partition from its share no longer than that either", async () => {
  const { definition } = await compiled(HANGS);
  let refuses = true;
  const wrap = (store: Store) =>
    observeStore(store, {
      before: ({ operation }) => {
        if (operation === "commit" && refuses) throw new Refused("RT2008", "the text is too long.");
      },
    });
  const shop = { probe: () => ({}), forget: () => ({}) };
  const c = await cluster(
    async (clock) => wrap(await openStore("memory:", { clock, partitions: 2 })),
    () => [implement(definition as never, { shop } as never)],
  );
  await c.join({ pollMs: 10_000 });
  const ids = Array.from({ length: 8 }, (_, n) => `refused-${n}`);
  const handles = await c.through(
    Promise.all(ids.map((id) => c.client.start(definition as never, { id, input: { id } as never }))),
  );
  await c.pass(30_000);
  await c.join({ pollMs: 10_000 });
  await c.pass(299_000);
  expect(shares(c)).toEqual([2, 0]);
  await c.until("they share", () => shares(c).join() === "1,1", 4 * LEASE_MS);
  refuses = false;
  for (const handle of handles) expect((await c.through(handle.result())).status).toBe("completed");
  expectOneOwner(c);
  await c.close();
});
