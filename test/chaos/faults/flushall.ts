import { Redis } from "ioredis";
import { startRedis } from "../../kit/redis.ts";
import { until } from "../../kit/until.ts";
import type { Fault, Judgement, Scene } from "../fault.ts";
import type { Track } from "../load.ts";
import { pause } from "../pause.ts";

/** Somebody empties the server. What must not follow is silence, or sagas that are begun anew from what a worker still remembers. */
export const flushall: Fault = {
  name: "flushall",
  about: "FLUSHALL: each worker raises an alarm (RT2009), and nothing is carried on from memory",
  stores: ["redis"],
  pauseMs: [3_000, 5_000],
  async open() {
    const redis = await startRedis();
    let flushedAtMs: number | null = null;
    let effectsAtAlarm = 0;
    let open: readonly Track[] = [];

    /** The workers that have said so since, with the time after which they did. */
    function alarms({ fleet }: Scene): Map<string, number> {
      const first = new Map<string, number>();
      for (const { worker, atMs, level, error = "" } of fleet.log) {
        if (level === "error" && error.includes("RT2009") && !first.has(worker)) first.set(worker, atMs - (flushedAtMs ?? 0));
      }
      return first;
    }

    return {
      url: redis.url,
      async strike(scene) {
        if (flushedAtMs !== null) return 0;
        const admin = new Redis(redis.url);
        await until("sagas are under way", () => {
          open = scene.load.tracks.filter(({ acknowledged, ended }) => acknowledged && ended === null);
          return open.length > 0;
        });
        flushedAtMs = performance.now();
        await admin.flushall();
        await admin.quit();
        scene.load.giveUpAfter(0);
        // Told of by `judge`, where it does not come.
        await until("every worker raises an alarm", () => alarms(scene).size === scene.fleet.size).catch(() => undefined);
        // Participants still carry out what they were asked before.
        await pause(500);
        effectsAtAlarm = scene.effects();
        return 1;
      },
      async judge(scene): Promise<Judgement> {
        const faults: string[] = [];
        const heard = alarms(scene);
        if (heard.size < scene.fleet.size) faults.push(`only ${heard.size} of ${scene.fleet.size} workers raised an alarm`);
        if (scene.effects() > effectsAtAlarm)
          faults.push(`${scene.effects() - effectsAtAlarm} effects took place after the alarm`);
        const gone = open.filter(({ ended }) => ended === null);
        const told = gone.filter(({ gaveUp }) => gaveUp?.includes("RT1004"));
        if (told.length < gone.length) faults.push(`${gone.length - told.length} clients were not told that their saga is gone`);
        const latestMs = Math.max(0, ...heard.values());
        return {
          faults,
          note: `alarm of all after ${Math.round(latestMs)} ms, ${gone.length} sagas gone and told so`,
          instead: true,
        };
      },
      close: () => redis.stop(),
    };
  },
};
