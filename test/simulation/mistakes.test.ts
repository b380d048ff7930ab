import { expect, test } from "vitest";
import { PLANTED } from "./mistakes.ts";
import { goneFrom } from "./planted.ts";

test("the mistakes fit the sources, each under a name of its own", () => {
  expect(PLANTED.flatMap(goneFrom)).toEqual([]);
  expect(new Set(PLANTED.map(({ name }) => name)).size).toBe(PLANTED.length);
  const gone = { name: "a mistake", edits: [{ file: "store/memory/memory-store.ts", find: "no such text", replace: "" }] };
  expect(goneFrom(gone)).toEqual([
    '"a mistake": in runtime/store/memory/memory-store.ts this stands 0 times, not once: no such text',
  ]);
});
