import { implement, openStore, type Store } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { SagaError } from "../../runtime/errors.ts";
import { cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";
import { virtualRun } from "../kit/virtual-run.ts";

const NAP = `
saga Sample {
  timeout 10d
  input { until: datetime }
  sleep until input.until
}
`;

/** Sagas that sleep for a minute, in one partition; what a store refuses of those that are named so is due before the others. */
async function asleep(refused: number, healthy: number, inHandMax: number) {
  const { definition } = await compiled(NAP);
  const refuses = { on: false };
  const reads = { due: 0 };
  const wrap = (store: Store) =>
    observeStore(store, {
      before: (call) => {
        if (call.operation === "due") reads.due++;
        if (call.operation !== "commit" || !refuses.on) return;
        const parts = (call.arguments as Parameters<Store["commit"]>)[0];
        if (parts.some(({ sagaId }) => sagaId.startsWith("refused"))) throw new SagaError("RT2008", "the text is too long.");
      },
    });
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock, partitions: 1 }),
    sagas: [implement(definition as never, {} as never)],
    wrap,
    limits: { inHandMax },
  });
  const start = (name: string, ms: number) => {
    const input = { until: new Date(run.clock.now() + ms).toISOString() };
    return run.client.start(definition as never, { id: name, input: input as never });
  };
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
  await run.through(Promise.all(numbers(refused).map((n) => start(`refused-${n}`, 60_000))));
  const others = await run.through(Promise.all(numbers(healthy).map((n) => start(`healthy-${n}`, 61_000 + n))));
  await run.until("all sleep", async () => {
    const counts = await Promise.all(others.map((one) => one.history()));
    return counts.every(({ length }) => length > 0) && (await run.client.count({ status: "running" })) === refused + healthy;
  });
  refuses.on = true;
  return { run, others, refuses, reads };
}

test.each([
  ["than are read at once", 260, 1_000],
  ["than may be in hand", 25, 10],
])("timers of more sagas that a store refuses %s hide none of another", async (_, refused, inHandMax) => {
  const { run, others, refuses, reads } = await asleep(refused, 5, inHandMax);
  for (const one of others) expect((await run.through(one.result(), 600_000)).status).toBe("completed");
  // Nor are they read again and again.
  await run.through(run.sleep(120_000));
  const before = reads.due;
  await run.through(run.sleep(60_000));
  expect(reads.due - before).toBeLessThan(150);
  refuses.on = false;
  await run.until("all are awake", async () => (await run.client.count({ status: "completed" })) === refused + 5);
  await run.close();
});

const SLEEPS = `
saga Sample {
  timeout 2m
  input { ms: int }
  sleep 20s
}
`;

const SLEEPS_ANEW = SLEEPS.replace("input { ms: int }", "input { ms: int }\n  let twice = input.ms * 2");

const ITEMS = (added: string): string => `
service shop {}
saga Sample {
  timeout 2m
  input { list: int[] }
  foreach n in input.list { sleep 20s  step probe on shop { input { count: n${added} } timeout 20s compensate forget } }
}
`;

const CHANGED = [
  { name: "a root", before: SLEEPS, after: SLEEPS_ANEW, input: { ms: 1 } },
  { name: "an item", before: ITEMS(""), after: ITEMS(" + 1"), input: { list: [1] } },
] as const;

test.each(CHANGED)(
  "timers of sagas that are set aside, since their plan was changed under its version, hide none of another: $name",
  async ({ before, after, input }) => {
    const [old, changed] = await Promise.all([compiled(before), compiled(after)]);
    const steps = { shop: { probe: () => ({}), forget: () => ({}) } };
    const reads = { due: 0 };
    const c = await cluster(
      async (clock) => {
        const store = await openStore("memory:", { clock, partitions: 1 });
        return observeStore(store, { before: ({ operation }) => void (operation === "due" && reads.due++) });
      },
      (node) => [implement((node === "worker-1" ? old : changed).definition as never, steps as never)],
    );
    const first = await c.join();
    const start = (id: string) => c.client.start(old.definition as never, { id, input: input as never });
    await c.through(Promise.all(Array.from({ length: 260 }, (_, n) => start(`old-${n}`))));
    await c.pass(5_000);
    await c.through(first.stop());
    await c.join();
    await c.until("all are set aside", async () => (await c.client.count({ condition: "quarantined" })) === 260, 300_000);
    // By now their deadlines are due, too.
    await c.pass(180_000);
    const beforeMs = reads.due;
    await c.pass(30_000);
    expect(reads.due - beforeMs).toBeLessThan(90);
    const healthy = await c.through(start("new"));
    await c.until("it is awake", async () => (await healthy.status()).status === "completed", 120_000);
    await c.close();
  },
);
