import { isOutcomeUnknown } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { CommitResult, Store, StoredSaga } from "../store/store.ts";
import type { Draft } from "./draft.ts";
import type { Family } from "./family.ts";
import type { Logger } from "./handlers.ts";
import type { Holding } from "./holding.ts";
import { pauseOf } from "./reader.ts";

/** A draft on its way to the store. */
export interface Pending {
  readonly holding: Holding;
  readonly family: Family;
  readonly draft: Draft;
}

export interface WriterEvents {
  /** One saga of a partition, for as long as anybody wants it. */
  load(holding: Holding, sagaId: string): Promise<StoredSaga | null | "lost">;
  /** The store has just committed, and its clock stood there. */
  heard(atMs: number): void;
  /** What became of a draft, one result for each of its parts. */
  concluded(pending: Pending, results: readonly CommitResult[]): void;
}

/** Writes drafts, however long the store is away, and settles what became of each where a reply was lost. */
export class Writer {
  readonly #ports: { readonly store: Store; readonly clock: Clock; readonly log: Logger };
  readonly #events: WriterEvents;
  #stopped = false;

  constructor(ports: { readonly store: Store; readonly clock: Clock; readonly log: Logger }, events: WriterEvents) {
    this.#ports = ports;
    this.#events = events;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Writes a batch; gives up only what this worker no longer holds. */
  async write(batch: readonly Pending[]): Promise<void> {
    const { store, clock, log } = this.#ports;
    let open = batch.filter((pending) => !pending.holding.lost);
    for (let round = 0; open.length > 0 && !this.#stopped; round++) {
      let results: CommitResult[];
      try {
        const parts = open.flatMap((pending) => pending.draft.parts);
        results = parts.length === 0 ? [] : await store.commit(parts);
      } catch (error) {
        log.warn("a commit did not go through, trying again", { error: String(error), sagas: open.length, round });
        await pauseOf(clock, round);
        open = open.filter((pending) => !pending.holding.lost);
        // It may have happened: read again, then decide.
        if (isOutcomeUnknown(error)) open = await this.#unsettled(open);
        continue;
      }
      const committed = results.find((result) => result.status === "committed");
      if (committed !== undefined) this.#events.heard(committed.atMs);
      let next = 0;
      const repeats: Pending[] = [];
      for (const pending of open) {
        const own = results.slice(next, next + pending.draft.parts.length);
        next += own.length;
        if (isRepeat(pending, own)) repeats.push(pending);
        else this.#events.concluded(pending, own);
      }
      // A request that was given up came through after all: when, only the store knows.
      open = await this.#unsettled(repeats);
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
