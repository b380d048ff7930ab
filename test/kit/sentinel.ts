import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import type { RedisServer } from "./redis.ts";
import { freePort, launch } from "./server-process.ts";
import { until } from "./until.ts";

/** Three of them that watch one primary, and promote its replica half a second after it is gone. */
export interface Sentinels {
  /** `host:port,host:port,host:port` */
  readonly hosts: string;
  /** The port of the server that they take for the primary. */
  primaryPort(): Promise<number>;
  stop(): Promise<void>;
}

/** The primary has its replica already. Resolves when they know of it and of each other. */
export async function startSentinels(name: string, primary: RedisServer, password: string | null = null): Promise<Sentinels> {
  const folder = await mkdtemp(join(tmpdir(), "saga-sentinel-"));
  const started = await Promise.all([1, 2, 3].map((number) => startSentinel(folder, number, name, primary, password)));
  const asking = new Redis({ host: "127.0.0.1", port: started[0]?.port ?? 0, ...(password === null ? {} : { password }) });
  await until(
    "the sentinels know each other and the replica",
    async () => {
      const told = (await asking.call("SENTINEL", "MASTER", name)) as string[];
      const of = (field: string): string | undefined => told[told.indexOf(field) + 1];
      return of("num-slaves") === "1" && of("num-other-sentinels") === "2" && of("flags") === "master";
    },
    60_000,
  );
  return {
    hosts: started.map(({ port }) => `127.0.0.1:${port}`).join(","),
    async primaryPort() {
      const [, port] = (await asking.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name)) as [string, string];
      return Number(port);
    },
    async stop() {
      asking.disconnect();
      await Promise.all(started.map(({ end }) => end("SIGTERM")));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startSentinel(folder: string, number: number, name: string, primary: RedisServer, password: string | null) {
  const port = await freePort();
  const file = join(folder, `${number}.conf`);
  const lines = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${folder}`,
    ...(password === null ? [] : [`requirepass ${password}`]),
    `sentinel monitor ${name} 127.0.0.1 ${primary.port} 2`,
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 3000`,
  ];
  await writeFile(file, `${lines.join("\n")}\n`);
  const end = await launch({
    name: `sentinel on port ${port}`,
    command: ["redis-server", file, "--sentinel"],
    answers: () => answers(port, password),
  });
  if (end === null) throw new Error(`no sentinel comes up on port ${port}`);
  return { port, end };
}

async function answers(port: number, password: string | null): Promise<boolean> {
  const asking = new Redis({
    host: "127.0.0.1",
    port,
    lazyConnect: true,
    retryStrategy: null,
    ...(password === null ? {} : { password }),
  });
  asking.on("error", () => undefined);
  try {
    await asking.connect();
    return true;
  } catch {
    return false;
  } finally {
    asking.disconnect();
  }
}
