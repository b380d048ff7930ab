import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import type { RedisServer } from "./redis.ts";
import { temporaryFolder } from "./scratch.ts";
import { freePort, launch } from "./server-process.ts";
import { until } from "./until.ts";

/** Three of them that watch one primary, and promote its replica soon after it is gone. */
export interface Sentinels {
  /** `host:port,host:port,host:port` */
  readonly hosts: string;
  /** The port of the server that they take for the primary. */
  primaryPort(): Promise<number>;
  /** The port of the primary, when all agree on it, and each sees a replica of it that could be promoted. */
  agree(): Promise<number>;
  stop(): Promise<void>;
}

export interface SentinelOptions {
  readonly password?: string;
  /** For how long a server must not answer; default half a second. */
  readonly downAfterMs?: number;
  /** They begin no second fail-over within twice this time; default 3 seconds. */
  readonly failoverTimeoutMs?: number;
}

/** The primary has its replica already. Resolves when they know of it and of each other. */
export async function startSentinels(name: string, primary: RedisServer, options: SentinelOptions = {}): Promise<Sentinels> {
  const { path: folder, remove } = temporaryFolder("saga-sentinel-");
  const asking: Redis[] = [];
  // All are waited for, also where one does not come up: what has started has to be ended.
  const tried = await Promise.allSettled([1, 2, 3].map((number) => startSentinel(folder, number, name, primary, options)));
  const started = tried.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const stop = async (): Promise<void> => {
    for (const sentinel of asking) sentinel.disconnect();
    await Promise.all(started.map(({ end }) => end("SIGTERM")));
    await remove();
  };
  const failed = tried.find((one) => one.status === "rejected");
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  asking.push(...started.map(({ port }) => new Redis({ host: "127.0.0.1", port, ...passwordOf(options) })));
  const agree = async (): Promise<number> => {
    let views: readonly View[] = [];
    await until(
      "the sentinels know the primary, its replica and each other",
      async () => {
        views = await Promise.all(asking.map((sentinel) => viewOf(sentinel, name)));
        return views.every(({ port, whole }) => whole && port === views[0]?.port);
      },
      120_000,
    ).catch((error: unknown) => {
      throw new Error(`the sentinels do not agree: ${JSON.stringify(views)}`, { cause: error });
    });
    return views[0]?.port ?? 0;
  };
  await agree().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    hosts: started.map(({ port }) => `127.0.0.1:${port}`).join(","),
    async primaryPort() {
      const [first] = await Promise.all(asking.map((sentinel) => sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name)));
      return Number((first as [string, string])[1]);
    },
    agree,
    stop,
  };
}

interface View {
  readonly port: number;
  /** The primary is up, and so are a replica and both other sentinels. */
  readonly whole: boolean;
  readonly told: readonly string[];
}

async function viewOf(sentinel: Redis, name: string): Promise<View> {
  const primary = fieldsOf(await sentinel.call("SENTINEL", "MASTER", name));
  const replicas = (await sentinel.call("SENTINEL", "REPLICAS", name)) as unknown[];
  const flags = [primary, ...replicas.map(fieldsOf)].map((fields) => fields.get("flags") ?? "");
  const whole = flags[0] === "master" && flags[1] === "slave" && primary.get("num-other-sentinels") === "2";
  return { port: Number(primary.get("port")), whole, told: [...flags, `${primary.get("num-other-sentinels")} others`] };
}

/** A list of names and values, as sentinels answer. */
function fieldsOf(told: unknown): ReadonlyMap<string, string> {
  const words = told as string[];
  return new Map(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? ""] as const] : [])));
}

async function startSentinel(folder: string, number: number, name: string, primary: RedisServer, options: SentinelOptions) {
  const { password, downAfterMs = 500, failoverTimeoutMs = 3_000 } = options;
  const port = await freePort();
  const file = join(folder, `${number}.conf`);
  const lines = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${folder}`,
    ...(password === undefined ? [] : [`requirepass ${password}`]),
    `sentinel monitor ${name} 127.0.0.1 ${primary.port} 2`,
    `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
    `sentinel failover-timeout ${name} ${failoverTimeoutMs}`,
  ];
  await writeFile(file, `${lines.join("\n")}\n`);
  const end = await launch({
    name: `sentinel on port ${port}`,
    command: ["redis-server", file, "--sentinel"],
    answers: () => answers(port, options),
  });
  if (end === null) throw new Error(`no sentinel comes up on port ${port}`);
  return { port, end };
}

async function answers(port: number, options: SentinelOptions): Promise<boolean> {
  const asking = new Redis({
    host: "127.0.0.1",
    port,
    lazyConnect: true,
    retryStrategy: null,
    ...passwordOf(options),
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

function passwordOf({ password }: SentinelOptions): { password?: string } {
  return password === undefined ? {} : { password };
}
