import { describe, expect, it } from "vitest";
import { filesEnding, isFixture, isGenerated, textOf } from "./repository.ts";

/** A file of more lines than this answers more than one question. */
const LINES_MAX = 400;

/**
 * Files that are longer for now, each with its ceiling. The list only shrinks: split a file by question, not by size, and take it
 * out; a new one needs a reason in the commit.
 */
const CEILINGS: Readonly<Record<string, number>> = {
  // One union: the nodes of the whole language, most of it doc comments.
  "compiler/ast/nodes.ts": 903,
};

/** How far a file may shrink below its ceiling before the ceiling comes down too. */
const SLACK = 40;

describe("The size of files", () => {
  const sizes = new Map(
    filesEnding(".ts")
      .filter((file) => !isGenerated(file) && !isFixture(file))
      .map((file) => [file, textOf(file).split("\n").length - 1]),
  );

  it(`is at most ${LINES_MAX} lines, but for those on the list`, () => {
    const tooLong = [...sizes].filter(([file, lines]) => lines > (CEILINGS[file] ?? LINES_MAX));
    expect(tooLong.map(([file, lines]) => `${file}: ${lines} lines, at most ${CEILINGS[file] ?? LINES_MAX}`)).toEqual([]);
  });

  it("goes down only: the list names no file that is gone or short, and no ceiling that is far too high", () => {
    const stale = Object.entries(CEILINGS).filter(([file, ceiling]) => {
      const lines = sizes.get(file) ?? 0;
      return lines <= LINES_MAX || lines < ceiling - SLACK;
    });
    expect(stale.map(([file, ceiling]) => `${file}: ceiling ${ceiling}, has ${sizes.get(file) ?? "gone"}`)).toEqual([]);
  });
});
