import { readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { type OwnRedisServer, startRedis } from "../../kit/redis.ts";
import { drawInt } from "../draw.ts";
import type { Fault, Ground, Scene } from "../fault.ts";
import { pause } from "../pause.ts";

/** Redis dies and comes back with what its append-only file has. */
export const redisRestart: Fault = {
  name: "redis-restart",
  about: "SIGKILL of redis-server with AOF and appendfsync always, then a restart",
  stores: ["redis"],
  pauseMs: [800, 2_500],
  open: () => open("always", false),
};

export const redisRestartEverysec: Fault = {
  name: "redis-restart-everysec",
  about: "the same with appendfsync everysec: the process dies, the machine does not",
  stores: ["redis"],
  loses: true,
  pauseMs: [800, 2_500],
  open: () => open("everysec", false),
};

/**
 * A power cut takes what was not yet on the disk. It is played: of the file everything goes that was written in the last second, which is what
 * `everysec` permits.
 */
export const redisPowerCut: Fault = {
  name: "redis-power-cut",
  about: "appendfsync everysec, and the last second of the append-only file is gone as well, as after a power cut",
  stores: ["redis"],
  loses: true,
  pauseMs: [2_500, 4_000],
  open: () => open("everysec", true),
};

async function open(appendfsync: "always" | "everysec", powerCut: boolean): Promise<Ground> {
  const redis = await startRedis(["--appendfsync", appendfsync, "--auto-aof-rewrite-percentage", "0"]);
  const file = powerCut ? watchSize(join(redis.folder, "appendonlydir")) : null;
  return {
    url: redis.url,
    strike: (scene) => strike(redis, file, scene),
    async close() {
      file?.stop();
      await redis.stop();
    },
  };
}

async function strike(redis: OwnRedisServer, file: WatchedFile | null, { random, load }: Scene): Promise<number> {
  await redis.kill();
  file?.cutBack(LOST_MS);
  await pause(drawInt(random, 50, 400));
  await redis.restart();
  if (file !== null) await load.recount();
  return 1;
}

interface WatchedFile {
  /** To what it was so many milliseconds before now. */
  cutBack(ms: number): void;
  stop(): void;
}

/** The size of the append-only file over time. */
function watchSize(folder: string): WatchedFile {
  let sizes: { readonly atMs: number; readonly path: string; readonly bytes: number }[] = [];
  let stopped = false;
  const look = (): void => {
    const name = readdirSync(folder).find((file) => file.endsWith(".incr.aof"));
    if (name === undefined) return;
    const path = join(folder, name);
    sizes.push({ atMs: performance.now(), path, bytes: statSync(path).size });
    if (sizes.length > 200) sizes = sizes.slice(-100);
  };
  void (async () => {
    while (!stopped) {
      look();
      await pause(20);
    }
  })();
  return {
    cutBack(ms) {
      const fromMs = performance.now() - ms;
      const before = sizes.findLast(({ atMs }) => atMs <= fromMs) ?? sizes[0];
      if (before === undefined) return;
      truncateSync(before.path, before.bytes);
      sizes = [];
    },
    stop() {
      stopped = true;
    },
  };
}

/** What `everysec` may lose. */
const LOST_MS = 1_000;
