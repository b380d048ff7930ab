import { describe, expect, test } from "vitest";
import { Told } from "../../runtime/engine/told.ts";

const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `saga-${n}`);

function full(sinceMs = 0): Told {
  const told = new Told();
  told.see(true, sinceMs);
  return told;
}

describe("sagas of which something is asked while there is no room", () => {
  test("come in the order in which they were heard of, each once, a few at a time", () => {
    const told = full();
    for (const name of [...names(5), ...names(3)]) told.hear(name);
    expect([told.take(2), told.take(2), told.some, told.take(), told.some]).toEqual([
      ["saga-0", "saga-1"],
      ["saga-2", "saga-3"],
      true,
      ["saga-4"],
      false,
    ]);
  });

  test("are no more than are bounded, and the first ones stay", () => {
    const told = full();
    for (const name of names(5_000)) told.hear(name);
    expect(told.take()).toEqual(names(1_024));
  });

  test.each<[string, (told: Told) => void, boolean]>([
    ["the store said so", (told) => told.setUnbegun("one"), false],
    ["its start was accepted when there was no room for long", (told) => told.hearStart("one", 5_000), false],
    ["the hint of its start may be of before that", (told) => told.hearStart("one", 999), true],
  ])("one that has not begun is not among them: %s", (_, happens, heard) => {
    const told = full();
    happens(told);
    told.hear("one");
    expect(told.take()).toEqual(heard ? ["one"] : []);
  });

  test.each<[string, (told: Told) => void]>([
    ["it begins", (told) => told.begins("one")],
    ["there is room", (told) => told.see(false, 5_000)],
  ])("it is again when %s", (_, happens) => {
    const told = full();
    told.setUnbegun("one");
    happens(told);
    told.see(true, 5_001);
    told.hear("one");
    expect(told.take()).toEqual(["one"]);
  });
});
