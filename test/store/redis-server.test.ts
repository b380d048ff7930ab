import { createClient, silentLogger, startWorker } from "@sagac/runtime";
import { redisFence } from "@sagac/runtime/participant";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { OpenStoreOptions } from "../../runtime/store/open.ts";
import { openStore } from "../../runtime/store/open.ts";
import { encodeId, partitionKey } from "../../runtime/store/partition.ts";
import { loadScripts } from "../../runtime/store/redis/scripts.ts";
import type { Lease, Store } from "../../runtime/store/store.ts";
import { VirtualClock } from "../../runtime/testing/index.ts";
import { command, NASTY_IDS, part, partition, take } from "../conformance/kit.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import type { OwnRedisServer } from "../kit/redis.ts";
import { describeRedis, startRedis } from "../kit/redis.ts";
import { until } from "../kit/until.ts";
import { fenceContext } from "../participant/kit.ts";

describeRedis(
  "the Redis server's settings and moods",
  () => {
    let server: OwnRedisServer;
    let admin: Redis;
    let warnings: string[];
    const handles: Store[] = [];

    beforeAll(async () => {
      server = await startRedis();
      admin = new Redis(server.url);
      admin.on("error", () => undefined);
    });
    afterAll(async () => {
      admin.disconnect();
      await server.stop();
    });
    beforeEach(async () => {
      warnings = [];
      await admin.flushall();
    });
    afterEach(async () => {
      for (const store of handles.splice(0)) await store.close();
    });

    async function open(options: OpenStoreOptions = {}, url = server.url): Promise<Store> {
      const store = await openStore(url, { onWarning: ({ code }) => warnings.push(code), ...options });
      handles.push(store);
      return store;
    }

    async function withConfig(name: string, value: string, body: () => Promise<void>): Promise<void> {
      const [, before] = (await admin.config("GET", name)) as [string, string];
      await admin.config("SET", name, value);
      try {
        await body();
      } finally {
        await admin.config("SET", name, before);
      }
    }

    it("noeviction and an append-only file: no warning", async () => {
      await open();
      expect(warnings).toEqual([]);
    });

    it("an evicting policy is refused (RT2005), with the command that mends it; allowEviction makes it a warning", async () => {
      await withConfig("maxmemory-policy", "allkeys-lru", async () => {
        await expect(open()).rejects.toMatchObject({
          code: "RT2005",
          message: expect.stringMatching(/allkeys-lru.*CONFIG SET maxmemory-policy noeviction/),
        });
        expect(await admin.keys("*")).toEqual([]);
        await open({ allowEviction: true });
        expect(warnings).toEqual(["redis-eviction"]);
      });
    });

    it("a policy that is set later is an alarm of every worker (RT2005), which keeps no lease until it is mended; whoever leaves may", async () => {
      const store = await open();
      const alarms: unknown[] = [];
      const log = {
        ...silentLogger,
        error: (_: string, fields?: object) => void alarms.push((fields as { code?: string } | undefined)?.code),
      };
      const sagas = [orderImplementation(orderWorld())];
      const worker = await startWorker({ store, sagas, leaseMs: 300, handleSignals: false, log });
      const client = createClient({ store });
      await withConfig("maxmemory-policy", "volatile-lru", async () => {
        await until("the alarm comes, and comes again", () => alarms.length >= 2);
        await until("it holds nothing", () => worker.partitions === 0);
        await expect(store.attend({ owner: "w", serves: [] }, 1_000)).rejects.toMatchObject({ code: "RT2005" });
        await expect(store.attend({ owner: "w", serves: [] }, 0)).resolves.toBeDefined();
        await (await open({ allowEviction: true })).attend({ owner: "w", serves: [] }, 1_000);
      });
      expect(new Set(alarms)).toEqual(new Set(["RT2005"]));
      const order = await client.start(placeOrder, { id: "order-1", input: orderInput() });
      expect(await order.result({ timeout: "20s" })).toMatchObject({ status: "completed" });
      await worker.stop();
    });

    it("a step fence does nothing in a server that would drop its records (RT2005), and goes on once it is mended", async () => {
      const fence = redisFence({ redis: admin, scope: "stock" });
      const take = () => fence.call(fenceContext("order-1"), ({ multi }) => void multi.incr("taken"));
      await withConfig("maxmemory-policy", "volatile-lru", async () => {
        await expect(take()).rejects.toMatchObject({ code: "RT2005", message: expect.stringContaining("stock") });
        const careless = redisFence({ redis: admin, scope: "stock", prefix: "careless", allowEviction: true });
        expect(await careless.call(fenceContext("order-1"), () => 1)).toBe(1);
        careless.close();
      });
      expect(await admin.exists("taken")).toBe(0);
      await take();
      expect(await admin.get("taken")).toBe("1");
      fence.close();
    });

    it("a database that the server does not have is refused (RT1009): nothing is written to the first one in its place", async () => {
      await expect(open({}, `${server.url}/99`)).rejects.toMatchObject({
        code: "RT1009",
        message: expect.stringContaining("99"),
      });
      expect(await admin.keys("*")).toEqual([]);
      await open({}, `${server.url}/3`);
      expect(await admin.keys("*")).toEqual([]);
    });

    it("without an append-only file: a warning", async () => {
      await withConfig("appendonly", "no", async () => {
        await open();
        expect(warnings).toEqual(["redis-aof"]);
      });
    });

    it("where the policy may not be read: CONFIG forbidden, INFO tells; both forbidden, a warning", async () => {
      await admin.call("ACL", "SETUSER", "noconfig", "on", ">pw", "~*", "&*", "+@all", "-config");
      await admin.call("ACL", "SETUSER", "blind", "on", ">pw", "~*", "&*", "+@all", "-config", "-info");
      const as = (user: string) => `redis://${user}:pw@${server.host}:${server.port}`;
      await withConfig("maxmemory-policy", "volatile-ttl", async () => {
        await expect(open({}, as("noconfig"))).rejects.toMatchObject({ code: "RT2005" });
      });
      await open({}, as("noconfig"));
      expect(warnings).toEqual([]);
      const store = await open({}, as("blind"));
      expect(warnings).toEqual(["redis-info", "redis-eviction-unknown"]);
      // It is not asked again what it has refused to tell.
      await admin.call("ACL", "LOG", "RESET");
      await store.attend({ owner: "w", serves: [] }, 1_000);
      expect(await admin.call("ACL", "LOG")).toEqual([]);
      await take(store);
    });

    it("a wrong password is told as such, and not shown", async () => {
      await admin.call("ACL", "SETUSER", "ann", "on", ">right", "~*", "&*", "+@all");
      const opening = open({}, `redis://ann:wr0ng@${server.host}:${server.port}`);
      const error: unknown = await opening.catch((reason: unknown) => reason);
      expect(String(error)).toMatch(/RT2008.*WRONGPASS/);
      expect(String(error)).not.toContain("wr0ng");
    });

    it("a user who may not use one of the commands learns it when opening, not in the middle of a commit", async () => {
      const sources = Object.values(await loadScripts()).flatMap(({ source }) => [...source.matchAll(/'([A-Z]{3,})'/g)]);
      const used = new Set(sources.map(([, word = ""]) => word));
      for (const option of ["COUNT", "LIMIT", "WITHSCORES"]) used.delete(option);
      // Scripts do without these.
      for (const spared of ["INFO", "PUBLISH"]) used.delete(spared);
      expect(used).toContain("ZREVRANGEBYLEX");
      for (const forbidden of used) {
        await admin.call("ACL", "SETUSER", "weak", "reset", "on", ">pw", "~*", "&*", "+@all", `-${forbidden}`);
        await expect(open({}, `redis://weak:pw@${server.host}:${server.port}`)).rejects.toMatchObject({
          code: "RT2008",
          message: expect.stringMatching(/does not permit .*(NOPERM|can.t run this command).*\. Check user, password and ACL\.$/),
        });
      }
    });

    it("a user who may no longer use one is told so, and that a part may stand of what was being written", async () => {
      await admin.call("ACL", "SETUSER", "weak", "reset", "on", ">pw", "~*", "&*", "+@all");
      const store = await open({}, `redis://weak:pw@${server.host}:${server.port}`);
      const lease = await take(store);
      await admin.call("ACL", "SETUSER", "weak", "-zadd");
      await expect(store.commit([part(lease, { setTimers: [{ key: "a", delayMs: 1 }] })])).rejects.toMatchObject({
        code: "RT2002",
        message: expect.stringMatching(
          /does not permit .*(NOPERM|can.t run this command).*\. Check user, password and ACL\. A part of it may stand/,
        ),
      });
      await admin.call("ACL", "SETUSER", "weak", "-zrange");
      await expect(store.due(partition(), 10)).rejects.toMatchObject({
        code: "RT2008",
        message: expect.stringContaining("Check user, password and ACL"),
      });
    });

    it("a saga that format 8 wrote can still be read where its first commit fails on the way, and goes on", async () => {
      await admin.call("ACL", "SETUSER", "weak", "reset", "on", ">pw", "~*", "&*", "+@all");
      const store = await open({}, `redis://weak:pw@${server.host}:${server.port}`);
      const lease = await take(store);
      const said = { base: "w", version: 7, commit: "c", status: "running", live: "1", active: "0", conditions: "parked" };
      const more = { updated: 2, created: 1, changes: 0, held: "", records: 0, shown: "" };
      await admin.hset(`{saga:${partitionKey(partition())}}:saga:order-1`, { ...said, ...more });
      const before = await store.load(partition(), "order-1");
      expect(before).toMatchObject({ version: 7, snapshot: { whole: "w" } });
      const next = part(lease, { expectedVersion: 7, records: ["r"] });
      await admin.call("ACL", "SETUSER", "weak", "-rpush");
      await expect(store.commit([next])).rejects.toMatchObject({ code: "RT2002" });
      expect(await store.load(partition(), "order-1")).toEqual(before);
      await admin.call("ACL", "SETUSER", "weak", "+rpush");
      expect(await store.commit([next])).toMatchObject([{ status: "committed", version: 8 }]);
    });

    it.each([
      ["zadd", 0],
      ["xdel", 1],
    ])("a command is not pending for ever where the commit that consumes it fails at %s", async (forbidden, left) => {
      await admin.call("ACL", "SETUSER", "weak", "reset", "on", ">pw", "~*", "&*", "+@all");
      const store = await open({}, `redis://weak:pw@${server.host}:${server.port}`);
      const lease = await take(store);
      await store.commit([part(lease)]);
      await store.append(partition(), command({ id: "signal:1", kind: "signal" }));
      const [sent] = await store.pending(partition(), 10);
      const { position, id } = sent ?? { position: "", id: "" };
      const consumed = (status: "applied" | "refused") => ({ position, id, result: { status, code: null, message: null } });
      const setTimers = [{ key: "a", delayMs: 1 }];
      await admin.call("ACL", "SETUSER", "weak", `-${forbidden}`);
      const failing = part(lease, { expectedVersion: 1, setTimers, consume: [consumed("applied")] });
      await expect(store.commit([failing])).rejects.toMatchObject({ code: "RT2002" });
      expect(await store.pending(partition(), 10)).toHaveLength(left);
      await admin.call("ACL", "SETUSER", "weak", `+${forbidden}`);
      await store.commit([part(lease, { expectedVersion: 2, consume: [consumed("refused")] })]);
      expect(await store.pending(partition(), 10)).toEqual([]);
      expect(await store.commandResult(partition(), "signal:1")).toMatchObject({ status: "applied" });
    });

    it("a user who may not publish loses hints and nothing else", async () => {
      await admin.call("ACL", "SETUSER", "mute", "reset", "on", ">pw", "~*", "resetchannels", "+@all");
      const store = await open({}, `redis://mute:pw@${server.host}:${server.port}`);
      const lease = await take(store);
      expect(await store.commit([part(lease)])).toMatchObject([{ status: "committed" }]);
      expect(await store.append(partition(), command())).toEqual({ status: "appended" });
      const heard: string[] = [];
      store.watch((hint) => heard.push(hint.what));
      await expect.poll(() => warnings).toEqual(["redis-hints"]);
      await store.append(partition(), command({ id: "own" }));
      expect(heard).toEqual(["start"]);
    });

    it("a newer format is refused (RT2004), and nothing is changed", async () => {
      await open();
      await admin.hset("{saga:meta}", "format", "999");
      await expect(open()).rejects.toMatchObject({ code: "RT2004", message: expect.stringContaining("format 999") });
      expect(await admin.hget("{saga:meta}", "format")).toBe("999");
    });

    it("a command from before roots knew theirs is forgotten with its saga, once it was consumed", async () => {
      const clock = new VirtualClock();
      const store = await open({ clock });
      const lease = await take(store);
      await store.commit([part(lease)]);
      await store.append(partition(), command({ id: "signal:1", kind: "signal" }));
      const root = `{saga:${partitionKey(partition())}}`;
      await admin.del(`${root}:commands:order-1`);
      const consume = (await store.pending(partition(), 10)).map(({ position, id }) => {
        return { position, id, result: { status: "applied", code: null, message: null } as const };
      });
      await store.commit([part(lease, { expectedVersion: 1, status: "completed", live: false, consume })]);
      expect(await store.commandResult(partition(), "signal:1")).not.toBeNull();
      clock.advanceBy(1_000);
      expect(await store.remove(partition(), { keepMs: 1_000, rememberMs: 0 }, 100)).toMatchObject({ forgotten: 1 });
      expect(await store.commandResult(partition(), "signal:1")).toBeNull();
    });

    it("two prefixes share a server and nothing else", async () => {
      const [a, b] = [await open({ prefix: "a", partitions: 2 }), await open({ prefix: "b", partitions: 4 })];
      await a.commit([part(await take(a))]);
      expect(await b.load(partition(), "order-1")).toBeNull();
      expect([a.partitions, b.partitions]).toEqual([2, 4]);
    });

    it("every key of a partition lies under its one hash tag, and every claim under its own, whatever the ids are", async () => {
      const store = await open({ prefix: "s:x" });
      const tags = new Set<string>();
      for (const name of NASTY_IDS) {
        const where = partition(1, name);
        tags.add(`s:x:${partitionKey(where)}`);
        const lease = await take(store, where, name);
        for (const id of NASTY_IDS.slice(0, 12)) {
          tags.add(`s:x:start:${encodeId(name)}/${encodeId(id)}`);
          await store.append(where, command({ id, sagaId: id }));
          await store.commit([part(lease, { sagaId: id, commitId: id, records: ["r"], setTimers: [{ key: id, delayMs: 1 }] })]);
        }
      }
      const keys = (await admin.keys("*")).filter((key) => !key.startsWith("{s:x:meta}"));
      expect(keys.length).toBeGreaterThan(NASTY_IDS.length * 12);
      expect(new Set(keys.map((key) => key.slice(1, key.indexOf("}"))))).toEqual(tags);
      expect(keys.every((key) => key.startsWith("{") && key.indexOf("{", 1) === -1)).toBe(true);
    });

    it("out of memory: RT2008, nothing is written, also of a batch; with room again it goes on", async () => {
      const store = await open();
      const lease = await take(store);
      await store.commit([part(lease, { sagaId: "there" })]);
      const parts = [
        part(lease, { sagaId: "there" }),
        part(lease, { sagaId: "a", records: ["r"] }),
        part(lease, { sagaId: "b" }),
      ];
      await withConfig("maxmemory", "1", async () => {
        await expect(store.commit(parts)).rejects.toMatchObject({ code: "RT2008", message: expect.stringContaining("memory") });
        await expect(store.append(partition(), command())).rejects.toMatchObject({ code: "RT2008" });
        expect(await store.load(partition(), "a")).toBeNull();
      });
      expect((await store.commit(parts)).map(({ status }) => status)).toEqual(["conflict", "committed", "committed"]);
    });

    it("a primary that becomes a replica: RT2001, nothing is written; as a primary again it has forgotten who owned what, for a whole lease", async () => {
      const store = await open();
      const lease = await take(store);
      await admin.replicaof("127.0.0.1", "1");
      await expect(store.commit([part(lease)])).rejects.toMatchObject({ code: "RT2001" });
      await expect(openStore(server.url)).rejects.toMatchObject({ code: "RT2001", message: expect.stringContaining("replica") });
      await admin.replicaof("NO", "ONE");
      expect(await store.load(partition(), "order-1")).toBeNull();
      await expect.poll(() => store.commit([part(lease)]).catch(() => "not yet")).toEqual([{ status: "fenced" }]);
      const again = await untilTaken(store, 200);
      expect(again.epoch).toBeGreaterThan(lease.epoch + 1);
      expect(await store.commit([part(lease), part(again, { sagaId: "order-2" })])).toMatchObject([
        { status: "fenced" },
        { status: "committed" },
      ]);
    });

    it("killed: calls settle within their time; back again, data and scripts are as before; its last writes may be lost, so leases begin anew", async () => {
      const store = await open({ commandTimeoutMs: 1_000 });
      const lease = await take(store);
      await store.commit([part(lease, { records: ["a"] })]);
      await admin.config("SET", "appendfsync", "always");
      await store.commit([part(lease, { expectedVersion: 1, commitId: "commit-2", records: ["b"] })]);
      await server.kill();
      const startMs = performance.now();
      const outcomes = await Promise.allSettled([
        store.commit([part(lease, { expectedVersion: 2 })]),
        store.load(partition(), "order-1"),
        store.lease([{ partition: partition(), epoch: lease.epoch }], "worker-1", 1000),
      ]);
      expect(performance.now() - startMs).toBeLessThan(15_000);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ status: "rejected", reason: { code: expect.stringMatching(/^RT200[12]$/) } });
      }
      await server.restart();
      await expect
        .poll(() =>
          store.now().then(
            () => "there",
            () => "not yet",
          ),
        )
        .toBe("there");
      expect(await store.load(partition(), "order-1")).toMatchObject({ version: 2, commitId: "commit-2" });
      const third = part(lease, { expectedVersion: 2, commitId: "commit-3", records: ["c"] });
      expect(await store.commit([third])).toEqual([{ status: "fenced" }]);
      const askedMs = performance.now();
      // Together: when one is answered that lease's time may be over.
      const asked = [lease.epoch, null].map((epoch) => store.lease([{ partition: partition(), epoch }], "worker-1", 300));
      expect(await Promise.all(asked)).toEqual([[null], [null]]);
      const again = await untilTaken(store, 300, askedMs);
      expect(again.epoch).toBeGreaterThan(lease.epoch + 1);
      expect(await store.commit([{ ...third, lease: again }])).toMatchObject([{ status: "committed", version: 3 }]);
    });

    /** Nobody is given a partition before a whole lease has passed, counted from the first who asks. */
    async function untilTaken(store: Store, ttlMs: number, askedMs = performance.now()): Promise<Lease> {
      let given: Lease | null = null;
      await until("the lease is given", async () => {
        [given = null] = await store.lease([{ partition: partition(), epoch: null }], "worker-1", ttlMs);
        return given !== null;
      });
      expect(performance.now() - askedMs).toBeGreaterThan(ttlMs / 2);
      if (given === null) throw new Error("not given");
      return given;
    }
  },
  { own: true },
);
