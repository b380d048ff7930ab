import { afterAll, beforeAll, describe, test } from "vitest";
import type { StorePlace } from "../conformance/kit.ts";
import { describePostgres, postgresForTests } from "../kit/postgres.ts";
import { describeRedis, redisForTests } from "../kit/redis.ts";
import { memoryPlace, postgresPlace, redisPlace, sqlitePlace } from "../store/places.ts";
import { expectToBeShort, failing } from "./counted.ts";

const SLOW = { timeout: 300_000 };

/** So many attempts, in both modes. */
function counted(times: number, place: () => Promise<StorePlace>): void {
  test.each(["snapshots", "events"] as const)("with history: %s", SLOW, async (history) => {
    const there = await place();
    try {
      expectToBeShort(await failing({ open: (clock) => there.open({ clock }), times, history }), times);
    } finally {
      await there.dispose();
    }
  });
}

/** A place on a server that is there while the tests around it run. */
function onServer<S extends { stop(): Promise<void> }>(
  start: () => Promise<S>,
  placeOn: (server: S) => () => Promise<StorePlace>,
) {
  let server: S;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());
  return () => placeOn(server)();
}

describe("attempts that come to the same are one record, however many they are", () => {
  describe("in memory", () => counted(1_000, memoryPlace));
  describe("on SQLite", () => counted(1_000, sqlitePlace));

  describeRedis("on Redis", () => counted(1_000, onServer(redisForTests, redisPlace)));
  // With fewer: each of its commits waits for the disk.
  describePostgres("on Postgres", () => counted(250, onServer(postgresForTests, postgresPlace)));
});
