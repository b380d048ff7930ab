import { implement, openStore } from "@sagac/runtime";
import { expect, test } from "vitest";
import { cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";

/** How soon a saga at rest hears of a signal while a client floods its partition, which is full, with what is asked of sagas that have not begun. */

const SAMPLE = `
service shop {}
saga Sample {
  timeout 100d
  input { id: string, waits: boolean }
  signal go {}
  if input.waits { await go }
  step probe on shop { input { input.id } timeout 10d compensate forget }
}
`;

const PARTITION = { saga: "Sample", version: 1, index: 0 } as const;
const EVERY_MS = 2;
const SLEEPERS = ["sleeper-1", "sleeper-2", "sleeper-3", "sleeper-4", "sleeper-5"];

async function full() {
  const { definition } = await compiled(SAMPLE);
  const probed: string[] = [];
  const shop = {
    probe: ({ id }: { id: string }) => {
      probed.push(id);
      return id.startsWith("sleeper") ? {} : new Promise(() => undefined);
    },
    forget: () => ({}),
  };
  const c = await cluster(
    (clock) => openStore("memory:", { clock, partitions: 1 }),
    () => [implement(definition as never, { shop } as never)],
  );
  await c.join({ inHandMax: 2, pollMs: 60_000 });
  const start = (id: string) =>
    c.client.start(definition as never, { id, input: { id, waits: id.startsWith("sleeper") } as never });
  const sleepers = await c.through(Promise.all(SLEEPERS.map(start)));
  await c.through(Promise.all([start("hung-0"), start("hung-1")]));
  await c.until("as many hang as may be in hand", () => probed.length === 2, 30_000);
  await c.pass(2_000);
  return { c, start, sleepers, probed };
}

test.each([
  { name: "starts, each with a signal behind it", before: 0, withStart: true, withinMs: 300 },
  { name: "signals to sagas whose starts have waited for long", before: 3_000, withStart: false, withinMs: 300 },
])("five hundred a second of $name keep a signal from a saga at rest for no longer than $withinMs ms", async (flood) => {
  const { c, start, sleepers, probed } = await full();
  await c.through(Promise.all(Array.from({ length: flood.before }, (_, n) => start(`waiting-${n}`))));
  let n = 0;
  let over = false;
  const ask = (): void => {
    if (over) return;
    const id = `waiting-${n++}`;
    if (flood.withStart) void start(id);
    void c.store.append(PARTITION, { id: `signal:${id}/1`, sagaId: id, kind: "signal", payload: "{}" });
    c.clock.schedule(EVERY_MS, ask);
  };
  ask();
  await c.pass(500);
  // At any moment of the pauses between two looks.
  for (const sleeper of sleepers) {
    await c.pass(131);
    const askedAtMs = c.clock.now();
    void sleeper.signal("go" as never, {} as never);
    await c.until("it went on", () => probed.includes(sleeper.id), 60_000);
    expect(c.clock.now() - askedAtMs).toBeLessThanOrEqual(flood.withinMs);
  }
  expect(probed).toHaveLength(2 + SLEEPERS.length);
  over = true;
  await c.close();
});
