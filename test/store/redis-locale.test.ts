import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openStore } from "../../runtime/store/open.ts";
import { part, take } from "../conformance/kit.ts";
import { describeRedis, type OwnRedisServer, startRedis } from "../kit/redis.ts";

describeRedis(
  "a Redis server that orders texts by its locale",
  () => {
    let server: OwnRedisServer;
    beforeAll(async () => {
      // Where the locale is not installed the server keeps to bytes, and this says less.
      vi.stubEnv("LC_ALL", "en_US.UTF-8");
      server = await startRedis();
      vi.unstubAllEnvs();
    });
    afterAll(() => server.stop());

    it("lists sagas by the bytes of their ids all the same, and leaves none out", async () => {
      const store = await openStore(server.url, { partitions: 1 });
      const lease = await take(store);
      // More than are read at a time, all begun at once.
      const ids = ["A", "a"].flatMap((letter) => Array.from({ length: 300 }, (_, index) => `${letter}${100 + index}`));
      await store.commit(
        ids.map((sagaId, index) => {
          const status = (["running", "completed", "compensated"] as const)[index % 3] ?? "running";
          return part(lease, { sagaId, status, commitId: sagaId });
        }),
      );
      for (const newestFirst of [false, true]) {
        const found: string[] = [];
        for (let after: Parameters<typeof store.list>[1]["after"] = null; ; ) {
          const page = await store.list({}, { after, newestFirst, limit: 100 });
          found.push(...page.sagas.map(({ sagaId }) => sagaId));
          if (page.next === null) break;
          after = page.next;
        }
        expect(found).toEqual(newestFirst ? ids.toReversed() : ids);
      }
      await store.close();
    });
  },
  { own: true },
);
