import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { partitionKey } from "../../runtime/store/partition.ts";
import type { CommitPart, Store } from "../../runtime/store/store.ts";
import { VirtualClock } from "../../runtime/testing/index.ts";
import { command, part, partition, take } from "../conformance/kit.ts";
import type { RedisServer } from "../kit/redis.ts";
import { describeRedis, redisForTests } from "../kit/redis.ts";
import { openForTwoSteps, type RedisPlace, redisPlace } from "./places.ts";

/** Every key that a commit of all kinds of parts touches, below its partition's root. */
const TOUCHED = [
  "saga:a",
  "saga:b",
  "saga:b%2F%2Fc.1.0",
  "saga:d",
  "history:a",
  "history:b",
  "history:b%2F%2Fc.1.0",
  "history:d",
  "children:b",
  "pending",
  "live",
  "active",
  "timers",
  "over",
  "by:status:running",
  "by:status:completed",
  "by:condition:overdue",
  "by:condition:parked",
  "by:tag:customer=%22kim%22",
  "command:start%3Ab",
  "command:signal%3A1",
  "commands:a",
];
const SHOWN = { tags: { customer: "kim" }, steps: [], waitingFor: [] };
const REFUSED = { code: "RT2008", message: expect.stringContaining("WRONGTYPE") };

describeRedis("what others put into a key of the store, of a type that is not ours", () => {
  let server: RedisServer;
  let admin: Redis;
  beforeAll(async () => {
    server = await redisForTests();
    admin = new Redis(server.url);
  });
  afterAll(async () => {
    await admin.quit();
    await server.stop();
  });

  it("a commit that needs it writes nothing of any of its parts, and is carried out as ever when the key is back", async () => {
    const expected = await inPlace(async ({ store, parts }) => {
      expect((await store.commit(parts)).map(({ status }) => status)).toEqual(parts.map(() => "committed"));
      return await readAll(store);
    });
    for (const touched of TOUCHED) {
      for (const turned of [false, true]) {
        await inPlace(async ({ store, parts: inOrder, place }) => {
          const parts = turned ? [...inOrder].reverse() : inOrder;
          const key = `${rootOf(place)}:${touched}`;
          await put(key);
          const before = await everything(place);
          await expect(store.commit(parts), touched).rejects.toMatchObject(REFUSED);
          expect(await everything(place), touched).toEqual(before);
          await takeAway(key);
          expect(
            (await store.commit(parts)).map(({ status }) => status),
            touched,
          ).toEqual(parts.map(() => "committed"));
          expect(await readAll(store), touched).toEqual(expected);
        });
      }
    }
  });

  it.each(["commands:a", "pending", "command:signal%3A2"])(
    "a signal that needs %s is not there, and is appended later",
    async (touched) => {
      await inPlace(async ({ store, place }) => {
        const key = `${rootOf(place)}:${touched}`;
        const pending = await store.pending(partition(), 10);
        const signal = command({ id: "signal:2", sagaId: "a", kind: "signal" });
        await put(key);
        await expect(store.append(partition(), signal)).rejects.toMatchObject(REFUSED);
        await takeAway(key);
        expect(await store.pending(partition(), 10)).toEqual(pending);
        expect(await store.append(partition(), signal)).toEqual({ status: "appended" });
        expect(await store.pending(partition(), 10)).toHaveLength(pending.length + 1);
      });
    },
  );

  for (const steps of ["one step", "two steps"]) {
    it.each(["pending", "command:start%3Ae", "start"])(
      `a start in ${steps} that needs %s is not there, others of its turn are`,
      async (touched) => {
        const open = steps === "one step" ? redisPlace(server) : redisPlace(server, {}, openForTwoSteps);
        await inPlace(async ({ store, place }) => {
          const key = touched === "start" ? `{${place.prefix}:start:PlaceOrder/e}` : `${rootOf(place)}:${touched}`;
          const start = (sagaId: string) => command({ id: `start:${sagaId}`, sagaId });
          await put(key);
          const asked = await Promise.allSettled([
            store.append(partition(1), start("f")),
            store.append(partition(), start("e")),
            store.append(partition(2), start("g")),
          ]);
          expect(asked).toMatchObject([
            { value: { status: "appended" } },
            { reason: REFUSED },
            { value: { status: "appended" } },
          ]);
          await takeAway(key);
          const pending = await store.pending(partition(), 10);
          expect(pending.some(({ sagaId }) => sagaId === "e")).toBe(false);
          for (const [id, index] of [
            ["f", 1],
            ["g", 2],
          ] as const)
            expect((await store.pending(partition(index), 10)).map(({ sagaId }) => sagaId)).toEqual([id]);
          const other = await store.append(partition(0, "PlaceOrder", 2), start("e"));
          // Where the claim is made first, it stands for what was asked first.
          const claimed = steps === "two steps" && touched !== "start";
          expect(other).toMatchObject({ status: claimed ? "elsewhere" : "appended" });
          expect(await store.append(partition(), start("e"))).toMatchObject({ status: claimed ? "duplicate" : "elsewhere" });
        }, open);
      },
    );
  }

  interface Scene {
    readonly store: Store;
    readonly place: RedisPlace;
    readonly parts: readonly CommitPart[];
  }

  async function inPlace<T>(body: (scene: Scene) => Promise<T>, open = redisPlace(server)): Promise<T> {
    const place = await open();
    try {
      const store = await place.open({ clock: new VirtualClock() });
      const lease = await take(store);
      for (const sagaId of ["a", "b", "d"]) await store.append(partition(), command({ id: `start:${sagaId}`, sagaId }));
      await store.append(partition(), command({ id: "signal:1", sagaId: "a", kind: "signal" }));
      const setTimers = [{ key: "t", delayMs: 5 }];
      const begun = { shown: SHOWN, records: ["one", "two"], setTimers };
      await store.commit(["a", "d"].map((sagaId) => part(lease, { sagaId, conditions: ["overdue"], ...begun })));
      const consumed = (await store.pending(partition(), 10)).map(({ position, id }) => {
        return { position, id, result: { status: "applied", code: null, message: "m" } as const };
      });
      const of = (sagaId: string) =>
        consumed.filter(({ id }) => id === `start:${sagaId}` || (sagaId === "a" && id === "signal:1"));
      const parts = [
        part(lease, {
          sagaId: "a",
          expectedVersion: 1,
          commitId: "2",
          status: "completed",
          replaces: 1,
          records: ["three"],
          clearTimers: ["t"],
          consume: of("a"),
        }),
        part(lease, { sagaId: "b", commitId: "2", conditions: ["parked"], consume: of("b"), ...begun }),
        part(lease, { sagaId: "f", commitId: "2" }),
        part(lease, { sagaId: "b//c.1.0", root: "b", commitId: "2", records: ["one"] }),
        part(lease, {
          sagaId: "d",
          expectedVersion: 1,
          commitId: "2",
          conditions: ["overdue"],
          snapshot: { rest: null },
          consume: of("d"),
        }),
      ];
      return await body({ store, place, parts });
    } finally {
      await place.dispose();
    }
  }

  async function put(key: string): Promise<void> {
    if ((await admin.exists(key)) === 1) await admin.rename(key, `${key}:saved`);
    await admin.lpush(key, "another's");
    if (key.includes(":history:")) await admin.multi().del(key).set(key, "another's").exec();
  }

  async function takeAway(key: string): Promise<void> {
    await admin.del(key);
    if ((await admin.exists(`${key}:saved`)) === 1) await admin.rename(`${key}:saved`, key);
  }

  /** By key. */
  async function everything({ prefix }: RedisPlace): Promise<Map<string, string>> {
    const keys = (await admin.keys(`{${prefix}:*`)).sort();
    const dumps = await Promise.all(keys.map((key) => admin.dumpBuffer(key)));
    return new Map(keys.map((key, index) => [key, dumps[index]?.toString("base64") ?? ""]));
  }
});

function rootOf({ prefix }: RedisPlace): string {
  return `{${prefix}:${partitionKey(partition())}}`;
}

async function readAll(store: Store): Promise<unknown> {
  const ids = ["a", "b", "b//c.1.0", "d", "f"];
  const searches = [
    {},
    { status: "running" },
    { status: "completed" },
    { condition: "parked" },
    { condition: "overdue" },
    { tags: SHOWN.tags },
  ] as const;
  return {
    sagas: await Promise.all(ids.map((id) => store.load(partition(), id))),
    history: await Promise.all(ids.map((id) => store.history(partition(), id, 0, 10))),
    due: await store.due(partition(), 10),
    pending: await store.pending(partition(), 10),
    results: await Promise.all(["start:a", "start:b", "signal:1"].map((id) => store.commandResult(partition(), id))),
    active: await store.active(partition(), null, 10),
    children: await store.children(partition(), "b", null, 10),
    found: await Promise.all(
      searches.map(async (search) => [
        await store.count(search),
        await store.list(search, { after: null, newestFirst: false, limit: 10 }),
      ]),
    ),
    occupied: await store.occupied(null),
  };
}
