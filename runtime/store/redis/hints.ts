import type { Redis } from "ioredis";
import { decodeId } from "../partition.ts";
import type { Hint } from "../store.ts";
import type { StoreWarning } from "../warning.ts";
import type { RedisConnection } from "./connection.ts";
import { endClient } from "./end.ts";

const HEARTBEAT_MS = 10_000;

/** Hints of other handles: one channel, on a connection of its own, which exists while someone listens. */
export class ForeignHints {
  readonly #connection: RedisConnection;
  readonly #channel: string;
  /** Of this handle: its own hints were given already. */
  readonly #origin: string;
  readonly #emit: (hint: Hint) => void;
  readonly #warn: (warning: StoreWarning) => void;
  #client: Redis | null = null;
  #heartbeat: NodeJS.Timeout | null = null;

  constructor(
    connection: RedisConnection,
    channel: string,
    origin: string,
    emit: (hint: Hint) => void,
    warn: (warning: StoreWarning) => void,
  ) {
    this.#connection = connection;
    this.#channel = channel;
    this.#origin = origin;
    this.#emit = emit;
    this.#warn = warn;
  }

  start(): void {
    if (this.#client !== null) return;
    const client = this.#connection.forSubscriptions();
    this.#client = client;
    // It reconnects by itself; meanwhile there are no hints, and everyone polls.
    client.on("error", () => undefined);
    client.on("message", (_channel: string, message: string) => this.#heard(message));
    client.subscribe(this.#channel).catch((error: Error) => {
      if (this.#client !== client) return;
      const why = `hints of other processes are not heard (${error.message}): they are found by polling, a little later`;
      this.#warn({ code: "redis-hints", message: `Redis at ${this.#connection.server}: ${why}.` });
    });
    // Without traffic a half-open connection would stay silent for ever; an unanswered PING gives it up.
    this.#heartbeat = setInterval(() => {
      if (client.status === "ready") client.ping().catch(() => undefined);
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  async stop(): Promise<void> {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    const client = this.#client;
    this.#client = null;
    if (client !== null) await endClient(client);
  }

  /** `[origin, partition, what, saga, what, saga …]`; what is not of this form is none of ours. */
  #heard(message: string): void {
    // Most are of this handle, as JSON writes them.
    if (message.startsWith(`["${this.#origin}"`)) return;
    let parsed: unknown;
    try {
      parsed = JSON.parse(message);
    } catch {
      return;
    }
    if (!Array.isArray(parsed)) return;
    const [, partition, ...rest] = parsed as unknown[];
    if (typeof partition !== "string") return;
    for (let index = 0; index + 1 < rest.length; index += 2) {
      const what = rest[index];
      const saga = rest[index + 1];
      if (typeof saga !== "string") return;
      if (what === "released") this.#emit({ partition, sagaId: null, what });
      if (what === "start" || what === "command" || what === "committed" || what === "ended") {
        this.#emit({ partition, sagaId: decodeId(saga), what });
      }
    }
  }
}
