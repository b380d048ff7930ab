import { type KillPoint, pointName } from "./kill-point.ts";
import type { CrashOrder } from "./orders.ts";
import { runTrial, type StoreUnderTest } from "./trial.ts";

export interface Exploration {
  /** Points at which a process was killed. */
  readonly points: number;
  /** Lives that came to their end without having come to their point: that is how it is known that there are no more. */
  readonly beyond: number;
  /** What went wrong, each with the point at which the process was killed. */
  readonly faults: readonly string[];
}

export interface ExploreOptions {
  /** Trials at a time. */
  readonly parallel: number;
  readonly onTrial: (point: KillPoint, outcome: { readonly killed: boolean; readonly faults: readonly string[] }) => void;
}

/**
 * Kills a process at every point where it talks to the store or calls a handler. How often it asks the store depends a little on timing, so
 * the numbers of one life are not those of the next: of each thing that it does, the first, second, third … time is tried, before and after,
 * until a process comes to its end without having come so far.
 */
export async function explore(store: StoreUnderTest, order: CrashOrder, options: ExploreOptions): Promise<Exploration> {
  const undisturbed = await runTrial(store, order, []);
  const faults = undisturbed.faults.map((fault) => `not killed at all: ${fault}`);
  let points = 0;
  let beyond = 0;

  async function kill(point: KillPoint): Promise<boolean> {
    const trial = await runTrial(store, order, [point]);
    const killed = trial.killed > 0;
    if (killed) points++;
    else beyond++;
    faults.push(...trial.faults.map((fault) => `killed ${pointName(point)}: ${fault}`));
    options.onTrial(point, { killed, faults: trial.faults });
    return killed;
  }

  /** One that other lives came to gets a second and a third chance. */
  async function killPatiently(point: KillPoint, seen: number): Promise<boolean> {
    for (let chance = point.number <= seen ? 3 : 1; chance > 0; chance--) if (await kill(point)) return true;
    return false;
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
  const queue = Object.entries(undisturbed.counts).sort(([, one], [, other]) => other - one);
  async function work(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await exhaust(next);
  }
  await Promise.all(Array.from({ length: options.parallel }, work));
  return { points, beyond, faults };
}

/** All points of one undisturbed life; another one may have a few more or less. */
export async function pointsOf(store: StoreUnderTest, order: CrashOrder): Promise<KillPoint[]> {
  const { counts, faults } = await runTrial(store, order, []);
  if (faults.length > 0) throw new Error(`${order.name} on ${store.name} fails without any kill: ${faults.join("; ")}`);
  return Object.entries(counts).flatMap(([what, count]) =>
    Array.from({ length: count }, (_, index) => index + 1).flatMap((number) => [
      { what, number, when: "before" as const },
      { what, number, when: "after" as const },
    ]),
  );
}

const NUMBER_MAX = 60;
