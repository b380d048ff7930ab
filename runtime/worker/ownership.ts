import type { Logger } from "../engine/handlers.ts";
import { type Holding, newHolding } from "../engine/holding.ts";
import type { Implementation } from "../engine/implement.ts";
import { isOver, type LeaseTime, leaseTime } from "../engine/lease-time.ts";
import { isClosed, SagaError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import { partitionKey } from "../store/partition.ts";
import type { Attendance, Hint, Lease, LeaseRequest, Partition, SagaVersion, Store } from "../store/store.ts";
import { areSame, decide, meanings, type Unowned } from "./decide.ts";

export interface OwnershipEvents {
  /** A partition was taken: what was under way there has to be read. */
  taken(holding: Holding): void;
  /** A partition was lost, or may have been: its effects must stop now. */
  lost(holding: Holding, why?: SagaError): void;
  /** Begins no more calls of it; whether, within the grace, none runs any more. Where one still does it goes on here, unless it `must` go. */
  drain(holding: Holding, must: boolean): Promise<boolean>;
  /** Somebody closed the store: nothing will come of this worker any more. */
  closed(error: SagaError): void;
}

interface OwnershipOptions {
  readonly owner: string;
  readonly leaseMs: number;
  readonly pollMs: number;
  /** How long what is meant for another worker may stay for the sake of handlers that run. */
  readonly handOverMs: number;
  /** Of each partition: members of sagas at rest that are kept at hand. */
  readonly restingMax: number;
}

/** A partition of a saga that this worker serves. */
interface Wanted {
  readonly key: string;
  readonly partition: Partition;
  readonly implementation: Implementation;
}

/**
 * Holds the partitions that are meant for this worker and have work. Says three times a lease that it is here, renews what it has, and learns
 * who else is here; gives back what has become another's, takes what is free. Who holds what follows from who is here (`shares.ts`): nobody has
 * to be asked.
 *
 * A lease that may be over stops its effects first; only then the store is read again, and only what is free there is asked for.
 */
export class Ownership {
  readonly holdings = new Map<string, Holding>();
  readonly #wanted = new Map<string, Wanted>();
  readonly #serves: readonly SagaVersion[];
  readonly #ports: { readonly store: Store; readonly clock: Clock; readonly log: Logger };
  readonly #options: OwnershipOptions;
  readonly #events: OwnershipEvents;
  /** Who each partition is meant for, by key. */
  #meant: ReadonlyMap<string, string> = new Map();
  /** Who was here when that was worked out. */
  #here: readonly Attendance[] = [];
  /** Partitions that others held when it last looked. */
  #others: ReadonlySet<string> = new Set();
  #unowned: readonly Unowned[] = [];
  /** When it saw them first without an owner, or without work, by key. */
  readonly #freeSince = new Map<string, number>();
  readonly #idleSince = new Map<string, number>();
  /** Partitions that were taken from it, and those of them that were told to be held under its own id. */
  readonly #fenced = new Set<string>();
  #twins: ReadonlySet<string> = new Set();
  /** Partitions that could not be handed over: not tried again before. */
  readonly #notBefore = new Map<string, number>();
  /** When that was tried first. */
  readonly #staysSince = new Map<string, number>();
  #attendAtMs = Number.NEGATIVE_INFINITY;
  #renewAtMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;
  #cancelWatch: (() => void) | null = null;
  #round: Promise<void> | null = null;
  #soon = false;
  #retired = false;
  #stopped = false;

  constructor(
    ports: { readonly store: Store; readonly clock: Clock; readonly log: Logger },
    implementations: readonly Implementation[],
    options: OwnershipOptions,
    events: OwnershipEvents,
  ) {
    this.#ports = ports;
    this.#options = options;
    this.#events = events;
    this.#serves = implementations.map(({ definition: { saga, version } }) => ({ saga, version }));
    for (const implementation of implementations) {
      const { saga, version } = implementation.definition;
      for (let index = 0; index < ports.store.partitions; index++) {
        const partition = { saga, version, index };
        const key = partitionKey(partition);
        this.#wanted.set(key, { key, partition, implementation });
      }
    }
  }

  /** Partitions of its sagas that had work and no owner when it last looked. */
  get unowned(): readonly Unowned[] {
    return this.#unowned.filter((partition) => !this.holdings.has(partitionKey(partition)));
  }

  /** Whether the shares of a saga with this index are meant for this worker, by a version of it that it serves. */
  isMeant(saga: string, index: number): boolean {
    return this.#serves.some(
      (served) => served.saga === saga && this.#meant.get(partitionKey({ ...served, index })) === this.#options.owner,
    );
  }

  /** Looks once; rejects where the store cannot be reached, so that a worker that cannot work does not start. */
  async start(): Promise<void> {
    const first = this.#look();
    // A hint that comes meanwhile waits for it.
    this.#round = first.then(
      () => undefined,
      () => undefined,
    );
    const nextMs = await first.finally(() => {
      this.#round = null;
    });
    this.#again(this.#soon ? 0 : nextMs);
  }

  /** Something was written: it may have given a partition its first work, or freed it. */
  heard({ partition, what, sagaId }: Hint): void {
    if (!this.#wanted.has(partition) || this.holdings.has(partition)) return;
    if (what === "released") this.#attendAtMs = Number.NEGATIVE_INFINITY;
    else if (this.#meant.get(partition) !== this.#options.owner) return;
    else if (this.#others.has(partition) && sagaId !== null) return;
    this.#again(0);
  }

  /** The store refused a commit of it: somebody else has it. */
  fenced(holding: Holding): void {
    this.#fenced.add(holding.key);
    this.refused(holding);
  }

  /** It is of no use as it is: look again at once. */
  refused(holding: Holding): void {
    this.#drop(holding);
    // By whom, or by what: perhaps there is nothing left to own.
    this.#attendAtMs = Number.NEGATIVE_INFINITY;
    this.#again(0);
  }

  /** It is about to stop: keeps what it has, takes nothing more, and is counted no more among those who share. */
  retire(): void {
    this.#retired = true;
    this.#attendAtMs = Number.NEGATIVE_INFINITY;
  }

  /** No more leases are asked for. Those held stay until `release`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#round?.catch(() => undefined);
    // Not before: a lease may run out during a round that the store keeps waiting.
    this.#cancelWatch?.();
  }

  /** Hands every partition back and leaves, so that the others need not wait. */
  async release(): Promise<void> {
    const leases = [...this.holdings.values()].map((holding) => holding.lease);
    this.holdings.clear();
    const left = await Promise.allSettled([
      this.#ports.store.attend({ owner: this.#options.owner, serves: [] }, 0),
      leases.length > 0 ? this.#ports.store.release(leases) : undefined,
    ]);
    for (const part of left) if (part.status === "rejected") throw part.reason;
  }

  #again(delayMs: number): void {
    if (this.#stopped) return;
    // One question at a time: two at once would take the same partition twice, and the first epoch would be stale.
    if (this.#round !== null) {
      this.#soon ||= delayMs === 0;
      return;
    }
    this.#cancel?.();
    if (delayMs === 0) return this.#begin();
    // Keeps the process alive: a worker lives until it is told to stop.
    this.#cancel = this.#ports.clock.schedule(delayMs, () => this.#begin(), { ref: true });
  }

  #begin(): void {
    if (this.#stopped || this.#round !== null) return;
    this.#soon = false;
    const { log } = this.#ports;
    this.#round = this.#look()
      .catch((error: unknown) => {
        if (isEmptied(error)) this.#stand(error);
        else if (isClosed(error)) this.#events.closed(error);
        else if (isEvicting(error))
          log.error("the store may drop sagas: no lease is renewed", { code: error.code, error: error.message });
        else log.warn("leases could not be looked after, trying again", { error: String(error) });
        return Math.min(this.#options.pollMs, this.#options.leaseMs / 6);
      })
      .then((nextMs) => {
        this.#round = null;
        this.#expire();
        this.#again(this.#soon ? 0 : nextMs);
      });
  }

  /** One round; answers with the time until the next. */
  async #look(): Promise<number> {
    const { store, clock } = this.#ports;
    const { owner, leaseMs, pollMs } = this.#options;
    this.#expire();
    const third = leaseMs / 3;
    if (clock.monotonic() >= this.#attendAtMs) {
      // Set before: whoever wants it sooner meanwhile is heard.
      const before = this.#attendAtMs;
      this.#attendAtMs = clock.monotonic() + third;
      const attendance = { owner, serves: this.#retired ? [] : this.#serves };
      const here = await store.attend(attendance, leaseMs).catch((error: unknown) => {
        this.#attendAtMs = before;
        throw error;
      });
      // Mostly nobody has come or gone.
      if (!areSame(here, this.#here)) this.#meant = meanings(here, this.#serves, store.partitions);
      this.#here = here;
    }
    const occupied = await store.occupied(this.#serves);
    const { take, giveBack, handOver, ...seen } = decide({
      owner,
      leaseMs,
      nowMs: clock.monotonic(),
      meant: this.#meant,
      occupied,
      holdings: this.holdings,
      freeSince: this.#freeSince,
      idleSince: this.#idleSince,
      fenced: this.#fenced,
      notBefore: this.#notBefore,
    });
    this.#others = seen.others;
    this.#unowned = seen.unowned;
    this.#tell(seen.twins);
    // Somebody who is not here any more was meant to have it: who is?
    if (seen.orphans) this.#attendAtMs = Math.min(this.#attendAtMs, clock.monotonic() + Math.min(pollMs, third));
    for (const key of take) {
      // Taken for want of another: kept for a while, so that it does not go to and fro.
      if (this.#meant.get(key) !== owner) this.#notBefore.set(key, clock.monotonic() + 3 * leaseMs);
    }
    await this.#ask(this.#retired ? [] : take);
    await this.#giveBack(giveBack);
    for (const key of this.#staysSince.keys()) {
      if (!this.holdings.has(key) || this.#meant.get(key) === owner) this.#staysSince.delete(key);
    }
    if (!this.#retired) for (const key of handOver) void this.#handOver(key);
    const nowMs = clock.monotonic();
    // Whole milliseconds, so that it never looks again without time having passed.
    return Math.max(
      1,
      Math.ceil(
        Math.min(pollMs, this.#attendAtMs - nowMs, this.#renewAtMs - nowMs, seen.nextExpiryMs ?? Number.POSITIVE_INFINITY),
      ),
    );
  }

  /** Takes these, and renews all that it has when it is time to. */
  async #ask(take: readonly string[]): Promise<void> {
    const { store, clock } = this.#ports;
    const { owner, leaseMs } = this.#options;
    const renew = clock.monotonic() >= this.#renewAtMs;
    const asked: { readonly wanted: Wanted; readonly request: LeaseRequest }[] = [];
    for (const key of [...(renew ? this.holdings.keys() : []), ...take]) {
      const wanted = this.#wanted.get(key);
      if (wanted === undefined) continue;
      const epoch = this.holdings.get(key)?.lease.epoch ?? null;
      asked.push({ wanted, request: { partition: wanted.partition, epoch } });
    }
    const nextRenewMs = clock.monotonic() + leaseMs / 3;
    if (asked.length === 0) {
      if (renew) this.#renewAtMs = nextRenewMs;
      return;
    }
    // Counted from before the question: the store's expiry can only be later.
    const validUntil = leaseTime(clock, leaseMs);
    const requests = asked.map(({ request }) => request);
    const leases = await store.lease(requests, owner, leaseMs);
    if (renew) this.#renewAtMs = nextRenewMs;
    for (const [index, { wanted, request }] of asked.entries()) {
      // It was handed over while it was renewed: what was released is nobody's.
      if (request.epoch !== null && !this.holdings.has(wanted.key)) continue;
      this.#answered(wanted, leases[index] ?? null, validUntil);
    }
    this.#watch();
  }

  #answered(wanted: Wanted, lease: Lease | null, validUntil: LeaseTime): void {
    const holding = this.holdings.get(wanted.key);
    if (holding !== undefined && (lease === null || lease.epoch !== holding.lease.epoch)) {
      this.#fenced.add(wanted.key);
      this.#drop(holding);
    }
    if (lease === null) return;
    if (holding !== undefined && !holding.lost) {
      holding.lease = lease;
      holding.validUntil = validUntil;
      return;
    }
    const taken = newHolding(wanted.key, wanted.implementation, lease, validUntil, this.#options.restingMax);
    this.holdings.set(wanted.key, taken);
    this.#events.taken(taken);
  }

  /** Another worker was given the id of this one. Once of each partition, for as long as it is so. */
  #tell(twins: readonly string[]): void {
    const partitions = twins.filter((key) => !this.#twins.has(key));
    this.#twins = new Set(twins);
    if (partitions.length === 0) return;
    const { owner } = this.#options;
    this.#ports.log.warn("another worker has the id of this one, and partitions that were taken from it: they are left to it", {
      code: "RT4003",
      id: owner,
      partitions,
    });
  }

  /** The data are gone: nothing of them is carried on from memory, and whoever reads the log hears of it until somebody acts. */
  #stand(error: SagaError): void {
    for (const holding of this.holdings.values()) this.#drop(holding);
    this.#ports.log.error(
      "the data of the store are gone: this worker does nothing until they are back, or it is started again",
      {
        code: error.code,
        error: String(error),
      },
    );
  }

  async #giveBack(keys: readonly string[]): Promise<void> {
    const leases: Lease[] = [];
    for (const key of keys) {
      const holding = this.holdings.get(key);
      // Something may have come since it was decided.
      if (holding === undefined || holding.instances.size > 0) continue;
      this.#drop(holding);
      leases.push(holding.lease);
    }
    if (leases.length > 0) await this.#ports.store.release(leases);
  }

  async #handOver(key: string): Promise<void> {
    const holding = this.holdings.get(key);
    if (holding === undefined || holding.draining) return;
    const { store, clock, log } = this.#ports;
    const { leaseMs, handOverMs } = this.#options;
    const since = this.#staysSince.get(key) ?? clock.monotonic();
    this.#staysSince.set(key, since);
    if (!(await this.#events.drain(holding, clock.monotonic() - since >= handOverMs))) {
      this.#notBefore.set(key, clock.monotonic() + 2 * leaseMs);
      return;
    }
    if (holding.lost || this.#stopped) return;
    this.#drop(holding, new SagaError("RT4004", "the partition is handed over, and this handler runs for too long"));
    await store.release([holding.lease]).catch((error: unknown) => {
      log.warn("a lease could not be handed over: it runs out by itself", { partition: key, error: String(error) });
    });
  }

  /** Looks at the leases when the first of them ends, whatever the store is doing meanwhile. */
  #watch(): void {
    this.#cancelWatch?.();
    const { clock } = this.#ports;
    const endsMs = Math.min(...[...this.holdings.values()].map(({ validUntil }) => validUntil.monotonicMs));
    if (!Number.isFinite(endsMs)) return;
    this.#cancelWatch = clock.schedule(Math.max(0, endsMs - clock.monotonic()), () => {
      this.#expire();
      this.#watch();
    });
  }

  #expire(): void {
    for (const holding of this.holdings.values()) {
      if (!isOver(holding.validUntil, this.#ports.clock)) continue;
      this.#ports.log.warn("a lease has run out before it was renewed", { partition: holding.key });
      this.#drop(holding);
    }
  }

  #drop(holding: Holding, why?: SagaError): void {
    if (this.holdings.get(holding.key) === holding) this.holdings.delete(holding.key);
    this.#events.lost(holding, why);
  }
}

function isEvicting(error: unknown): error is SagaError {
  return error instanceof SagaError && error.code === "RT2005";
}

function isEmptied(error: unknown): error is SagaError {
  return error instanceof SagaError && error.code === "RT2009";
}
