import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseFile } from "../../compiler/ast/parse.ts";
import { frontMemory } from "../../compiler/check/imports/memory.ts";
import { fixSources } from "../../compiler/cli/fix-sources.ts";
import { openProject } from "../../compiler/cli/project.ts";
import { scratchFolder } from "../kit/scratch.ts";
import { sagac, sagaText } from "./sagac.ts";

const SOUND = sagaText("Hello");
const SAFE = SOUND.replace("timeout 1h", "timeout: 1h;");
const GUESS = SOUND.replace("greet.at", "greet.aat");

it("each round of fixes reads only what the one before has written", async () => {
  const importing = `import { Shared } from "./shared.saga"\n${SAFE.replace("id: uuid", "id: uuid, s: Shared")}`;
  const cwd = scratchFolder({ "a.saga": importing, "shared.saga": "type Shared = { a: int }\n" });
  const read: string[] = [];
  const memory = frontMemory((text, path) => {
    read.push(path);
    return parseFile(text, path);
  });
  const fixed = await fixSources(await openProject(["a.saga"], cwd), false, memory);
  expect(fixed).toEqual({ files: ["a.saga"], applied: 2 });
  expect(read.filter((path) => path.endsWith("a.saga") && !path.endsWith("shared.saga")).length).toBeGreaterThan(1);
  expect(read.filter((path) => path.endsWith("shared.saga")).length).toBe(1);
});

describe("sagac check --fix", () => {
  it("writes safe fixes, and reports what is left", async () => {
    const folder = scratchFolder({
      "safe.saga": SAFE,
      "guess.saga": GUESS.replace("Hello", "Other"),
      "sound.saga": sagaText("Third"),
    });
    const before = statSync(join(folder, "sound.saga")).mtimeMs;
    const plain = await sagac(["check"], folder);
    expect(plain).toMatchObject({ code: 1, stderr: "3 files checked: `sagac check --fix` would mend 2\n" });
    expect(plain.stdout).toContain("fix: Remove the `;` (`--fix`)");
    expect(plain.stdout).toContain("fix: Write `at` in place of `aat` (`--fix-unsafe`)");
    expect(await sagac(["check", "--fix"], folder)).toMatchObject({ code: 1, stderr: "3 files checked, 2 fixes in 1 file\n" });
    expect(readFileSync(join(folder, "safe.saga"), "utf8")).toBe(SOUND);
    expect(readFileSync(join(folder, "guess.saga"), "utf8")).toContain("greet.aat");
    expect(await sagac(["check", "--fix-unsafe"], folder)).toEqual({
      code: 0,
      stdout: "",
      stderr: "3 files checked, 1 fix in 1 file\n",
    });
    expect(readFileSync(join(folder, "guess.saga"), "utf8")).toContain("greet.at");
    expect(statSync(join(folder, "sound.saga")).mtimeMs).toBe(before);
  });

  it("says in JSON what was fixed, and which fixes there are", async () => {
    const folder = scratchFolder({ "a.saga": SAFE });
    const { diagnostics } = JSON.parse((await sagac(["check", "--format", "json"], folder)).stdout);
    expect(diagnostics[0].fixes).toMatchObject([
      { title: "Remove the `:`", safe: true, edits: [{ file: "a.saga", newText: "" }] },
    ]);
    const sarif = JSON.parse((await sagac(["check", "--format", "sarif"], folder)).stdout);
    expect(sarif.runs[0].results[0].fixes[0].artifactChanges[0].replacements[0].insertedContent).toEqual({ text: "" });
    const fixed = await sagac(["check", "--fix", "--format", "json"], folder);
    expect(JSON.parse(fixed.stdout)).toMatchObject({ exitCode: 0, fixed: { files: ["a.saga"], applied: 2 }, diagnostics: [] });
  });
});
