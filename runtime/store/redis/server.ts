import { SagaError } from "../../errors.ts";
import type { StoreWarning } from "../warning.ts";
import type { RedisConnection } from "./connection.ts";

/**
 * Refuses a server that may throw sagas away (RT2005) or has too few replicas (RT2010), warns of one that forgets them when its process ends.
 * Tells whether it is a part of a cluster, as far as it says so.
 */
export async function checkServer(
  connection: RedisConnection,
  options: {
    readonly allowEviction: boolean;
    readonly strictReplicas: number;
    readonly warn: (warning: StoreWarning) => void;
  },
): Promise<{ readonly cluster: boolean }> {
  const info = parseInfo(await connection.ask("INFO").catch(() => ""));
  if (info.get("role") === "slave") {
    throw new SagaError("RT2001", `Redis at ${connection.server} is a replica, which refuses writes. Name its primary.`);
  }
  const replicas = Number(info.get("connected_slaves") ?? options.strictReplicas);
  if (replicas < options.strictReplicas) {
    throw new SagaError(
      "RT2010",
      `strict asks for ${options.strictReplicas} replicas, and Redis at ${connection.server} has ${replicas}. Add some, or ask for fewer.`,
    );
  }
  const policy = info.get("maxmemory_policy") ?? (await configuredPolicy(connection));
  if (policy === null) {
    options.warn({
      code: "redis-eviction-unknown",
      message: `Redis at ${connection.server} does not tell its maxmemory-policy. See to it that it is noeviction, else sagas get lost.`,
    });
  } else if (policy !== "noeviction") {
    const message = `Redis at ${connection.server} has maxmemory-policy ${policy}: when memory is short it drops sagas`;
    if (!options.allowEviction) {
      throw new SagaError(
        "RT2005",
        `${message}. Set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in redis.conf).`,
      );
    }
    options.warn({ code: "redis-eviction", message: `${message}. allowEviction permits it.` });
  }
  if (info.get("aof_enabled") === "0") {
    options.warn({
      code: "redis-aof",
      message: `Redis at ${connection.server} keeps no append-only file: sagas are lost when it stops. Set appendonly yes.`,
    });
  }
  return { cluster: info.get("cluster_enabled") === "1" };
}

async function configuredPolicy(connection: RedisConnection): Promise<string | null> {
  const reply = await connection.ask("CONFIG", "GET", "maxmemory-policy").catch(() => null);
  return Array.isArray(reply) && typeof reply[1] === "string" ? reply[1] : null;
}

function parseInfo(reply: unknown): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of typeof reply === "string" ? reply.split("\r\n") : []) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}
