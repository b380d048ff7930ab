import type { RedisOptions } from "ioredis";
import { Redis } from "ioredis";
import { SagaError } from "../../errors.ts";
import { closedError } from "../edge.ts";
import type { Patience } from "../gather.ts";
import { endClient } from "./end.ts";
import { isOfReplica, isReply, isUnknownScript, toSagaError, unconfirmed, unreachable } from "./errors.ts";
import type { Script } from "./scripts.ts";
import { nameOfServer, sentinelOptions, withoutPrimary } from "./sentinel.ts";
import type { RedisAddress } from "./url.ts";

export interface ConnectionOptions {
  readonly server: RedisAddress;
  /** Bounds every call, also on a connection that is half open. ms. */
  readonly commandTimeoutMs: number;
  /** Laid over all options of ours; tests switch resending on by it. */
  readonly redis?: RedisOptions;
}

/**
 * One connection on which a command is sent at most once and always settles: with its reply, with RT2001 when it was never sent, or with
 * RT2002 when it was sent and the answer is lost. Reconnecting is ioredis's; resending and queueing are off.
 */
export class RedisConnection {
  /** For messages. */
  readonly server: string;
  readonly #client: Redis;
  readonly #clientOptions: RedisOptions;
  /** Whether it could be reached once. */
  #isOpen = false;
  readonly #commandTimeoutMs: number;
  #inFlight = 0;
  #idle: (() => void) | null = null;
  #closing: Promise<void> | null = null;
  #lastError: Error | null = null;
  /** How many replicas have to have what was written or read before it counts. */
  #replicas = 0;
  /** The stream that holds back what is written until this tick is over. */
  #gathering: object | null = null;

  private constructor(options: ConnectionOptions) {
    this.server = nameOfServer(options.server);
    this.#commandTimeoutMs = options.commandTimeoutMs;
    const { sentinels, ...server } = options.server;
    this.#clientOptions = {
      ...server,
      ...(sentinels === undefined
        ? {}
        : { sentinels: [...sentinels], ...sentinelOptions(options.commandTimeoutMs, () => this.#isOpen) }),
      lazyConnect: true,
      // At most once. Without `maxRetriesPerRequest: 0` a command whose reply was lost would never settle.
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      // A server that became a replica: connect anew, the command is not sent again.
      reconnectOnError: isOfReplica,
      // A half-open connection says nothing for hours: the first bounds the call, the second gives the connection up.
      commandTimeout: options.commandTimeoutMs,
      socketTimeout: options.commandTimeoutMs,
      connectTimeout: options.commandTimeoutMs,
      retryStrategy: (times) => Math.min(2 ** Math.min(times, 10) * 10, 2000) * (0.75 + Math.random() / 2),
      ...options.redis,
    };
    this.#client = new Redis(this.#clientOptions);
    // Every call that waits for the connection listens.
    this.#client.setMaxListeners(0);
    this.#client.on("error", (error: Error) => {
      this.#lastError = error;
    });
  }

  /** Rejects with RT2001 when the server cannot be reached at once. */
  static async open(options: ConnectionOptions): Promise<RedisConnection> {
    const connection = new RedisConnection(options);
    try {
      await connection.#client.connect();
      await connection.#selected();
      connection.#isOpen = true;
    } catch (error) {
      await endClient(connection.#client);
      if (error instanceof SagaError) throw error;
      const { server } = options;
      // What the server itself said (a wrong password) tells more than that the connection is closed.
      const said = connection.#lastError ?? (error as Error);
      if (isReply(said)) throw toSagaError(said, connection.server, "connecting", false);
      if (!("host" in server)) throw await withoutPrimary(server, connection.#clientOptions, said);
      throw unreachable(connection.server, said.message, { cause: said });
    }
    return connection;
  }

  /** RT1009 where the server has no such database: ioredis would go on in the first one, which may be somebody else's. */
  async #selected(): Promise<void> {
    const { db = 0 } = this.#clientOptions;
    if (db === 0) return;
    await this.#client.select(db).catch((error: unknown) => {
      if (!isReply(error)) throw error;
      throw new SagaError(
        "RT1009",
        `Redis at ${this.server} cannot use database ${db} (${(error as Error).message}). Name another.`,
      );
    });
  }

  /** How long one may wait until it is sent. */
  get patience(): Omit<Patience, "clock"> {
    const late = () => unreachable(this.server, "it does not answer");
    return { timeoutMs: this.#commandTimeoutMs, late };
  }

  /** From now on nothing counts before so many replicas have it. */
  confirmBy(replicas: number): void {
    this.#replicas = replicas;
  }

  /** Runs a script that writes, with a call and texts as `lib.lua` wants them. */
  write(script: Script, key: string, call: object, texts: readonly string[]): Promise<unknown> {
    return this.run(script, [key], [JSON.stringify(call), ...texts]);
  }

  /** Runs a script that writes, with KEYS and ARGV as they are. */
  run(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    return this.#settled(script.name, true, () => this.#evaluate(script, keys, args));
  }

  /** What a script says of one of many that it was asked for. */
  refusal(error: Error, what: string): SagaError {
    return toSagaError(error, this.server, what, true);
  }

  /** Runs a script that only reads. */
  read(script: Script, key: string, call: object): Promise<unknown> {
    return this.#settled(script.name, false, () => this.#evaluate(script, [key], [JSON.stringify(call)]));
  }

  /** One command that only reads. */
  ask(command: string, ...args: (string | number)[]): Promise<unknown> {
    return this.#settled(command, false, () => this.#client.call(command, ...args));
  }

  /** Adds to a set: the same however often it is done, so that a lost answer is like none. */
  async add(key: string, member: string): Promise<void> {
    await this.#settled("SADD", true, () => this.#client.sadd(key, member));
  }

  /** A second connection, for subscriptions; the caller closes it. */
  forSubscriptions(): Redis {
    // What is asked of it has no effect on the data, so it may queue and repeat as ioredis likes.
    return this.#client.duplicate({
      enableOfflineQueue: true,
      autoResendUnfulfilledCommands: true,
      maxRetriesPerRequest: null,
      commandTimeout: undefined,
      lazyConnect: false,
    });
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
    await endClient(this.#client);
  }

  async #settled(what: string, writes: boolean, send: () => Promise<unknown>): Promise<unknown> {
    if (this.#closing !== null) throw closedError("redis");
    this.#inFlight += 1;
    try {
      if (this.#client.status !== "ready") await this.#ready();
      this.#gather();
      const value = await send();
      if (this.#replicas > 0) await this.#confirmed(what, writes);
      return value;
    } catch (error) {
      throw toSagaError(error, this.server, what, writes);
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#idle?.();
    }
  }

  /**
   * Waits until the replicas have all that the server had when this connection's last command ran, of others too: what is read must not be lost
   * either. Not part of the script, where it is forbidden.
   */
  async #confirmed(what: string, writes: boolean): Promise<void> {
    const waitMs = Math.min(CONFIRM_MAX_MS, Math.floor(this.#commandTimeoutMs / 2));
    const have = await this.#client.wait(this.#replicas, waitMs).catch((error: unknown) => {
      // What the server says here is of the waiting: the script has run before.
      if (writes || isOfReplica(error)) throw unconfirmed(this.server, what, writes, "nobody knows how many", { cause: error });
      throw error;
    });
    if (have < this.#replicas) throw unconfirmed(this.server, what, writes, `${have} of ${this.#replicas}`);
  }

  /** What is sent before anything else happens goes out in one write: under load most of a call's cost is the system's. */
  #gather(): void {
    const { stream } = this.#client;
    if (stream === this.#gathering) return;
    this.#gathering = stream;
    stream.cork();
    process.nextTick(() => {
      this.#gathering = null;
      stream.uncork();
    });
  }

  async #evaluate(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    // As one list: there may be more than a function can be called with.
    const rest = [String(keys.length), ...keys].concat(args);
    try {
      return await this.#client.call("evalsha", [script.sha].concat(rest));
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      // It did not run, so this is the first time that it is sent.
      return await this.#client.call("eval", [script.source].concat(rest));
    }
  }

  /** Resolves when the connection is there (again); RT2001 when it is not within the time of a call. */
  async #ready(): Promise<void> {
    const client = this.#client;
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error) => {
        clearTimeout(timer);
        client.off("ready", onReady);
        if (error === undefined) resolve();
        else reject(error);
      };
      const onReady = () => done();
      const timer = setTimeout(
        () => done(unreachable(this.server, this.#lastError?.message ?? "no connection")),
        this.#commandTimeoutMs,
      );
      client.on("ready", onReady);
      // ioredis gives up for good where the address itself cannot be had.
      if (client.status === "end" || client.status === "wait") client.connect().catch(() => undefined);
    });
  }
}

/** How long replicas may take; whoever waits behind it on the connection waits as long. */
const CONFIRM_MAX_MS = 1_000;
