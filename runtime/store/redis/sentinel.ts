import { Redis, type RedisOptions } from "ioredis";
import type { SagaError } from "../../errors.ts";
import { endClient } from "./end.ts";
import { unreachable } from "./errors.ts";
import type { RedisAddress, SentinelAddress } from "./url.ts";

/** `host:port`, or which primary of which sentinels, for messages. */
export function nameOfServer(server: RedisAddress): string {
  if ("host" in server) return `${server.host}:${server.port}`;
  return `${server.name} (by sentinels ${server.sentinels.map(({ host, port }) => `${host}:${port}`).join(", ")})`;
}

/** How the primary is found, and found again: by asking the sentinels, one after the other. */
export function sentinelOptions(commandTimeoutMs: number, isOpen: () => boolean): RedisOptions {
  return {
    sentinelCommandTimeout: commandTimeoutMs,
    // Whoever opens a store is told at once that nobody answers; one that is open waits until somebody does.
    sentinelRetryStrategy: (times) => (isOpen() ? Math.min(times * 100, 2_000) : null),
  };
}

/** Why no primary can be had: asks each sentinel anew. `cause`: what the client said. */
export async function withoutPrimary(server: SentinelAddress, options: RedisOptions, cause: Error): Promise<SagaError> {
  const asked = await Promise.all(server.sentinels.map((sentinel) => asks(sentinel, server.name, options)));
  const address = asked.flatMap((answer) => ("address" in answer && answer.address !== null ? [answer.address] : []))[0];
  if (address !== undefined)
    return unreachable(nameOfServer(server), `it is said to be ${address}, which does not answer from here: ${cause.message}`, {
      cause,
    });
  const failed = asked.flatMap((answer) => ("failure" in answer ? [answer.failure] : []));
  const why =
    failed.length < asked.length
      ? `the sentinels know no primary of the name ${JSON.stringify(server.name)}`
      : `no sentinel answers: ${failed.join("; ")}`;
  return unreachable(nameOfServer(server), why, { cause });
}

type Answer = { readonly address: string | null } | { readonly failure: string };

async function asks(
  { host, port }: { readonly host: string; readonly port: number },
  name: string,
  options: RedisOptions,
): Promise<Answer> {
  const client = new Redis({
    host,
    port,
    username: options.sentinelUsername,
    password: options.sentinelPassword,
    tls: options.sentinelTLS,
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
    connectTimeout: options.connectTimeout,
    commandTimeout: options.sentinelCommandTimeout,
  });
  let lastError: Error | null = null;
  client.on("error", (error: Error) => {
    lastError = error;
  });
  try {
    await client.connect();
    const address = await client.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name);
    return { address: Array.isArray(address) ? address.join(":") : null };
  } catch (error) {
    const { message } = lastError ?? (error as Error);
    return { failure: `${host}:${port}: ${message}` };
  } finally {
    await endClient(client);
  }
}
