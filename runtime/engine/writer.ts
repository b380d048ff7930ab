import { isOutcomeUnknown, isUnreachable, SagaError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { CommitResult, Store, StoredSaga } from "../store/store.ts";
import type { Draft } from "./draft.ts";
import type { Family } from "./family.ts";
import type { Logger } from "./handlers.ts";
import type { Holding } from "./holding.ts";
import type { Observer } from "./observer.ts";
import { pauseOf } from "./reader.ts";

/** A draft on its way to the store. */
export interface Pending {
  readonly holding: Holding;
  readonly family: Family;
  readonly draft: Draft;
}

export interface WriterPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observer: Observer | null;
}

export interface WriterEvents {
  /** One saga of a partition, for as long as anybody wants it. */
  load(holding: Holding, sagaId: string): Promise<StoredSaga | null | "lost">;
  /** The store has just committed, and its clock stood there. */
  heard(atMs: number): void;
  /** What became of a draft, one result for each of its parts. */
  concluded(pending: Pending, results: readonly CommitResult[]): void;
  /** There is less that is written apart. */
  triedApart(): void;
}

/** `open`: what is not there yet. `refused`: the store was asked and did not do it. */
interface Tried {
  readonly open: readonly Pending[];
  readonly refused: boolean;
  readonly error: unknown;
}

/**
 * Writes drafts, however long the store is away, and settles what became of each where a reply was lost. A batch that is refused again is
 * divided, so that what the store will not take of one family keeps no other back: that one is written by itself, apart from the batches.
 */
export class Writer {
  readonly #ports: WriterPorts;
  readonly #events: WriterEvents;
  readonly #apart = new Set<Pending>();
  #stopped = false;

  constructor(ports: WriterPorts, events: WriterEvents) {
    this.#ports = ports;
    this.#events = events;
  }

  /** How many families that are still held are written apart. */
  get apart(): number {
    return [...this.#apart].filter(({ holding }) => !holding.lost).length;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Writes a batch, or leaves what is refused of it apart; gives up only what this worker no longer holds. */
  async write(batch: readonly Pending[]): Promise<void> {
    const { clock, log } = this.#ports;
    const groups = [batch];
    for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
      let open = group;
      let refusals = 0;
      for (let round = 0; !this.#stopped; round++) {
        const tried = await this.#try(open, (error) => {
          log.warn("a commit did not go through, trying again", { error: String(error), sagas: open.length, round });
          return pauseOf(clock, round);
        });
        open = tried.open;
        if (open.length === 0) break;
        refusals = tried.refused ? refusals + 1 : 0;
        if (refusals < REFUSALS_MAX) continue;
        if (open.length > 1) {
          const half = open.length >>> 1;
          groups.push(open.slice(half), open.slice(0, half));
        } else if (open[0] !== undefined) this.#setApart(open[0], tried.error);
        break;
      }
    }
  }

  /** One commit of what is still held; where it failed what may have happened is read again, after a pause. */
  async #try(all: readonly Pending[], pause: (error: unknown) => Promise<void>): Promise<Tried> {
    const batch = all.filter((pending) => !pending.holding.lost);
    const parts = batch.flatMap((pending) => pending.draft.parts);
    let results: CommitResult[];
    try {
      results = parts.length === 0 ? [] : await this.#ports.store.commit(parts);
    } catch (error) {
      await pause(error);
      const held = batch.filter((pending) => !pending.holding.lost);
      const unknown = isOutcomeUnknown(error);
      // It may have happened: read again, then decide.
      return { open: unknown ? await this.#unsettled(held) : held, refused: !saysNothing(error), error };
    }
    const committed = results.find((result) => result.status === "committed");
    if (committed !== undefined) this.#events.heard(committed.atMs);
    let next = 0;
    const repeats: Pending[] = [];
    for (const pending of batch) {
      const own = results.slice(next, next + pending.draft.parts.length);
      next += own.length;
      if (isRepeat(pending, own)) repeats.push(pending);
      else this.#events.concluded(pending, own);
    }
    // A request that was given up came through after all: when, only the store knows.
    return { open: await this.#unsettled(repeats), refused: false, error: null };
  }

  #setApart(pending: Pending, error: unknown): void {
    const { family, holding } = pending;
    this.#ports.log.error("what this saga writes comes to nothing: it is tried again by itself, and others go on", {
      code: "RT2011",
      saga: family.rootId,
      partition: holding.key,
      error: String(error),
    });
    this.#ports.observer?.commitRefused(holding.lease.partition.saga);
    holding.apart.add(family);
    this.#apart.add(pending);
    if (this.#apart.size === 1) void this.#writeApart();
  }

  /** One after the other, so that a store that refuses everything is not asked for more at once than before. */
  async #writeApart(): Promise<void> {
    for (let round = 0; this.#apart.size > 0 && !this.#stopped; round++) {
      await pauseOf(this.#ports.clock, round);
      for (const pending of [...this.#apart]) {
        if (this.#stopped) return;
        const { open } = await this.#try([pending], () => Promise.resolve());
        if (open.length > 0) continue;
        pending.holding.apart.delete(pending.family);
        this.#apart.delete(pending);
        this.#events.triedApart();
      }
    }
  }

  /** Of commits whose reply was lost: concludes those that are there, returns those that are not. A family is there as a whole or not at all. */
  async #unsettled(open: readonly Pending[]): Promise<Pending[]> {
    const left: Pending[] = [];
    for (const pending of open) {
      const [part] = pending.draft.parts;
      const stored = part === undefined ? null : await this.#events.load(pending.holding, part.sagaId);
      if (stored === "lost") continue;
      if (part !== undefined && stored !== null && stored.commitId === part.commitId) {
        this.#events.concluded(pending, [{ status: "committed", version: stored.version, atMs: stored.updatedAtMs }]);
      } else {
        left.push(pending);
      }
    }
    return left;
  }
}

/** Whether it was refused since it is there already. */
function isRepeat({ draft: { parts } }: Pending, results: readonly CommitResult[]): boolean {
  const commitId = parts[0]?.commitId;
  return (
    results.some(({ status }) => status === "conflict") &&
    results.every((result) => result.status === "conflict" && result.commitId === commitId)
  );
}

/** Of what was asked: the store was not reached, or is closed. */
function saysNothing(error: unknown): boolean {
  return isUnreachable(error) || (error instanceof SagaError && error.code === "RT2003");
}

/** In a row, before a batch is divided: a full disk or a lock may pass. */
const REFUSALS_MAX = 2;
