import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../compiler/cli/run.ts";
import { scratchFolder } from "../kit/scratch.ts";
import { sagac } from "./sagac.ts";

const UGLY = "error   A{a:int}\n";
const NICE = "error A { a: int }\n";

describe("sagac format", () => {
  it("writes what changes and names it", async () => {
    const folder = scratchFolder({ "a.saga": UGLY, "b.saga": NICE });
    expect(await sagac(["format"], folder)).toEqual({ code: 0, stdout: "a.saga\n", stderr: "2 files, 1 changed\n" });
    expect(readFileSync(join(folder, "a.saga"), "utf8")).toBe(NICE);
    expect(await sagac(["format"], folder)).toEqual({ code: 0, stdout: "", stderr: "2 files, 0 changed\n" });
  });

  it("only looks, with --check and --diff", async () => {
    const folder = scratchFolder({ "a.saga": UGLY });
    const checked = await sagac(["format", "--check"], folder);
    expect(checked).toEqual({ code: 1, stdout: "a.saga\n", stderr: "1 file, 1 would change: run `sagac format`\n" });
    const compared = await sagac(["format", "--diff", "--quiet"], folder);
    expect(compared).toMatchObject({ code: 0, stderr: "" });
    expect(compared.stdout).toContain("-error   A{a:int}\n+error A { a: int }\n");
    expect(readFileSync(join(folder, "a.saga"), "utf8")).toBe(UGLY);
  });

  it("tells what it could not read, and leaves it alone", async () => {
    const folder = scratchFolder({ "a.saga": `${UGLY}\nsaga   S { step = }\n` });
    const run = await sagac(["format"], folder);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("SAGA1");
    expect(readFileSync(join(folder, "a.saga"), "utf8")).toBe(`${NICE}\nsaga   S { step = }\n`);
  });

  it("answers as JSON", async () => {
    const folder = scratchFolder({ "a.saga": UGLY });
    const { stdout } = await sagac(["format", "--check", "--format", "json"], folder);
    expect(JSON.parse(stdout)).toMatchObject({ command: "format", changed: ["a.saga"], exitCode: 1 });
  });

  it("formats what comes by stdin", async () => {
    const run = await sagac(["format", "--stdin-filepath", "x.saga"], scratchFolder({}), {}, UGLY);
    expect(run).toEqual({ code: 0, stdout: NICE, stderr: "" });
  });

  it("… as JSON, and tells what it cannot read with its place", async () => {
    const json = await byStdin(["--format", "json"], UGLY);
    expect(JSON.parse(json.stdout)).toMatchObject({ command: "format", changed: ["x.saga"], text: NICE, exitCode: 0 });
    const broken = await byStdin([], "saga   S {\n");
    expect(broken).toMatchObject({ code: 1, stdout: "saga   S {\n" });
    expect(broken.stderr).toContain("x.saga:1:10: error SAGA1002");
  });

  it("… and says whether it would change, or what would", async () => {
    expect(await byStdin(["--check"], UGLY)).toEqual({ code: 1, stdout: "x.saga\n", stderr: "" });
    expect(await byStdin(["--check"], NICE)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect((await byStdin(["--diff"], UGLY)).stdout).toContain("x.saga (formatted)");
  });
});

/** In this process. */
async function byStdin(args: readonly string[], text: string) {
  const said = { stdout: "", stderr: "" };
  const stream = (to: keyof typeof said) => ({
    write(part: string) {
      said[to] += part;
    },
  });
  const io = { cwd: scratchFolder({}), env: { NO_COLOR: "1" }, stdout: stream("stdout"), stderr: stream("stderr") };
  const code = await runCli(["format", "--stdin-filepath", "x.saga", ...args], { ...io, stdin: async () => text });
  return { code, ...said };
}
