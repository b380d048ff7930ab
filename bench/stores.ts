import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Store } from "@sagac/runtime";

export const STORES = ["memory", "sqlite", "redis", "redis-always"] as const;
export type StoreName = (typeof STORES)[number];

export interface BenchStore {
  readonly store: Store;
  /** For another process, or another connection. */
  readonly url: string;
  /** Pid of the server, to count its CPU; `null`: it runs in this process. */
  readonly serverPid: number | null;
  close(): Promise<void>;
}

/** A fresh, empty store: `sqlite` with synchronous=FULL, `redis` with AOF and appendfsync everysec, `redis-always` with a sync a write. */
export async function openBenchStore(name: StoreName): Promise<BenchStore> {
  const folder = await mkdtemp(join(tmpdir(), "saga-bench-"));
  const clean = () => rm(folder, { recursive: true, force: true });
  if (name === "memory" || name === "sqlite") {
    const url = name === "memory" ? "memory:" : `sqlite:${join(folder, "saga.db")}`;
    const store = await openStore(url);
    return { store, url, serverPid: null, close: () => store.close().then(clean) };
  }
  const port = await freePort();
  const sync = name === "redis" ? "everysec" : "always";
  const options = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    "--appendonly",
    "yes",
    "--appendfsync",
    sync,
  ];
  const server = spawn("redis-server", options, { stdio: "ignore" });
  const exited = new Promise<void>((resolve, reject) => {
    server.once("exit", () => resolve());
    server.once("error", (error) => reject(new Error(`redis-server cannot be started: ${error.message}`)));
  });
  await Promise.race([listening(port), exited.then(() => Promise.reject(new Error("redis-server ended at once")))]);
  const url = `redis://127.0.0.1:${port}`;
  const store = await openStore(url);
  return {
    store,
    url,
    serverPid: server.pid ?? null,
    async close() {
      await store.close();
      server.kill("SIGTERM");
      await exited;
      await clean();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(socket.end() !== null));
      socket.once("error", () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
