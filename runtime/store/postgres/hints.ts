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
/** What is left of it beside the origin. */
const TRIPLE_MAX = PAYLOAD_MAX - 100;
/** The setting holds for this transaction. Who notifies has a place in the log of writes, and would wait until it is on disk. */
const NOTIFY = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, hint) FROM unnest($2::text[]) AS hint";

/** Hints as others hear them: `[origin, [partition, what, saga], …]`, ids encoded. */
export function hintText(origin: string, hints: readonly Hint[]): string {
  return textOf(origin, hints.map(tripleText));
}

/** As few texts as hold all of them; one that none can hold is left out. */
function hintTexts(origin: string, hints: readonly Hint[]): string[] {
  const texts: string[] = [];
  let triples: string[] = [];
  let length = 0;
  for (const triple of hints.map(tripleText).filter((text) => text.length <= TRIPLE_MAX)) {
    if (length + triple.length > TRIPLE_MAX) {
      texts.push(textOf(origin, triples));
      triples = [];
      length = 0;
    }
    triples.push(triple);
    length += triple.length + 1;
  }
  if (triples.length > 0) texts.push(textOf(origin, triples));
  return texts;
}

function tripleText({ partition, what, sagaId }: Hint): string {
  return JSON.stringify([partition, what, sagaId === null ? null : encodeId(sagaId)]);
}

function textOf(origin: string, triples: readonly string[]): string {
  return `[${JSON.stringify(origin)},${triples.join(",")}]`;
}

/**
 * Tells other handles, and hears them, by NOTIFY and LISTEN. Not inside the commits themselves: transactions that notify commit one after
 * the other. What gets lost is found by polling, so that none of them waits for the disk either.
 */
export class ForeignHints {
  readonly #connection: PostgresConnection;
  readonly #channel: string;
  /** Of this handle: its own hints were given already. */
  readonly #origin: string;
  readonly #emit: (hint: Hint) => void;
  readonly #warn: (warning: StoreWarning) => void;
  #untold: Hint[] = [];
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
    this.#origin = origin;
    this.#emit = emit;
    this.#warn = warn;
  }

  tell(hint: Hint): void {
    this.#untold.push(hint);
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
    const texts = hintTexts(this.#origin, this.#untold);
    this.#untold = [];
    if (texts.length === 0) return;
    await this.#connection.read("notify", NOTIFY, [this.#channel, texts]).catch(() => undefined);
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
    // Everything that this handle told comes back to it.
    if (message.startsWith(`["${this.#origin}",`)) return;
    let parsed: unknown;
    try {
      parsed = JSON.parse(message);
    } catch {
      return;
    }
    if (!Array.isArray(parsed)) return;
    const [, ...triples] = parsed as unknown[];
    for (const triple of triples) {
      const hint = Array.isArray(triple) ? hintOf(triple) : null;
      if (hint !== null) this.#emit(hint);
    }
  }
}

function hintOf([partition, what, saga]: readonly unknown[]): Hint | null {
  if (typeof partition !== "string" || (saga !== null && typeof saga !== "string")) return null;
  if (what !== "start" && what !== "command" && what !== "committed" && what !== "ended" && what !== "released") return null;
  return { partition, sagaId: saga === null ? null : decodeId(saga), what };
}

function unrefPause(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs).unref();
  });
}
