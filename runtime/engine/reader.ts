import type { Clock } from "../ports/clock.ts";
import type { Partition, Store, StoredChild, StoredRecord, StoredSaga, StoredSnapshot } from "../store/store.ts";
import type { Logger } from "./handlers.ts";
import type { Reader } from "./recover.ts";

/** Reads sagas of one partition, however long the store is away, for as long as anybody wants them. */
export class PatientReader implements Reader {
  readonly #ports: { readonly store: Store; readonly clock: Clock; readonly log: Logger };
  readonly #partition: Partition;
  readonly #wanted: () => boolean;

  constructor(
    ports: { readonly store: Store; readonly clock: Clock; readonly log: Logger },
    partition: Partition,
    wanted: () => boolean,
  ) {
    this.#ports = ports;
    this.#partition = partition;
    this.#wanted = wanted;
  }

  load(sagaId: string): Promise<StoredSaga | null | "lost"> {
    return this.#patiently(sagaId, () => this.#ports.store.load(this.#partition, sagaId));
  }

  async log(sagaId: string, log: StoredSnapshot["log"]): Promise<readonly StoredRecord[] | "lost"> {
    const all: StoredRecord[] = [];
    for (let left = log === undefined ? 0 : log.upTo - log.after; log !== undefined && left > 0; ) {
      const after = log.after + all.length;
      const limit = Math.min(left, PAGE);
      const page = await this.#patiently(sagaId, () => this.#ports.store.history(this.#partition, sagaId, after, limit));
      if (page === "lost") return "lost";
      all.push(...page);
      left -= page.length;
      // A short one is no end: large records come a few at a time.
      if (page.length === 0) break;
    }
    return all;
  }

  since(sagaId: string, after: number): Promise<readonly StoredRecord[] | "lost"> {
    return this.log(sagaId, { after, upTo: Number.POSITIVE_INFINITY, rest: null });
  }

  async tail(sagaId: string, records: number, limit: number): Promise<readonly StoredRecord[] | "lost"> {
    const after = Math.max(0, records - limit);
    // One more, to see that there is none.
    const page = await this.#patiently(sagaId, () =>
      this.#ports.store.history(this.#partition, sagaId, after, records - after + 1),
    );
    return page === "lost" || page.length === records - after ? page : [];
  }

  async children(rootId: string): Promise<readonly StoredChild[] | "lost"> {
    const all: StoredChild[] = [];
    for (let cursor: string | null = null; ; ) {
      const from: string | null = cursor;
      const page: { readonly children: readonly StoredChild[]; readonly cursor: string | null } | "lost" = await this.#patiently(
        rootId,
        () => this.#ports.store.children(this.#partition, rootId, from, PAGE),
      );
      if (page === "lost") return "lost";
      all.push(...page.children);
      if (page.cursor === null) return all;
      cursor = page.cursor;
    }
  }

  async #patiently<T>(saga: string, read: () => Promise<T>): Promise<T | "lost"> {
    for (let round = 0; this.#wanted(); round++) {
      try {
        return await read();
      } catch (error) {
        this.#ports.log.warn("a saga could not be read, trying again", { saga, error: String(error), round });
        await pauseOf(this.#ports.clock, round);
      }
    }
    return "lost";
  }
}

/** Before a store that failed is asked again: ever longer, up to two seconds. */
export function pauseOf(clock: Clock, round: number): Promise<void> {
  const delayMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** round);
  return new Promise((resolve) => {
    clock.schedule(delayMs, resolve, { ref: true });
  });
}

const PAGE = 500;
const RETRY_MIN_MS = 20;
const RETRY_MAX_MS = 2_000;
