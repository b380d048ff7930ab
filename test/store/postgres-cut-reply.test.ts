import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isOutcomeUnknown } from "../../runtime/errors.ts";
import { openStore } from "../../runtime/store/open.ts";
import type { Store } from "../../runtime/store/store.ts";
import { command, part, partition, take } from "../conformance/kit.ts";
import type { PostgresServer } from "../kit/postgres.ts";
import { describePostgres, postgresForTests } from "../kit/postgres.ts";
import type { ProxyAction, TcpProxy } from "../kit/tcp-proxy.ts";
import { readPostgres, startProxy } from "../kit/tcp-proxy.ts";
import { until } from "../kit/until.ts";
import type { PostgresPlace } from "./places.ts";
import { postgresPlace, query } from "./places.ts";

const COMMITS = 12;
const WRITES = ["append", "lease", "release", "commit"] as const;
type Write = (typeof WRITES)[number];

describePostgres("Postgres behind a connection that breaks", () => {
  let server: PostgresServer;
  let proxy: TcpProxy;
  let place: PostgresPlace;
  /** Talks to the server directly: shows what is really there. */
  let truth: Store;

  beforeAll(async () => {
    server = await postgresForTests();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    proxy = await startProxy(server, readPostgres);
    place = await postgresPlace(server)();
    truth = await place.open();
  });
  afterEach(async () => {
    await place.dispose();
    await proxy.close();
  });

  function shaky(commandTimeoutMs = 5000): Promise<Store> {
    const url = new URL(server.url);
    url.port = String(proxy.port);
    url.hostname = "127.0.0.1";
    return openShaky(url.href, commandTimeoutMs);
  }

  const handles: Store[] = [];
  afterEach(async () => {
    for (const store of handles.splice(0)) await store.close();
  });

  it("many hints that are told together are heard one by one, however long they are", async () => {
    const [teller, hearer] = await Promise.all([place.open(), place.open()]);
    const heard: string[] = [];
    hearer.watch(({ sagaId, what }) => heard.push(`${what} ${sagaId}`));
    const lease = await take(teller);
    // A notification has 8,000 bytes; three of these ids are more.
    const ids = Array.from({ length: 40 }, (_, index) => `${"€".repeat(80)}-${index}`);
    let version = 0;
    await until("it listens", async () => {
      await teller.commit([part(lease, { sagaId: "first", expectedVersion: version, commitId: `c-${version++}` })]);
      return heard.length > 0;
    });
    await teller.commit(ids.map((sagaId) => part(lease, { sagaId })));
    const wanted = ids.map((id) => `committed ${id}`);
    await until("all of them are heard", () => wanted.every((hint) => heard.includes(hint)));
    expect(heard.filter((hint) => hint !== "committed first")).toEqual(wanted);
  });
  async function openShaky(url: string, commandTimeoutMs: number): Promise<Store> {
    const store = await openStore(url, { schema: place.schema, commandTimeoutMs, onWarning: () => undefined });
    handles.push(store);
    return store;
  }

  it("the reply is cut at every commit: each surfaces as RT2002, the data shows exactly one write, and reading settles it", async () => {
    const store = await shaky();
    const lease = await take(truth);
    const versions: number[] = [];
    for (let version = 0; version < COMMITS; version += 1) {
      const commitId = `commit-${version + 1}`;
      proxy.decide = onNth(1, "commit", "cut-reply");
      const committing = store.commit([part(lease, { expectedVersion: version, commitId, records: [`record ${version + 1}`] })]);
      await expect(committing).rejects.toSatisfy(isOutcomeUnknown);
      const settled = await store.load(partition(), "order-1");
      expect(settled?.commitId).toBe(commitId);
      versions.push(settled?.version ?? -1);
    }
    expect(versions).toEqual(Array.from({ length: COMMITS }, (_, index) => index + 1));
    const records = (await truth.history(partition(), "order-1", 0, 1000)).map(({ record }) => record);
    expect(records).toEqual(Array.from({ length: COMMITS }, (_, index) => `record ${index + 1}`));
  });

  it.each(WRITES)("the reply of %s is cut: RT2002, done once", async (name) => {
    const attempt = await attempts(await shaky(), name);
    proxy.decide = onNth(1, name, "cut-reply");
    await expect(attempt()).rejects.toSatisfy(isOutcomeUnknown);
    expect(await done(name)).toBe(1);
  });

  it.each(WRITES)("the request of %s is cut: RT2002, not done", async (name) => {
    const attempt = await attempts(await shaky(), name);
    proxy.decide = onNth(1, name, "cut-request");
    await expect(attempt()).rejects.toSatisfy(isOutcomeUnknown);
    expect(await done(name)).toBe(0);
    proxy.decide = () => "pass";
    await attempt();
    expect(await done(name)).toBe(1);
  });

  it("the reply of a read is cut: RT2001, since nothing can have changed", async () => {
    const store = await shaky();
    proxy.decide = (words) => (words.some((sql) => sql.includes("base")) ? "cut-reply" : "pass");
    await expect(store.load(partition(), "order-1")).rejects.toMatchObject({ code: "RT2001" });
    proxy.decide = () => "pass";
    expect(await store.load(partition(), "order-1")).toBeNull();
  });

  it("the server ends the connection in mid-commit: RT2002, and reading settles it", async () => {
    const lease = await take(truth);
    const letGo = await holding(`SELECT 1 FROM "${place.schema}".lease FOR UPDATE`);
    const committing = truth.commit([part(lease)]).catch((error: unknown) => error);
    const waiting = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"${place.schema}".commit_%'`;
    await until("the commit waits for a lock", async () => (await query(server.url, waiting)).length === 1);
    await query(server.url, `SELECT pg_terminate_backend(pid) FROM (${waiting}) AS there`);
    expect(await committing).toSatisfy(isOutcomeUnknown);
    await letGo();
    expect(await truth.load(partition(), "order-1")).toBeNull();
    expect(await truth.commit([part(lease)])).toMatchObject([{ status: "committed", version: 1 }]);
  });

  it("the server gives up first where a lock is held for too long: then it is certain that nothing was written", async () => {
    const store = await shaky();
    const lease = await take(truth);
    const letGo = await holding(`SELECT 1 FROM "${place.schema}".lease FOR UPDATE`);
    await expect(store.commit([part(lease)])).rejects.toMatchObject({ code: "RT2001" });
    await letGo();
    expect(await store.commit([part(lease)])).toMatchObject([{ status: "committed", version: 1 }]);
  });

  it("a half-open connection: writes reject as unknown, reads as unreachable, within the time of a call; then it goes on", async () => {
    const timeoutMs = 2_000;
    const store = await shaky(timeoutMs);
    const lease = await take(store);
    await Promise.all([store.now(), store.now()]);
    proxy.freeze();
    const startMs = performance.now();
    const [commit, load] = await Promise.allSettled([store.commit([part(lease)]), store.load(partition(), "order-1")]);
    expect(performance.now() - startMs).toBeLessThan(timeoutMs * 15);
    expect(commit).toMatchObject({ status: "rejected", reason: { code: "RT2002" } });
    expect(load).toMatchObject({ status: "rejected", reason: { code: "RT2001" } });
    // None can be had: it is certain that nothing was sent.
    await expect(store.commit([part(lease)])).rejects.toMatchObject({ code: "RT2001" });
    proxy.thaw();
    const [result] = await store.commit([part(lease)]);
    expect(["committed", "conflict"]).toContain(result?.status);
    expect(await truth.load(partition(), "order-1")).toMatchObject({ version: 1, commitId: "commit-1" });
  });

  it("a server that answers nobody: a thousand reads are all refused within the time of a few calls, and closing waits no longer", async () => {
    const timeoutMs = 2_000;
    const store = await shaky(timeoutMs);
    await Promise.all([store.now(), store.now()]);
    proxy.freeze();
    const startMs = performance.now();
    const loads = await Promise.allSettled(Array.from({ length: 1_000 }, (_, n) => store.load(partition(), `order-${n}`)));
    expect(performance.now() - startMs).toBeLessThan(timeoutMs * 15);
    expect(new Set(loads.map((load) => load.status === "rejected" && load.reason.code))).toEqual(new Set(["RT2001"]));
    const appends = Array.from({ length: 1_000 }, (_, n) => store.append(partition(), command({ id: `${n}`, kind: "signal" })));
    const appended = Promise.allSettled(appends);
    const closeMs = performance.now();
    await store.close();
    expect(performance.now() - closeMs).toBeLessThan(timeoutMs * 15);
    for (const outcome of await appended) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: expect.stringMatching(/^RT200[12]$/) } });
    }
  });

  it("half-open connections are given up by themselves, and the next one serves", async () => {
    const store = await shaky(2_000);
    await Promise.all([store.now(), store.now(), store.now()]);
    proxy.freezeExisting();
    await expect(store.now()).rejects.toMatchObject({ code: "RT2001" });
    expect(await store.now()).toBeGreaterThan(0);
  });

  it("many calls in flight when it breaks: all settle, and what is unknown was done at most once", async () => {
    const store = await shaky();
    const lease = await take(store);
    let count = 0;
    proxy.decide = (words) => {
      if (!calls(words, "commit") || ++count < 30) return "pass";
      proxy.decide = () => "pass";
      setImmediate(() => proxy.cutAll());
      return "cut-reply";
    };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) => store.commit([part(lease, { sagaId: `order-${index}`, records: ["once"] })])),
    );
    expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
    for (const [index, outcome] of outcomes.entries()) {
      const saga = await truth.load(partition(), `order-${index}`);
      const records = await truth.history(partition(), `order-${index}`, 0, 10);
      if (outcome.status === "fulfilled") expect(saga).toMatchObject({ version: 1 });
      else expect(outcome.reason).toMatchObject({ code: expect.stringMatching(/^RT200[12]$/) });
      if (outcome.status === "rejected" && outcome.reason.code === "RT2001") expect(saga).toBeNull();
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
    await until("it hears", () => hears("before"));
    proxy.cutAll();
    await until("it hears again", () => hears("after"));
  });

  /** A transaction of its own that holds what `sql` locks, until the function is called. */
  async function holding(sql: string): Promise<() => Promise<void>> {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query("BEGIN");
    await client.query(sql);
    return async () => {
      await client.query("ROLLBACK");
      await client.end();
    };
  }

  /** One writing call that can be made again. */
  async function attempts(store: Store, name: Write): Promise<() => Promise<unknown>> {
    if (name === "lease") return () => store.lease([{ partition: partition(), epoch: null }], "worker-1", 60_000);
    if (name === "append") return () => store.append(partition(), command());
    const lease = await take(truth);
    return name === "commit" ? () => store.commit([part(lease, { records: ["r"] })]) : () => store.release([lease]);
  }

  /** How often it happened. */
  async function done(name: Write): Promise<number> {
    if (name === "append") return (await truth.pending(partition(), 10)).length;
    if (name === "commit") return (await truth.history(partition(), "order-1", 0, 10)).length;
    const [row] = await query(server.url, `SELECT owner, epoch FROM "${place.schema}".lease`);
    return name === "lease" ? Number(row?.epoch ?? 0) : row?.owner === null ? 1 : 0;
  }

  /** Does `action` at the n-th such call from now on. */
  function onNth(nth: number, name: Write, action: ProxyAction): (words: readonly string[]) => ProxyAction {
    let count = 0;
    return (words) => (calls(words, name) && ++count === nth ? action : "pass");
  }

  function calls(words: readonly string[], name: Write): boolean {
    return words.some((sql) =>
      name === "release" ? sql.includes("SET owner = NULL") : sql.includes(`"${place.schema}".${name}_`),
    );
  }
});

describe("a Postgres that is not there", () => {
  it("is RT2001 at once, and names host and port but no password", async () => {
    const proxy = await startProxy({ host: "127.0.0.1", port: 1 }, readPostgres);
    await proxy.close();
    const opening = openStore(`postgres://user:secret@127.0.0.1:${proxy.port}/saga`, { commandTimeoutMs: 1000 });
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "RT2001" });
    expect(String(error)).toContain(`127.0.0.1:${proxy.port}/saga`);
    expect(String(error)).not.toContain("secret");
  });
});
