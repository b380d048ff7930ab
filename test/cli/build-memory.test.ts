import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseFile } from "../../compiler/ast/parse.ts";
import { buildMemory } from "../../compiler/cli/build-memory.ts";
import { buildOnce } from "../../compiler/cli/commands/build.ts";
import type { BuildOptions } from "../../compiler/cli/options.ts";
import { emitSaga } from "../../compiler/emit-saga.ts";
import { scratchFolder } from "../kit/scratch.ts";
import { sagaText, tree } from "./sagac.ts";

const OPTIONS: BuildOptions = {
  format: "text",
  maxWarnings: null,
  quiet: true,
  outDir: null,
  importExtension: null,
  check: false,
  dryRun: false,
  clean: false,
  listFiles: false,
  steps: true,
  tests: false,
  frozen: false,
};

it("a watcher's builds read and write out again only what changed, or what imports it; the files are those of a build anew", async () => {
  const importing = (name: string): string =>
    `import { Shared } from "./shared.saga"\n${sagaText(name).replace("id: uuid", "id: uuid, s: Shared")}`;
  const cwd = scratchFolder({
    "shared.saga": "type Shared = { a: int }\n",
    "a.saga": importing("Alpha"),
    "b.saga": sagaText("Beta"),
  });
  let did: string[] = [];
  const memory = buildMemory(
    (text, path) => {
      did.push(`read ${path.split("/").at(-1)}`);
      return parseFile(text, path);
    },
    (plan, ...rest) => {
      did.push(`write ${plan.saga}`);
      return emitSaga(plan, ...rest);
    },
  );
  const silent = { write: () => true };
  const io = { cwd, env: {}, stdout: silent, stderr: silent };
  const build = async (): Promise<string[]> => {
    did = [];
    expect((await buildOnce([], OPTIONS, io, memory)).exitCode).toBe(0);
    return did.sort();
  };
  expect(await build()).toEqual(["read a.saga", "read b.saga", "read shared.saga", "write Alpha", "write Beta"]);
  expect(await build()).toEqual([]);
  writeFileSync(join(cwd, "b.saga"), sagaText("Beta", "wave"));
  expect(await build()).toEqual(["read b.saga", "write Beta"]);
  writeFileSync(join(cwd, "shared.saga"), "type Shared = { a: int, more: string }\n");
  expect(await build()).toEqual(["read shared.saga", "write Alpha"]);

  const kept = tree(cwd);
  expect(kept["generated/alpha.types.ts"]).toContain("more");
  await buildOnce([], OPTIONS, io);
  expect(tree(cwd)).toEqual(kept);
});
