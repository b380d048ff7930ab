import { afterAll, beforeAll } from "vitest";
import { describeStore } from "../conformance/store.ts";
import type { RedisServer } from "../kit/redis.ts";
import { describeRedis, redisForTests } from "../kit/redis.ts";
import { openForTwoSteps, redisPlace } from "./places.ts";

describeRedis("Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await redisForTests();
  });
  afterAll(() => server.stop());

  describeStore("Redis", () => redisPlace(server)(), { shared: true });
  describeStore("Redis, a start in two steps", () => redisPlace(server, {}, openForTwoSteps)(), {
    shared: true,
    only: ["commands", "starts", "retention"],
  });
});
