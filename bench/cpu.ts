import { readFileSync } from "node:fs";

/** CPU milliseconds of each of these processes so far, from Linux's /proc; of one that has ended nothing is known any more. */
export type CpuByProcess = ReadonlyMap<number, number>;

export function cpuByProcess(pids: readonly number[]): CpuByProcess {
  return new Map(pids.map((pid) => [pid, cpuOf(pid)]));
}

/**
 * What the processes that are there now have used since then, in milliseconds; all of one that has begun since. By process, and not as a difference of
 * sums: one that has ended meanwhile would take along what it had used before.
 */
export function cpuSince(before: CpuByProcess, pids: readonly number[]): number {
  let used = 0;
  for (const [pid, cpuMs] of cpuByProcess(pids)) used += Math.max(0, cpuMs - (before.get(pid) ?? 0));
  return used;
}

function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  } catch {
    return 0;
  }
}

const MS_PER_TICK = 10;
