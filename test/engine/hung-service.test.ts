import { implement, openStore } from "@sagac/runtime";
import { describe, expect, test } from "vitest";
import { cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";

const SAMPLE = `
service shop {}
saga Sample {
  timeout 100d
  input { id: string, until: datetime, waits: boolean }
  signal go {}
  if input.waits { await go by input.until on timeout continue }
  step probe on shop { input { input.id } timeout 10m compensate forget }
}
`;

const FULL = { inHandMax: 3 } as const;

/** A partition with one saga that waits until a minute has passed, and behind it as many as may be in hand, whose service hangs. */
async function hung(sleepers = 1, behind = 5, limits: { readonly inHandMax: number } = FULL) {
  const { definition } = await compiled(SAMPLE);
  const probed: string[] = [];
  const shop = {
    probe: ({ id }: { id: string }) => {
      probed.push(id);
      return id === "sleeper" && sleepers === 1 ? {} : new Promise(() => undefined);
    },
    forget: () => ({}),
  };
  const c = await cluster(
    (clock) => openStore("memory:", { clock, partitions: 1 }),
    () => [implement(definition as never, { shop } as never)],
  );
  await c.join(limits);
  const until = new Date(c.clock.now() + 60_000).toISOString();
  const start = (id: string, waits: boolean) =>
    c.through(c.client.start(definition as never, { id, input: { id, until, waits } as never }));
  const sleeper = await start("sleeper", true);
  for (let n = 1; n < sleepers; n++) await start(`sleeper-${n}`, true);
  await c.pass(1_000);
  for (let n = 0; n < behind; n++) await start(`hung-${n}`, false);
  const hanging = Math.min(behind, limits.inHandMax);
  await c.until("as many hang as may be in hand", () => probed.length === hanging, 30_000);
  return { c, definition, sleeper, start, probed };
}

describe("a service that hangs, with as many sagas in hand as may be", () => {
  test("does not keep a saga that sleeps from being woken", async () => {
    const { c, probed } = await hung();
    await c.pass(70_000);
    expect(probed).toContain("sleeper");
    expect(probed).toHaveLength(FULL.inHandMax + 1);
    await c.close();
  });

  test("does not keep a signal from a saga that waits for it", async () => {
    const { c, sleeper, probed } = await hung();
    await c.through(sleeper.signal("go" as never, {} as never));
    await c.until("it went on", () => probed.includes("sleeper"), 30_000);
    expect(probed).toHaveLength(FULL.inHandMax + 1);
    await c.close();
  });

  test("nor behind however many starts, and it hears it at once", async () => {
    const { c, sleeper, probed } = await hung(1, 1_500);
    await c.pass(10_000);
    await c.through(sleeper.signal("go" as never, {} as never));
    await c.until("it went on", () => probed.includes("sleeper"), 500);
    expect(probed).toHaveLength(FULL.inHandMax + 1);
    await c.close();
  });

  test.each([
    ["a full worker", 5, 3],
    ["a worker that these make full", 0, 3],
    ["one that reads several pages of them", 0, 700],
  ])("nor where more starts than are looked through are asked for with it, all at once, of %s", async (_, behind, inHandMax) => {
    const { c, definition, sleeper, probed } = await hung(1, behind, { inHandMax });
    const until = new Date(c.clock.now()).toISOString();
    const ids = Array.from({ length: 1_500 }, (_, n) => `later-${n}`);
    const starts = ids.map((id) => c.client.start(definition as never, { id, input: { id, until, waits: false } as never }));
    const signalled = sleeper.signal("go" as never, {} as never);
    await c.until("it went on", () => probed.includes("sleeper"), 500);
    await c.through(Promise.all([...starts, signalled]));
    expect(probed).toHaveLength(inHandMax + 1);
    await c.close();
  });

  test("nor where both were asked while no worker was up", async () => {
    const { c, sleeper, start, probed } = await hung(1, 0);
    await c.nodes[0]?.stop();
    for (let n = 0; n < 1_500; n++) await start(`hung-${n}`, false);
    const signalled = sleeper.signal("go" as never, {} as never, { timeout: "60s" });
    await c.pass(10);
    await c.join(FULL);
    await c.until("it went on", () => probed.includes("sleeper"), 30_000);
    await c.through(signalled);
    expect(probed).toHaveLength(FULL.inHandMax + 1);
    await c.close();
  });

  test("does not keep calls from being given up, behind however many sagas that are to be woken", async () => {
    const { c, definition } = await hung(300);
    await c.pass(700_000);
    const history = await c.through(c.client.get(definition as never, "hung-0").history());
    expect(history.map(({ record }) => ("timer" in record ? record.timer : ""))).toContain("probe.grace#1");
    await c.close();
  });
});
