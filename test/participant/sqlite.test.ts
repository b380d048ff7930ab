import { DatabaseSync } from "node:sqlite";
import { DeclaredError } from "@sagac/runtime";
import { sqliteFence } from "@sagac/runtime/participant";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fenceCases } from "./cases.ts";
import { heldCases } from "./held.ts";
import { type FencePlace, fenceContext } from "./kit.ts";
import { sqliteFencePlace } from "./places.ts";

describe("a step fence in SQLite", () => {
  let place: FencePlace<DatabaseSync>;
  beforeAll(() => {
    place = sqliteFencePlace();
  });
  afterAll(() => place.dispose());

  fenceCases(() => place);
  describe("two at once", () => heldCases(() => place));

  it("an effect that is not done when it returns is refused (RT5003), and rolled back", async () => {
    const side = await place.open();
    const calling = side.fence.call(fenceContext("async"), async (db) => {
      side.write(db, "take async");
    });
    await expect(calling).rejects.toMatchObject({ code: "RT5003" });
    expect(await place.effects()).not.toContain("take async");
    await side.close();
  });

  it("an async effect is refused before it does anything: what comes after it waited could not be rolled back", async () => {
    const side = await place.open();
    const calling = side.fence.call(fenceContext("late"), async (db) => {
      await null;
      side.write(db, "take late");
    });
    await expect(calling).rejects.toMatchObject({ code: "RT5003" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(await place.effects()).not.toContain("take late");
    await side.close();
  });

  it("an effect that hands over what begins only when it is waited for, as query builders do, is refused and never begun", async () => {
    const side = await place.open();
    let begun = false;
    const lazy = {
      // biome-ignore lint/suspicious/noThenProperty: it is what is tried
      then(done: (value: unknown) => void) {
        begun = true;
        done({});
      },
    };
    const calling = side.fence.call(fenceContext("lazy"), () => lazy as never);
    await expect(calling).rejects.toMatchObject({ code: "RT5003" });
    expect(begun).toBe(false);
    await side.close();
  });

  it.each(["ROLLBACK", "COMMIT", "ROLLBACK; BEGIN", "COMMIT; BEGIN"])(
    "an effect that ends the fence's transaction by %s is told (RT5003), each time: it is never taken for one that has its record",
    async (end) => {
      const side = await place.open();
      const id = `ended by ${end}`;
      for (const sequence of [1, 2]) {
        const calling = side.fence.call(fenceContext(id, { sequence }), (db) => {
          side.write(db, `take ${id}`);
          db.exec(end);
        });
        await expect(calling).rejects.toMatchObject({ code: "RT5003" });
      }
      expect(await side.fence.inquire(fenceContext(id))).toEqual({ status: "didNotHappen" });
      await side.close();
    },
  );

  const THROWS: readonly (readonly [string, (db: DatabaseSync) => unknown])[] = [
    [
      "ctx.fail",
      () => {
        throw new DeclaredError("Declined", {});
      },
    ],
    [
      "an error",
      () => {
        throw new Error("gone wrong");
      },
    ],
    ["an error of the database", (db: DatabaseSync) => db.exec("SELECT * FROM nowhere")],
  ];
  it.each(THROWS.flatMap(([what, throws]) => ["COMMIT", "COMMIT; BEGIN"].map((end) => ({ what, end, throws }))))(
    "an effect that ends the fence's transaction by $end and then throws $what is told (RT5003), and has run once: its row stands",
    async ({ what, end, throws }) => {
      const side = await place.open();
      const id = `ended by ${end}, then ${what}`;
      const calling = side.fence.call(fenceContext(id), (db) => {
        side.write(db, `take ${id}`);
        db.exec(end);
        throws(db);
      });
      await expect(calling).rejects.toMatchObject({ code: "RT5003", cause: expect.anything() });
      expect((await place.effects()).filter((line) => line === `take ${id}`)).toHaveLength(1);
      expect(await side.fence.inquire(fenceContext(id))).toEqual({ status: "didNotHappen" });
      await side.close();
    },
  );

  it("an effect may have savepoints of its own, and come back to them", async () => {
    const side = await place.open();
    await side.fence.call(fenceContext("saved"), (db) => {
      db.exec("SAVEPOINT own");
      side.write(db, "take none of saved");
      db.exec("ROLLBACK TO own");
      side.write(db, "take saved");
    });
    await side.fence.call(fenceContext("saved"), () => null);
    expect((await place.effects()).filter((line) => line.includes("saved"))).toEqual(["take saved"]);
    await side.close();
  });

  it("what no call asked to be kept any longer is forgotten when asked to", async () => {
    const fence = sqliteFence({ db: new DatabaseSync(":memory:"), scope: "stock" });
    await fence.call(fenceContext("short", { keepForMs: -1 }), () => 1);
    await fence.call(fenceContext("long"), () => 1);
    expect(fence.forget()).toBe(1);
    expect(await fence.inquire(fenceContext("long"))).toMatchObject({ status: "happened" });
  });
});
