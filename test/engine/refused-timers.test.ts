import { implement, openStore, type Store } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { SagaError } from "../../runtime/errors.ts";
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
    return run.through(run.client.start(definition as never, { id: name, input: input as never }));
  };
  for (let n = 0; n < refused; n++) await start(`refused-${n}`, 60_000);
  const others: Awaited<ReturnType<typeof start>>[] = [];
  for (let n = 0; n < healthy; n++) others.push(await start(`healthy-${n}`, 61_000 + n));
  await run.until("all sleep", async () => {
    const counts = await Promise.all(others.map((one) => one.history()));
    return counts.every(({ length }) => length > 0) && (await run.client.count({ status: "running" })) === refused + healthy;
  });
  refuses.on = true;
  return { run, others, refuses, reads };
}

test.each([
  ["than are read at once", 300, 1_000],
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
