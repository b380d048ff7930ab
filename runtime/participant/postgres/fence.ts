import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Pool, PoolClient } from "pg";
import { SagaError } from "../../errors.ts";
import { checkScope, type Fence, fenceBy, type Outcome } from "../fence.ts";
import { type FenceRecord, parseRecord, recordText } from "../record.ts";
import { transactionEnded } from "../refusal.ts";

export interface PostgresFenceOptions {
  /** Of the service's own database. */
  readonly pool: Pool;
  /** Names the service, where several share a table: `payments`. 1 to 255 bytes. */
  readonly scope: string;
  /** `a-z`, digits and `_`. Default: `saga_fence`, in the first schema of the search path. */
  readonly table?: string;
}

/** An effect is handed a client with the fence's transaction begun: it neither commits nor rolls back, nor releases it. */
export interface PostgresFence extends Fence<PoolClient> {
  /** Makes the table where it is missing. Not needed where a migration of yours did: `table.sql`. */
  prepare(): Promise<void>;
  /** Removes what no call asked to be kept any longer; answers with how many. To be called now and then. */
  forget(): Promise<number>;
}

/** How often a transaction that others were in the way of (40001, 40P01) is run again, from its beginning. */
const RUNS_MAX = 10;

/**
 * A fence in a service's own Postgres. Its statements, in this order, under READ COMMITTED:
 *
 * 1. `BEGIN`
 * 2. `INSERT … ON CONFLICT DO NOTHING`: a row for the key; waits for whoever is adding the same
 * 3. `SELECT … FOR UPDATE`: a snapshot of its own, so that it sees what was committed by then; from here on the key is held. Where the row was
 *    forgotten in between: 2 again
 * 4. the effect, unless the record says otherwise
 * 5. `UPDATE`: the record, in this very transaction: RT5003 where the effect has ended it; also where it throws then, which costs it a look
 * 6. `COMMIT`; without a record to write, `ROLLBACK`
 *
 * A call that dies in between leaves nothing. A declared error: `ROLLBACK`, then 1, 2, 3, 5, 6 once more for the error.
 */
export function postgresFence(options: PostgresFenceOptions): PostgresFence {
  const { pool } = options;
  const scope = checkScope(options.scope);
  const table = quoted(options.table ?? "saga_fence");
  const sql = {
    add: `INSERT INTO ${table} (scope, key) VALUES ($1, $2) ON CONFLICT (scope, key) DO NOTHING`,
    lock: `SELECT record, txid_current()::text AS transaction FROM ${table} WHERE scope = $1 AND key = $2 FOR UPDATE`,
    write: `UPDATE ${table} SET record = $3, keep_until = greatest(keep_until, clock_timestamp() + $4 * interval '1 millisecond')
      WHERE scope = $1 AND key = $2 AND txid_current()::text = $5`,
    forget: `DELETE FROM ${table} WHERE scope = $1 AND keep_until < now()`,
  };

  async function locked<T>(
    key: string,
    keepForMs: number,
    run: (record: FenceRecord | null, client: PoolClient) => Promise<Outcome<T>>,
  ): Promise<T> {
    const where = [scope, storedKey(key)];
    return await transaction(pool, async (client) => {
      let rows: readonly unknown[] = [];
      while (rows.length === 0) {
        await client.query(sql.add, where);
        // A row that was there already may have been forgotten meanwhile.
        ({ rows } = await client.query(sql.lock, where));
      }
      const [row] = rows as readonly { readonly record: unknown; readonly transaction: string }[];
      const { write, value } = await run(parseRecord(row?.record, key), client).catch(async (error: unknown) => {
        if (await ended(client, row?.transaction)) throw transactionEnded(key, error);
        throw error;
      });
      if (write !== null) {
        const { rowCount } = await client.query(sql.write, [...where, recordText(write), keepForMs, row?.transaction]);
        if (rowCount !== 1) throw transactionEnded(key);
      }
      return { commit: write !== null, value };
    });
  }

  return {
    ...fenceBy(locked),
    async prepare() {
      const source = await readFile(new URL("./table.sql", import.meta.url), "utf8");
      const statements = source.replaceAll('"saga_fence', table.slice(0, -1));
      await transaction(pool, async (client) => {
        // IF NOT EXISTS alone fails where two make it at once.
        await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [`saga fence ${table}`]);
        await client.query(statements);
        return { commit: true, value: undefined };
      });
    },
    async forget() {
      return await transaction(pool, async (client) => {
        const { rowCount } = await client.query(sql.forget, [scope]);
        return { commit: true, value: rowCount ?? 0 };
      });
    },
  };
}

async function transaction<T>(
  pool: Pool,
  run: (client: PoolClient) => Promise<{ readonly commit: boolean; readonly value: T }>,
): Promise<T> {
  for (let round = 1; ; round++) {
    const client = await pool.connect();
    let broken = false;
    // A pool listens to idle connections only; whoever runs a statement is told by it, and Node would end the process beside that.
    client.on("error", ignored);
    try {
      await client.query("BEGIN ISOLATION LEVEL READ COMMITTED");
      const { commit, value } = await run(client);
      await client.query(commit ? "COMMIT" : "ROLLBACK");
      return value;
    } catch (error) {
      await client.query("ROLLBACK").catch(() => {
        broken = true;
      });
      if (round === RUNS_MAX || !mayRunAgain(error)) throw error;
    } finally {
      client.off("error", ignored);
      client.release(broken);
    }
  }
}

/** Whether the effect, which has failed, ended the fence's transaction before: what it committed stands, and is not what its error says. */
async function ended(client: PoolClient, transaction: string | undefined): Promise<boolean> {
  try {
    const { rows } = await client.query<{ now: string }>("SELECT txid_current()::text AS now");
    return rows[0]?.now !== transaction;
  } catch {
    // One that failed in the server can only be rolled back, and tells nothing before. It may be one that the effect began itself.
  }
  try {
    await client.query("ROLLBACK");
    const { rows } = await client.query<{ status: string }>("SELECT txid_status($1::bigint) AS status", [transaction]);
    return rows[0]?.status === "committed";
  } catch {
    return false;
  }
}

function ignored(): void {}

/** Rolled back by the server, since others were in the way. */
function mayRunAgain(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "40001" || error.code === "40P01");
}

/** An index entry holds some 2,700 bytes. */
function storedKey(key: string): string {
  if (key.length <= 1_000) return key;
  return `${key.slice(0, 900)}~${createHash("sha256").update(key).digest("hex")}`;
}

function quoted(table: string): string {
  if (/^[a-z_][a-z0-9_]{0,47}$/.test(table)) return `"${table}"`;
  throw new SagaError(
    "RT1009",
    `the table ${JSON.stringify(table)} cannot be used: a name is a-z, 0-9 and _, and begins with no digit.`,
  );
}
