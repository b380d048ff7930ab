import type { SeededRandom } from "@sagac/runtime/testing";
import { type KillPoint, pointName } from "./kill-point.ts";
import type { CrashOrder } from "./orders.ts";
import { runTrial, type StoreUnderTest } from "./trial.ts";

export interface Exploration {
  /** Points at which a process was killed, each once. */
  readonly points: readonly KillPoint[];
  /** Processes killed. */
  readonly killed: number;
  /** What went wrong, each with the point at which the process was killed. */
  readonly faults: readonly string[];
}

export interface ExploreOptions {
  /** Trials at a time. */
  readonly parallel: number;
  /** Of each thing that a process does one time alone, drawn by it: before and after. Absent: every time. */
  readonly sample?: SeededRandom;
  readonly onTrial: (
    points: readonly KillPoint[],
    outcome: { readonly killed: number; readonly faults: readonly string[] },
  ) => void;
}

/**
 * Kills a process at every point where it talks to the store or calls a handler. How often it asks the store depends a little on timing, so
 * the numbers of one life are not those of the next: of each thing that it does, the first, second, third … time is tried, before and after,
 * until a process comes to its end without having come so far.
 */
export async function explore(store: StoreUnderTest, order: CrashOrder, options: ExploreOptions): Promise<Exploration> {
  const undisturbed = await runTrial(store, order, []);
  const faults = undisturbed.faults.map((fault) => `not killed at all: ${fault}`);
  const points: KillPoint[] = [];

  async function kill(point: KillPoint): Promise<boolean> {
    const trial = await runTrial(store, order, [point]);
    if (trial.killed > 0) points.push(point);
    faults.push(...trial.faults.map((fault) => `killed ${pointName(point)}: ${fault}`));
    options.onTrial([point], trial);
    return trial.killed > 0;
  }

  /** One that other lives came to gets a second and a third chance. */
  async function killPatiently(point: KillPoint, seen: number): Promise<boolean> {
    for (let chance = point.number <= seen ? 3 : 1; chance > 0; chance--) if (await kill(point)) return true;
    return false;
  }

  /** The lot decides which time; where no life came so far it is the first. */
  async function tryOne([what, number]: readonly [string, number]): Promise<void> {
    for (const when of ["before", "after"] as const) {
      if (await killPatiently({ what, number, when }, number)) continue;
      if (number > 1 && (await killPatiently({ what, number: 1, when }, 1))) continue;
      // On a slow machine one life may have done what none does again, as where its lease ran out.
      const another = await runTrial(store, order, []);
      if (another.counts[what] !== undefined) faults.push(`${pointName({ what, number, when })}: no process came to it`);
    }
  }

  async function exhaust([what, seen]: readonly [string, number]): Promise<void> {
    for (let number = 1; number <= NUMBER_MAX; number++) {
      const before = await killPatiently({ what, number, when: "before" }, seen);
      const after = before && (await killPatiently({ what, number, when: "after" }, seen));
      if (!after) return;
    }
    faults.push(`${what} happened more than ${NUMBER_MAX} times: there is no end to it`);
  }

  // The longest first, so that nobody waits for it at the end.
  const things = Object.entries(undisturbed.counts).sort(([, one], [, other]) => other - one);
  const { sample } = options;
  if (sample === undefined) await inParallel(options.parallel, things, exhaust);
  else {
    const drawn = [...things].sort(byName).map(([what, seen]) => [what, 1 + (sample.seed() % seen)] as const);
    await inParallel(options.parallel, drawn, tryOne);
  }
  return { points, killed: points.length, faults };
}

/** How often each was done must not decide what is drawn for the others. */
function byName([one]: readonly [string, number], [other]: readonly [string, number]): number {
  return one < other ? -1 : 1;
}

/** Kills a process at a point drawn by lot, and its successor at another; a third one finishes. The same seed draws the same points. */
export async function exploreTwice(
  store: StoreUnderTest,
  order: CrashOrder,
  pairs: number,
  random: SeededRandom,
  options: ExploreOptions,
): Promise<Exploration> {
  if (pairs === 0) return { points: [], killed: 0, faults: [] };
  const known = await pointsOf(store, order);
  const drawn = Array.from({ length: pairs }, () => [draw(known, random), draw(known, random)] as const);
  const faults: string[] = [];
  let killed = 0;
  await inParallel(options.parallel, drawn, async (pair) => {
    const trial = await runTrial(store, order, pair);
    killed += trial.killed;
    faults.push(...trial.faults.map((fault) => `killed ${pair.map(pointName).join(", then ")}: ${fault}`));
    options.onTrial(pair, trial);
  });
  return { points: drawn.flat(), killed, faults };
}

/** The points of one undisturbed life; another one may have a few more or less. Sorted, so that they can be drawn by lot. */
export async function pointsOf(store: StoreUnderTest, order: CrashOrder): Promise<KillPoint[]> {
  const { counts, faults } = await runTrial(store, order, []);
  if (faults.length > 0) throw new Error(`${order.name} on ${store.name} fails without any kill: ${faults.join("; ")}`);
  return Object.keys(counts)
    .sort()
    .flatMap((what) =>
      Array.from({ length: counts[what] ?? 0 }, (_, index) => index + 1).flatMap((number) => [
        { what, number, when: "before" as const },
        { what, number, when: "after" as const },
      ]),
    );
}

export function draw(points: readonly KillPoint[], random: SeededRandom): KillPoint {
  const drawn = points[random.seed() % points.length];
  if (drawn === undefined) throw new Error("there is nothing to draw from");
  return drawn;
}

/** Works through a list, a few at a time. */
export async function inParallel<T>(workers: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const drain = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: workers }, drain));
}

const NUMBER_MAX = 60;
