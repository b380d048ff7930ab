import { type RedisAccess, redisFence } from "@sagac/runtime/participant";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import { fenceCases } from "./cases.ts";
import { heldCases } from "./held.ts";
import { type FencePlace, fenceContext } from "./kit.ts";
import { redisFencePlace } from "./places.ts";

describeRedis("a step fence in Redis", () => {
  let server: RedisServer;
  let place: FencePlace<RedisAccess>;
  beforeAll(async () => {
    server = await redisForTests();
    place = await redisFencePlace(server);
  });
  afterAll(async () => {
    await place.dispose();
    await server.stop();
  });

  fenceCases(() => place);
  describe("two at once", () => heldCases(() => place));

  it("what an effect read and watched has not changed when it takes effect", async () => {
    const redis = new Redis(server.url);
    const fence = redisFence({ redis, scope: "stock", prefix: "watched" });
    await redis.set("watched-left", 2);
    let runs = 0;
    const left = await fence.call(fenceContext("watched"), async ({ redis: own, multi }) => {
      await own.watch("watched-left");
      const there = Number(await own.get("watched-left"));
      runs += 1;
      // Somebody else is quicker, the first time.
      if (runs === 1) await redis.decr("watched-left");
      multi.set("watched-left", there - 1);
      return there - 1;
    });
    expect({ left, runs, stored: await redis.get("watched-left") }).toEqual({ left: 0, runs: 2, stored: "0" });
    fence.close();
    await redis.quit();
  });

  it("a command of an effect that fails is told (RT5003), since the others were done", async () => {
    const redis = new Redis(server.url);
    const fence = redisFence({ redis, scope: "stock", prefix: "wrong" });
    await redis.set("wrong-text", "text");
    const calling = fence.call(fenceContext("wrong"), ({ multi }) => void multi.lpush("wrong-text", "item"));
    await expect(calling).rejects.toMatchObject({ code: "RT5003" });
    fence.close();
    await redis.quit();
  });

  it("an effect that ends the fence's MULTI itself is refused (RT5003), and nothing of it is done", async () => {
    const redis = new Redis(server.url);
    const fence = redisFence({ redis, scope: "stock", prefix: "ended" });
    for (const end of ["exec", "discard"] as const) {
      const calling = fence.call(fenceContext("ended"), async ({ multi }) => {
        multi.incr("ended-taken");
        await multi[end]();
      });
      await expect(calling).rejects.toMatchObject({ code: "RT5003" });
    }
    await fence.call(fenceContext("ended"), ({ multi }) => void multi.incr("ended-taken"));
    expect(await redis.getdel("ended-taken")).toBe("1");
    fence.close();
    await redis.quit();
  });

  it("a record lives for as long as its calls asked", async () => {
    const redis = new Redis(server.url);
    const fence = redisFence({ redis, scope: "stock", prefix: "lived" });
    await fence.call(fenceContext("lived", { keepForMs: 60_000 }), () => 1);
    const [key = ""] = await redis.keys("lived:*");
    expect(await redis.pttl(key)).toBeGreaterThan(50_000);
    fence.close();
    await redis.quit();
  });
});
