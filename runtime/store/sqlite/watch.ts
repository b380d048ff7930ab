import { commandHint } from "../hints.ts";
import { decodeId } from "../partition.ts";
import type { Hint } from "../store.ts";
import type { SqliteConnection } from "./connection.ts";
import { int, text } from "./rows.ts";

const POLL_MS = 50;

/**
 * Notices what other connections wrote to the file: `PRAGMA data_version` costs microseconds and moves with every foreign commit; only
 * then the counters are read. Which saga was committed is not known, only its partition. Own writes may be told again: hints are hints.
 */
export class ForeignChanges {
  readonly #connection: SqliteConnection;
  readonly #emit: (hint: Hint) => void;
  #timer: NodeJS.Timeout | null = null;
  #seen: Seen | null = null;

  constructor(connection: SqliteConnection, emit: (hint: Hint) => void) {
    this.#connection = connection;
    this.#emit = emit;
  }

  start(): void {
    if (this.#timer !== null || this.#connection.path === ":memory:") return;
    this.#seen = this.#look();
    this.#timer = setInterval(() => this.#poll(), POLL_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #poll(): void {
    const before = this.#seen;
    if (before === null) {
      this.#seen = this.#look();
      return;
    }
    const dataVersion = this.#connection.peek((sql) => int(sql.dataVersion.get() ?? {}, "data_version"));
    if (dataVersion === null || dataVersion === before.dataVersion) return;
    const commands = this.#connection.peek((sql) => sql.commandsAfter.all(before.position));
    const seen = this.#look();
    if (commands === null || seen === null) return;
    this.#seen = seen;
    for (const row of commands) {
      this.#emit(commandHint(text(row, "partition"), decodeId(text(row, "saga_id")), text(row, "kind")));
    }
    for (const [partition, changes] of seen.changes) {
      if (before.changes.get(partition) !== changes) this.#emit({ partition, sagaId: null, what: "committed" });
    }
  }

  /** The version is read first: what is written while we look is found at the next poll. */
  #look(): Seen | null {
    return this.#connection.peek((sql) => ({
      dataVersion: int(sql.dataVersion.get() ?? {}, "data_version"),
      position: int(sql.lastPosition.get() ?? {}, "position"),
      changes: new Map(sql.changes.all().map((row) => [text(row, "partition"), int(row, "changes")])),
    }));
  }
}

interface Seen {
  readonly dataVersion: number;
  readonly position: number;
  readonly changes: ReadonlyMap<string, number>;
}
