import { afterAll, beforeAll, it } from "vitest";
import { describePostgres, type PostgresServer, postgresForTests } from "../kit/postgres.ts";
import { postgresPlace } from "../store/places.ts";
import { ALL, expectTheSame } from "./told.ts";

describePostgres("in the same way on Postgres", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await postgresForTests();
  });
  afterAll(() => server.stop());

  it.each(ALL)("%s", async (_, story) => {
    const place = await postgresPlace(server)();
    try {
      await expectTheSame(story, (clock) => place.open({ clock }));
    } finally {
      await place.dispose();
    }
  });
});
