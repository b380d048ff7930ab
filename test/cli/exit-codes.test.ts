import { describe, expect, it } from "vitest";
import { EXIT } from "../../compiler/cli/exit-codes.ts";
import { runCli } from "../../compiler/cli/run.ts";
import { ownTemporaryFiles, scratchFolder } from "../kit/scratch.ts";
import { BROKEN, sagaText } from "./sagac.ts";

/** What each command ends with, for each of the folders. */
const FOLDERS = {
  sound: { "a.saga": sagaText("Alpha") },
  broken: { "a.saga": BROKEN },
  unformatted: { "a.saga": sagaText("Alpha").replace("  timeout", "      timeout") },
  doubtful: { "a.saga": `type Unused = { a: int }\n${sagaText("Alpha")}` },
  empty: { "other.txt": "x" },
} as const;

const CASES: readonly (readonly [keyof typeof FOLDERS, string, keyof typeof EXIT])[] = [
  ["sound", "--help", "ok"],
  ["sound", "--version", "ok"],
  ["sound", "help build", "ok"],
  ["sound", "check", "ok"],
  ["sound", "check --format json", "ok"],
  ["sound", "check --format sarif", "ok"],
  ["sound", "build --dry-run", "ok"],
  ["sound", "build --check", "sources"],
  ["sound", "format --check", "ok"],
  ["sound", "graph", "ok"],
  ["sound", "docs", "ok"],
  ["sound", "info", "ok"],
  ["sound", "completion bash", "ok"],
  ["sound", "explain SAGA7999", "ok"],
  ["broken", "check", "sources"],
  ["broken", "check --format json", "sources"],
  ["broken", "check --format github", "sources"],
  ["broken", "build", "sources"],
  ["broken", "build --dry-run", "sources"],
  ["broken", "graph", "sources"],
  ["broken", "docs", "sources"],
  ["broken", "verify", "sources"],
  ["broken", "release", "sources"],
  ["unformatted", "format --check", "sources"],
  ["unformatted", "format --diff", "ok"],
  ["unformatted", "check", "ok"],
  ["doubtful", "check", "ok"],
  ["doubtful", "check --max-warnings 0", "sources"],
  ["doubtful", "build --dry-run --max-warnings 0", "sources"],
  ["empty", "check", "usage"],
  ["empty", "build", "usage"],
  ["empty", "check missing.saga", "usage"],
  ["empty", "check missing.saga --format sarif", "usage"],
  ["sound", "check a.saga missing.saga --format sarif", "usage"],
  ["empty", "check other.txt", "usage"],
  ["empty", "format missing.saga", "usage"],
  ["empty", "graph missing.saga", "usage"],
  ["empty", "docs missing.saga", "usage"],
  ["empty", "verify missing.saga", "usage"],
  ["empty", "release missing.saga", "usage"],
  ["empty", "simulate missing.saga", "usage"],
  ["empty", "explain SAGA0000", "usage"],
  ["empty", "completion powershell", "usage"],
  ["sound", "diff", "usage"],
  ["sound", "diff --against missing", "usage"],
  ["sound", "chekc", "usage"],
  ["sound", "check --nonsense", "usage"],
  ["sound", "graph --saga Missing", "usage"],
];

describe("sagac ends with", () => {
  it.each(CASES)("in a folder that is %s, `%s`: %s", async (kind, line, exit) => {
    const { code, said } = await run(line.split(" "), scratchFolder(FOLDERS[kind]));
    expect(code, said).toBe(EXIT[exit]);
  });

  it.each(["check", "build --dry-run", "format --check", "graph"])("`%s`, with what nobody expected: bug", async (line) => {
    ownTemporaryFiles();
    const folder = scratchFolder(FOLDERS.broken);
    let failed = false;
    const { code, said } = await run(line.split(" "), folder, () => {
      if (failed) return;
      failed = true;
      throw new Error("the pipe burst");
    });
    expect(said).toContain("SAGA7999");
    expect(code).toBe(EXIT.bug);
  });
});

async function run(args: readonly string[], cwd: string, before = (): void => {}) {
  let said = "";
  const stream = {
    write(text: string) {
      before();
      said += text;
    },
  };
  const code = await runCli(args, { cwd, env: { NO_COLOR: "1" }, stdout: stream, stderr: stream });
  return { code, said };
}
