import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, openStore, type Store } from "@sagac/runtime";
import type { VirtualClock } from "@sagac/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { partitionOf } from "../../runtime/store/partition.ts";
import { type Cluster, cluster } from "../kit/cluster.ts";
import { held, participants } from "../kit/held.ts";
import { itemWorld } from "../kit/items.ts";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";

/** How long participants are told to remember a call of `held`, whose time is a day. */
const KEEP_FOR_MS = 92 * 86_400_000;
const WORKER = { retention: "30s", rememberFor: "60s" } as const;

function retentionSuite(open: (clock: VirtualClock) => Promise<Store>): void {
  async function ended(c: Cluster, id: string) {
    const saga = await c.through(c.client.start(held, { id, input: { id } }));
    await c.through(saga.signal("approved", {}, { id: `approval-${id}` }));
    await c.through(saga.result());
    return saga;
  }

  test("what has ended is removed when its time is over, and then says so; the same start begins nothing until it is forgotten", async () => {
    const { calls, sagas } = participants();
    const c = await cluster(open, sagas);
    await c.join(WORKER);
    const saga = await ended(c, "h-1");
    const waits = await c.through(c.client.start(held, { id: "h-2", input: null }));
    const endedAtMs = c.clock.now();
    await c.pass(29_000);
    expect((await saga.status()).status).toBe("completed");
    await c.until("it is removed", async () => (await c.client.count({ saga: "Held", status: "completed" })) === 0, 62_000);
    expect(c.clock.now() - endedAtMs).toBeGreaterThanOrEqual(30_000);
    const gone = { code: "RT3010", message: expect.stringContaining('"h-1" ended completed, was last written at 20') };
    const asked: (() => Promise<unknown>)[] = [
      () => saga.status(),
      () => saga.result(),
      () => saga.history(),
      () => saga.children(),
      () => saga.cancel(),
      () => saga.signal("approved", {}),
    ];
    for (const ask of asked) await expect(c.through(ask())).rejects.toMatchObject(gone);

    // Of what was sent it is told all the same.
    expect(await saga.command("start")).toMatchObject({ status: "applied" });
    expect(await saga.command({ cancel: "never-sent" })).toEqual({ status: "pending", code: null, message: null });

    // A late repeat of what was asked: nothing runs again.
    const made = calls.length;
    const again = await c.through(c.client.start(held, { id: "h-1", input: { id: "h-1" } }));
    await expect(c.through(again.result())).rejects.toMatchObject(gone);
    await expect(c.through(c.client.start(held, { id: "h-1", input: 7 }))).rejects.toMatchObject({ code: "RT1003" });
    await c.pass(20_000);
    expect(calls).toHaveLength(made);
    expect(await c.client.list()).toMatchObject({ sagas: [{ id: "h-2", status: "running" }] });

    // Over the time in which its participants remember it nobody need be up.
    await c.nodes[0]?.stop();
    await c.pass(endedAtMs + 30_000 + KEEP_FOR_MS - 100_000 - c.clock.now());
    await c.join(WORKER);
    await c.until(
      "it is forgotten",
      async () => {
        const code = await c.client
          .get(held, "h-1")
          .status()
          .catch(({ code }: { code: string }) => code);
        return code === "RT1004";
      },
      200_000,
    );
    // Longer than `rememberFor`: under the same keys its participants would take it for repeats.
    expect(c.clock.now() - endedAtMs).toBeGreaterThanOrEqual(30_000 + KEEP_FOR_MS);
    await ended(c, "h-1");
    expect(calls).toHaveLength(made + 2);
    expect((await waits.status()).status).toBe("running");
    await c.close();
  });

  test("a command that was on its way when the saga was removed is refused (RT3010), and no worker chews on it", async () => {
    const c = await cluster(open, participants().sagas);
    await c.join(WORKER);
    await ended(c, "h-1");
    await c.pass(62_000);
    const partition = partitionOf("Held", 1, "h-1", c.store.partitions);
    expect((await c.store.load(partition, "h-1"))?.removed).toBe(true);
    for (const id of ["signal:late", "signal:later"]) {
      const payload = JSON.stringify({ signal: "approved", payload: {} });
      await c.store.append(partition, { id, sagaId: "h-1", kind: "signal", payload });
      await c.pass(5_000);
      expect(await c.store.commandResult(partition, id)).toMatchObject({ status: "refused", code: "RT3010" });
    }
    expect(await c.store.occupied(null)).toEqual([]);
    await c.close();
  });

  test("a signal that arrives as its saga is forgotten is refused (RT1004), and waits for nobody", async () => {
    const c = await cluster(open, participants().sagas);
    await c.join();
    await ended(c, "h-1");
    const partition = partitionOf("Held", 1, "h-1", c.store.partitions);
    const forgetting = new Proxy(c.store, {
      get(store, name) {
        const value = Reflect.get(store, name);
        if (typeof value !== "function") return value;
        if (name !== "append") return value.bind(store);
        return async (...args: Parameters<Store["append"]>) => {
          await store.remove(partition, { keepMs: 0, rememberMs: 0 }, 1_000);
          return await store.append(...args);
        };
      },
    });
    const saga = createClient({ store: forgetting, clock: c.clock }).get(held, "h-1");
    await expect(c.through(saga.cancel())).rejects.toMatchObject({ code: "RT1004" });
    expect(await c.store.load(partition, "h-1")).toBeNull();
    expect(await c.store.pending(partition, 10)).toEqual([]);
    expect(await c.store.occupied(null)).toEqual([]);
    await c.close();
  });

  test("what is being removed, piece by piece, is told as removed: the rest of its log is no log", async () => {
    const c = await cluster(open, participants().sagas);
    await c.join();
    const saga = await ended(c, "h-1");
    await c.pass(1_000);
    const partition = partitionOf(held.saga, held.version, "h-1", c.store.partitions);
    await c.store.remove(partition, { keepMs: 0, rememberMs: 3_600_000 }, 1);
    await expect(c.through(saga.history())).rejects.toMatchObject({ code: "RT3010" });
    await expect(c.through(saga.children())).rejects.toMatchObject({ code: "RT3010" });
    await c.close();
  });

  test("a saga goes with all that it ran, from its own end on", async () => {
    const { definition, implementation } = itemWorld();
    const c = await cluster(open, () => [implementation]);
    await c.join(WORKER);
    const saga = await c.through(c.client.start(definition, { id: "i-1", input: { count: 3 } }));
    await c.through(saga.result());
    const children = await c.through(saga.children());
    expect(children).toHaveLength(3);
    await c.pass(62_000);
    const partition = partitionOf(definition.saga, definition.version, "i-1", c.store.partitions);
    for (const { id } of children) {
      expect(await c.store.load(partition, id)).toBeNull();
      expect(await c.store.history(partition, id, 0, 5)).toEqual([]);
    }
    await c.close();
  });

  test("by name: what is not named stays; of several workers each sweeps its share", async () => {
    const { definition, implementation } = itemWorld();
    const { sagas } = participants();
    const c = await cluster(open, (worker, clock) => [...sagas(worker, clock), implementation]);
    await c.join({ retention: { [definition.saga]: "1s" }, rememberFor: 0 });
    for (let index = 0; index < 12; index++) await ended(c, `h-${index}`);
    const named = await c.through(c.client.start(definition, { id: "i-1", input: { count: 1 } }));
    await c.through(named.result());
    await c.until("what is named is gone", async () => (await c.client.count({ saga: definition.saga })) === 0, 120_000);
    await c.pass(62_000);
    expect(await c.client.count()).toBe(12);
    await c.join({ retention: { Held: "1s" }, rememberFor: 0 });
    await c.until("it has swept its half", async () => (await c.client.count()) < 12, 120_000);
    await c.pass(120_000);
    // The other half belongs to a worker that keeps them.
    expect(await c.client.count()).toBeGreaterThan(0);
    await c.nodes[0]?.stop();
    await c.until("all are gone", async () => (await c.client.count()) === 0, 120_000);
    await c.close();
  });
}

describe("retention, in memory", () => retentionSuite((clock) => openStore("memory:", { clock })));

describe("retention, in SQLite", () => {
  let folder: string;
  let files = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "saga-retention-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  retentionSuite((clock) => openStore(`sqlite:${join(folder, `${++files}.db`)}`, { clock }));
});

describeRedis("retention, in Redis", () => {
  let server: RedisServer;
  let places = 0;
  beforeAll(async () => {
    server = await redisForTests();
  });
  afterAll(() => server.stop());
  retentionSuite((clock) => openStore(server.url, { clock, prefix: `retention-${process.pid}-${++places}` }));
});
