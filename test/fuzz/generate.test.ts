import { describe, expect, it } from "vitest";
import { collectDiagnostics, compile, memorySources } from "../../compiler/index.ts";
import { CONSTRUCTS } from "./constructs.ts";
import { generate } from "./generate.ts";

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
