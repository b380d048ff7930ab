import { Gather, type Patience } from "../gather.ts";
import { columnParameter } from "./arrays.ts";
import { isRefusal } from "./errors.ts";
import { int, list, type Row } from "./rows.ts";

/** As columns: partition, command, saga, kind, payload. */
type Ask = readonly [string, string, string, string, string];

type Write = (operation: "append" | "appends", values: readonly unknown[]) => Promise<readonly Row[]>;

/** What is known of those that were appended together: they were, or it failed so. */
type Outcomes = Map<Ask, "appended" | { readonly error: unknown }>;

/** Appends commands: one by itself, as many as are asked at once by one statement. What it cannot append is appended by itself, which decides. */
export class GatheredAppends {
  readonly #write: Write;
  readonly #virtualMs: () => number | null;
  readonly #gather: Gather<Ask, unknown>;

  constructor(write: Write, patience: Patience, virtualMs: () => number | null) {
    this.#write = write;
    this.#virtualMs = virtualMs;
    const size = { of: ([, , , , payload]: Ask) => payload.length, most: CHARACTERS_MAX };
    this.#gather = new Gather((asks) => this.#append(asks), { ...patience, most: AT_MOST, atOnce: AT_ONCE, size });
  }

  /** Answers as `append.sql` does. */
  append(ask: Ask): Promise<unknown> {
    return this.#gather.ask(ask);
  }

  /** Resolves when all that was asked is under way in the connection. */
  settled(): Promise<void> {
    return this.#gather.settled();
  }

  async #append(asks: readonly Ask[]): Promise<Promise<unknown>[]> {
    const outcomes = await this.#together(firstOfEach(asks));
    const starts = new Map<string, Promise<unknown>>();
    return asks.map((ask) => {
      const outcome = outcomes.get(ask);
      if (outcome === undefined) return this.#inTurn(ask, starts);
      return outcome === "appended" ? Promise.resolve(null) : Promise.reject(outcome.error);
    });
  }

  /** One that another is in the way of holds up a whole statement: of many at once then only few are appended by themselves. */
  async #together(asks: readonly Ask[]): Promise<Outcomes> {
    const outcomes: Outcomes = new Map();
    if (await this.#tried(asks, outcomes)) return outcomes;
    const pieces = Array.from({ length: Math.ceil(asks.length / PIECE) }, (_, n) => asks.slice(n * PIECE, (n + 1) * PIECE));
    if (pieces.length > 1) await Promise.all(pieces.map((piece) => this.#tried(piece, outcomes)));
    return outcomes;
  }

  /** False where the statement was refused: one of them is at fault, none was appended. */
  async #tried(asks: readonly Ask[], outcomes: Outcomes): Promise<boolean> {
    if (asks.length < 2) return true;
    const columns = [0, 1, 2, 3, 4].map((column) => columnParameter(asks.map((ask) => ask[column])));
    try {
      const [row] = await this.#write("appends", [...columns, this.#virtualMs()]);
      const places = new Set(list(row?.answer, "appends").map((place) => int(place, "appends")));
      for (const [index, ask] of asks.entries()) if (places.has(index + 1)) outcomes.set(ask, "appended");
    } catch (error) {
      if (isRefusal(error)) return false;
      for (const ask of asks) outcomes.set(ask, { error });
    }
    return true;
  }

  /** What is asked of a saga goes after its start, which was asked for before: else it would find no saga. */
  async #inTurn(ask: Ask, starts: Map<string, Promise<unknown>>): Promise<unknown> {
    const [partition, , saga, kind] = ask;
    const root = `${partition}\n${saga.split("%2F%2F", 1)[0]}`;
    if (kind !== "start") await starts.get(root)?.catch(() => undefined);
    const answer = this.#alone(ask);
    if (kind === "start") starts.set(root, answer);
    return await answer;
  }

  async #alone(ask: Ask): Promise<unknown> {
    const [row] = await this.#write("append", [...ask, this.#virtualMs(), null, null]);
    return row?.answer;
  }
}

/** In the order asked: so they are pending in it. */
function firstOfEach(asks: readonly Ask[]): readonly Ask[] {
  const first = new Map<string, Ask>();
  for (const ask of asks) {
    const key = `${ask[0]}\n${ask[1]}`;
    if (!first.has(key)) first.set(key, ask);
  }
  return [...first.values()];
}

const AT_MOST = 256;
/** Of payloads. What is more by itself goes by itself. */
const CHARACTERS_MAX = 4 * 1024 * 1024;
const PIECE = 16;
const AT_ONCE = 2;
