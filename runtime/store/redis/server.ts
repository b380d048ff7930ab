import { SagaError } from "../../errors.ts";
import type { StoreWarning } from "../warning.ts";
import type { RedisConnection } from "./connection.ts";
import { evicting, evictionPolicy, evicts, parseInfo, untold } from "./eviction.ts";

/**
 * Refuses a server that may throw sagas away (RT2005) or has too few replicas (RT2010), warns of one that forgets them when its process ends.
 * Tells whether it is a part of a cluster, as far as it says so, and whether it tells its `maxmemory-policy`.
 */
export async function checkServer(
  connection: RedisConnection,
  options: {
    readonly allowEviction: boolean;
    readonly strictReplicas: number;
    readonly warn: (warning: StoreWarning) => void;
  },
): Promise<{ readonly cluster: boolean; readonly tellsPolicy: boolean }> {
  const info = parseInfo(await connection.ask("INFO").catch(untold));
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
  if (info.size === 0) {
    options.warn({
      code: "redis-info",
      message: `Redis at ${connection.server} does not let its user ask INFO: a fail-over or a restart that lost leases cannot be noticed, so that two workers may hold one. Permit it (ACL SETUSER … +info).`,
    });
  }
  const policy = await evictionPolicy((command, ...args) => connection.ask(command, ...args), info);
  if (policy === null) {
    options.warn({
      code: "redis-eviction-unknown",
      message: `Redis at ${connection.server} does not tell its maxmemory-policy. See to it that it is noeviction, else sagas get lost.`,
    });
  } else if (evicts(policy)) {
    const message = dropsSagas(connection.server, policy);
    if (!options.allowEviction) throw evicting(message);
    options.warn({ code: "redis-eviction", message: `${message}. allowEviction permits it.` });
  }
  if (info.get("aof_enabled") === "0") {
    options.warn({
      code: "redis-aof",
      message: `Redis at ${connection.server} keeps no append-only file: sagas are lost when it stops. Set appendonly yes.`,
    });
  }
  return { cluster: info.get("cluster_enabled") === "1", tellsPolicy: policy !== null };
}

/** Refuses a server whose policy is another one since it was opened, or that took over with one of its own (RT2005). */
export async function checkEviction(connection: RedisConnection): Promise<void> {
  const policy = await evictionPolicy((command, ...args) => connection.ask(command, ...args));
  if (evicts(policy)) throw evicting(dropsSagas(connection.server, policy));
}

function dropsSagas(server: string, policy: string): string {
  return `Redis at ${server} has maxmemory-policy ${policy}: when memory is short it drops sagas`;
}
