import { openStore } from "@sagac/runtime";
import { observeStore, runSaga, VirtualClock } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import type { StepContext } from "../../runtime/engine/handlers.ts";
import type { HistoryRecord } from "../../runtime/engine/history.ts";
import type { CommitPart, CommitResult } from "../../runtime/store/store.ts";
import type { Machine } from "../../runtime/testing/simulation/machine.ts";
import { newTally } from "../../runtime/testing/simulation/met.ts";
import { Watch } from "../../runtime/testing/simulation/watch.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";

interface Taken {
  readonly part: CommitPart;
  readonly result: CommitResult;
  readonly atMs: number;
}

test("of a call of a saga that is forgotten no time can be over: what has its id now did not make it", async () => {
  const clock = new VirtualClock();
  const taken: Taken[] = [];
  const contexts: StepContext<never>[] = [];
  await runSaga(placeOrder, {
    input: orderInput(),
    clock,
    steps: {
      orders: {
        createOrder: (_, ctx) => {
          contexts.push(ctx as unknown as StepContext<never>);
          return new Promise<never>(() => undefined);
        },
      },
    },
    open: async (its) =>
      observeStore(await openStore("memory:", { clock: its, partitions: 1 }), {
        after: (call, outcome) => {
          if (call.operation !== "commit" || !outcome.ok) return;
          for (const [index, part] of (call.arguments[0] as CommitPart[]).entries())
            taken.push({ part, result: (outcome.value as CommitResult[])[index] as CommitResult, atMs: clock.now() });
        },
      }),
  });
  const lease = taken[0]?.part.lease;
  const site = placeOrder.calls.createOrder;
  if (lease === undefined || site === undefined) throw new Error("nothing was committed");
  const over = taken.findIndex((each) => recordsOf(each).some(({ type }) => type === "timer"));
  expect(over).toBeGreaterThan(0);
  const lastMs = taken.at(-1)?.atMs ?? 0;

  const watch = new Watch([orderImplementation(orderWorld())], null, 1, newTally());
  watch.leased([{ partition: lease.partition, epoch: null }], lease.owner, [lease], 0);
  const commit = ({ part, result, atMs }: Taken): void => watch.committed(lease.owner, [part], [result], atMs);
  const brokenTimers = () => watch.broken.filter(({ invariant }) => invariant === "timers");
  for (const each of taken) {
    commit(each);
    const machine = { name: lease.owner, tampered: false, now: () => each.atMs, monotonic: () => 0 } as Machine;
    const made = contexts.filter(({ sequence }) =>
      recordsOf(each).some((record) => record.type === "called" && record.entry === sequence),
    );
    for (const ctx of made) watch.began(machine, placeOrder, site, ctx, lease.partition.index, each.atMs);
  }
  expect(brokenTimers()).toEqual([]);
  // Nothing is there any more.
  const emptied = await openStore("memory:", { clock, partitions: 1 });
  const sweep = [{ keepMs: 1, rememberMs: 0 }, { removed: 1, forgotten: 1, more: false }, lastMs + MONTH_MS] as const;
  expect(await watch.swept(emptied, lease.partition, ...sweep)).toEqual(["run-1"]);
  // As it went before, but that no call is made.
  for (const each of taken.slice(0, over + 1)) commit(each);
  expect(brokenTimers().map(({ message }) => message)).toEqual([expect.stringContaining("its call was not made")]);
});

function recordsOf({ part }: Taken): readonly HistoryRecord[] {
  return part.records.map((record) => JSON.parse(record) as HistoryRecord);
}

const MONTH_MS = 30 * 86_400_000;
