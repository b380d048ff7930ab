import { Pool, type PoolClient, type PoolConfig } from "pg";
import { parseIntoClientConfig } from "pg-connection-string";
import type { SagaError } from "../../errors.ts";
import { systemClock } from "../../ports/clock.ts";
import { closedError } from "../edge.ts";
import type { Patience } from "../gather.ts";
import { breaksConnection, mayRunAgain, type Phase, toSagaError } from "./errors.ts";
import type { Row } from "./rows.ts";
import { busyFor, Slots } from "./slots.ts";
import { TYPES } from "./types.ts";

export interface ConnectionOptions {
  readonly url: string;
  /** `host:port/database`, for messages. */
  readonly server: string;
  /** Bounds every call, also on a connection that is half open. ms. */
  readonly commandTimeoutMs: number;
  /** Connections at most, beside one for hints. */
  readonly connections: number;
  /** Laid over all options of ours. */
  readonly postgres?: PoolConfig;
}

/** A worker that reads much must not lose its leases by it. */
const URGENT: ReadonlySet<string> = new Set(["lease", "attend", "timeline", "fail-over", "occupied", "release"]);

/** A write that others were in the way of runs again at once, so often. */
const RUNS_MAX = 20;

/**
 * A few connections, on which a statement is sent at most once and always settles: with its rows, with RT2001 where it certainly did
 * nothing, or with RT2002 where it was sent and the answer is lost. Each is one transaction (autocommit), hence one round trip.
 */
export class PostgresConnection {
  readonly server: string;
  readonly #options: ConnectionOptions;
  #pool: Pool;
  /** As many as the pool has connections, so that nobody waits inside a pool that is given up. */
  readonly #slots: Slots;
  #inFlight = 0;
  #idle: (() => void) | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.server = options.server;
    this.#slots = new Slots(options.connections, options.commandTimeoutMs);
    this.#pool = this.#newPool();
  }

  /** A statement that may write. `what` names it in messages, and on each connection, which parses and plans it once. */
  async write(what: string, sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    for (let run = 1; ; run++) {
      try {
        return await this.#settled(what, "write", sql, values);
      } catch (error) {
        // Rolled back by the server itself: nothing was written, and it decides anew.
        if (run === RUNS_MAX || !(error instanceof Error) || !mayRunAgain(error.cause)) throw error;
      }
    }
  }

  /** A statement that only reads. */
  read(what: string, sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return this.#settled(what, "read", sql, values);
  }

  /** Several statements on one connection; `run` begins and ends its transaction. For opening the store: what fails is RT2001 or worse. */
  async session<T>(what: string, run: (client: PoolClient) => Promise<T>): Promise<T> {
    return await this.#counted(false, async () => {
      const client = await this.#client();
      let broken: unknown;
      try {
        return await run(client);
      } catch (error) {
        broken = error;
        throw toSagaError(error, this.server, what, "read");
      } finally {
        client.release(broken !== undefined);
      }
    });
  }

  /** For what waits before it comes here, as long as what waits here. */
  get patience(): Patience {
    const timeoutMs = this.#options.commandTimeoutMs;
    return { timeoutMs, late: () => this.#notSent(new Error(busyFor(timeoutMs))), clock: systemClock };
  }

  /** How another connection to the same server is made. */
  get config(): PoolConfig {
    const { url, commandTimeoutMs, postgres } = this.#options;
    return {
      application_name: "saga",
      ...parseIntoClientConfig(url),
      connectionTimeoutMillis: commandTimeoutMs,
      query_timeout: commandTimeoutMs,
      // The server gives up first: then it is certain that nothing was written.
      statement_timeout: Math.ceil(commandTimeoutMs * 0.8),
      idle_in_transaction_session_timeout: commandTimeoutMs * 2,
      keepAlive: true,
      // Each statement of a function sees what was committed before it; whatever the database's default is. Plans are kept, also those made
      // while the tables were small, where reading all of one looked best. Compiling them (jit) would take longer than they ever run.
      // The last three say what our statements mean, whatever else a database or a role is set to.
      options:
        "-c default_transaction_isolation=read\\ committed -c enable_seqscan=off -c jit=off -c array_nulls=on -c transform_null_equals=off -c standard_conforming_strings=on",
      ...postgres,
      types: TYPES,
    };
  }

  /** Waits for the calls under way; they are bounded. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    await this.#pool.end();
  }

  #settled(what: string, phase: Phase, sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const urgent = URGENT.has(what);
    return this.#counted(urgent, async () => {
      const pool = this.#pool;
      const client = await this.#client();
      let failure: unknown;
      try {
        const { rows } = await client.query<Row>({ name: `saga_${what}`, text: sql, values: [...values] });
        return rows;
      } catch (error) {
        failure = error;
        throw toSagaError(error, this.server, what, phase);
      } finally {
        const broken = failure !== undefined && breaksConnection(failure);
        client.release(broken);
        // Whatever ate this answer may sit on the others too: a new set is quicker than finding out one by one.
        if (broken && pool === this.#pool) this.#renew();
      }
    });
  }

  async #counted<T>(urgent: boolean, run: () => Promise<T>): Promise<T> {
    if (this.#closing !== null) throw closedError("postgres");
    this.#inFlight += 1;
    let leave: (() => void) | null = null;
    try {
      leave = await this.#slots.enter(urgent).catch((error: unknown) => {
        throw this.#notSent(error);
      });
      return await run();
    } finally {
      leave?.();
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#idle?.();
    }
  }

  async #client(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw this.#notSent(error);
    }
  }

  #notSent(error: unknown): SagaError {
    return toSagaError(error, this.server, "connecting", "connect");
  }

  #renew(): void {
    const old = this.#pool;
    this.#pool = this.#newPool();
    // Those in use end when they are given back.
    old.end().catch(() => undefined);
  }

  #newPool(): Pool {
    const pool = new Pool({ idleTimeoutMillis: 30_000, ...this.config, max: this.#options.connections });
    // An idle connection broke: it is gone from the pool, and the next call makes another.
    pool.on("error", () => undefined);
    // One in use broke: whoever uses it is told by its statement. Without a listener of ours Node would end the process.
    pool.on("connect", (client) => client.on("error", () => undefined));
    return pool;
  }
}
