import { execFileSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { startRedis } from "../../kit/redis.ts";
import { drawInt } from "../draw.ts";
import type { Fault, Ground, Scene } from "../fault.ts";
import { pause } from "../pause.ts";

/** There is no room for a while: in SQLite's file system, in Redis's memory. */
export const diskFull: Fault = {
  name: "disk-full",
  about: "no room for a while: SQLite on a small tmpfs that is filled, Redis at its maxmemory (noeviction)",
  stores: ["sqlite", "redis"],
  unless(store) {
    const may = process.platform === "linux" && process.getuid?.() === 0;
    return store === "sqlite" && !may ? "a tmpfs is mounted by root, on Linux" : null;
  },
  pauseMs: [600, 1_500],
  open: (store, folder) => (store === "sqlite" ? sqliteGround(folder) : redisGround()),
};

async function sqliteGround(folder: string): Promise<Ground> {
  const small = join(folder, "small");
  execFileSync("mkdir", [small]);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SMALL_BYTES}`, "tmpfs", small]);
  const ballast = join(small, "ballast");
  return {
    url: `sqlite:${join(small, "saga.db")}`,
    async strike({ random }) {
      const { bavail, bsize } = statfsSync(small);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize));
      await pause(drawInt(random, 1_000, 2_500));
      rmSync(ballast);
      return 1;
    },
    async close() {
      execFileSync("umount", ["-l", small]);
    },
  };
}

async function redisGround(): Promise<Ground> {
  const redis = await startRedis();
  const admin = new Redis(redis.url);
  return {
    url: redis.url,
    async strike({ random }: Scene) {
      // Less than it has: whatever wants more is refused.
      await admin.config("SET", "maxmemory", "1mb");
      await pause(drawInt(random, 1_000, 2_500));
      await admin.config("SET", "maxmemory", "0");
      return 1;
    },
    async close() {
      await admin.quit();
      await redis.stop();
    },
  };
}

const SMALL_BYTES = 64 << 20;
