import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, it } from "vitest";
import { until } from "./until.ts";

export interface RedisServer {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** A server that the test started itself. */
export interface OwnRedisServer extends RedisServer {
  /** Ends its process without warning. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  restart(): Promise<void>;
}

/** Whether a suite that needs a `redis-server` of its own can run here. */
export function hasRedisServer(): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "redis-server")));
}

/**
 * Suites that need Redis. `own`: they change the server's settings, so `REDIS_URL` does not do. Where none can be had they are skipped by
 * name and loudly; with `CI` set that is a failure.
 */
export function describeRedis(name: string, suites: () => void, { own = false }: { readonly own?: boolean } = {}): void {
  if (hasRedisServer() || (!own && process.env.REDIS_URL !== undefined)) {
    describe(name, suites);
    return;
  }
  const why = `${name}: no redis-server on the PATH${own ? "" : " and no REDIS_URL"}`;
  if (process.env.CI !== undefined) {
    it(name, () => {
      throw new Error(`${why}, and CI is set: here it must run`);
    });
    return;
  }
  console.warn(`SKIPPED ${why}`);
  describe.skip(`${why} (skipped)`, suites);
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
  const folder = await mkdtemp(join(tmpdir(), "saga-redis-"));
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const port = await freePort();
    let end = await launch(port, folder, extraArgs);
    // Another process took the port meanwhile.
    if (end === null) continue;
    return {
      url: `redis://127.0.0.1:${port}`,
      host: "127.0.0.1",
      port,
      kill: async () => end?.("SIGKILL"),
      async restart() {
        await end?.("SIGTERM");
        end = await launch(port, folder, extraArgs);
        if (end === null) throw new Error(`redis-server did not come back on port ${port}`);
      },
      async stop() {
        await end?.("SIGTERM");
        await rm(folder, { recursive: true, force: true });
      },
    };
  }
  throw new Error("redis-server does not start on any of five ports");
}

/**
 * Runs the server under a shell that holds a pipe of ours: when this process ends, however it ends, the pipe closes and the server is
 * killed, so that none is left behind by a test that was killed itself. Prints the server's process id, ends when the server does.
 */
const UNDER_WATCH = `redis-server "$@" >/dev/null 2>&1 & server=$!
echo $server
exec 3<&0
(cat <&3 >/dev/null; kill -9 $server 2>/dev/null) &
wait $server`;

/** `null` when it did not come up, as when the port was taken meanwhile. */
async function launch(port: number, folder: string, extraArgs: readonly string[]): Promise<End | null> {
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes"];
  const command = ["-c", UNDER_WATCH, "redis-server", ...args, "--appendfsync", "everysec", ...extraArgs];
  const shell = spawn("sh", command, { stdio: ["pipe", "pipe", "ignore"] });
  let pid = 0;
  let exited = false;
  shell.stdout.setEncoding("utf8").once("data", (text: string) => {
    pid = Number(text);
  });
  const exit = new Promise<void>((resolve) => {
    shell.once("error", () => resolve());
    shell.once("exit", () => resolve());
  }).then(() => {
    exited = true;
  });
  await until(`redis-server answers on port ${port}`, async () => exited || (pid > 0 && (await answers(port))));
  if (exited) return null;
  return async (signal) => {
    if (!exited) process.kill(pid, signal);
    await exit;
  };
}

type End = (signal: "SIGTERM" | "SIGKILL") => Promise<void>;

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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no port"));
        else resolve(address.port);
      });
    });
  });
}
