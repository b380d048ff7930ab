import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { openStore } from "../../runtime/store/open.ts";
import type { Store } from "../../runtime/store/store.ts";
import { command, part, partition, take } from "../conformance/kit.ts";
import { describeRedis, type OwnRedisServer, startRedis } from "../kit/redis.ts";
import { askRedis, replicate } from "../kit/replication.ts";
import type { TcpProxy } from "../kit/tcp-proxy.ts";
import { until } from "../kit/until.ts";

/** How many connections a server had so far. */
async function received(server: OwnRedisServer): Promise<number> {
  const stats = await askRedis(server, (redis) => redis.info("stats"));
  return Number(/total_connections_received:(\d+)/.exec(stats)?.[1]);
}

/** How many clients a server holds up. */
async function blocked(server: OwnRedisServer): Promise<number> {
  const clients = await askRedis(server, (redis) => redis.info("clients"));
  return Number(/blocked_clients:(\d+)/.exec(clients)?.[1]);
}

it.each(["memory:", "sqlite::memory:", "postgres://127.0.0.1:1/none"])("strict on %s is refused", async (url) => {
  await expect(openStore(url, { strict: { replicas: 1 } })).rejects.toMatchObject({ code: "RT2010" });
});

/** A replica need not wait for others that might come. */
const AT_ONCE = ["--repl-diskless-sync-delay", "0"];

describeRedis(
  "Redis in strict",
  () => {
    let primary: OwnRedisServer;
    let replica: OwnRedisServer;
    const handles: Store[] = [];
    let replication: TcpProxy | null = null;
    beforeAll(async () => {
      [primary, replica] = await Promise.all([startRedis(AT_ONCE), startRedis(AT_ONCE)]);
    });
    afterAll(async () => {
      // Asked to stop, each would first wait ten seconds for a replica that it believes to be behind.
      await Promise.all([primary.kill(), replica.kill()]);
      await primary.stop();
      await replica.stop();
    });
    beforeEach(async () => {
      await askRedis(primary, (redis) => redis.flushall());
    });
    afterEach(async () => {
      for (const store of handles.splice(0)) await store.close();
      await replication?.close();
      replication = null;
      await askRedis(replica, (redis) => redis.replicaof("NO", "ONE"));
    });

    async function open(replicas = 1): Promise<Store> {
      const store = await openStore(primary.url, { strict: { replicas }, commandTimeoutMs: 2_000, onWarning: () => undefined });
      handles.push(store);
      return store;
    }

    it("a server with fewer replicas is refused, and a number that is none", async () => {
      await expect(open()).rejects.toMatchObject({ code: "RT2010", message: expect.stringMatching(/asks for 1 .* has 0/) });
      await expect(open(0)).rejects.toMatchObject({ code: "RT2010" });
      replication = await replicate(primary, replica);
      await open();
    });

    it("what the replica has not confirmed is unknown to whoever wrote it and is told to nobody; then it is there", async () => {
      replication = await replicate(primary, replica);
      const [writer, reader] = [await open(), await open()];
      const lease = await take(writer);
      const first = await writer.commit([part(lease)]);
      expect(first).toMatchObject([{ status: "committed" }]);
      expect(await reader.load(partition(), "order-1")).toMatchObject({ version: 1 });

      replication.freeze();
      const second = part(lease, { expectedVersion: 1, commitId: "commit-2" });
      await expect(writer.commit([second])).rejects.toMatchObject({ code: "RT2002" });
      await expect(writer.append(partition(), command({ id: "start-2", sagaId: "order-2" }))).rejects.toMatchObject({
        code: "RT2002",
      });
      const reads = await Promise.allSettled([reader, writer].map((store) => store.load(partition(), "order-1")));
      expect(reads).toMatchObject([{ reason: { code: "RT2001" } }, { reason: { code: "RT2001" } }]);

      replication.thaw();
      expect(await reader.load(partition(), "order-1")).toMatchObject({ version: 2, commitId: second.commitId });
      // Of several steps, of which the first may be the one that was not confirmed: repeated, it is there once.
      await writer.append(partition(), command({ id: "start-2", sagaId: "order-2" }));
      expect((await reader.pending(partition(), 10)).map(({ id }) => id)).toEqual(["start-2"]);
    });

    it("a server that has become a replica is one to try again, and is connected to anew", async () => {
      replication = await replicate(primary, replica);
      const [writer, reader, waiting] = [await open(), await open(), await open()];
      replication.freeze();
      const written = writer.append(partition(), command()).catch((error: unknown) => error);
      await until("it is written, and not confirmed", async () => (await askRedis(primary, (redis) => redis.dbsize())) > 1);
      const read = waiting.load(partition(), "order-1").catch((error: unknown) => error);
      await until("both wait for the replica", async () => (await blocked(primary)) === 2);
      await askRedis(primary, (redis) => redis.replicaof("127.0.0.1", 1));
      const before = await received(primary);
      try {
        expect(await written).toMatchObject({ code: "RT2002" });
        expect(await read).toMatchObject({ code: "RT2001", message: expect.stringContaining("UNBLOCKED") });
        await expect(reader.load(partition(), "order-1")).rejects.toMatchObject({ code: "RT2001" });
        // Whoever asks is one of them, each time.
        let asked = 0;
        await until("it connects anew", async () => (await received(primary)) - before > ++asked);
      } finally {
        await askRedis(primary, (redis) => redis.replicaof("NO", "ONE"));
      }
    });

    it("an error for an answer to the waiting leaves a write unknown, whatever it says: it has happened", async () => {
      replication = await replicate(primary, replica);
      const writer = await open();
      await askRedis(primary, (redis) => redis.call("ACL", "SETUSER", "default", "-wait"));
      try {
        await expect(writer.append(partition(), command())).rejects.toMatchObject({
          code: "RT2002",
          message: expect.stringContaining("NOPERM"),
        });
        await expect(writer.load(partition(), "order-1")).rejects.toMatchObject({ code: "RT2008" });
      } finally {
        await askRedis(primary, (redis) => redis.call("ACL", "SETUSER", "default", "+wait"));
      }
      await writer.append(partition(), command());
      expect(await writer.pending(partition(), 10)).toHaveLength(1);
    });
  },
  { own: true },
);
