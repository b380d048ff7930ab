import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareFile } from "../../runtime/store/sqlite/schema.ts";
import { SQL } from "../../runtime/store/sqlite/statements.ts";

describe("SQLite reads a search by the index that it is for, in its order, and goes through no table", () => {
  let db: DatabaseSync;
  beforeAll(() => {
    db = new DatabaseSync(":memory:");
    prepareFile(db, ":memory:", 8, 8);
  });
  afterAll(() => db.close());

  it.each([
    ["sagas", "saga_instance_listed"],
    ["byStatus", "saga_instance_listed"],
    ["byStatusNewest", "saga_instance_listed"],
    ["countByStatus", "saga_instance_listed"],
    ["byCondition", "saga_instance_conditions"],
    ["byConditionNewest", "saga_instance_conditions"],
    ["byTag", "PRIMARY KEY"],
    ["byTagNewest", "PRIMARY KEY"],
  ] as const)("%s: %s", (statement, index) => {
    const plan = db
      .prepare(`EXPLAIN QUERY PLAN ${SQL[statement]}`)
      .all()
      .map(({ detail }) => String(detail));
    expect(plan.some((line) => line.includes(index))).toBe(true);
    expect(plan.filter((line) => /^SCAN (saga_instance|saga_tag)\b(?!.*(USING COVERING INDEX|USING INDEX))/.test(line))).toEqual(
      [],
    );
    // The tagged ones of a page are put in order once more: never all of an index.
    if (index !== "PRIMARY KEY") expect(plan.filter((line) => line.includes("TEMP B-TREE"))).toEqual([]);
    else expect(plan[0]).toMatch(/CO-ROUTINE|SEARCH saga_tag/);
  });
});
