import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { USAGE_PROBLEMS } from "../../compiler/cli/problems.ts";
import { scratchFolder } from "../kit/scratch.ts";
import { sagac, sagaText } from "./sagac.ts";

const CASES: readonly (readonly [string, readonly string[], keyof typeof USAGE_PROBLEMS, RegExp])[] = [
  ["no command", [], "wrong-arguments", /No command/],
  ["a misspelt command", ["biuld"], "wrong-arguments", /'biuld'.*build/],
  ["a misspelt option", ["check", "--formt", "json"], "wrong-arguments", /'--formt'.*--format/],
  ["an unknown format", ["check", "--format", "xml"], "wrong-arguments", /xml/],
  ["a count that is none", ["check", "--max-warnings", "-1"], "wrong-arguments", /max-warnings/],
  ["an option without its value", ["build", "--out-dir"], "wrong-arguments", /out-dir/],
  ["an empty folder name", ["build", "--out-dir", ""], "wrong-arguments", /out-dir/],
  ["an unknown extension", ["build", "--import-extension", ".tsx"], "wrong-arguments", /\.tsx/],
  ["an option of another command", ["check", "--out-dir", "x"], "wrong-arguments", /out-dir/],
  ["a path that is not there", ["check", "missing"], "no-such-path", /`missing`/],
  ["a file of another kind", ["check", "other.txt"], "not-a-saga-file", /`other\.txt`/],
  ["a folder without sources", ["build", "empty"], "no-sources", /`empty`/],
  ["a pattern without matches", ["build", "empty/**/*.saga"], "no-match", /empty/],
  ["one bad path beside a good one", ["build", "good.saga", "missing"], "no-such-path", /`missing`/],
];

function folder(): string {
  const path = scratchFolder({ "good.saga": sagaText("Good"), "other.txt": "x" });
  mkdirSync(join(path, "empty"));
  return path;
}

describe("wrong use ends with 2 and says what to do instead", () => {
  it.each(CASES)("%s", async (_name, args, slug, message) => {
    const run = await sagac(args, folder());
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain(`sagac: ${USAGE_PROBLEMS[slug].code} ${slug}: `);
    expect(run.stderr).toMatch(message);
    expect(run.stderr).toMatch(/\n {2}help: .+\n$/);
  });

  it("as JSON alone on stdout, when JSON was asked for, even where the arguments cannot be read", async () => {
    for (const args of [
      ["check", "missing", "--format", "json"],
      ["check", "--format=json", "--nonsense"],
    ]) {
      const run = await sagac(args, folder());
      expect(run).toMatchObject({ code: 2, stderr: "" });
      expect(JSON.parse(run.stdout)).toMatchObject({
        schema: 1,
        exitCode: 2,
        problem: { code: expect.stringMatching(/^SAGA71\d\d$/), message: expect.any(String), help: expect.any(String) },
        diagnostics: [],
      });
    }
  });
});

describe("what is asked for is answered on stdout", () => {
  it("help, of everything and of each command, with examples and exit codes", async () => {
    for (const args of [["--help"], ["help"], ["build", "--help"], ["help", "check"]]) {
      const run = await sagac(args, folder());
      expect(run).toMatchObject({ code: 0, stderr: "" });
      for (const part of ["Usage: sagac", "Examples:", "Exit codes: 0"]) expect(run.stdout).toContain(part);
    }
  });

  it("the version", async () => {
    const run = await sagac(["--version"], folder());
    expect(run).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/) });
  });
});
