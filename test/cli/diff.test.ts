import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { cli } from "../kit/cli.ts";
import { ROOT } from "../kit/scratch.ts";
import { sagaText } from "./sagac.ts";

function git(folder: string, ...args: readonly string[]): string {
  const who = [
    "-c",
    "user.name=t",
    "-c",
    "user.email=t@example.test",
    "-c",
    "init.defaultBranch=main",
    "-c",
    "commit.gpgsign=false",
  ];
  return execFileSync("git", [...who, ...args], { cwd: folder, encoding: "utf8" });
}

/** A repository of its own, outside of this one, with one commit. */
function repository(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "saga-diff-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  write(folder, { "package.json": `{ "type": "module" }\n`, ...files });
  git(folder, "init", "--quiet");
  commit(folder);
  return folder;
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function commit(folder: string): void {
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "state");
}

function edit(folder: string, path: string, from: string, to: string): void {
  const text = readFileSync(join(folder, path), "utf8");
  expect(text).toContain(from);
  writeFileSync(join(folder, path), text.replace(from, to));
}

/** `Hello@wire,source input-narrowed`, in the order in which they are told. */
async function changes(folder: string, ...args: readonly string[]): Promise<string[]> {
  const run = await cli(["diff", "--format", "json", ...args], folder);
  const answer = JSON.parse(run.stdout) as { changes: { saga: string; classes: string[]; rule: string }[]; exitCode: number };
  expect(answer.exitCode).toBe(run.code);
  return answer.changes.map(({ saga, classes, rule }) => `${saga}@${classes.join(",")} ${rule}`);
}

describe("sagac diff --against a state of git", () => {
  it("finds nothing where nothing has changed, and comments, layout and files are nothing", async () => {
    const folder = repository({ "sagas/hello.saga": sagaText("Hello") });
    expect(await cli(["diff", "--against", "main"], folder)).toEqual({
      code: 0,
      stdout: "",
      stderr: "No changes: against main, 1 saga\n",
    });
    rmSync(join(folder, "sagas/hello.saga"));
    write(folder, { "other/hello.saga": `// Moved.\n${sagaText("Hello")}` });
    expect(await changes(folder, "--against", "HEAD")).toEqual([]);
  });

  it("tells each change at its place with its classes, and fails for what breaks", async () => {
    const folder = repository({ "hello.saga": sagaText("Hello") });
    edit(folder, "hello.saga", "input { id: uuid }", "input { id: uuid, name: string }");
    edit(folder, "hello.saga", "timeout 1h", "version 2\n  timeout 2h");
    const run = await cli(["diff", "--against", "main"], folder);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain(
      "hello.saga:1:6: error SAGA8010 input-narrowed: `Hello` no longer takes every input that it took: `name` must be there.",
    );
    expect(run.stdout).toContain("why: wire, source: Whoever starts it");
    expect(run.stdout).toContain("warning SAGA8034 time-limit-changed: The `timeout` of `Hello` was 1h, and is 2h.");
    expect(run.stderr).toBe("3 changes, 1 of them break something: against main, 1 saga\n");
    expect(await cli(["diff", "--against", "main", "--breaking", "in-flight"], folder)).toMatchObject({ code: 0 });
    expect(await changes(folder, "--against", "main", "--allow", "Hello:input-narrowed", "--allow", "SAGA8034")).toEqual([
      "Hello@behaviour shape-changed",
    ]);
    expect(await changes(folder, "--against", "main", "--allow", "Other:input-narrowed")).toHaveLength(3);
    const github = await cli(["diff", "--against", "main", "--format", "github"], folder);
    expect(github.stdout).toMatch(/^::error file=hello\.saga,line=1,col=6,.*title=SAGA8010 input-narrowed::/m);
  });

  it("says that a version was not raised, unless there is a lock that does not have it", async () => {
    const folder = repository({ "hello.saga": sagaText("Hello").replace("timeout 1h", "version 1\n  timeout 1h") });
    edit(folder, "hello.saga", "timeout 1h", "timeout 2h");
    const told = ["Hello@in-flight version-not-raised", "Hello@behaviour time-limit-changed"];
    expect(await changes(folder, "--against", "main")).toEqual(told);
    write(folder, { "other.saga": sagaText("Other").replace("timeout 1h", "version 1\n  timeout 1h") });
    await cli(["release", "other.saga"], folder);
    expect(await changes(folder, "--against", "main")).toEqual(told.slice(1));
    await cli(["release"], folder);
    expect(await changes(folder, "--against", "main")).toEqual(told);
  });

  it("sees sagas that are gone, below the folders that were asked for alone", async () => {
    const folder = repository({ "a/hello.saga": sagaText("Hello"), "b/other.saga": sagaText("Other") });
    rmSync(join(folder, "a/hello.saga"));
    write(folder, { "a/more.saga": sagaText("More") });
    expect(await changes(folder, "--against", "main")).toEqual(["Hello@wire,source saga-removed"]);
    expect(await changes(folder, "a", "--against", "main")).toEqual(["Hello@wire,source saga-removed"]);
    expect(await changes(folder, "b", "--against", "main")).toEqual([]);
  });

  it("compares where the project begins above the repository", async () => {
    const inner = repository({ "hello.saga": sagaText("Hello") });
    const folder = join(inner, "..", `around-${basename(inner)}`);
    mkdirSync(folder);
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    rmSync(join(inner, "package.json"));
    commit(inner);
    renameSync(inner, join(folder, "inner"));
    write(folder, { "package.json": "{}\n" });
    edit(folder, "inner/hello.saga", "timeout 1h", "timeout 2h");
    expect(await changes(join(folder, "inner"), "--against", "main")).toContain("Hello@behaviour time-limit-changed");
  });

  it("does not look into folders that a check does not look into", async () => {
    const folder = repository({ "hello.saga": sagaText("Hello"), ".old/hello.saga": sagaText("Hello"), ".old/x.saga": "saga" });
    edit(folder, "hello.saga", "timeout 1h", "timeout 2h");
    expect(await changes(folder, "--against", "main")).toContain("Hello@behaviour time-limit-changed");
  });

  it("reads imports, of TypeScript too, as they were", async () => {
    const source = `import type { Money } from "./money.ts"\nsaga Pay {\n  timeout 1h\n  input { total: Money }\n  readonly step look on till { input { input.total } }\n}\n`;
    const folder = repository({ "pay.saga": source, "money.ts": "export interface Money { amount: number }\n" });
    write(folder, { "money.ts": "export interface Money { amount: number; currency: string }\n" });
    expect(await changes(folder, "--against", "main")).toContain("Pay@wire,source input-narrowed");
  });

  it.each([
    ["a name that git does not know", "nowhere", "git knows no commit by that name here"],
    ["what looks like an option", "--output=x", "git knows no commit by that name here"],
    ["a plan of another schema", "old.plan.json", "its plan has schema 1"],
    ["a file that is no plan", "package.json", "it is no plan of a saga"],
    ["a folder with nothing in it", "empty", "it holds neither sources nor plans"],
    ["a state with errors", "broken", "`hello.saga` has errors there (SAGA"],
  ])("refuses %s", async (_, against, says) => {
    const folder = repository({ "hello.saga": "saga Hello {\n" });
    git(folder, "tag", "broken");
    write(folder, { "hello.saga": sagaText("Hello"), "old.plan.json": `{ "schema": 1, "saga": "Hello" }`, "empty/x": "" });
    const run = await cli(["diff", `--against=${against}`], folder);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("SAGA7144 against-unreadable");
    expect(run.stderr).toContain(says);
  });
});

describe("sagac diff --against a folder or a plan", () => {
  it("compares with a plan of a released version, a folder of sources, a folder of plans", async () => {
    const text = sagaText("Hello").replace("timeout 1h", "version 1\n  timeout 1h");
    const folder = repository({ "sagas/hello.saga": text, "before/hello.saga": text });
    await cli(["release", "sagas"], folder);
    edit(folder, "sagas/hello.saga", "version 1\n  timeout 1h", "version 2\n  timeout 2h");
    for (const against of ["sagas/generated/hello.v1/hello.plan.json", "before", "sagas/generated/hello.v1"]) {
      expect(await changes(folder, "sagas", "--against", against)).toEqual(["Hello@behaviour time-limit-changed"]);
    }
  });
});

describe("the action and the hooks", () => {
  /** The project's own sagac, as npm would link it. */
  function project(): string {
    const folder = repository({ "sagas/hello.saga": sagaText("Hello"), ".gitignore": "node_modules\n" });
    mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
    const bin = join(folder, "node_modules/.bin/sagac");
    writeFileSync(bin, `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, "compiler/cli/main.ts")}" "$@"\n`, { mode: 0o755 });
    for (const name of ["xstate", "zod"]) symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    return folder;
  }

  function run(
    folder: string,
    command: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): { code: number; out: string } {
    const [file = "", ...args] = command;
    try {
      const out = execFileSync(file, args, { cwd: folder, encoding: "utf8", env: { ...process.env, ...env }, stdio: "pipe" });
      return { code: 0, out };
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string };
      return { code: status, out: stdout };
    }
  }

  const ACTION = join(ROOT, ".github/actions/sagac");

  it("the action passes, then says what breaks in a pull request, and that generated files are stale", async () => {
    const folder = project();
    await cli(["build"], folder);
    commit(folder);
    git(folder, "checkout", "--quiet", "-b", "change");
    const env = { SAGAC_PATHS: "sagas", SAGAC_AGAINST: "main" };
    expect(run(folder, ["bash", join(ACTION, "run.sh")], env)).toEqual({ code: 0, out: "" });
    edit(folder, "sagas/hello.saga", "input { id: uuid }", "input { id: uuid, name: string }");
    const found = run(folder, ["bash", join(ACTION, "run.sh")], env);
    expect(found.code).toBe(1);
    expect(found.out).toContain("title=SAGA8010 input-narrowed");
    expect(run(folder, ["bash", join(ACTION, "run.sh")], { SAGAC_PATHS: "sagas" }).code).toBe(1);
    // Without paths it is the configuration that names them.
    write(folder, { "sagac.config.json": '{ "sources": ["sagas"] }', "drafts/draft.saga": "saga" });
    const [, paths] =
      /^ {2}paths:\n(?: {4}.*\n)*? {4}default: (.*)$/m.exec(readFileSync(join(ACTION, "action.yml"), "utf8")) ?? [];
    const byDefault = JSON.parse(paths ?? "") as string;
    expect(run(folder, ["bash", join(ACTION, "run.sh")], { SAGAC_PATHS: byDefault, SAGAC_BUILD: "false" }).code).toBe(0);
    expect(run(folder, ["bash", join(ACTION, "run.sh")], { SAGAC_PATHS: "sagas", SAGAC_BUILD: "false" }).code).toBe(0);
  });

  it("the action hands its inputs over by the environment alone, and each is one that the script reads", () => {
    const action = readFileSync(join(ACTION, "action.yml"), "utf8");
    const script = readFileSync(join(ACTION, "run.sh"), "utf8");
    const lines = action.split("\n").filter((line) => line.includes("${{ inputs."));
    for (const line of lines) expect(line).toMatch(/^ {6,8}(?:SAGAC_[A-Z]+|working-directory): \$\{\{ inputs\.[a-z-]+ \}\}$/);
    const names = [...action.matchAll(/SAGAC_[A-Z]+/g)].map(([name]) => name);
    expect(names.every((name) => script.includes(name))).toBe(true);
    expect(new Set([...script.matchAll(/SAGAC_[A-Z]+/g)].map(([name]) => name))).toEqual(new Set(names));
  });

  it("the hooks run what they say", () => {
    const folder = project();
    const hooks = readFileSync(join(ROOT, ".pre-commit-hooks.yaml"), "utf8");
    const entries = [...hooks.matchAll(/^ {2}entry: (.*)$/gm)].map(([, entry = ""]) => entry.split(" "));
    expect(entries).toHaveLength(2);
    for (const entry of entries) expect(run(folder, [...entry, "sagas/hello.saga"]).code).toBe(0);
    edit(folder, "sagas/hello.saga", "input.id }", "input.idd }");
    expect(run(folder, [...(entries[0] ?? []), "sagas/hello.saga"]).code).toBe(1);
  });
});
