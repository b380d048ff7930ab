import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "../../runtime/store/open.ts";
import { partitionOf } from "../../runtime/store/partition.ts";
import type { Command, Store } from "../../runtime/store/store.ts";
import { describeRedis, type RedisServer, startRedis } from "../kit/redis.ts";

describeRedis(
  "starts in Redis that are asked for at once",
  () => {
    let server: RedisServer;
    let admin: Redis;

    beforeAll(async () => {
      server = await startRedis();
      admin = new Redis(server.url);
    });
    afterAll(async () => {
      admin.disconnect();
      await server.stop();
    });

    const start = (sagaId: string, payload = "{}"): Command => ({ id: `start:${sagaId}`, sagaId, kind: "start", payload });
    const append = (store: Store, command: Command, version = 1) =>
      store.append(partitionOf("PlaceOrder", version, command.sagaId, store.partitions), command);
    const scriptCalls = async () => Number(/cmdstat_evalsha:calls=(\d+)/.exec(await admin.info("commandstats"))?.[1] ?? 0);

    it("are few calls, each answered for itself, and pending in the order asked", async () => {
      const store = await openStore(server.url, { prefix: "many" });
      await append(store, start("elsewhere"), 2);
      await append(store, start("there", '{"a":1}'));
      const ids = Array.from({ length: 600 }, (_, index) => `order ${index}`);
      const before = await scriptCalls();
      const [elsewhere, there, longId, ...answers] = await Promise.all([
        append(store, start("elsewhere")),
        append(store, start("there", '{"a":2}')),
        append(store, { ...start("long"), id: "long-start:x" }),
        ...ids.map((id) => append(store, start(id))),
        ...ids.slice(0, 3).map((id) => append(store, start(id, '{"again":1}'))),
      ]);
      // The one of another version is left to two calls of their own.
      expect((await scriptCalls()) - before).toBeLessThan(10);
      expect(elsewhere).toEqual({ status: "elsewhere", version: 2, payload: "{}" });
      expect(there).toEqual({ status: "duplicate", kind: "start", payload: '{"a":1}' });
      expect(longId).toEqual({ status: "appended" });
      expect(answers.slice(0, 600)).toEqual(ids.map(() => ({ status: "appended" })));
      expect(answers.slice(600)).toEqual(ids.slice(0, 3).map(() => ({ status: "duplicate", kind: "start", payload: "{}" })));
      for (let index = 0; index < store.partitions; index++) {
        const pending = await store.pending({ saga: "PlaceOrder", version: 1, index }, 1_000);
        const own = ids.filter((id) => partitionOf("PlaceOrder", 1, id, store.partitions).index === index);
        expect(pending.map(({ sagaId }) => sagaId).filter((id) => id.startsWith("order "))).toEqual(own);
      }
      const root = `{many:PlaceOrder@1/${partitionOf("PlaceOrder", 1, "long", store.partitions).index}}`;
      expect(await admin.smembers(`${root}:commands:long`)).toEqual(["long-start%3Ax"]);
      await store.close();
    });

    it("are told of by one hint a partition, and finished before the store is closed", async () => {
      const store = await openStore(server.url, { prefix: "told", partitions: 2 });
      const other = await openStore(server.url, { prefix: "told" });
      const heard: string[] = [];
      const all = Promise.withResolvers<void>();
      const end = other.watch(({ what, sagaId }) => {
        if (what === "start" && sagaId !== "first" && heard.push(sagaId ?? "") === 4) all.resolve();
      });
      const told: string[] = [];
      const tap = admin.duplicate();
      tap.on("message", (_, message) => told.push(message));
      await tap.subscribe("told:hints");
      const subscribed = Promise.withResolvers<void>();
      const ask = async () => ((await admin.pubsub("NUMSUB", "told:hints"))[1] === 2 ? subscribed.resolve() : setImmediate(ask));
      await Promise.all([ask(), subscribed.promise]);
      await append(store, start("first"));
      const asked = Promise.all(["a b", "b", "c", "d"].map((id) => append(store, start(id))));
      // By now they stand in line, and are not sent before this turn of the event loop is over.
      for (let turn = 0; turn < 5; turn++) await null;
      await store.close();
      expect(await asked).toEqual(Array.from({ length: 4 }, () => ({ status: "appended" })));
      await all.promise;
      expect(heard.sort()).toEqual(["a b", "b", "c", "d"]);
      // Answered behind all that was published before.
      await tap.ping();
      tap.disconnect();
      expect(told.length).toBe(1 + new Set(heard.map((id) => partitionOf("PlaceOrder", 1, id, 2).index)).size);
      await expect(append(store, start("e"))).rejects.toMatchObject({ code: "RT2003" });
      end();
      await other.close();
    });
  },
  { own: true },
);
