import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { projectFolder } from "../../compiler/source/project-folder.ts";
import { cli } from "../kit/cli.ts";
import { scratchFolder } from "../kit/scratch.ts";
import { sagaText } from "./sagac.ts";

vi.mock("../../compiler/source/project-folder.ts", { spy: true });

it("keeps a record where a link among the compiler's files leads nowhere, as an editor's lock does", async () => {
  const compiler = scratchFolder({ "package.json": "{}" });
  symlinkSync("somebody@nowhere:1", join(compiler, ".#emit.ts"));
  const folder = scratchFolder({ "hello.saga": sagaText("Hello"), "package.json": "{}", "node_modules/.keep": "" });
  vi.mocked(projectFolder).mockImplementation((at) => (at === folder ? folder : compiler));
  expect(await cli(["build"], folder)).toMatchObject({ code: 0 });
  expect(existsSync(join(folder, "node_modules/.cache/sagac"))).toBe(true);
  expect(await cli(["build"], folder)).toMatchObject({ code: 0 });
});
