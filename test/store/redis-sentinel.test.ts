import { createClient, openStore } from "@sagac/runtime";
import { VirtualClock } from "@sagac/runtime/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { partitionOf } from "../../runtime/store/partition.ts";
import { placeOrder } from "../kit/order.ts";
import { describeRedis, type OwnRedisServer, startRedis } from "../kit/redis.ts";
import { askRedis, replicate } from "../kit/replication.ts";
import { type Sentinels, startSentinels } from "../kit/sentinel.ts";
import type { TcpProxy } from "../kit/tcp-proxy.ts";
import { until } from "../kit/until.ts";

const AT_ONCE = ["--repl-diskless-sync-delay", "0"];
const PARTITION = partitionOf("PlaceOrder", 1, "order-1", 2);
const START = { id: "start:order-1", sagaId: "order-1", kind: "start", payload: "{}" } as const;

describeRedis(
  "A store that is found by sentinels",
  () => {
    let primary: OwnRedisServer;
    let replica: OwnRedisServer;
    let line: TcpProxy;
    let sentinels: Sentinels;

    beforeAll(async () => {
      [primary, replica] = await Promise.all([startRedis(AT_ONCE), startRedis(AT_ONCE)]);
      line = await replicate(primary, replica);
      sentinels = await startSentinels("orders", primary, { password: "open-sesame" });
    });

    afterAll(async () => {
      await sentinels.stop();
      await line.close();
      await Promise.all([primary.stop(), replica.stop()]);
    });

    const open = (url: string, sentinelPassword = "open-sesame") =>
      openStore(url, { partitions: 2, onWarning: () => undefined, commandTimeoutMs: 3_000, redis: { sentinelPassword } });

    test("one that does not know the name, does not let us ask or is not there is told as that", async () => {
      const cases = [
        [`redis+sentinel://${sentinels.hosts}/shop`, "open-sesame", 'the sentinels know no primary of the name "shop"'],
        [`redis+sentinel://${sentinels.hosts}/orders`, "wrong", "no sentinel answers"],
        [
          "redis+sentinel://127.0.0.1:1,127.0.0.1:2/orders",
          "open-sesame",
          "no sentinel answers: 127.0.0.1:1: connect ECONNREFUSED",
        ],
      ] as const;
      for (const [url, password, message] of cases)
        await expect(open(url, password)).rejects.toMatchObject({ code: "RT2001", message: expect.stringContaining(message) });
    });

    test("goes on at the replica that they promote, where a lease of the old server is worth nothing", async () => {
      // On a busy machine they may have thought it gone before, and promoted the other one.
      if ((await sentinels.agree()) !== primary.port) [primary, replica] = [replica, primary];
      const store = await open(`redis+sentinel://127.0.0.1:1,${sentinels.hosts}/orders`);
      expect((await store.append(PARTITION, START)).status).toBe("appended");
      const [lease] = await store.lease([{ partition: PARTITION, epoch: null }], "w1", 60_000);
      expect(lease?.epoch).toBe(1);
      const size = (server: OwnRedisServer): Promise<number> => askRedis(server, (redis) => redis.dbsize());
      await until("the replica has it", async () => (await size(replica)) === (await size(primary)));
      await primary.kill();
      await until("the sentinels promote the replica", async () => (await sentinels.primaryPort()) === replica.port, 120_000);
      await until("the store goes on", async () => (await store.pending(PARTITION, 10).catch(() => [])).length === 1);
      const [renewed] = await store.lease([{ partition: PARTITION, epoch: 1 }], "w1", 60_000);
      expect(renewed).toBeNull();
      await store.close();
    });

    test("a client that waits is told when none of the servers is there any more", async () => {
      const store = await openStore(`redis+sentinel://${sentinels.hosts}/orders`, {
        onWarning: () => undefined,
        commandTimeoutMs: 1_000,
        redis: { sentinelPassword: "open-sesame" },
      });
      const clock = new VirtualClock();
      const waiting = createClient({ store, clock }).get(placeOrder, "order-1").result();
      let told: unknown = null;
      waiting.catch((error: unknown) => {
        told = error;
      });
      await Promise.all([primary.kill(), replica.kill()]);
      await until("it is told", () => {
        clock.advanceBy(100);
        return told !== null;
      });
      expect(told).toMatchObject({ code: "RT2001" });
      await store.close();
    });
  },
  { own: true },
);
