import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT } from "../../compiler/cli/exit-codes.ts";
import type { Io } from "../../compiler/cli/io.ts";
import { wantsColor } from "../../compiler/cli/io.ts";
import { BUILD_KINDS, USAGE_PROBLEMS, UsageError } from "../../compiler/cli/problems.ts";
import { runCli } from "../../compiler/cli/run.ts";
import { VERSION } from "../../compiler/version.ts";
import { ownTemporaryFiles, ROOT } from "../kit/scratch.ts";

const kinds = [
  ...Object.values(BUILD_KINDS).map(({ code, slug }) => ({ code, slug })),
  ...Object.entries(USAGE_PROBLEMS).map(([slug, { code }]) => ({ code, slug })),
  { code: "SAGA7999", slug: "bug" },
];

describe("codes of building", () => {
  it("are told apart", () => {
    expect(new Set(kinds.map(({ code }) => code)).size).toBe(kinds.length);
    for (const { code } of kinds) expect(code).toMatch(/^SAGA7\d{3}$/);
  });

  it.each(kinds)("have a page: $code $slug", ({ code, slug }) => {
    const page = readFileSync(join(ROOT, `docs/errors/${code}.md`), "utf8");
    expect(page.split("\n")[0]).toBe(`# ${code} ${slug}`);
    for (const heading of ["## Why", "## What to do"]) expect(page).toContain(heading);
  });

  it("fill their placeholders once: what a path holds is no placeholder", () => {
    expect(new UsageError("no-such-path", { path: "{path}{help}" }).message).toBe("There is no file or folder `{path}{help}`.");
  });
});

it("the version is that of the package", () => {
  expect(JSON.parse(readFileSync(join(ROOT, "compiler/package.json"), "utf8")).version).toBe(VERSION);
});

it("exit codes are those that are documented", () => {
  expect(EXIT).toEqual({ ok: 0, sources: 1, usage: 2, bug: 70 });
});

describe("colours", () => {
  const stream = (isTTY: boolean): Io["stdout"] => ({ isTTY, write: () => true });
  it.each([
    ["a person looks", undefined, true, {}, true],
    ["nobody looks", undefined, false, {}, false],
    ["asked for", true, false, { NO_COLOR: "1" }, true],
    ["refused", false, true, { FORCE_COLOR: "1" }, false],
    ["NO_COLOR", undefined, true, { NO_COLOR: "1" }, false],
    ["an empty NO_COLOR", undefined, true, { NO_COLOR: "" }, true],
    ["FORCE_COLOR", undefined, false, { FORCE_COLOR: "1" }, true],
    ["a dumb terminal", undefined, true, { TERM: "dumb" }, false],
  ] as const)("%s", (_name, asked, isTTY, env, expected) => {
    expect(wantsColor(asked, stream(isTTY), env)).toBe(expected);
  });
});

describe("a bug in sagac", () => {
  /** The first write fails in a way that no command expects. */
  function brokenIo(): { readonly io: Io; readonly written: string[] } {
    ownTemporaryFiles();
    const written: string[] = [];
    let first = true;
    const write = (text: string): void => {
      if (first) {
        first = false;
        throw new TypeError("the stream went missing");
      }
      written.push(text);
    };
    return { io: { cwd: join(ROOT, "sagas/place-order"), env: {}, stdout: { write }, stderr: { write } }, written };
  }

  function reportPath(text: string): string {
    const path = /(\/\S+report\.txt)/.exec(text)?.[1] ?? "";
    expect(existsSync(path)).toBe(true);
    return path;
  }

  it("ends with 70, says so, and leaves a file for the report", async () => {
    const { io, written } = brokenIo();
    expect(await runCli(["check"], io)).toBe(70);
    const text = written.join("");
    expect(text).toContain("This is a bug in sagac: the stream went missing");
    const report = readFileSync(reportPath(text), "utf8");
    for (const part of [
      `sagac ${VERSION}, node v`,
      'arguments: ["check"]',
      "TypeError: the stream went missing",
      "problems.test.ts",
    ]) {
      expect(report).toContain(part);
    }
  });

  it("is JSON where JSON was asked for", async () => {
    const { io, written } = brokenIo();
    expect(await runCli(["check", "--format", "json"], io)).toBe(70);
    const answer = JSON.parse(written.join(""));
    expect(answer).toMatchObject({ exitCode: 70, problem: { code: "SAGA7999", slug: "bug" }, diagnostics: [] });
    reportPath(answer.problem.help);
  });
});
