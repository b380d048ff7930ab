import { postgresFence } from "@sagac/runtime/participant";
import { Pool, type PoolClient } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describePostgres, type PostgresServer, postgresForTests } from "../kit/postgres.ts";
import { fenceCases } from "./cases.ts";
import { heldCases } from "./held.ts";
import { type FencePlace, fenceContext } from "./kit.ts";
import { postgresFencePlace } from "./places.ts";

describePostgres("a step fence in Postgres", () => {
  let server: PostgresServer;
  let place: FencePlace<PoolClient>;
  beforeAll(async () => {
    server = await postgresForTests();
    place = await postgresFencePlace(server);
  });
  afterAll(async () => {
    await place.dispose();
    await server.stop();
  });

  fenceCases(() => place);
  describe("two at once", () => heldCases(() => place));

  it("what no call asked to be kept any longer is forgotten when asked to; ten may make the table at once", async () => {
    const pool = new Pool({ connectionString: server.url });
    const fence = postgresFence({ pool, scope: "stock", table: "fence_of_its_own" });
    await Promise.all(Array.from({ length: 10 }, () => fence.prepare()));
    await fence.call(fenceContext("short", { keepForMs: -1 }), () => 1);
    await fence.call(fenceContext("long"), () => 1);
    expect(await fence.forget()).toBe(1);
    expect(await fence.inquire(fenceContext("long"))).toMatchObject({ status: "happened" });
    await pool.query("DROP TABLE fence_of_its_own");
    await pool.end();
  });

  it("an effect that others were in the way of runs again, from its beginning", async () => {
    const side = await place.open();
    let runs = 0;
    await side.fence.call(fenceContext("again"), async (client) => {
      await side.write(client, "take again");
      runs += 1;
      if (runs < 3) throw Object.assign(new Error("could not serialize access"), { code: "40001" });
    });
    expect(runs).toBe(3);
    expect((await place.effects()).filter((line) => line === "take again")).toHaveLength(1);
    await side.close();
  });

  it("a table whose name would have to be quoted is refused (RT1009)", () => {
    expect(() => postgresFence({ pool: new Pool(), scope: "s", table: 'a"; --' })).toThrow(/RT1009/);
  });
});
