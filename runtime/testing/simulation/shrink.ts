import type { Move, Schedule } from "./schedule.ts";
import type { Simulation } from "./simulation.ts";

/** The smallest schedule found that breaks the same law first. */
export async function shrunk(schedule: Schedule, run: (schedule: Schedule) => Promise<Simulation>): Promise<Schedule | null> {
  const law = (await run(schedule)).broken[0]?.invariant;
  if (law === undefined) return null;
  const breaks = async (tried: Schedule): Promise<boolean> => (await run(tried)).broken[0]?.invariant === law;
  let least = schedule;
  if (!least.kind && (await breaks({ ...least, kind: true }))) least = { ...least, kind: true };
  for (let size = Math.ceil(least.moves.length / 2); size >= 1; ) {
    const smaller = await withoutSome(least, size, breaks);
    if (smaller !== null) least = smaller;
    else if (size === 1) return least;
    else size = Math.floor(size / 2);
  }
  return least;
}

async function withoutSome(
  schedule: Schedule,
  size: number,
  breaks: (tried: Schedule) => Promise<boolean>,
): Promise<Schedule | null> {
  // From the end, so that what is left out last is what everything else hangs on.
  for (let from = schedule.moves.length - size; from > -size; from -= size) {
    const moves = schedule.moves.filter((_: Move, at) => at < from || at >= from + size);
    const tried = { ...schedule, moves };
    if (moves.length < schedule.moves.length && (await breaks(tried))) return tried;
  }
  return null;
}
