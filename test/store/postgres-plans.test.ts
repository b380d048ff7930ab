import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { partitionKey } from "../../runtime/store/partition.ts";
import { commitCall } from "../../runtime/store/postgres/commit-call.ts";
import { loadSql } from "../../runtime/store/postgres/sql.ts";
import { command, part, partition, take } from "../conformance/kit.ts";
import { describePostgres, type PostgresServer, postgresForTests } from "../kit/postgres.ts";
import { type PostgresPlace, postgresPlace } from "./places.ts";

describePostgres("Postgres reads a search by the index that it is for, in its order, and goes through no table", () => {
  let server: PostgresServer;
  let place: PostgresPlace;
  let client: Client;
  beforeAll(async () => {
    server = await postgresForTests();
    place = await postgresPlace(server)();
    const store = await place.open();
    const lease = await take(store);
    const shown = { tags: { customer: "kim" }, steps: [], waitingFor: [] };
    const sagas = Array.from({ length: 3_000 }, (_, index) => `order-${index}`);
    await store.commit(sagas.map((sagaId) => part(lease, { sagaId, shown, status: "completed" })));
    client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query(`ANALYZE "${place.schema}".instance; ANALYZE "${place.schema}".tag`);
    // What the planner knows stays as it is, also where the server would look at the tables again in the middle of a test.
    for (const table of ["instance", "tag", "command"])
      await client.query(`ALTER TABLE "${place.schema}".${table} SET (autovacuum_enabled = false)`);
  });
  afterAll(async () => {
    await client.end();
    await place.dispose();
    await server.stop();
  });

  const bounds = [0, 9e15, 0, "", "", 50];
  it.each([
    ["sagas", [], "instance_listed"],
    ["list-by-status", [["PlaceOrder@1"], ["completed", "running"], ...bounds], "instance_listed"],
    ["list-by-status-newest", [["PlaceOrder@1"], ["completed", "running"], ...bounds], "instance_listed"],
    ["count-by-status", [["PlaceOrder@1"], ["running"], 0, 9e15], "instance_listed"],
    ["list-by-condition", ["parked", ...bounds], "instance_conditions"],
    ["list-by-condition-newest", ["parked", ...bounds], "instance_conditions"],
    ["list-by-tag", ["customer=%22kim%22", ...bounds], "tag_pkey"],
    ["list-by-tag-newest", ["customer=%22kim%22", ...bounds], "tag_pkey"],
  ] as const)("%s", async (operation, values, index) => {
    const { statements } = await loadSql(place.schema);
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN ${statements[operation]}`, [...values]);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/Seq Scan on (instance|tag)\b/);
  });

  it("a command is consumed by its key: those that wait beside it are not read", async () => {
    const store = await place.open();
    const where = partition(1);
    const names = Array.from({ length: 400 }, (_, index) => `waiting-${index}`);
    await Promise.all(names.map((sagaId) => store.append(where, command({ id: `start:${sagaId}`, sagaId }))));
    const waiting = await store.pending(where, 40);
    const result = { status: "applied", code: null, message: null } as const;
    const lease = await take(store, where);
    const parts = waiting.map(({ sagaId, id, position }) => part(lease, { sagaId, consume: [{ id, position, result }] }));
    const { statements } = await loadSql(place.schema);
    expect(await readBy(statements.commit, commitCall(parts, null))).toBe(40);
    const signal = [partitionKey(where), "signal-1", "waiting-399", "signal", "{}", null, null, null];
    expect(await readBy(statements.append, signal)).toBeLessThan(5);
  });

  /** How many commands a statement reads by an index. It is rolled back. */
  async function readBy(statement: string, values: readonly unknown[]): Promise<number> {
    await client.query("BEGIN");
    const before = await counted();
    await client.query(statement, [...values]);
    const after = await counted();
    await client.query("ROLLBACK");
    expect(after.written).toBeGreaterThan(before.written);
    return after.read - before.read;
  }

  async function counted(): Promise<{ readonly read: number; readonly written: number }> {
    const { rows } = await client.query<{ read: number; written: number }>(
      `SELECT idx_tup_fetch::int AS read, (n_tup_ins + n_tup_upd)::int AS written FROM pg_stat_xact_user_tables
      WHERE schemaname = $1 AND relname = 'command'`,
      [place.schema],
    );
    return rows[0] ?? { read: 0, written: 0 };
  }
});
