import { describe, expect, it } from "vitest";
import { collectDiagnostics, compile, memorySources } from "../../compiler/index.ts";
import { CONSTRUCTS } from "./constructs.ts";
import { generate } from "./generate.ts";
import { typeFaults } from "./judge.ts";

describe("The maker of programs", () => {
  const programs = Array.from({ length: 200 }, (_, at) => generate(at + 1));

  it("makes the same program for the same seed", () => {
    expect(generate(11)).toEqual(programs[10]);
    expect(generate(11).files).not.toEqual(generate(12).files);
  });

  it.each(CONSTRUCTS)("makes: %s", (construct) => {
    expect(programs.some(({ constructs }) => constructs.includes(construct))).toBe(true);
  });

  it("makes programs that the checker takes", () => {
    const refused = programs.slice(0, 15).flatMap(({ seed, files }) => {
      const sources = memorySources(files);
      const { diagnostics } = compile(
        sources,
        sources.list().filter((path) => path.endsWith(".saga")),
      );
      return collectDiagnostics(diagnostics.filter(({ severity }) => severity === "error")).diagnostics.map(
        ({ code, message }) => `${seed}: ${code} ${message}`,
      );
    });
    expect(refused).toEqual([]);
  });
});

describe("What tsc says of made-up programs", () => {
  const type = (seed: number | null, what: string) => ({ seed, where: "types", what });
  it.each([
    ["nothing", "", 0, []],
    [
      "of two of them, of one in more than a line",
      "12/a.ts(1,2): error TS1: x\n  because y\n13/b.ts(1,2): error TS2: z\n",
      2,
      [type(12, "12/a.ts(1,2): error TS1: x\n  because y"), type(13, "13/b.ts(1,2): error TS2: z")],
    ],
    ["of a file beside them", "types.ts(1,2): error TS1: x\n", 2, [type(null, "types.ts(1,2): error TS1: x")]],
    [
      "of itself",
      "error TS5023: Unknown compiler option 'x'.\r\n",
      1,
      [type(null, "error TS5023: Unknown compiler option 'x'.")],
    ],
    [
      "of the runtime's sources",
      "../../runtime/a.ts(1,2): error TS1: x\n  because y\n13/b.ts(1,2): error TS2: z\n",
      2,
      [type(13, "13/b.ts(1,2): error TS2: z")],
    ],
    ["of these alone", "../../runtime/a.ts(1,2): error TS1: x\n  because y\n", 2, []],
    ["nothing, and fails", "", 1, [type(null, "tsc ended with 1")]],
    ["nothing, and is killed", "", null, [type(null, "tsc ended with null")]],
  ])("%s", (_, stdout, code, faults) => {
    expect(typeFaults(stdout, code)).toEqual(faults);
  });
});
