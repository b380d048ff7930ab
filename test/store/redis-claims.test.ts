import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { RedisConnection } from "../../runtime/store/redis/connection.ts";
import { loadScripts } from "../../runtime/store/redis/scripts.ts";
import { Starts } from "../../runtime/store/redis/starts.ts";
import type { Command, Partition, Store } from "../../runtime/store/store.ts";
import { VirtualClock } from "../../runtime/testing/index.ts";
import { command, part, partition, take } from "../conformance/kit.ts";
import { describeRedis, type RedisServer, startRedis } from "../kit/redis.ts";
import { openForTwoSteps, type RedisPlace, redisPlace } from "./places.ts";

const version = (number: number) => partition(0, "PlaceOrder", number);
const START = command();

describeRedis(
  "claims of starts in Redis",
  () => {
    let server: RedisServer;
    let place: RedisPlace;
    let clock: VirtualClock;
    let store: Store;
    let connection: RedisConnection;
    let admin: Redis;

    beforeAll(async () => {
      server = await startRedis();
      admin = new Redis(server.url);
    });
    afterAll(async () => {
      admin.disconnect();
      await server.stop();
    });
    beforeEach(async () => {
      place = await redisPlace(server)();
      clock = new VirtualClock();
      store = await place.open({ clock });
      connection = await RedisConnection.open({ server: { host: server.host, port: server.port }, commandTimeoutMs: 30_000 });
    });
    afterEach(async () => {
      await connection.close();
      await place.dispose();
    });

    /** Another client's, in two steps, as slow as `append` says. */
    async function slow(append: (partition: Partition, command: Command) => ReturnType<Store["append"]>): Promise<Starts> {
      const scripts = await loadScripts();
      const root = (name: string) => `{${place.prefix}:${name}}`;
      const inOne = () => Promise.reject(new Error("it takes two steps"));
      return new Starts({
        connection,
        scripts,
        root,
        append,
        appendClaimed: inOne,
        time: () => ({ now: clock.now() }),
        inOneStep: false,
      });
    }

    it("one that was left behind is made anew by its own version: another one that comes before the start appends that", async () => {
      await admin.hset(`{${place.prefix}:start:PlaceOrder/order-1}`, "version", "1");
      const starts = await slow(async (where, start) => {
        expect(await store.append(version(2), command({ payload: "by 2" }))).toEqual({
          status: "elsewhere",
          version: 1,
          payload: "by 1",
        });
        return await store.append(where, start);
      });
      expect(await starts.append(version(1), command({ payload: "by 1" }))).toMatchObject({
        status: "duplicate",
        payload: "by 1",
      });
      expect(await store.pending(version(2), 10)).toEqual([]);
    });

    it("one that was left behind is not taken by another version when its own has made it anew meanwhile", async () => {
      await admin.hset(CLAIM(), "version", "1", "at", "1");
      const starts = await slow((where, start) => store.append(where, start));
      const ask = connection.ask.bind(connection);
      const asking = vi.spyOn(connection, "ask").mockImplementationOnce(async (...asked) => {
        // The other one comes when it has been seen that no start of version 1 is there.
        const reply = await ask(...asked);
        expect(reply).toEqual([null, null]);
        expect(await store.append(version(1), command({ payload: "by 1" }))).toEqual({ status: "appended" });
        return reply;
      });
      const answer = await starts.append(version(2), command({ payload: "by 2" }));
      asking.mockRestore();
      expect(answer).toEqual({ status: "elsewhere", version: 1, payload: "by 1" });
      expect(await store.pending(version(2), 10)).toEqual([]);
    });

    it("whoever frees one late leaves that of a start which has come since", async () => {
      await store.append(version(1), START);
      await store.commit([part(await take(store, version(1)), { status: "completed", live: false })]);
      const retention = { keepMs: 1_000, rememberMs: 1_000 };
      clock.advanceBy(1_000);
      await store.remove(version(1), retention, 100);
      clock.advanceBy(1_000);
      const sinceMs = clock.now();
      // Repeated meanwhile: the claim is freed all the same.
      expect(await store.append(version(1), START)).toMatchObject({ status: "duplicate" });
      expect(await store.remove(version(1), retention, 100)).toMatchObject({ forgotten: 1 });
      expect(await admin.exists(`{${place.prefix}:start:PlaceOrder/order-1}`)).toBe(0);
      clock.advanceBy(1);
      expect(await store.append(version(1), START)).toEqual({ status: "appended" });
      const starts = await slow((where, start) => store.append(where, start));
      await starts.free(version(1), [{ root: "order-1", sinceMs }]);
      expect(await store.append(version(2), START)).toMatchObject({ status: "elsewhere", version: 1 });
    });

    it("one that is made in one step has nothing to settle, and holds for a client that takes two", async () => {
      expect(await store.append(version(1), START)).toEqual({ status: "appended" });
      expect(await admin.hgetall(CLAIM())).toEqual({ version: "1", at: String(clock.now()) });
      const other = await openForTwoSteps(server.url, { prefix: place.prefix, clock });
      for (const [of, status] of [
        [2, "elsewhere"],
        [1, "duplicate"],
      ] as const) {
        expect(await other.append(version(of), command({ payload: "later" }))).toMatchObject({ status, payload: START.payload });
      }
      await other.close();
      expect(await store.append(version(2), START)).toMatchObject({ status: "elsewhere", version: 1 });
    });

    it("one of a client that stopped between its steps: another version appends what it has, its own what it is given", async () => {
      await admin.hset(CLAIM(), "version", "1", "at", "1", "payload", "by 1");
      expect(await store.append(version(2), START)).toEqual({ status: "elsewhere", version: 1, payload: "by 1" });
      await admin.hset(CLAIM("order-2"), "version", "1", "at", "1", "payload", "by 1");
      const again = command({ id: "start:order-2", sagaId: "order-2", payload: "by 1, again" });
      expect(await store.append(version(1), again)).toEqual({ status: "appended" });
      expect(await admin.hgetall(CLAIM("order-2"))).toEqual({ version: "1", at: String(clock.now()) });
      const pending = await store.pending(version(1), 10);
      expect(pending.map(({ sagaId, payload }) => [sagaId, payload])).toEqual([
        ["order-1", "by 1"],
        ["order-2", "by 1, again"],
      ]);
    });

    it("one of a client that stopped between its steps, and whose start's id another command has: it holds up nobody", async () => {
      await store.append(version(1), command({ id: "start:order-2", sagaId: "order-2" }));
      await store.append(version(1), command({ sagaId: "order-2", kind: "signal" }));
      await admin.hset(CLAIM(), "version", "1", "at", "1", "payload", "by 1");
      expect(await store.append(version(2), START)).toEqual({ status: "appended" });
      expect(await store.append(version(1), START)).toEqual({ status: "elsewhere", version: 2, payload: START.payload });
    });

    it("a start that has none, of before there were claims, gets one when it is repeated; one that has it keeps the time", async () => {
      await store.append(version(1), START);
      const { at } = await admin.hgetall(CLAIM());
      clock.advanceBy(1_000);
      await store.append(version(1), START);
      expect(await admin.hgetall(CLAIM())).toEqual({ version: "1", at });
      await admin.del(CLAIM());
      expect(await store.append(version(1), START)).toMatchObject({ status: "duplicate" });
      expect(await admin.hgetall(CLAIM())).toEqual({ version: "1", at: String(clock.now()) });
    });

    it("a start is one call of the server, and no more", async () => {
      await store.append(version(1), START);
      const before = await calls();
      await store.append(version(1), command({ id: "start:order-2", sagaId: "order-2" }));
      expect((await calls()) - before).toBe(1);
    });

    const CLAIM = (sagaId = "order-1") => `{${place.prefix}:start:PlaceOrder/${sagaId}}`;

    async function calls(): Promise<number> {
      return Number(/cmdstat_evalsha:calls=(\d+)/.exec(await admin.info("commandstats"))?.[1]);
    }
  },
  { own: true },
);
