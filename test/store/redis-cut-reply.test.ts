import type { RedisOptions } from "ioredis";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isOutcomeUnknown } from "../../runtime/errors.ts";
import { openStore } from "../../runtime/store/open.ts";
import { loadScripts } from "../../runtime/store/redis/scripts.ts";
import type { Store } from "../../runtime/store/store.ts";
import { command, part, partition, take } from "../conformance/kit.ts";
import type { RedisServer } from "../kit/redis.ts";
import { describeRedis, redisForTests } from "../kit/redis.ts";
import type { ProxyAction, TcpProxy } from "../kit/tcp-proxy.ts";
import { startProxy } from "../kit/tcp-proxy.ts";
import type { RedisPlace } from "./places.ts";
import { redisPlace } from "./places.ts";

const COMMITS = 12;
const SIGNAL = command({ id: "signal:1", kind: "signal" });
/** By the names of their scripts. */
type Operation = "start" | "append" | "lease" | "release" | "commit";
/** What a careless client would use: what ioredis does when it is told nothing. */
const RESENDING: RedisOptions = {
  autoResendUnfulfilledCommands: true,
  maxRetriesPerRequest: 20,
  enableOfflineQueue: true,
  commandTimeout: undefined,
  socketTimeout: undefined,
};

describeRedis("Redis behind a connection that breaks", () => {
  let server: RedisServer;
  let proxy: TcpProxy;
  let place: RedisPlace;
  /** Talks to the server directly: shows what is really there. */
  let truth: Store;

  beforeAll(async () => {
    server = await redisForTests();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    proxy = await startProxy(server);
    place = await redisPlace(server)();
    truth = await place.open();
  });
  afterEach(async () => {
    await place.dispose();
    await proxy.close();
  });

  function shaky(redis: RedisOptions = {}, commandTimeoutMs = 5000): Promise<Store> {
    return place.open({ commandTimeoutMs, redis: { host: "127.0.0.1", port: proxy.port, ...redis } });
  }

  it("a count asks each partition once, so that no saga changes its status in the middle of it", async () => {
    await truth.commit([part(await take(truth))]);
    const store = await shaky();
    expect(await store.count({})).toBe(1);
    const asked: string[] = [];
    proxy.decide = (words) => {
      asked.push(words.join(" "));
      return "pass";
    };
    expect(await store.count({})).toBe(1);
    // The indexes are named `…:by:status:running`.
    const counting = asked.filter((words) => words.includes("status:running"));
    expect(counting).toHaveLength(asked.filter((words) => words.includes("status:")).length);
    expect(counting).toHaveLength(truth.partitions);
    await store.close();
  });

  describe("the reply is cut at every commit", () => {
    it("each surfaces as RT2002, the data shows exactly one write, and reading settles it", async () => {
      const { cutSurfaced, versions, records } = await commitWithEveryReplyCut({});
      expect(cutSurfaced).toBe(COMMITS);
      expect(versions).toEqual(Array.from({ length: COMMITS }, (_, index) => index + 1));
      expect(records).toEqual(Array.from({ length: COMMITS }, (_, index) => `record ${index + 1}`));
    });

    it("where ioredis may resend the same check fails: lost replies are hidden", async () => {
      const { cutSurfaced } = await commitWithEveryReplyCut(RESENDING);
      expect(cutSurfaced).toBeLessThan(COMMITS);
    });
  });

  it("where ioredis may resend, a lease whose reply was cut is taken twice; with our options once", async () => {
    const epochAfterACut = async (index: number, redis: RedisOptions): Promise<number> => {
      const store = await shaky(redis);
      await store.now();
      proxy.decide = await onNth(1, "lease", "cut-reply");
      await take(store, partition(index)).catch((error: unknown) => {
        if (!isOutcomeUnknown(error)) throw error;
      });
      proxy.decide = () => "pass";
      return (await take(truth, partition(index))).epoch - 1;
    };
    expect(await epochAfterACut(0, {})).toBe(1);
    expect(await epochAfterACut(1, RESENDING)).toBe(2);
  });

  it.each(["start", "append", "lease", "release", "commit"] as const)(
    "the reply of %s is cut: RT2002, done once",
    async (name) => {
      const store = await shaky();
      const attempt = await attempts(store, name);
      proxy.decide = await onNth(1, name, "cut-reply");
      await expect(attempt()).rejects.toSatisfy(isOutcomeUnknown);
      expect(await done(name)).toBe(1);
    },
  );

  it.each(["start", "append", "lease", "release", "commit"] as const)(
    "the request of %s is cut: RT2002, not done",
    async (name) => {
      const store = await shaky();
      const attempt = await attempts(store, name);
      proxy.decide = await onNth(1, name, "cut-request");
      await expect(attempt()).rejects.toSatisfy(isOutcomeUnknown);
      expect(await done(name)).toBe(0);
      await attempt();
      expect(await done(name)).toBe(1);
    },
  );

  it("one of several partitions is cut: the whole call is unknown, and each saga was written at most once", async () => {
    const store = await shaky();
    const parts = await Promise.all(
      [0, 1, 2].map(async (index) => part(await take(store, partition(index)), { sagaId: `order-${index}` })),
    );
    await store.commit(parts.map((other) => ({ ...other, sagaId: "warm" })));
    proxy.decide = await onNth(2, "commit", "cut-reply");
    await expect(store.commit(parts)).rejects.toSatisfy(isOutcomeUnknown);
    proxy.decide = () => "pass";
    const results = await store.commit(parts);
    for (const [index, result] of results.entries()) {
      expect(["committed", "conflict"]).toContain(result?.status);
      expect(await truth.load(partition(index), `order-${index}`)).toMatchObject({ version: 1 });
    }
    expect(results[1]).toMatchObject({ status: "conflict", version: 1, commitId: "commit-1" });
  });

  it("the reply of a read is cut: RT2001, since nothing can have changed", async () => {
    const store = await shaky();
    await store.now();
    proxy.decide = (words) => (words[0] === "hgetall" ? "cut-reply" : "pass");
    await expect(store.load(partition(), "order-1")).rejects.toMatchObject({ code: "RT2001" });
    proxy.decide = () => "pass";
    expect(await store.load(partition(), "order-1")).toBeNull();
  });

  it("the server forgets its scripts between the calls: each call runs once all the same", async () => {
    const admin = new Redis(server.url);
    const lease = await take(truth);
    for (let version = 0; version < 3; version += 1) {
      await admin.script("FLUSH");
      const next = part(lease, { expectedVersion: version, commitId: `c-${version}`, records: ["r"] });
      expect(await truth.commit([next])).toMatchObject([{ status: "committed", version: version + 1 }]);
      await admin.script("FLUSH");
      await truth.append(partition(), command({ id: `c-${version}` }));
    }
    expect(await truth.history(partition(), "order-1", 0, 10)).toHaveLength(3);
    expect(await truth.pending(partition(), 10)).toHaveLength(3);
    await admin.quit();
  });

  it("the scripts are gone and the reply of the second sending is cut: RT2002, done once", async () => {
    const store = await shaky();
    const attempt = await attempts(store, "commit");
    const admin = new Redis(server.url);
    await admin.script("FLUSH");
    await admin.quit();
    let evals = 0;
    proxy.decide = (words) => {
      if (words[0] !== "eval") return "pass";
      evals += 1;
      return "cut-reply";
    };
    await expect(attempt()).rejects.toSatisfy(isOutcomeUnknown);
    expect(evals).toBe(1);
    expect(await done("commit")).toBe(1);
  });

  it("a half-open connection: writes reject as unknown, reads as unreachable, within the time of a call; then it goes on", async () => {
    const timeoutMs = 1_000;
    const store = await shaky({}, timeoutMs);
    const lease = await take(store);
    proxy.freeze();
    const startMs = performance.now();
    const [commit, load] = await Promise.allSettled([store.commit([part(lease)]), store.load(partition(), "order-1")]);
    expect(performance.now() - startMs).toBeLessThan(timeoutMs * 15);
    expect(commit).toMatchObject({ status: "rejected", reason: { code: "RT2002" } });
    expect(load).toMatchObject({ status: "rejected", reason: { code: "RT2001" } });
    // The connection was given up and none can be had: now it is certain that nothing was sent.
    await expect(store.commit([part(lease)])).rejects.toSatisfy(
      (error) => error instanceof Error && "code" in error && (error.code === "RT2001" || error.code === "RT2002"),
    );
    proxy.thaw();
    proxy.cutAll();
    await expect
      .poll(() =>
        store.now().then(
          () => "there",
          () => "not yet",
        ),
      )
      .toBe("there");
    const [result] = await store.commit([part(lease)]);
    expect(["committed", "conflict"]).toContain(result?.status);
    expect(await truth.load(partition(), "order-1")).toMatchObject({ version: 1, commitId: "commit-1" });
  });

  it("a half-open connection is given up by itself, and the next one serves", async () => {
    const store = await shaky({}, 1_000);
    await store.now();
    proxy.freezeExisting();
    await expect(store.now()).rejects.toMatchObject({ code: "RT2001" });
    await expect
      .poll(() =>
        store.now().then(
          () => "there",
          () => "not yet",
        ),
      )
      .toBe("there");
  });

  it("many calls in flight when it breaks: all settle, and what is unknown was done at most once", async () => {
    const store = await shaky();
    const lease = await take(store);
    await store.commit([part(lease, { sagaId: "warm" })]);
    proxy.decide = await onNth(50, "commit", "cut-reply");
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) => store.commit([part(lease, { sagaId: `order-${index}`, records: ["once"] })])),
    );
    proxy.decide = () => "pass";
    const rejected = outcomes.filter(({ status }) => status === "rejected");
    expect(rejected.length).toBeGreaterThan(0);
    for (const [index, outcome] of outcomes.entries()) {
      const saga = await truth.load(partition(), `order-${index}`);
      const records = await truth.history(partition(), `order-${index}`, 0, 10);
      if (outcome.status === "fulfilled") expect(saga).toMatchObject({ version: 1 });
      else expect(outcome.reason).toSatisfy(isOutcomeUnknown);
      expect(records).toHaveLength(saga === null ? 0 : 1);
    }
  });

  it("a watcher whose connection broke hears again", async () => {
    const store = await shaky();
    const heard = new Set<string>();
    store.watch((hint) => heard.add(`${hint.what} ${hint.sagaId}`));
    let count = 0;
    const hears = async (sagaId: string) => {
      count += 1;
      await truth.append(partition(), command({ id: `c-${count}`, sagaId }));
      return heard.has(`start ${sagaId}`);
    };
    await expect.poll(() => hears("before")).toBe(true);
    proxy.cutAll();
    await expect.poll(() => hears("after")).toBe(true);
  });

  async function commitWithEveryReplyCut(redis: RedisOptions) {
    const store = await shaky(redis);
    const lease = await take(truth);
    const versions: number[] = [];
    let cutSurfaced = 0;
    // The server must know the script: else the first call is answered NOSCRIPT, and it is that answer which is cut.
    await truth.commit([part(lease, { sagaId: "warm" })]);
    for (let version = 0; version < COMMITS; version += 1) {
      const commitId = `commit-${version + 1}`;
      proxy.decide = await onNth(1, "commit", "cut-reply");
      try {
        await store.commit([part(lease, { expectedVersion: version, commitId, records: [`record ${version + 1}`] })]);
      } catch (error) {
        if (!isOutcomeUnknown(error)) throw error;
        cutSurfaced += 1;
      }
      const settled = await store.load(partition(), "order-1");
      expect(settled?.commitId).toBe(commitId);
      versions.push(settled?.version ?? -1);
    }
    const records = (await truth.history(partition(), "order-1", 0, 1000)).map(({ record }) => record);
    return { cutSurfaced, versions, records };
  }

  /** One writing call, whose script the server knows already, and that can be made again. */
  async function attempts(store: Store, name: Operation): Promise<() => Promise<unknown>> {
    const warm = await take(truth, partition(7));
    await truth.commit([part(warm, { sagaId: "warm" })]);
    await truth.append(partition(7), command());
    await truth.append(partition(7), SIGNAL);
    await truth.release([warm]);
    await store.now();
    if (name === "lease") return () => store.lease([{ partition: partition(), epoch: null }], "worker-1", 60_000);
    if (name === "start") return () => store.append(partition(), command());
    if (name === "append") await truth.append(partition(), command());
    if (name === "append") return () => store.append(partition(), SIGNAL);
    const lease = await take(truth);
    return name === "commit" ? () => store.commit([part(lease, { records: ["r"] })]) : () => store.release([lease]);
  }

  /** How often it happened. */
  async function done(name: Operation): Promise<number> {
    const isAsked = ({ id }: { readonly id: string }) => id === (name === "start" ? command().id : SIGNAL.id);
    if (name === "start" || name === "append") return (await truth.pending(partition(), 10)).filter(isAsked).length;
    if (name === "commit") return (await truth.history(partition(), "order-1", 0, 10)).length;
    const admin = new Redis(server.url);
    const [owner, epoch] = await admin.hmget(`{${place.prefix}:PlaceOrder@1/0}:lease`, "owner", "epoch");
    await admin.quit();
    return name === "lease" ? Number(epoch) : owner === null ? 1 : 0;
  }

  /** Does `action` at the n-th call of that script from now on. */
  async function onNth(nth: number, name: Operation, action: ProxyAction) {
    const { sha } = (await loadScripts())[name];
    let count = 0;
    return (words: readonly string[]): ProxyAction => {
      if (words[0] !== "evalsha" || words[1] !== sha) return "pass";
      count += 1;
      return count === nth ? action : "pass";
    };
  }
});

describe("a Redis that is not there", () => {
  it("is RT2001 at once, and names host and port but no password", async () => {
    const proxy = await startProxy({ host: "127.0.0.1", port: 1 });
    await proxy.close();
    const opening = openStore(`redis://user:secret@127.0.0.1:${proxy.port}`, { commandTimeoutMs: 1000 });
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "RT2001" });
    expect(String(error)).toContain(`127.0.0.1:${proxy.port}`);
    expect(String(error)).not.toContain("secret");
  });
});
