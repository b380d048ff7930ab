import { Redis } from "ioredis";
import { type OwnRedisServer, startRedis } from "../../kit/redis.ts";
import { startProxy, type TcpProxy } from "../../kit/tcp-proxy.ts";
import { until } from "../../kit/until.ts";
import { drawInt } from "../draw.ts";
import type { Fault, Scene } from "../fault.ts";
import { pause } from "../pause.ts";

/**
 * A primary dies while its replica has not heard of its last writes, and the replica is promoted, as a sentinel would do it. Clients reach whoever is
 * the primary through a proxy, replicas through another one, which is what stands still.
 */
export const failover: Fault = {
  name: "failover",
  about: "replication stands still for a while, then Redis dies and its replica is promoted",
  stores: ["redis"],
  loses: true,
  pauseMs: [2_000, 3_500],
  async open() {
    let [primary, replica] = [await startRedis(), await startRedis()];
    const target = { host: "127.0.0.1", port: primary.port };
    const proxy = await startProxy(target);
    let replication = await replicate(primary, replica);
    return {
      url: `redis://127.0.0.1:${proxy.port}`,
      async strike({ random, load }: Scene) {
        replication.freeze();
        await pause(drawInt(random, 300, 1_200));
        await primary.kill();
        await replication.close();
        await ask(replica, (redis) => redis.replicaof("NO", "ONE"));
        target.port = replica.port;
        proxy.cutAll();
        await load.recount();
        await primary.restart();
        [primary, replica] = [replica, primary];
        replication = await replicate(primary, replica);
        return 1;
      },
      async close() {
        await proxy.close();
        await replication.close();
        await primary.stop();
        await replica.stop();
      },
    };
  },
};

/** Resolves when the replica has all that the primary has. */
async function replicate(primary: OwnRedisServer, replica: OwnRedisServer): Promise<TcpProxy> {
  const proxy = await startProxy(primary, () => readBytes);
  await ask(replica, (redis) => redis.replicaof("127.0.0.1", proxy.port));
  await until("the replica is in step", async () => {
    const info = await ask(replica, (redis) => redis.info("replication"));
    return info.includes("master_link_status:up");
  });
  return proxy;
}

/** Of the talk between servers nothing is decided by its words. */
function readBytes(bytes: Buffer): { readonly length: number; readonly words: readonly string[] } | null {
  return bytes.length === 0 ? null : { length: bytes.length, words: [] };
}

async function ask<T>(server: OwnRedisServer, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(server.url);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
