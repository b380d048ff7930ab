import type { VirtualClock } from "../virtual-clock.ts";
import type { Services } from "./services.ts";
import type { Watch } from "./watch.ts";

/** What happens to a world whose sagas are over, when their time is. */
export interface Afterwards {
  readonly clock: VirtualClock;
  readonly watch: Watch;
  readonly services: Services;
  /** Everybody leaves, and nobody is there while time passes in which nothing can happen. */
  readonly leave: () => void;
  readonly join: (worker: string) => void;
  readonly settle: () => Promise<void>;
  /** A client repeats all that was asked of this saga. */
  readonly again: (rootId: string) => void;
  /** The same, when it is forgotten: it is started anew, and the world goes on until it has ended. */
  readonly anew: (rootId: string) => Promise<void>;
}

/** The sagas are removed, then forgotten, each when it may be; a new one under the id of one of them is a new one. */
export async function afterwards(world: Afterwards): Promise<void> {
  const { clock, watch, services } = world;
  const { forgettable } = watch.retention;
  // Held against what was seen, and not against what the engine says is over: or a law of nothing would hold.
  for (const { id, rootId, conditions } of watch.seen.values()) {
    if (id === rootId && !conditions.includes("parked") && !watch.retention.isRemoved(id) && !forgettable.has(id))
      watch.breaks("retention", `${id} has ended, and is not over`);
  }
  if (watch.broken.length > 0 || forgettable.size === 0) return;
  const lastMs = Math.max(...forgettable.values());
  world.leave();
  await world.settle();
  const before = lastMs - EARLY_MS;
  if (before > clock.now()) clock.advanceTo(before);
  world.join("later");
  for (const rootId of forgettable.keys()) world.again(rootId);
  for (;;) {
    await world.settle();
    if (watch.broken.length > 0) return;
    if (watch.retention.forgettable.size === 0) break;
    const next = clock.nextDue();
    if (next === null || next > lastMs + LIMIT_MS) {
      for (const rootId of watch.retention.forgettable.keys()) watch.breaks("retention", `${rootId} is remembered for ever`);
      return;
    }
    clock.advanceTo(next);
  }
  const [first] = [...forgettable.keys()].sort();
  if (first === undefined) return;
  services.forget();
  await world.anew(first);
  if (watch.broken.length > 0) return;
  if (!watch.seen.has(first)) watch.breaks("retention", `${first} was started anew, and nothing came of it`);
}

/** It is seen that nothing is forgotten before its time. */
const EARLY_MS = 30_000;
/** The slowest sweep. */
const LIMIT_MS = 300_000;
