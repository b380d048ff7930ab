import type { Clock } from "../ports/clock.ts";
import { rootOf } from "../store/partition.ts";
import { mayBeMore, PENDING_BYTES } from "../store/pending.ts";
import type { PendingCommand, Store } from "../store/store.ts";
import type { Logger } from "./handlers.ts";
import { type Holding, hasRead, hasRoomForBegun, hasRoomToBegin, takingRoom } from "./holding.ts";
import type { Loop } from "./loop.ts";
import { Told } from "./told.ts";

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
  readonly #more = new WeakSet<Holding>();
  /** Holdings where something is asked of a saga that is in hand. */
  readonly #asked = new WeakSet<Holding>();
  readonly #told = new WeakMap<Holding, Told>();
  /** When one that is full was last looked through for what is asked of sagas at rest, by the monotonic clock. */
  readonly #lookedAtMs = new WeakMap<Holding, number>();
  /** Kinds of commands that it does not know, and that it has told of. */
  readonly #unknown = new WeakMap<Holding, Set<string>>();
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

  /**
   * Looks for commands of a partition; a call while one is under way makes it look once more, a moment later: there may be more by then.
   * `sagaId`: there is one for this saga that is no start. If that has begun it is found also where as many are in hand as may be: a cancel must
   * not wait behind starts that wait for what it would end.
   */
  poll(holding: Holding, sagaId: string | null = null): void {
    if (this.stopped || holding.lost || holding.draining) return;
    if (sagaId !== null) this.#tell(holding, rootOf(sagaId));
    if (this.#polling.has(holding)) {
      this.#polling.set(holding, "again");
      return;
    }
    this.#polling.set(holding, "once");
    void this.#poll(holding).finally(() => {
      const again = this.#polling.get(holding) === "again";
      if (!again) this.#polling.delete(holding);
      else
        this.#clock.schedule(hasRoomToBegin(holding, this.#inHandMax) ? GATHER_MS : GATHER_FULL_MS, () => {
          this.#polling.delete(holding);
          this.poll(holding);
        });
    });
  }

  /** The same where a saga is to begin. */
  pollStart(holding: Holding, sagaId: string | null): void {
    if (sagaId !== null) this.#toldOf(holding).hearStart(rootOf(sagaId), this.#clock.monotonic());
    this.poll(holding);
  }

  /** The same of a partition that was just taken up: what was asked before nobody was told of. */
  pollAll(holding: Holding): void {
    this.#asked.add(holding);
    this.poll(holding);
  }

  /** Hands over what is asked of sagas that have begun and was accepted by then, however much waits in the store. */
  async before(holding: Holding, atMs: number): Promise<void> {
    holding.reads++;
    try {
      const commands = await this.#accepted(holding, atMs);
      if (holding.lost || this.stopped) return;
      const unbegun = new Set(commands.flatMap(({ kind, sagaId }) => (kind === "start" ? [sagaId] : [])));
      for (const command of commands) {
        if (command.acceptedAtMs <= atMs && !unbegun.has(rootOf(command.sagaId))) this.#give(holding, command);
      }
    } finally {
      hasRead(holding);
    }
  }

  /** All that waits and was accepted by then, and maybe more. */
  async #accepted(holding: Holding, atMs: number): Promise<readonly PendingCommand[]> {
    for (let times = 1; ; times *= 4) {
      const limit = times * PAGE;
      const bytes = Math.min(times * PENDING_BYTES, BEFORE_MAX_BYTES);
      const commands = await this.#store.pending(holding.lease.partition, limit, bytes, [...holding.setAside]);
      const last = commands.at(-1);
      const goesOn = mayBeMore(commands, limit, bytes) && last !== undefined && last.acceptedAtMs <= atMs;
      if (!goesOn || limit >= BEFORE_MAX || (bytes === BEFORE_MAX_BYTES && commands.length < limit)) return commands;
    }
  }

  /** A saga was let go: there may be room for what was left in the store. */
  settled(holding: Holding): void {
    if (this.#more.has(holding) && takingRoom(holding, this.#inHandMax) <= this.#inHandMax / 2) this.poll(holding);
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

  #tell(holding: Holding, rootId: string): void {
    if (holding.instances.has(rootId)) this.#asked.add(holding);
    else this.#toldOf(holding).hear(rootId);
  }

  #toldOf(holding: Holding): Told {
    const told = this.#told.get(holding) ?? new Told();
    this.#told.set(holding, told);
    return told;
  }

  /** Whether one of those of which something is asked has begun: it may have been asked of one whose start still waits. */
  async #isOfBegun(holding: Holding, heard: readonly string[]): Promise<boolean> {
    if (!hasRoomForBegun(holding, this.#inHandMax)) return false;
    const begun = await Promise.all(
      heard.map(async (rootId) => (await this.#store.load(holding.lease.partition, rootId)) !== null),
    );
    for (const [index, rootId] of heard.entries()) if (begun[index] === false) this.#toldOf(holding).setUnbegun(rootId);
    return begun.includes(true);
  }

  #isTimeToLook(holding: Holding): boolean {
    const nowMs = this.#clock.monotonic();
    if (nowMs - (this.#lookedAtMs.get(holding) ?? Number.NEGATIVE_INFINITY) < LOOK_EVERY_MS) return false;
    this.#lookedAtMs.set(holding, nowMs);
    return true;
  }

  async #poll(holding: Holding): Promise<void> {
    this.#more.delete(holding);
    let asked = this.#asked.delete(holding);
    let full = !hasRoomToBegin(holding, this.#inHandMax);
    if (full) this.#more.add(holding);
    const told = this.#toldOf(holding);
    told.see(full, this.#clock.monotonic());
    const heard = told.take(full && !asked ? CHECKED_MAX : undefined);
    holding.reads++;
    try {
      if (full && !asked) {
        asked = await this.#isOfBegun(holding, heard);
        // All that waits is read then, whatever it is asked of.
        if (asked) told.take();
        else if (told.some) this.#polling.set(holding, "again");
      }
      if (full && !asked && !this.#isTimeToLook(holding)) return;
      // Those that it has and that are not consumed yet must not hide what comes after them.
      const limit = (full ? LOOK_MAX : PAGE) + holding.taken.size;
      const bytes = PENDING_BYTES + takenBytes(holding);
      const commands =
        full && asked
          ? await this.#accepted(holding, Number.POSITIVE_INFINITY)
          : await this.#store.pending(holding.lease.partition, limit, bytes, [...holding.setAside]);
      if (holding.lost || this.stopped || holding.draining) return;
      if (mayBeMore(commands, limit, bytes)) {
        this.#more.add(holding);
        // What was asked may come after this page.
        if (!full && (asked || heard.length > 0)) {
          if (asked) this.#asked.add(holding);
          for (const rootId of heard) this.#tell(holding, rootId);
          this.#polling.set(holding, "again");
        }
      }
      const left = new Set<string>();
      for (const command of commands) {
        if (!KINDS.has(command.kind)) {
          this.#leave(holding, command);
          continue;
        }
        const rootId = rootOf(command.sagaId);
        const begins = command.kind === "start";
        full ||= begins && !hasRoomToBegin(holding, this.#inHandMax);
        const hasRoom = begins ? !full : !left.has(rootId) && hasRoomForBegun(holding, this.#inHandMax);
        // In their order, but for what is asked of those that have begun.
        if (hasRoom || holding.instances.has(rootId)) this.#give(holding, command);
        else {
          left.add(rootId);
          if (begins && !holding.consumed.has(command.position)) told.setUnbegun(rootId);
          this.#more.add(holding);
        }
      }
    } catch (error) {
      if (asked) this.#asked.add(holding);
      for (const rootId of heard) this.#tell(holding, rootId);
      this.#log.warn("commands could not be read, trying again", { partition: holding.key, error: String(error) });
    } finally {
      hasRead(holding);
    }
  }

  /** Routes a pending command to its family, once. */
  #give(holding: Holding, command: PendingCommand): void {
    if (!KINDS.has(command.kind)) return this.#leave(holding, command);
    if (holding.taken.has(command.position) || holding.consumed.has(command.position)) return;
    // It was read before that was known.
    if (command.kind !== "release" && holding.setAside.has(rootOf(command.sagaId))) return;
    holding.taken.set(command.position, Buffer.byteLength(command.payload));
    if (command.kind === "start") this.#toldOf(holding).begins(command.sagaId);
    this.#loop.give(holding, command.sagaId, { kind: command.kind === "start" ? "start" : "command", command });
  }

  /** One of a client that is newer than this worker: it is left to a worker that knows it, and keeps none back. */
  #leave(holding: Holding, { position, kind, sagaId, payload }: PendingCommand): void {
    if (holding.taken.has(position)) return;
    // It must not hide what comes after it.
    holding.taken.set(position, Buffer.byteLength(payload));
    const told = this.#unknown.get(holding) ?? new Set();
    if (told.has(kind) || told.size >= KINDS_TOLD_MAX) return;
    this.#unknown.set(holding, told.add(kind));
    this.#log.warn(
      "what a newer client asks for is not known to this worker: it waits for a newer one, and what comes after it does not",
      {
        code: "RT4005",
        kind: String(kind).slice(0, KIND_MAX_CHARS),
        saga: sagaId,
        partition: holding.key,
      },
    );
  }
}

function takenBytes({ taken }: Holding): number {
  let sum = 0;
  for (const bytes of taken.values()) sum += bytes;
  return sum;
}

/** Kinds of commands that it knows. */
const KINDS: ReadonlySet<string> = new Set(
  Object.keys({ start: true, signal: true, cancel: true, operator: true, release: true } satisfies Record<
    PendingCommand["kind"],
    true
  >),
);
const KINDS_TOLD_MAX = 8;
const KIND_MAX_CHARS = 80;
const PAGE = 256;
/** What comes within it is read together: one reading for each start would cost as much as its commits. */
const GATHER_MS = 2;
/** The same where all that waits is read for it. */
const GATHER_FULL_MS = 100;
/** Of so many it is asked each time it looks whether they have begun, those that were heard of first: a flood must not cost a reading each at once. */
const CHECKED_MAX = 32;
/** Where no hint was heard, what is asked of sagas at rest is looked for behind so many starts for which there is no room, and so often. */
const LOOK_MAX = 1_024;
const LOOK_EVERY_MS = 5_000;
/** Beyond it the store is so far behind that order is the smaller worry. */
const BEFORE_MAX = 65_536;
const BEFORE_MAX_BYTES = 16 * PENDING_BYTES;
