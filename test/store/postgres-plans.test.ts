import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadSql } from "../../runtime/store/postgres/sql.ts";
import { part, take } from "../conformance/kit.ts";
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
  }, 60_000);
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
});
