import { afterAll, beforeAll, it } from "vitest";
import type { PostgresServer } from "../../kit/postgres.ts";
import { describePostgres, postgresForTests } from "../../kit/postgres.ts";
import { postgresPlace } from "../places.ts";
import { expectEqualAnswers } from "./compare.ts";

describePostgres("random operations under a virtual clock give the same answers on the memory store and on", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await postgresForTests();
  });
  afterAll(() => server.stop());

  it("Postgres", () => expectEqualAnswers(postgresPlace(server)), 300_000);
});
