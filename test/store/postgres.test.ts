import { afterAll, beforeAll, expect, it } from "vitest";
import { part, take } from "../conformance/kit.ts";
import { describeStore } from "../conformance/store.ts";
import type { PostgresServer } from "../kit/postgres.ts";
import { describePostgres, postgresForTests } from "../kit/postgres.ts";
import { postgresPlace, query } from "./places.ts";

describePostgres("Postgres", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await postgresForTests();
  });
  afterAll(() => server.stop());

  describeStore("Postgres", () => postgresPlace(server)(), { shared: true });

  it("ten that open a new store at once make one", async () => {
    const place = await postgresPlace(server)();
    try {
      const stores = await Promise.all(Array.from({ length: 10 }, () => place.open({ partitions: 4 })));
      expect(stores.map(({ partitions }) => partitions)).toEqual(Array(10).fill(4));
    } finally {
      await place.dispose();
    }
  });

  it("a rule of one's own that a commit breaks refuses it, and what is beside it is written", async () => {
    const place = await postgresPlace(server)();
    try {
      const store = await place.open();
      const lease = await take(store);
      await query(server.url, `CREATE UNIQUE INDEX twins ON "${place.schema}".instance ((1)) WHERE saga_id LIKE 'twin%'`);
      const twin = (sagaId: string) => part(lease, { sagaId, commitId: sagaId });
      expect(await store.commit([twin("twin-1")])).toMatchObject([{ status: "committed" }]);
      const refused = { code: "RT2008", message: expect.stringContaining("twins") };
      await expect(store.commit([twin("twin-2"), twin("order-1")])).rejects.toMatchObject(refused);
      expect(await store.commit([twin("order-1")])).toMatchObject([{ status: "committed" }]);
    } finally {
      await place.dispose();
    }
  });
});
