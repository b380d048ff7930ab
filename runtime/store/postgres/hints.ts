import { Client } from "pg";
import { decodeId, encodeId } from "../partition.ts";
import type { Hint } from "../store.ts";
import type { StoreWarning } from "../warning.ts";
import type { PostgresConnection } from "./connection.ts";

const HEARTBEAT_MS = 10_000;
const PAUSE_MIN_MS = 50;
const PAUSE_MAX_MS = 5_000;
/** Hints are gathered for so long, then told in one statement. */
const GATHER_MS = 5;
/** A notification holds 8,000 bytes. */
const PAYLOAD_MAX = 7_000;

/** One hint as others hear it: `[origin, partition, what, saga]`, ids encoded. */
export function hintText(origin: string, hint: Hint): string {
  return JSON.stringify([origin, hint.partition, hint.what, hint.sagaId === null ? null : encodeId(hint.sagaId)]);
}

/**
 * Tells other handles, and hears them, by NOTIFY and LISTEN. Not inside the commits themselves: transactions that notify commit one after
 * the other, each with its own wait for the disk. What gets lost is found by polling.
 */
export class ForeignHints {
  readonly #connection: PostgresConnection;
  readonly #channel: string;
  readonly #sql: string;
  /** Of this handle: its own hints were given already. */
  readonly #origin: string;
  readonly #emit: (hint: Hint) => void;
  readonly #warn: (warning: StoreWarning) => void;
  #untold: string[] = [];
  #telling: NodeJS.Timeout | null = null;
  #client: Client | null = null;
  #listening = false;
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;
  /** Since it last heard anything. */
  #warned = false;

  constructor(
    connection: PostgresConnection,
    channel: string,
    origin: string,
    emit: (hint: Hint) => void,
    warn: (warning: StoreWarning) => void,
  ) {
    this.#connection = connection;
    this.#channel = channel;
    this.#sql = "SELECT pg_notify($1, hint) FROM unnest($2::text[]) AS hint";
    this.#origin = origin;
    this.#emit = emit;
    this.#warn = warn;
  }

  tell(hint: Hint): void {
    const text = hintText(this.#origin, hint);
    if (text.length <= PAYLOAD_MAX) this.#untold.push(text);
    this.#telling ??= setTimeout(() => void this.#tell(), GATHER_MS);
  }

  start(): void {
    if (this.#listening) return;
    this.#listening = true;
    void this.#listen();
  }

  async stop(): Promise<void> {
    this.#listening = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const client = this.#client;
    this.#client = null;
    // A half-open connection says no goodbye; it ends with the process.
    if (client !== null) await Promise.race([client.end().catch(() => undefined), unrefPause(PAUSE_MAX_MS)]);
  }

  /** Tells what is still untold. */
  async flush(): Promise<void> {
    if (this.#telling !== null) clearTimeout(this.#telling);
    await this.#tell();
  }

  async #tell(): Promise<void> {
    this.#telling = null;
    const hints = this.#untold;
    this.#untold = [];
    if (hints.length === 0) return;
    await this.#connection.read("notify", this.#sql, [this.#channel, hints]).catch(() => undefined);
  }

  async #listen(): Promise<void> {
    const client = new Client(this.#connection.config);
    this.#client = client;
    client.on("notification", ({ payload }) => this.#heard(payload ?? ""));
    client.on("error", () => this.#again(client));
    client.on("end", () => this.#again(client));
    try {
      await client.connect();
      await client.query(`LISTEN "${this.#channel}"`);
      this.#failures = 0;
      this.#warned = false;
      if (this.#client === client) this.#timer = this.#later(HEARTBEAT_MS, () => void this.#beat(client));
    } catch (error) {
      if (this.#client === client) this.#failed(error);
      this.#again(client);
    }
  }

  /** Without traffic a half-open connection would stay silent for ever. */
  async #beat(client: Client): Promise<void> {
    try {
      await client.query("SELECT 1");
      if (this.#client === client) this.#timer = this.#later(HEARTBEAT_MS, () => void this.#beat(client));
    } catch {
      this.#again(client);
    }
  }

  /** Listens anew, ever later, unless that was done for this connection already. */
  #again(client: Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    client.end().catch(() => undefined);
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (!this.#listening) return;
    const pauseMs = Math.min(PAUSE_MIN_MS * 2 ** this.#failures, PAUSE_MAX_MS);
    this.#failures += 1;
    this.#timer = this.#later(pauseMs, () => void this.#listen());
  }

  #failed(error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    const why = `hints of other processes are not heard (${error instanceof Error ? error.message : String(error)})`;
    this.#warn({ code: "postgres-hints", message: `Postgres at ${this.#connection.server}: ${why}: they are found by polling.` });
  }

  #later(delayMs: number, run: () => void): NodeJS.Timeout {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return timer;
  }

  /** What is not of the form of `hintText` is none of ours. */
  #heard(message: string): void {
    let parsed: unknown;
    try {
      parsed = JSON.parse(message);
    } catch {
      return;
    }
    if (!Array.isArray(parsed)) return;
    const [origin, partition, what, saga] = parsed as unknown[];
    if (origin === this.#origin || typeof partition !== "string") return;
    if (saga !== null && typeof saga !== "string") return;
    if (what === "command" || what === "committed" || what === "ended" || what === "released") {
      this.#emit({ partition, sagaId: saga === null ? null : decodeId(saga), what });
    }
  }
}

function unrefPause(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs).unref();
  });
}
