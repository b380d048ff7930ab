import type { Logger } from "../engine/handlers.ts";
import { type Holding, newHolding } from "../engine/holding.ts";
import type { Implementation } from "../engine/implement.ts";
import type { Clock } from "../ports/clock.ts";
import { partitionKey } from "../store/partition.ts";
import type { Lease, LeaseRequest, Partition, Store } from "../store/store.ts";

export interface OwnershipEvents {
  /** A partition was taken: everything of it has to be read. */
  taken(holding: Holding): void;
  /** A partition was lost, or may have been: its effects must stop now. */
  lost(holding: Holding): void;
}

/**
 * Holds the partitions of what this worker serves: takes what is free, renews what it has, three times a lease. A lease that could not be
 * renewed in time is given up here before anybody else can have it: the worker stops its effects first and asks again only then.
 */
export class Ownership {
  readonly holdings = new Map<string, Holding>();
  readonly #wanted: { readonly key: string; readonly partition: Partition; readonly implementation: Implementation }[] = [];
  readonly #ports: { readonly store: Store; readonly clock: Clock; readonly log: Logger };
  readonly #owner: string;
  readonly #leaseMs: number;
  readonly #events: OwnershipEvents;
  #cancel: (() => void) | null = null;
  #round: Promise<void> | null = null;
  #stopped = false;

  constructor(
    ports: { readonly store: Store; readonly clock: Clock; readonly log: Logger },
    implementations: readonly Implementation[],
    options: { readonly owner: string; readonly leaseMs: number },
    events: OwnershipEvents,
  ) {
    this.#ports = ports;
    this.#owner = options.owner;
    this.#leaseMs = options.leaseMs;
    this.#events = events;
    for (const implementation of implementations) {
      const { saga, version } = implementation.definition;
      for (let index = 0; index < ports.store.partitions; index++) {
        const partition = { saga, version, index };
        this.#wanted.push({ key: partitionKey(partition), partition, implementation });
      }
    }
  }

  /** Asks for every partition once; rejects where the store cannot be reached, so that a worker that cannot work does not start. */
  async start(): Promise<void> {
    await this.#ask();
    this.#schedule();
  }

  /** A commit was refused: look again at once. */
  refused(holding: Holding): void {
    this.#drop(holding);
    this.#again(0);
  }

  /** No more leases are asked for. Those held stay until `release`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#round?.catch(() => undefined);
  }

  /** Hands every partition back, so that the next worker need not wait. */
  async release(): Promise<void> {
    const leases = [...this.holdings.values()].map((holding) => holding.lease);
    this.holdings.clear();
    if (leases.length > 0) await this.#ports.store.release(leases);
  }

  #schedule(): void {
    this.#again(this.#leaseMs / 3);
  }

  #again(delayMs: number): void {
    if (this.#stopped) return;
    this.#cancel?.();
    // Keeps the process alive: a worker lives until it is told to stop.
    this.#cancel = this.#ports.clock.schedule(
      delayMs,
      () => {
        // One question at a time: two at once would take the same partition twice, and the first epoch would be stale.
        this.#round = (this.#round ?? Promise.resolve())
          .then(() => this.#ask())
          .catch((error: unknown) => this.#ports.log.warn("leases could not be renewed, trying again", { error: String(error) }))
          .then(() => {
            this.#expire();
            this.#schedule();
          });
      },
      { ref: true },
    );
  }

  async #ask(): Promise<void> {
    const { store, clock } = this.#ports;
    const requests: LeaseRequest[] = this.#wanted.map(({ key, partition }) => ({
      partition,
      epoch: this.holdings.get(key)?.lease.epoch ?? null,
    }));
    // Counted from before the question: the store's expiry can only be later.
    const askedAtMs = clock.monotonic();
    const leases = await store.lease(requests, this.#owner, this.#leaseMs);
    const validUntilMs = askedAtMs + this.#leaseMs;
    this.#wanted.forEach((wanted, index) => {
      const lease = leases[index] ?? null;
      const holding = this.holdings.get(wanted.key);
      if (holding !== undefined && (lease === null || lease.epoch !== holding.lease.epoch)) this.#drop(holding);
      if (lease === null) return;
      if (holding !== undefined && !holding.lost) {
        holding.lease = lease;
        holding.validUntilMs = validUntilMs;
      } else {
        this.#take(wanted.key, wanted.implementation, lease, validUntilMs);
      }
    });
  }

  #take(key: string, implementation: Implementation, lease: Lease, validUntilMs: number): void {
    const holding = newHolding(key, implementation, lease, validUntilMs);
    this.holdings.set(key, holding);
    this.#events.taken(holding);
  }

  #expire(): void {
    const nowMs = this.#ports.clock.monotonic();
    for (const holding of this.holdings.values()) {
      if (nowMs >= holding.validUntilMs) this.#drop(holding);
    }
  }

  #drop(holding: Holding): void {
    if (this.holdings.get(holding.key) === holding) this.holdings.delete(holding.key);
    this.#events.lost(holding);
  }
}
