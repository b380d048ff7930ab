import type { PoolClient } from "pg";
import { SagaError } from "../../errors.ts";
import type { StoreWarning } from "../warning.ts";
import type { Sql } from "./sql.ts";

export interface SchemaOptions {
  /** `host:port/database`, for messages. */
  readonly server: string;
  /** `null`: what is there already. */
  readonly partitions: number | null;
  readonly defaultPartitions: number;
  readonly warn: (warning: StoreWarning) => void;
}

/**
 * Makes schema, tables and functions where they are missing, in one transaction; a user that may make none does where nothing is missing.
 * Answers with the number of partitions that holds. RT2004, RT2006 where what is there is of another kind.
 */
export async function prepareSchema(client: PoolClient, sql: Sql, options: SchemaOptions): Promise<number> {
  await checkServer(client, options);
  await client.query("BEGIN");
  try {
    // Of two that open a new store at once the second waits. It ends with the transaction.
    await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [`saga ${sql.schema}`]);
    await migrate(client, sql, options.server);
    const partitions = await claimPartitions(client, sql.schema, options);
    await client.query("COMMIT");
    return partitions;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function checkServer(client: PoolClient, { server, warn }: SchemaOptions): Promise<void> {
  const { rows } = await client.query<Record<string, string | boolean>>(
    `SELECT pg_is_in_recovery() AS standby, current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
      current_setting('synchronous_commit') AS synchronous, current_setting('server_version_num')::int < 120000 AS old`,
  );
  const found = rows[0] ?? {};
  const where = `Postgres at ${server}`;
  if (found.standby === true) throw new SagaError("RT2001", `${where} is a standby, which refuses writes. Name its primary.`);
  if (found.old === true) throw new SagaError("RT2008", `${where} is too old: use Postgres 12 or newer.`);
  if (found.encoding !== "UTF8") {
    throw new SagaError("RT2008", `the database of ${where} has encoding ${found.encoding}: make one with ENCODING 'UTF8'.`);
  }
  if (found.fsync === "off" || found.synchronous === "off") {
    const setting = found.fsync === "off" ? "fsync" : "synchronous_commit";
    const message = `${where} has ${setting} = off: a crash of its machine loses commits that were acknowledged. Set it to on.`;
    warn({ code: "postgres-durability", message });
  }
}

async function migrate(client: PoolClient, { schema, migrations, functions }: Sql, server: string): Promise<void> {
  const { rows: schemas } = await client.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema]);
  if (schemas.length === 0) await client.query(`CREATE SCHEMA "${schema}"`);
  const { rows: tables } = await client.query("SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'migration'", [
    schema,
  ]);
  if (tables.length === 0) {
    await client.query(
      `CREATE TABLE "${schema}".migration (number int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
      CREATE TABLE "${schema}".meta (name text PRIMARY KEY, value text NOT NULL)`,
    );
  }
  const { rows: applied } = await client.query<{ number: number }>(
    `SELECT number FROM "${schema}".migration ORDER BY number DESC LIMIT 1`,
  );
  const there = applied[0]?.number ?? 0;
  const newest = migrations.at(-1)?.number ?? 0;
  if (there > newest) {
    throw new SagaError(
      "RT2004",
      `the schema ${schema} in Postgres at ${server} has store format ${there}, this version of saga reads ${newest}. Use the version of saga that wrote it.`,
    );
  }
  // An index over many rows takes longer than any call may.
  if (there < newest) await client.query("SET LOCAL statement_timeout = 0");
  for (const { number, name, source } of migrations.filter((migration) => migration.number > there)) {
    const migration = { text: source, query_timeout: MIGRATION_MAX_MS };
    await client.query(migration);
    await client.query(`INSERT INTO "${schema}".migration (number, name) VALUES ($1, $2)`, [number, name]);
  }
  const { rows: known } = await client.query<{ proname: string }>(
    "SELECT proname FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE nspname = $1",
    [schema],
  );
  const names = new Set(known.map(({ proname }) => proname));
  for (const { name, source } of functions) if (!names.has(name)) await client.query(source);
}

async function claimPartitions(
  client: PoolClient,
  schema: string,
  { server, partitions, defaultPartitions }: SchemaOptions,
): Promise<number> {
  const { rows } = await client.query<{ value: string }>(`SELECT value FROM "${schema}".meta WHERE name = 'partitions'`);
  const [row] = rows;
  if (row === undefined) {
    const chosen = partitions ?? defaultPartitions;
    await client.query(`INSERT INTO "${schema}".meta (name, value) VALUES ('partitions', $1)`, [String(chosen)]);
    return chosen;
  }
  const stored = Number(row.value);
  if (partitions !== null && partitions !== stored) {
    throw new SagaError(
      "RT2006",
      `the schema ${schema} in Postgres at ${server} was made with ${stored} partitions and cannot be opened with ${partitions}. Leave the option out, or ask for ${stored}.`,
    );
  }
  return stored;
}

/** 24 days: as long as a timer may take. */
const MIGRATION_MAX_MS = 2 ** 31 - 1;
