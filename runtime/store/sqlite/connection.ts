import { statSync } from "node:fs";
import { resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { closedError } from "../edge.ts";
import type { Phase } from "./errors.ts";
import { breaksConnection, isBusy, moved, noWal, toSagaError } from "./errors.ts";
import { prepareFile } from "./schema.ts";
import type { Statements } from "./statements.ts";
import { prepareStatements } from "./statements.ts";

/** SQLite waits for a lock by blocking the whole event loop: kept short, the rest of the waiting is done by timers. */
const BLOCKING_WAIT_MS = 2;
const MAX_WAIT_MS = 40;
/** Writes that are joined in one transaction, counted in commit parts: bounds how long the event loop stands still. */
const GROUP_WEIGHT = 512;

export interface ConnectionOptions {
  /** `:memory:` or a file. */
  readonly path: string;
  readonly partitions: number | null;
  readonly defaultPartitions: number;
  /** How long a locked file is tried again before the call fails with RT2008. */
  readonly busyTimeoutMs: number;
}

/**
 * The one connection of an open store. Writes asked for in one turn of the event loop share a transaction, and so one fsync (group
 * commit); if it fails, each gets one of its own, so that none fails for another's fault. No call ends in SQLITE_BUSY before it was
 * tried again for `busyTimeoutMs`.
 */
export class SqliteConnection {
  readonly path: string;
  readonly partitions: number;
  readonly #options: ConnectionOptions;
  /** The file itself, whatever stands at its path later. */
  readonly #file: string | null;
  #open: OpenDatabase | null;
  #queue: Write[] = [];
  #flushing: Promise<void> | null = null;
  #closed = false;

  private constructor(options: ConnectionOptions, path: string, open: OpenDatabase) {
    this.#options = options;
    this.path = path;
    this.partitions = open.partitions;
    this.#open = open;
    this.#file = fileAt(path);
  }

  static async open(options: ConnectionOptions): Promise<SqliteConnection> {
    const path = options.path === ":memory:" ? options.path : resolve(options.path);
    const open = await whileBusy(options.busyTimeoutMs, () => openDatabase(options, path)).catch((error: unknown) => {
      throw toSagaError(error, path, "open");
    });
    return new SqliteConnection(options, path, open);
  }

  /** `run` must read by one statement, so that what it sees is consistent. */
  async read<T>(run: (sql: Statements) => T): Promise<T> {
    this.#checkOpen();
    return await whileBusy(this.#options.busyTimeoutMs, () => {
      this.#checkOpen();
      return run(this.#database().sql);
    }).catch((error: unknown) => {
      throw this.#failed(error, "read");
    });
  }

  /** The same for what takes several statements: they see one state of the file. */
  view<T>(run: (sql: Statements) => T): Promise<T> {
    return this.read((sql) => {
      const db = this.#database().db;
      // A write that has begun its transaction, and not yet written, holds one already.
      if (db.isTransaction) return run(sql);
      db.exec("BEGIN");
      try {
        return run(sql);
      } finally {
        rollback(db);
      }
    });
  }

  /** `run` is part of a transaction: all of it happens or nothing. It may run more than once, so it keeps nothing to itself. */
  write<T>(weight: number, run: (sql: Statements) => T): Promise<T> {
    if (this.#closed) return Promise.reject(closedError("sqlite"));
    const done = new Promise<T>((resolve, reject) => {
      let value: T;
      this.#queue.push({
        weight,
        run: (sql) => {
          value = run(sql);
        },
        resolve: () => resolve(value),
        reject,
      });
    });
    this.#flushing ??= this.#flush();
    return done;
  }

  /** Waits for the writes under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
    this.#open?.db.close();
    this.#open = null;
  }

  /** Reads outside every queue, for watchers; `null` where it cannot be had just now. */
  peek<T>(run: (sql: Statements) => T): T | null {
    if (this.#closed || this.#open === null) return null;
    try {
      return run(this.#open.sql);
    } catch {
      return null;
    }
  }

  async #flush(): Promise<void> {
    // By then everything that this turn of the event loop brings has joined.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const group = this.#takeGroup();
      const failure = await this.#transaction(group);
      if (failure === null) continue;
      if (group.length > 1 && failure.byOneOfThem) {
        for (const write of group) (await this.#transaction([write]))?.reject();
      } else failure.reject();
    }
    this.#flushing = null;
  }

  #takeGroup(): Write[] {
    let weight = 0;
    const end = this.#queue.findIndex((write, index) => {
      weight += write.weight;
      return index > 0 && weight > GROUP_WEIGHT;
    });
    return this.#queue.splice(0, end === -1 ? this.#queue.length : end);
  }

  /** Resolves the writes of the group; where it fails nothing of it is written (but see RT2002), and none is settled yet. */
  async #transaction(group: readonly Write[]): Promise<GroupFailure | null> {
    let phase: Phase = "open";
    try {
      const { db, sql } = await whileBusy(this.#options.busyTimeoutMs, () => {
        const open = this.#database();
        // One that was removed takes writes until it is closed: they would be acknowledged, and gone.
        if (fileAt(this.path) !== this.#file) throw moved(this.path);
        open.db.exec("BEGIN IMMEDIATE");
        return open;
      });
      try {
        phase = "write";
        for (const write of group) write.run(sql);
        phase = "commit";
        db.exec("COMMIT");
      } finally {
        rollback(db);
      }
    } catch (error) {
      const shown = this.#failed(error, phase);
      return {
        byOneOfThem: phase === "write" && this.#open !== null,
        reject: () => {
          for (const write of group) write.reject(shown);
        },
      };
    }
    for (const write of group) write.resolve();
    return null;
  }

  #failed(error: unknown, phase: Phase): unknown {
    if (breaksConnection(error)) {
      try {
        this.#open?.db.close();
      } catch {
        // It is given up in any case.
      }
      this.#open = null;
    }
    return toSagaError(error, this.path, phase);
  }

  /** The connection, opened anew where the last one was given up. A database in memory is gone with its connection. */
  #database(): OpenDatabase {
    // Opening makes a file where none is: an empty store in place of the one that was removed.
    if (this.#open === null && fileAt(this.path) !== this.#file) throw moved(this.path);
    this.#open ??= openDatabase({ ...this.#options, partitions: this.partitions }, this.path);
    return this.#open;
  }

  #checkOpen(): void {
    if (this.#closed) throw closedError("sqlite");
  }
}

interface OpenDatabase {
  readonly db: DatabaseSync;
  readonly sql: Statements;
  readonly partitions: number;
}

interface Write {
  readonly weight: number;
  readonly run: (sql: Statements) => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface GroupFailure {
  /** A write of the group caused it: the others may succeed alone. */
  readonly byOneOfThem: boolean;
  readonly reject: () => void;
}

/** Which file stands at a path; `null`: none. */
function fileAt(path: string): string | null {
  if (path === ":memory:") return null;
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

/** Ends a transaction that failed; SQLite has ended some already. */
function rollback(db: DatabaseSync): void {
  if (!db.isTransaction) return;
  try {
    db.exec("ROLLBACK");
  } catch {
    // The first error tells what is wrong; the connection's next BEGIN will fail, loudly.
  }
}

function openDatabase(options: ConnectionOptions, path: string): OpenDatabase {
  const db = new DatabaseSync(path, { timeout: BLOCKING_WAIT_MS });
  try {
    if (path !== ":memory:") {
      const mode = db.prepare("PRAGMA journal_mode = WAL").get()?.journal_mode;
      if (mode !== "wal") throw noWal(path, mode);
    }
    db.exec("PRAGMA synchronous = FULL");
    db.exec("BEGIN IMMEDIATE");
    const partitions = prepareFile(db, path, options.partitions, options.defaultPartitions);
    db.exec("COMMIT");
    return { db, sql: prepareStatements(db), partitions };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Tries again, ever less often, while another connection holds the file; then the last error stands. */
async function whileBusy<T>(timeoutMs: number, attempt: () => T): Promise<T> {
  const startMs = performance.now();
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, MAX_WAIT_MS)) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() - startMs > timeoutMs) throw error;
      // Uneven waits: two processes that collided once do not collide again and again.
      await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + Math.random())));
    }
  }
}
