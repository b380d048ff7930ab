import { createClient, implement, openStore, startWorker } from "@sagac/runtime";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { orderInput, orderWorld, placeOrder, untilAborted } from "../kit/order.ts";
import { describeRedis, type OwnRedisServer, startRedis } from "../kit/redis.ts";
import { until } from "../kit/until.ts";

describeRedis(
  "Redis that somebody empties",
  () => {
    let server: OwnRedisServer;
    let admin: Redis;
    beforeAll(async () => {
      server = await startRedis();
      admin = new Redis(server.url);
    });
    afterAll(async () => {
      admin.disconnect();
      await server.stop();
    });

    it("a worker raises an alarm again and again, stops what it was doing, and writes nothing from memory", async () => {
      const store = await openStore(server.url, { partitions: 1, onWarning: () => undefined });
      const signals: AbortSignal[] = [];
      const { steps } = orderWorld({
        orders: {
          createOrder: (_, { signal }) => {
            signals.push(signal);
            return untilAborted(signal);
          },
        },
      });
      const alarms: unknown[] = [];
      const log = {
        info: () => undefined,
        warn: () => undefined,
        error: (_: string, fields?: object) => void alarms.push((fields as { code?: string } | undefined)?.code),
      };
      const worker = await startWorker({ store, sagas: [implement(placeOrder, steps)], leaseMs: 600, handleSignals: false, log });
      const order = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
      await until("its first call is made", () => signals.length > 0);

      await admin.flushall();
      await until("the alarm comes, and comes again", () => alarms.length >= 2);
      expect(new Set(alarms)).toEqual(new Set(["RT2009"]));
      await until("it holds nothing", () => worker.partitions === 0);
      expect(signals.every(({ aborted }) => aborted)).toBe(true);
      await expect(order.result({ timeout: "20s" })).rejects.toMatchObject({ code: "RT1004" });
      await expect(order.status()).rejects.toMatchObject({ code: "RT1004" });
      expect(await admin.keys("*")).toEqual([]);

      // Whoever opens it now begins with nothing, and is not taken for the one before.
      const next = await openStore(server.url, { onWarning: () => undefined });
      await expect(next.attend({ owner: "next", serves: [] }, 1_000)).resolves.toHaveLength(1);
      await expect(store.attend({ owner: "before", serves: [] }, 1_000)).rejects.toMatchObject({ code: "RT2009" });
      await worker.stop();
      await store.close();
      await next.close();
    });
  },
  { own: true },
);
