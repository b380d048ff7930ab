import { openStore } from "@sagac/runtime";
import { afterAll, beforeAll, describe } from "vitest";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import { reads } from "./reads.ts";

describe.each([["memory:"], ["sqlite::memory:"]])("reading one's own writes on %s", (url) => {
  reads(() => openStore(url));
});

describeRedis("reading one's own writes on Redis", () => {
  let redis: RedisServer;
  let count = 0;
  beforeAll(async () => {
    redis = await redisForTests();
  });
  afterAll(() => redis.stop());
  reads(() => openStore(redis.url, { prefix: `reads-${process.pid}-${count++}` }));
});
