import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RedisStore } from "../../runtime/store/redis/redis-store.ts";
import { command, partition } from "../conformance/kit.ts";
import { describeStore } from "../conformance/store.ts";
import { describeRedis, type OwnRedisServer, startRedis } from "../kit/redis.ts";
import { until } from "../kit/until.ts";
import { redisPlace } from "./places.ts";

describeRedis(
  "Redis as a cluster of one",
  () => {
    let server: OwnRedisServer;
    beforeAll(async () => {
      server = await startRedis(["--cluster-enabled", "yes"]);
      const admin = new Redis(server.url);
      await admin.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
      await until("the cluster serves", async () => String(await admin.call("CLUSTER", "INFO")).includes("cluster_state:ok"));
      admin.disconnect();
    });
    afterAll(() => server.stop());

    describeStore("a cluster", () => redisPlace(server)(), { shared: true });

    it("that does not say that it is one is found out by its answer", async () => {
      const options = {
        url: server.url,
        prefix: "silent",
        partitions: null,
        defaultPartitions: 8,
        commandTimeoutMs: 30_000,
        allowEviction: false,
        strictReplicas: 0,
        warn: () => undefined,
      };
      const store = await RedisStore.open({ ...options, startsInOneStep: true });
      const of = (version: number) => partition(0, "PlaceOrder", version);
      expect(await store.append(of(1), command())).toEqual({ status: "appended" });
      expect(await store.append(of(2), command())).toMatchObject({ status: "elsewhere", version: 1 });
      await store.close();
    });
  },
  { own: true },
);
