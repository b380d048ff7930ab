import { Gather, type GatherOptions, type Patience } from "../gather.ts";
import { PENDING_BYTES } from "../pending.ts";
import { isRefusal } from "./errors.ts";
import { int, type Row } from "./rows.ts";
import type { Operation } from "./sql.ts";

type Read = (operation: Operation, values: readonly unknown[]) => Promise<readonly Row[]>;

/** What is read for one saga, command or partition at a time: a statement reads it for all that ask at once. */
export class GatheredReads {
  readonly #sagas: Gather<readonly [string, string], readonly Row[]>;
  readonly #results: Gather<readonly [string, string], readonly Row[]>;
  readonly #pending: Gather<readonly [string, number, number, string], readonly Row[]>;

  constructor(read: Read, patience: Patience) {
    const options = { ...patience, atOnce: AT_ONCE };
    this.#sagas = gathered(read, "load", { ...options, most: SAGAS_MAX });
    this.#results = gathered(read, "command-result", { ...options, most: RESULTS_MAX });
    this.#pending = gathered(read, "pending", { ...options, most: PARTITIONS_MAX });
  }

  async saga(partition: string, key: string): Promise<Row | null> {
    return (await this.#sagas.ask([partition, key]))[0] ?? null;
  }

  async commandResult(partition: string, id: string): Promise<Row | null> {
    return (await this.#results.ask([partition, id]))[0] ?? null;
  }

  /** `without`: keys of roots that are set aside. */
  pending(partition: string, limit: number, bytes = PENDING_BYTES, without: readonly string[] = []): Promise<readonly Row[]> {
    return this.#pending.ask([partition, limit, bytes, JSON.stringify(without)]);
  }

  /** Resolves when all that was asked has its answer. */
  async settled(): Promise<void> {
    await Promise.all([this.#sagas.settled(), this.#results.settled(), this.#pending.settled()]);
  }
}

/** Of a query with an array for each part of what is asked, and in each row, as `n`, whose it is. */
function gathered<Ask extends readonly (string | number)[]>(
  read: Read,
  operation: Operation,
  options: GatherOptions<Ask>,
): Gather<Ask, readonly Row[]> {
  return new Gather<Ask, readonly Row[]>(async (asks) => {
    try {
      return await readAll(read, operation, asks);
    } catch (error) {
      // All of them share one statement's time and memory: each has its own by itself.
      if (asks.length === 1 || !isRefusal(error)) throw error;
      return asks.map(async (ask) => (await readAll(read, operation, [ask]))[0] ?? []);
    }
  }, options);
}

async function readAll(
  read: Read,
  operation: Operation,
  asks: readonly (readonly (string | number)[])[],
): Promise<readonly (readonly Row[])[]> {
  const answers = asks.map((): Row[] => []);
  const rows = await read(
    operation,
    (asks[0] ?? []).map((_, column) => asks.map((ask) => ask[column])),
  );
  for (const row of rows) answers[int(row.n, "n") - 1]?.push(row);
  return answers;
}

/** A snapshot may have some megabytes. */
const SAGAS_MAX = 64;
const RESULTS_MAX = 512;
const PARTITIONS_MAX = 16;
const AT_ONCE = 2;
