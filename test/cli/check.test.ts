import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, scratchFolder } from "../kit/scratch.ts";
import { BROKEN, sagac, sagaText, tree } from "./sagac.ts";

/** Sound, but a service that is declared and never called. */
const WARNED = `service unused { fenced }\n${sagaText("Hello")}`;

describe("sagac check", () => {
  it("is silent on stdout about sound sources, and writes no files", async () => {
    const folder = scratchFolder({ "hello.saga": sagaText("Hello") });
    expect(await sagac(["check"], folder)).toEqual({ code: 0, stdout: "", stderr: "1 file checked\n" });
    expect(Object.keys(tree(folder))).toEqual(["hello.saga"]);
  });

  it("prints what is wrong on stdout, with place and line, and ends with 1", async () => {
    const run = await sagac(["check"], scratchFolder({ "bad.saga": BROKEN }));
    expect(run).toMatchObject({ code: 1, stderr: "1 file checked: `sagac check --fix-unsafe` would mend 1, by guess\n" });
    expect(run.stdout).toMatch(/^bad\.saga:5:\d+: error SAGA\d{4} /m);
    expect(run.stdout).toContain("input { input.idd }");
    expect(run.stdout).not.toContain("\u001b");
  });

  it("prints for code scanning and for workflows, with the same exit code", async () => {
    const folder = scratchFolder({ "bad.saga": BROKEN });
    const sarif = await sagac(["check", "--format", "sarif"], folder);
    expect(sarif.code).toBe(1);
    expect(JSON.parse(sarif.stdout).runs[0].results).toHaveLength(2);
    const github = await sagac(["check", "--format", "github"], folder);
    expect(github.code).toBe(1);
    expect(github.stdout).toMatch(/^::error file=bad\.saga,line=5,/m);
  });

  it("colours only when asked off a terminal", async () => {
    const folder = scratchFolder({ "bad.saga": BROKEN });
    expect((await sagac(["check", "--color"], folder)).stdout).toContain("\u001b[");
    expect((await sagac(["check"], folder, { FORCE_COLOR: "1" })).stdout).toContain("\u001b[");
    expect((await sagac(["check", "--no-color"], folder, { FORCE_COLOR: "1" })).stdout).not.toContain("\u001b[");
  });

  it("prints warnings, counts them against --max-warnings, and is quiet about them when asked", async () => {
    const folder = scratchFolder({ "hello.saga": WARNED });
    const run = await sagac(["check"], folder);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/hello\.saga:1:\d+: warning SAGA/);
    expect((await sagac(["check", "--max-warnings", "1"], folder)).code).toBe(0);
    expect((await sagac(["check", "--max-warnings", "0"], folder)).code).toBe(1);
    expect(await sagac(["check", "--quiet"], folder)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await sagac(["build", "--max-warnings", "0"], folder)).toMatchObject({ code: 1, stdout: "" });
    expect(Object.keys(tree(folder))).toEqual(["hello.saga"]);
  });

  it("names files as seen from the present folder, also above it", async () => {
    const folder = scratchFolder({ "a/bad.saga": BROKEN, "b/c/x.txt": "" });
    const run = await sagac(["check", "../../a"], join(folder, "b/c"));
    expect(run.stdout).toMatch(/^\.\.\/\.\.\/a\/bad\.saga:5:/m);
    expect(run.stdout).toContain("input { input.idd }");
  });

  it("gives the same diagnostics as JSON", async () => {
    const run = await sagac(["check", "--format", "json"], scratchFolder({ "bad.saga": BROKEN, "good.saga": sagaText("Good") }));
    expect(run).toMatchObject({ code: 1, stderr: "" });
    const answer = JSON.parse(run.stdout);
    expect(answer).toMatchObject({ schema: 1, command: "check", exitCode: 1, problem: null, summary: { omitted: 0 } });
    expect(answer.diagnostics[0]).toMatchObject({
      file: "bad.saga",
      range: { start: { line: 3 } },
      severity: 1,
      source: "sagac",
    });
  });
});

describe("a reader that has seen enough", () => {
  it("is no error", async () => {
    const errors = Array.from({ length: 400 }, (_, index) => BROKEN.replace("Broken", `Broken${index}`)).join("");
    const folder = scratchFolder({ "bad.saga": errors });
    const main = join(ROOT, "compiler/cli/main.ts");
    const child = spawn(process.execPath, [main, "check", "--format", "json"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  });
});

describe("the start", () => {
  it("loads neither TypeScript nor the compiler for help", async () => {
    const hooks = `data:text/javascript,${encodeURIComponent(
      "import { registerHooks } from 'node:module'; registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context); } });",
    )}`;
    const run = await sagac(["--help"], scratchFolder(), { NODE_OPTIONS: `--import=${hooks}` });
    expect(run.code).toBe(0);
    const loaded = run.stderr.trim().split("\n");
    expect(loaded.filter((url) => url.includes("/commander/")).length).toBeGreaterThan(0);
    expect(loaded.filter((url) => /ts-morph|chevrotain|pipeline\.ts|\/emit\/|tinyglobby/.test(url))).toEqual([]);
  });
});
