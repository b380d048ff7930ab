import { afterAll, beforeAll } from "vitest";
import { describeStore } from "../conformance/store.ts";
import type { PostgresServer } from "../kit/postgres.ts";
import { describePostgres, postgresForTests } from "../kit/postgres.ts";
import { postgresPlace } from "./places.ts";

describePostgres("Postgres", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await postgresForTests();
  });
  afterAll(() => server.stop());

  describeStore("Postgres", () => postgresPlace(server)(), { shared: true });
});
