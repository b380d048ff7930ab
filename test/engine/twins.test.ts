import { type Logger, openStore, silentLogger } from "@sagac/runtime";
import { expect, test } from "vitest";
import { cluster, LEASE_MS } from "../kit/cluster.ts";
import { held, participants } from "../kit/held.ts";

function logOf() {
  const twins: unknown[] = [];
  const warn: Logger["warn"] = (_, fields) => {
    if (fields?.code === "RT4003") twins.push(fields);
  };
  return { twins, log: { ...silentLogger, warn } };
}

/** Prepares for three seconds: longer than it took two of one id to take a partition from each other. */
const slow = () =>
  participants((name, clock) =>
    name === "prepare" ? new Promise((resolve) => void clock.schedule(3_000, () => resolve(null))) : null,
  );

test("two workers of one id do not take from each other for ever: everything ends, and the log says what is wrong", async () => {
  const { calls, sagas } = slow();
  const c = await cluster((clock) => openStore("memory:", { clock, partitions: 4 }), sagas);
  const { twins, log } = logOf();
  await c.join({ id: "twin", log });
  const start = (from: number) =>
    Promise.all(Array.from({ length: 12 }, (_, n) => c.through(c.client.start(held, { id: `h-${from + n}`, input: null }))));
  const handles = await start(0);
  await c.pass(1_000);
  await c.join({ id: "twin", log });
  await c.pass(1_000);
  handles.push(...(await start(12)));
  await c.pass(60_000);
  await Promise.all(handles.map((handle) => c.through(handle.signal("approved", {}))));
  for (const handle of handles) expect((await c.through(handle.result({ timeout: "5m" }))).status).toBe("completed");
  expect(twins).toContainEqual({ code: "RT4003", id: "twin", partitions: expect.arrayContaining([expect.any(String)]) });
  // Of each partition each of the two may find out once.
  expect(Math.max(...c.written.map(({ epoch }) => epoch))).toBeLessThanOrEqual(4);
  expect(calls.length).toBeLessThan(4 * handles.length);
  await c.close();
});

test("one that is started again under the id of one that died has all at once, and when its twin dies the other carries on", async () => {
  const { sagas } = slow();
  const c = await cluster((clock) => openStore("memory:", { clock, partitions: 4 }), sagas);
  const { twins, log } = logOf();
  const first = await c.join({ id: "fixed", log });
  const handles = await Promise.all(
    Array.from({ length: 12 }, (_, n) => c.through(c.client.start(held, { id: `h-${n}`, input: null }))),
  );
  await c.pass(1_000);
  first.kill();
  const second = await c.join({ id: "fixed", log });
  await c.pass(100);
  expect(second.worker.partitions).toBe(4);
  expect(twins).toEqual([]);
  const third = await c.join({ id: "fixed", log });
  await c.pass(2_000);
  expect(third.worker.partitions).toBe(4);
  third.kill();
  const diedMs = c.clock.now();
  await c.until("the other has all", () => second.worker.partitions === 4, 2 * LEASE_MS);
  expect(c.clock.now() - diedMs).toBeLessThan(LEASE_MS + 2_000);
  await Promise.all(handles.map((handle) => c.through(handle.signal("approved", {}))));
  for (const handle of handles) expect((await c.through(handle.result())).status).toBe("completed");
  await c.close();
});
