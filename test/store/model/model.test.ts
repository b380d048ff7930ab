import { afterAll, beforeAll, describe, it } from "vitest";
import { openStore } from "../../../runtime/store/open.ts";
import type { Store } from "../../../runtime/store/store.ts";
import type { StorePlace } from "../../conformance/kit.ts";
import type { RedisServer } from "../../kit/redis.ts";
import { describeRedis, redisForTests } from "../../kit/redis.ts";
import { redisPlace } from "../places.ts";
import { COMPARE_LIMIT_MS, expectEqualAnswers } from "./compare.ts";

describe("random operations under a virtual clock give the same answers on the memory store and on", () => {
  it("SQLite", () => expectEqualAnswers(sqliteInMemory), COMPARE_LIMIT_MS);

  describeRedis("Redis", () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await redisForTests();
    });
    afterAll(() => server.stop());

    it("Redis", () => expectEqualAnswers(redisPlace(server)), COMPARE_LIMIT_MS);
  });
});

async function sqliteInMemory(): Promise<StorePlace> {
  const handles: Store[] = [];
  return {
    async open(options) {
      const store = await openStore("sqlite::memory:", options);
      handles.push(store);
      return store;
    },
    async dispose() {
      for (const store of handles) await store.close();
    },
  };
}
