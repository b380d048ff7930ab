import { SagaError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import { MemoryStore } from "./memory/memory-store.ts";
import type { Store } from "./store.ts";

export interface OpenStoreOptions {
  /** Shares per saga@version, 1 to 4096; fixed when the store is first used. Default: what the store has, 8 for a new one. */
  readonly partitions?: number;
  /** Virtual time for tests and simulation; without it the store's own clock is used. */
  readonly clock?: Clock;
}

export const DEFAULT_PARTITIONS = 8;

/**
 * Opens the store that `url` names: `memory:`, `sqlite:./saga.db` (`sqlite::memory:`), `redis://host:port/db` (`rediss://` for TLS).
 * Rejects with RT1009 (no such form), RT2001 (not reachable), RT2004 (written by a newer saga), RT2005 (the server would evict),
 * RT2006 (other number of partitions).
 */
export async function openStore(url: string, options: OpenStoreOptions = {}): Promise<Store> {
  checkPartitions(options.partitions);
  if (url === "memory:") {
    return new MemoryStore({ partitions: options.partitions ?? DEFAULT_PARTITIONS, clock: options.clock });
  }
  throw new SagaError(
    "RT1009",
    `${JSON.stringify(url)} names no store. Use memory:, sqlite:./saga.db or redis://localhost:6379.`,
  );
}

function checkPartitions(partitions: number | undefined): void {
  if (partitions === undefined) return;
  if (!Number.isSafeInteger(partitions) || partitions < 1 || partitions > 4096) {
    throw new SagaError("RT2006", `a store has 1 to 4096 partitions per saga and version, not ${partitions}.`);
  }
}
