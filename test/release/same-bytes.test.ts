import { execFile } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { TARGETS_WITH_TESTS } from "../../compiler/emit/index.ts";
import { compile, diskSources, emitSaga } from "../../compiler/index.ts";
import { tree } from "../cli/sagac.ts";
import { cli } from "../kit/cli.ts";
import { ROOT } from "../kit/scratch.ts";

const SOURCES = globSync("sagas/*/*.saga", { cwd: ROOT }).sort();

/** A copy of the sources of all examples at a path of its own. */
function copy(depth: string): string {
  const top = mkdtempSync(join(tmpdir(), "saga-bytes-"));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const folder = join(top, depth);
  for (const file of [...SOURCES, ...globSync("sagas/*/contract.ts", { cwd: ROOT }), "tsconfig.json"]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** What a build made, by path. */
function made(folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree(join(folder, "sagas"))).filter(([path]) => path.includes("generated/") || path.endsWith(".steps.ts")),
  );
}

describe("the same sources give the same bytes", () => {
  it("at two paths, in whatever order files are named, twice in one process and in another one", async () => {
    const [one, other, third] = [copy("a"), copy("somewhere/else, with a blank"), copy("b")];
    const build = ["build", "--tests"];
    expect(await cli([...build, ...SOURCES], one)).toMatchObject({ code: 0 });
    const first = made(one);
    expect(Object.keys(first).length).toBeGreaterThan(SOURCES.length * 6);
    // The second time in this process, elsewhere, backwards.
    expect(await cli([...build, ...SOURCES.toReversed()], other)).toMatchObject({ code: 0 });
    expect(made(other)).toEqual(first);
    await promisify(execFile)(process.execPath, [join(ROOT, "compiler/cli/main.ts"), ...build, "sagas"], { cwd: third });
    expect(made(third)).toEqual(first);
    // Nothing of a path, and nothing of the clock.
    for (const [path, text] of Object.entries(first)) expect(text.includes(dirname(one)), path).toBe(false);
    expect(await cli([...build, "--check", "sagas"], one)).toMatchObject({ code: 0 });
  });

  it("in every order of the files, and whatever was compiled before", () => {
    const emitted = (files: readonly string[]): Map<string, string> => {
      const { sagas } = compile(diskSources(ROOT), files);
      return new Map(
        sagas.flatMap(({ plan }) =>
          emitSaga(plan, { importExtension: ".ts" }, TARGETS_WITH_TESTS).map(({ path, text }) => [path, text] as const),
        ),
      );
    };
    const sorted = emitted(SOURCES);
    fc.assert(
      fc.property(fc.shuffledSubarray(SOURCES, { minLength: 3 }), (files) => {
        for (const [path, text] of emitted(files)) expect(text === sorted.get(path), path).toBe(true);
      }),
      { numRuns: 5 },
    );
  });
});
