import type { Clock } from "../ports/clock.ts";
import { rootOf } from "../store/partition.ts";
import type { Store } from "../store/store.ts";
import type { Logger } from "./handlers.ts";
import { type Holding, hasRead } from "./holding.ts";
import { giveCommand, type Loop } from "./loop.ts";

/**
 * Brings what waits in the store to the loop: commands, and at a take-over the sagas that were in flight. Reads in pages and stops while
 * enough is in hand, so that a burst of starts stays in the store and not in memory.
 */
export class Intake {
  readonly #store: Store;
  readonly #loop: Loop;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #inHandMax: number;
  readonly #polling = new Map<Holding, "once" | "again">();
  /** Holdings of which more is in the store than was taken. */
  readonly #more = new Set<Holding>();
  stopped = false;

  constructor(
    { store, clock, log }: { readonly store: Store; readonly clock: Clock; readonly log: Logger },
    loop: Loop,
    inHandMax: number,
  ) {
    this.#store = store;
    this.#loop = loop;
    this.#clock = clock;
    this.#log = log;
    this.#inHandMax = inHandMax;
  }

  /** Looks for commands of a partition; a call while one is under way makes it look once more, a moment later: there may be more by then. */
  poll(holding: Holding): void {
    if (this.stopped || holding.lost || holding.draining) return;
    if (this.#polling.has(holding)) {
      this.#polling.set(holding, "again");
      return;
    }
    this.#polling.set(holding, "once");
    void this.#poll(holding).finally(() => {
      const again = this.#polling.get(holding) === "again";
      if (!again) this.#polling.delete(holding);
      else
        this.#clock.schedule(GATHER_MS, () => {
          this.#polling.delete(holding);
          this.poll(holding);
        });
    });
  }

  /** Hands over what is asked of sagas that have begun and was accepted by then, however much waits in the store. */
  async before(holding: Holding, atMs: number): Promise<void> {
    holding.reads++;
    try {
      for (let limit = PAGE; ; limit *= 4) {
        const commands = await this.#store.pending(holding.lease.partition, limit);
        if (holding.lost || this.stopped) return;
        const last = commands.at(-1);
        if (commands.length >= limit && last !== undefined && last.acceptedAtMs <= atMs && limit < BEFORE_MAX) continue;
        const unbegun = new Set(commands.flatMap(({ kind, sagaId }) => (kind === "start" ? [sagaId] : [])));
        for (const command of commands) {
          if (command.acceptedAtMs <= atMs && !unbegun.has(rootOf(command.sagaId))) giveCommand(this.#loop, holding, command);
        }
        return;
      }
    } finally {
      hasRead(holding);
    }
  }

  /** A saga was let go: there may be room for what was left in the store. */
  settled(holding: Holding): void {
    if (this.#more.has(holding) && holding.instances.size <= this.#inHandMax / 2) this.poll(holding);
  }

  /** Takes up every saga of a partition whose calls were under way; those at rest come back when something is due or asked. */
  async takeOver(holding: Holding): Promise<void> {
    let cursor: string | null = null;
    do {
      if (this.stopped || holding.lost) return;
      const page: Awaited<ReturnType<Store["active"]>> = await this.#store.active(holding.lease.partition, cursor, PAGE);
      for (const sagaId of page.ids) this.#loop.takeOver(holding, rootOf(sagaId));
      cursor = page.cursor;
    } while (cursor !== null);
  }

  async #poll(holding: Holding): Promise<void> {
    this.#more.delete(holding);
    if (holding.instances.size >= this.#inHandMax) {
      this.#more.add(holding);
      return;
    }
    holding.reads++;
    try {
      // Those that it has and that are not consumed yet must not hide what comes after them.
      const limit = PAGE + holding.taken.size;
      const commands = await this.#store.pending(holding.lease.partition, limit);
      if (holding.lost || this.stopped || holding.draining) return;
      if (commands.length >= limit) this.#more.add(holding);
      let full = false;
      for (const command of commands) {
        full ||= command.kind === "start" && holding.instances.size >= this.#inHandMax;
        // In their order, but for what is asked of those that are in hand.
        if (full && !holding.instances.has(rootOf(command.sagaId))) this.#more.add(holding);
        else giveCommand(this.#loop, holding, command);
      }
    } catch (error) {
      this.#log.warn("commands could not be read, trying again", { partition: holding.key, error: String(error) });
    } finally {
      hasRead(holding);
    }
  }
}

const PAGE = 256;
/** What comes within it is read together: one reading for each start would cost as much as its commits. */
const GATHER_MS = 2;
/** Beyond it the store is so far behind that order is the smaller worry. */
const BEFORE_MAX = 65_536;
