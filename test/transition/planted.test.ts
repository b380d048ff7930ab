import { expect, it } from "vitest";
import { mistaken, PLANTED } from "./planted.ts";

it.each(PLANTED)("the planted mistake fits the source: $name", (mistake) => {
  expect(mistaken(mistake)).toContain(mistake.to);
});
