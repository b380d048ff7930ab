import type { Holding } from "../engine/holding.ts";
import { partitionKey, sagaKey } from "../store/partition.ts";
import type { Attendance, Occupied, Partition, SagaVersion } from "../store/store.ts";
import { meantFor } from "./shares.ts";

/** A partition that has work and no owner. */
export interface Unowned extends Partition {
  readonly forMs: number;
}

/** What a worker sees when it looks. Times are monotonic. */
export interface View {
  readonly owner: string;
  readonly leaseMs: number;
  readonly nowMs: number;
  /** Who each partition is meant for, by key. */
  readonly meant: ReadonlyMap<string, string>;
  readonly occupied: readonly Occupied[];
  readonly holdings: ReadonlyMap<string, Pick<Holding, "instances" | "draining">>;
  /** Since when a partition has been seen without an owner, and one of its own without work; kept here. */
  readonly freeSince: Map<string, number>;
  readonly idleSince: Map<string, number>;
  /** Taken from it, maybe under its own id: by another worker that was given it. Kept here, until nobody holds them under it any more. */
  readonly fenced: Set<string>;
  /** Not handed over before. */
  readonly notBefore: ReadonlyMap<string, number>;
}

/** What it does then, by the partitions' keys. */
export interface Decision {
  readonly take: readonly string[];
  /** Without work for a whole lease. */
  readonly giveBack: readonly string[];
  /** Meant for another worker. */
  readonly handOver: readonly string[];
  /** Held by others. */
  readonly others: ReadonlySet<string>;
  /** Of these, under its own id. */
  readonly twins: readonly string[];
  readonly unowned: readonly Unowned[];
  /** Some have no owner and are meant for others. */
  readonly orphans: boolean;
  /** Until the first lease of others runs out; `null`: nobody else holds any. */
  readonly nextExpiryMs: number | null;
}

/** Who each partition of these sagas is meant for, among those who serve it. */
export function meanings(
  here: readonly Attendance[],
  sagas: readonly SagaVersion[],
  partitions: number,
): ReadonlyMap<string, string> {
  const meant = new Map<string, string>();
  const served = here.map(({ owner, serves }) => ({ owner, names: new Set(serves.map(sagaKey)) }));
  for (const saga of sagas) {
    const name = sagaKey(saga);
    const workers = served.filter(({ names }) => names.has(name)).map(({ owner }) => owner);
    meantFor(name, partitions, workers).forEach((owner, index) => {
      meant.set(partitionKey({ ...saga, index }), owner);
    });
  }
  return meant;
}

/** Whether the same workers are here, each with the same sagas. */
export function areSame(here: readonly Attendance[], before: readonly Attendance[]): boolean {
  return (
    here.length === before.length &&
    here.every(({ owner, serves }, at) => {
      const was = before[at];
      return (
        was?.owner === owner &&
        was.serves.length === serves.length &&
        was.serves.every(({ saga, version }, index) => saga === serves[index]?.saga && version === serves[index]?.version)
      );
    })
  );
}

export function decide(view: View): Decision {
  const { owner, leaseMs, nowMs, meant, occupied, holdings, freeSince, idleSince, fenced, notBefore } = view;
  const take: string[] = [];
  const others = new Set<string>();
  const twins: string[] = [];
  const unowned: Unowned[] = [];
  const withWork = new Set<string>();
  let orphans = false;
  let nextExpiryMs: number | null = null;
  for (const { partition, owner: holder, remainingMs, unownedMs } of occupied) {
    const key = partitionKey(partition);
    withWork.add(key);
    if (holdings.has(key)) continue;
    if (holder !== owner) fenced.delete(key);
    // Its own of before it was started anew it takes at once. What was taken from it meanwhile it would only take back to lose it again.
    const isTwins = holder === owner && fenced.has(key);
    if (isTwins) twins.push(key);
    if (holder !== null && (holder !== owner || isTwins)) {
      others.add(key);
      freeSince.delete(key);
      nextExpiryMs = Math.min(nextExpiryMs ?? Number.POSITIVE_INFINITY, remainingMs);
      continue;
    }
    const since = freeSince.get(key) ?? nowMs;
    freeSince.set(key, since);
    if (holder === null) unowned.push({ ...partition, forMs: unownedMs });
    // Whoever it is meant for may be unable to take it: better with another than with nobody.
    if (meant.get(key) === owner || nowMs - since >= leaseMs) take.push(key);
    else orphans = true;
  }
  for (const key of freeSince.keys()) if (!withWork.has(key) || holdings.has(key)) freeSince.delete(key);

  const giveBack: string[] = [];
  const handOver: string[] = [];
  for (const [key, holding] of holdings) {
    if (withWork.has(key) || holding.instances.size > 0) idleSince.delete(key);
    else idleSince.set(key, idleSince.get(key) ?? nowMs);
    if (nowMs - (idleSince.get(key) ?? nowMs) >= leaseMs) giveBack.push(key);
    else if (meant.get(key) !== owner && meant.has(key) && !holding.draining && nowMs >= (notBefore.get(key) ?? 0)) {
      handOver.push(key);
    }
  }
  for (const key of idleSince.keys()) if (!holdings.has(key)) idleSince.delete(key);
  return { take, giveBack, handOver, others, twins, unowned, orphans, nextExpiryMs };
}
