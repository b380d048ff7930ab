import { Redis } from "ioredis";
import type { RedisServer } from "./redis.ts";
import { startProxy, type TcpProxy } from "./tcp-proxy.ts";
import { until } from "./until.ts";

/** Makes one server the replica of another, over a line that can be frozen. Resolves when it has all that the primary has. */
export async function replicate(primary: RedisServer, replica: RedisServer): Promise<TcpProxy> {
  const line = await startProxy(primary, () => readBytes);
  await askRedis(replica, (redis) => redis.replicaof("127.0.0.1", line.port));
  await until("the replica is in step", async () => {
    const info = await askRedis(primary, (redis) => redis.info("replication"));
    return info.includes("state=online");
  });
  return line;
}

/** Asks a server something on a connection of its own. */
export async function askRedis<T>(server: RedisServer, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(server.url);
  // One that is away is waited for; what is asked of it fails by itself.
  redis.on("error", () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

/** Of the talk between servers nothing is decided by its words. */
export function readBytes(bytes: Buffer): { readonly length: number; readonly words: readonly string[] } | null {
  return bytes.length === 0 ? null : { length: bytes.length, words: [] };
}
