import { afterAll, beforeAll } from "vitest";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import { redisPlace, sqlitePlace } from "../store/places.ts";
import { describeVersions } from "./side-by-side.ts";

describeVersions("on SQLite", sqlitePlace);
describeRedis("on Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await redisForTests();
  });
  afterAll(() => server.stop());
  describeVersions("on Redis", () => redisPlace(server)());
});
