import { Gather } from "../gather.ts";
import { columnParameter } from "./arrays.ts";
import type { PostgresConnection } from "./connection.ts";
import { isRefusal } from "./errors.ts";
import { int, list } from "./rows.ts";
import type { Operation } from "./sql.ts";

/** As columns: partition, command, saga, kind, payload. */
type Ask = readonly [string, string, string, string, string];

/** Appends commands: one by itself, as many as are asked at once by one statement. What it cannot append is appended by itself, which decides. */
export class GatheredAppends {
  readonly #connection: PostgresConnection;
  readonly #statements: Readonly<Record<Operation, string>>;
  readonly #virtualMs: () => number | null;
  readonly #gather: Gather<Ask, unknown>;

  constructor(connection: PostgresConnection, statements: Readonly<Record<Operation, string>>, virtualMs: () => number | null) {
    this.#connection = connection;
    this.#statements = statements;
    this.#virtualMs = virtualMs;
    this.#gather = new Gather((asks) => this.#append(asks), { ...connection.patience, most: AT_MOST, atOnce: AT_ONCE });
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
    // In the order asked, the first of each id: so they are pending in it.
    const first = new Map<string, Ask>();
    for (const ask of asks) {
      const key = `${ask[0]}\n${ask[1]}`;
      if (!first.has(key)) first.set(key, ask);
    }
    const appended = first.size > 1 ? await this.#together([...first.values()]) : new Set();
    return asks.map((ask) => (appended.has(ask) ? Promise.resolve(null) : this.#alone(ask)));
  }

  /** Those that it has appended. Where one of them is at fault none is. */
  async #together(asks: readonly Ask[]): Promise<ReadonlySet<Ask>> {
    const columns = [0, 1, 2, 3, 4].map((column) => columnParameter(asks.map((ask) => ask[column])));
    try {
      const [row] = await this.#connection.write("appends", this.#statements.appends, [...columns, this.#virtualMs()]);
      const places = new Set(list(row?.answer, "appends").map((place) => int(place, "appends")));
      return new Set(asks.filter((_, index) => places.has(index + 1)));
    } catch (error) {
      if (isRefusal(error)) return new Set();
      throw error;
    }
  }

  async #alone(ask: Ask): Promise<unknown> {
    const values = [...ask, this.#virtualMs(), null, null];
    const [row] = await this.#connection.write("append", this.#statements.append, values);
    return row?.answer;
  }
}

const AT_MOST = 256;
const AT_ONCE = 2;
