import { connect } from "node:net";
import { temporaryFolder } from "./scratch.ts";
import { describeWithServer, freePort, launch, onPath, type SignalServer } from "./server-process.ts";

export interface RedisServer {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** A server that the test started itself. */
export interface OwnRedisServer extends RedisServer {
  /** Where its data is. */
  readonly folder: string;
  /** Ends its process without warning. */
  kill(): Promise<void>;
  /** Its process stands still, and its connections stay open. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  restart(): Promise<void>;
}

/** Whether a suite that needs a `redis-server` of its own can run here. */
export function hasRedisServer(): boolean {
  return onPath("redis-server") !== null;
}

/**
 * Suites that need Redis. `own`: they change the server's settings, so `REDIS_URL` does not do. Where none can be had they are skipped by
 * name and loudly; with `CI` set that is a failure.
 */
export function describeRedis(name: string, suites: () => void, { own = false }: { readonly own?: boolean } = {}): void {
  const there = hasRedisServer() || (!own && process.env.REDIS_URL !== undefined);
  describeWithServer(name, there ? null : `no redis-server on the PATH${own ? "" : " and no REDIS_URL"}`, suites);
}

/** The server of `REDIS_URL`, else one of its own. */
export async function redisForTests(): Promise<RedisServer> {
  const url = process.env.REDIS_URL;
  if (url === undefined) return await startRedis();
  const { hostname, port } = new URL(url);
  return { url, host: hostname, port: Number(port || 6379), stop: async () => undefined };
}

/** A `redis-server` from the PATH on a free port of loopback, with its data in a folder of its own. */
export async function startRedis(extraArgs: readonly string[] = []): Promise<OwnRedisServer> {
  const { path: folder, remove } = temporaryFolder("saga-redis-");
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const port = await freePort();
    let send = await launchRedis(port, folder, extraArgs);
    // Another process took the port meanwhile.
    if (send === null) continue;
    return {
      url: `redis://127.0.0.1:${port}`,
      host: "127.0.0.1",
      port,
      folder,
      kill: async () => send?.("SIGKILL"),
      freeze: async () => send?.("SIGSTOP"),
      thaw: async () => send?.("SIGCONT"),
      async restart() {
        await send?.("SIGTERM");
        send = await launchRedis(port, folder, extraArgs);
        if (send === null) throw new Error(`redis-server did not come back on port ${port}`);
      },
      async stop() {
        await send?.("SIGTERM");
        await remove();
      },
    };
  }
  throw new Error("redis-server does not start on any of five ports");
}

/** `null` when it did not come up, as when the port was taken meanwhile. */
function launchRedis(port: number, folder: string, extraArgs: readonly string[]): Promise<SignalServer | null> {
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes"];
  const command = ["redis-server", ...args, "--appendfsync", "everysec", ...extraArgs];
  return launch({ name: `redis-server on port ${port}`, command, answers: () => answers(port) });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("error", () => end(false));
    // A server that asks for a password answers too.
    socket.once("data", (data) => end(/^(\+PONG|-NOAUTH)/.test(data.toString())));
    socket.once("connect", () => socket.write("PING\r\n"));
  });
}
