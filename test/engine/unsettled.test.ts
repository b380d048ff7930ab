import { implement, openStore } from "@sagac/runtime";
import { describe, expect, test } from "vitest";
import { cluster } from "../kit/cluster.ts";
import { compiled } from "../kit/compiled.ts";

/** Handlers that never settle, not even when they are told to abort, and sagas that do not wait for them any more. */

const FULL = { inHandMax: 2 } as const;

const sample = (retry: string): string => `
service shop {}
saga Sample {
  timeout 100d
  input { id: string, until: datetime, sleeps: boolean }
  if input.sleeps { sleep until input.until }
  step probe on shop { input { input.id } timeout 1m retry ${retry} compensate forget }
}
`;

/** A worker with a saga that sleeps for ten minutes, and twice as many as may be in hand whose first call hangs. */
async function unsettled(retry: string) {
  const { definition } = await compiled(sample(retry));
  const hanging = new Map<string, (output: unknown) => void>();
  const answered: string[] = [];
  const shop = {
    probe: ({ id }: { id: string }, { attempt }: { attempt: number }) => {
      if (id.startsWith("hung") && attempt === 1) return new Promise((resolve) => hanging.set(id, resolve));
      answered.push(id);
      return {};
    },
    forget: () => ({}),
  };
  const c = await cluster(
    (clock) => openStore("memory:", { clock, partitions: 1 }),
    () => [implement(definition as never, { shop } as never)],
  );
  const { worker } = await c.join(FULL);
  const until = new Date(c.clock.now() + 600_000).toISOString();
  const start = (id: string) =>
    c.through(c.client.start(definition as never, { id, input: { id, until, sleeps: id === "sleeper" } as never }));
  await start("sleeper");
  const hung = [await start("hung-0"), await start("hung-1"), await start("hung-2"), await start("hung-3")];
  return { c, worker, start, hung, hanging, answered };
}

describe("sagas whose handlers never settle keep no place in hand", () => {
  const rows = [
    { name: "when they have ended", retry: "none" },
    { name: "while they wait for another attempt", retry: "3 backoff 1d" },
    { name: "while they wait for a person", retry: "none then park" },
  ];
  test.for(rows)("$name: others begin, and are woken", async ({ retry }) => {
    const { c, worker, start, hanging, answered } = await unsettled(retry);
    await c.until("all were called", () => hanging.size === 4, 600_000);
    await c.pass(120_000);
    expect(worker).toMatchObject({ inHand: 0, full: 0, callsInFlight: 4 });
    await start("fresh");
    await c.pass(1_000);
    expect(answered).toEqual(["fresh"]);
    await c.pass(600_000);
    expect(answered).toEqual(["fresh", "sleeper"]);
    await c.close();
  });

  test("what they answer after all is in their history, and then they are in hand no more", async () => {
    const { c, worker, hung, hanging } = await unsettled("none");
    await c.until("all were called", () => hanging.size === 4, 600_000);
    await c.pass(120_000);
    hanging.get("hung-1")?.({});
    await c.pass(1_000);
    expect(worker).toMatchObject({ inHand: 0, callsInFlight: 3 });
    const history = await c.through(hung[1]?.history() ?? Promise.resolve([]));
    expect(history.map(({ record }) => record.type)).toContain("late");
    await c.close();
  });

  test("an attempt that is due is made, and its saga comes to its end", async () => {
    const { c, worker, hung, answered } = await unsettled("3 backoff 10m");
    await c.pass(1_200_000);
    const states = await c.through(Promise.all(hung.map((each) => each.status())));
    expect(states.map(({ status }) => status)).toEqual(["completed", "completed", "completed", "completed"]);
    expect(answered.toSorted()).toEqual(["hung-0", "hung-1", "hung-2", "hung-3", "sleeper"]);
    expect(worker).toMatchObject({ inHand: 0, callsInFlight: 4 });
    await c.close();
  });
});
