import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratchFolder } from "../kit/scratch.ts";
import { until } from "../kit/until.ts";
import { sweep, UnfinishedSweep } from "./seeds.ts";

/** One of two processes: leaves its number behind, never comes to the end of the seeds from 101, and dies of those from 301. */
const JOB = `
import { writeFileSync } from "node:fs";
import { join } from "node:path";
writeFileSync(join(import.meta.dirname, String(process.pid) + ".pid"), "");
process.on("message", ({ first, count }) => {
  if (first === 101) return;
  if (first === 301) process.exit(3);
  process.send({ sum: { schedules: count, met: {} }, broken: first === 201 ? { seed: 950, invariant: "timers", message: "late" } : null });
});
process.on("disconnect", () => process.exit(0));
process.send("ready");
`;

describe("many seeds in several processes", () => {
  test("where one dies the others are ended, and it is said which seeds were not run", async () => {
    const folder = scratchFolder({ "job.mjs": JOB });
    const failed = sweep({
      store: "memory",
      first: 1,
      count: 1_000,
      jobs: 2,
      onProgress: () => undefined,
      job: join(folder, "job.mjs"),
    }).catch((error: unknown) => error);
    const error = await failed;
    expect(error).toBeInstanceOf(UnfinishedSweep);
    expect(String(error)).toContain("a job ended with 3 in the 100 seeds from 301");
    expect(String(error)).toContain("Not run: seeds 101 to 200, 301 to 1000; seed 950 breaks a law (timers)");
    const pids = readdirSync(folder).flatMap((name) => (name.endsWith(".pid") ? [Number.parseInt(name, 10)] : []));
    expect(pids).toHaveLength(2);
    await until("both have ended", () => !pids.some(isAlive));
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
