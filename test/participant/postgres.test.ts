import { DeclaredError } from "@sagac/runtime";
import { postgresFence } from "@sagac/runtime/participant";
import { Pool, type PoolClient } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describePostgres, type PostgresServer, postgresForTests } from "../kit/postgres.ts";
import { fenceCases } from "./cases.ts";
import { heldCases } from "./held.ts";
import { fenceContext } from "./kit.ts";
import { type OpenPlace, postgresFencePlace } from "./places.ts";

describePostgres("a step fence in Postgres", () => {
  let server: PostgresServer;
  let place: OpenPlace<PoolClient>;
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

  it("a record that is forgotten while its key is taken is made anew: the effect takes place once", async () => {
    const pool = new Pool({ connectionString: place.at });
    const { forget } = postgresFence({ pool, scope: "stock" });
    const ctx = fenceContext("forgotten");
    await postgresFence({ pool, scope: "stock" })
      .call({ ...ctx, keepForMs: -1 }, () => null)
      .catch(() => null);
    await pool.query("UPDATE saga_fence SET record = NULL, keep_until = now() - interval '1 s' WHERE key LIKE '%forgotten%'");
    let forgotten = 0;
    const side = await place.open((statement) => {
      if (!statement.includes("FOR UPDATE") || forgotten > 0) return undefined;
      return forget().then((count) => {
        forgotten += count;
      });
    });
    const take = () => side.fence.call(ctx, (client) => side.write(client, "take forgotten"));
    await take();
    expect(forgotten).toBe(1);
    await take();
    expect((await place.effects()).filter((line) => line === "take forgotten")).toHaveLength(1);
    await side.close();
    await pool.end();
  });

  it("a server that ends a connection in the middle of an effect is told by the call, and ends no process", async () => {
    const side = await place.open();
    const calling = side.fence.call(fenceContext("ended"), async (client) => {
      await client.query("SELECT pg_terminate_backend(pg_backend_pid())");
    });
    await expect(calling).rejects.toThrow();
    await side.fence.call(fenceContext("ended"), (client) => side.write(client, "take ended"));
    expect(await place.effects()).toContain("take ended");
    await side.close();
  });

  it.each(["ROLLBACK", "COMMIT", "ROLLBACK; BEGIN", "COMMIT; BEGIN"])(
    "an effect that ends the fence's transaction by %s is told (RT5003), each time: it is never taken for one that has its record",
    async (end) => {
      const side = await place.open();
      const id = `ended by ${end}`;
      for (const sequence of [1, 2]) {
        const calling = side.fence.call(fenceContext(id, { sequence }), async (client) => {
          await side.write(client, `take ${id}`);
          await client.query(end);
        });
        await expect(calling).rejects.toMatchObject({ code: "RT5003" });
      }
      expect(await side.fence.inquire(fenceContext(id))).toEqual({ status: "didNotHappen" });
      await side.close();
    },
  );

  const THROWS: readonly (readonly [string, (client: PoolClient) => Promise<unknown>])[] = [
    ["ctx.fail", () => Promise.reject(new DeclaredError("Declined", {}))],
    ["an error", () => Promise.reject(new Error("gone wrong"))],
    ["an error that would have it run again", () => Promise.reject(Object.assign(new Error("again"), { code: "40001" }))],
    ["an error of the database", (client: PoolClient) => client.query("SELECT * FROM nowhere")],
  ];
  it.each(THROWS.flatMap(([what, throws]) => ["COMMIT", "COMMIT; BEGIN"].map((end) => ({ what, end, throws }))))(
    "an effect that ends the fence's transaction by $end and then throws $what is told (RT5003), and has run once: its row stands",
    async ({ what, end, throws }) => {
      const side = await place.open();
      const id = `ended by ${end}, then ${what}`;
      const calling = side.fence.call(fenceContext(id), async (client) => {
        await side.write(client, `take ${id}`);
        await client.query(end);
        await throws(client);
      });
      await expect(calling).rejects.toMatchObject({ code: "RT5003", cause: expect.anything() });
      expect((await place.effects()).filter((line) => line === `take ${id}`)).toHaveLength(1);
      expect(await side.fence.inquire(fenceContext(id))).toEqual({ status: "didNotHappen" });
      await side.close();
    },
  );

  it("an effect may have savepoints of its own, and come back to them", async () => {
    const side = await place.open();
    await side.fence.call(fenceContext("saved"), async (client) => {
      await client.query("SAVEPOINT own");
      await side.write(client, "take none of saved");
      await client.query("ROLLBACK TO own");
      await side.write(client, "take saved");
    });
    await side.fence.call(fenceContext("saved"), () => null);
    expect((await place.effects()).filter((line) => line.includes("saved"))).toEqual(["take saved"]);
    await side.close();
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
