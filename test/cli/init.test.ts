import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TEMPLATES } from "../../compiler/cli/templates/index.ts";
import { ROOT, scratchFolder } from "../kit/scratch.ts";
import { sagac, sagaText, tree } from "./sagac.ts";

/** Packages are found from the scratch folder as links of the workspace. */
const tool = (folder: string, path: string, ...args: string[]): string => {
  const { CI: _ci, VITEST: _vitest, NODE_ENV: _env, ...env } = process.env;
  try {
    return execFileSync(process.execPath, [join(ROOT, "node_modules", path), ...args], { cwd: folder, encoding: "utf8", env });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${path} failed:\n${stdout}\n${stderr}`);
  }
};

describe("sagac init", () => {
  it.each(Object.keys(TEMPLATES))("%s: is built, type-checks, and its generated tests pass", async (template) => {
    const folder = scratchFolder();
    const begun = await sagac(["init", "--template", template], folder);
    expect(begun).toMatchObject({ code: 0 });
    expect(begun.stdout.trim().split("\n")).toEqual([
      "package.json",
      "tsconfig.json",
      "sagac.config.ts",
      ...Object.keys(TEMPLATES[template as keyof typeof TEMPLATES].sources),
    ]);
    expect(begun.stderr).toContain("Next:\n  npm install\n  npx sagac build\n  npm test\n");
    expect(await sagac(["check", "--max-warnings", "0"], folder)).toMatchObject({ code: 0 });
    expect(await sagac(["format", "--check"], folder)).toMatchObject({ code: 0 });
    expect(await sagac(["build"], folder)).toMatchObject({ code: 0 });
    expect(tool(folder, "typescript/bin/tsc", "-p", ".")).toBe("");
    expect(tool(folder, "vitest/vitest.mjs", "run", "--root", folder)).toMatch(/Test Files .*1 passed/);
  });

  it("overwrites nothing, goes into a new folder, and asks nothing", async () => {
    const folder = scratchFolder({ "shop/package.json": "{}\n" });
    const run = await sagac(["init", "shop"], folder);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain("shop/package.json is there already, and stays as it is.");
    expect(run.stderr).toContain("Next:\n  cd shop\n");
    expect(readFileSync(join(folder, "shop/package.json"), "utf8")).toBe("{}\n");
    const again = JSON.parse((await sagac(["init", "shop", "--format", "json"], folder)).stdout);
    expect(again).toMatchObject({ written: [] });
    expect(again.kept).toHaveLength(4);
    expect(await sagac(["init", "--template", "nothing"], folder)).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("sagac new", () => {
  it.each([
    ["refund-order", "refund-order.saga", "RefundOrder"],
    ["RefundOrder", "refund-order.saga", "RefundOrder"],
    ["book room 2", "book-room-2.saga", "BookRoom2"],
  ])("%s is %s", async (name, path, saga) => {
    const folder = scratchFolder();
    expect(await sagac(["new", name], folder)).toEqual({ code: 0, stdout: `${path}\n`, stderr: "" });
    expect(readFileSync(join(folder, path), "utf8")).toContain(`saga ${saga} {`);
    expect(await sagac(["check", "--max-warnings", "0"], folder)).toMatchObject({ code: 0 });
    expect(await sagac(["format", "--check"], folder)).toMatchObject({ code: 0 });
    expect(await sagac(["new", name], folder)).toMatchObject({ code: 2, stdout: "" });
  });

  it.each(["../x", "1st", "a/b", "”", "a;b"])("refuses `%s`", async (name) => {
    const folder = scratchFolder();
    expect(await sagac(["new", name], folder)).toMatchObject({ code: 2 });
    expect(Object.keys(tree(folder))).toEqual([]);
  });
});

describe("sagac info", () => {
  it("tells versions, configuration and sources, also when they are broken", async () => {
    const folder = scratchFolder({ "sagac.config.json": '{ "sources": ["flows"] }', "flows/a.saga": sagaText("A") });
    const found = JSON.parse((await sagac(["info", "--format", "json"], folder)).stdout);
    expect(found).toMatchObject({ node: process.version, config: "sagac.config.json", sources: ["flows/a.saga"] });
    expect(found.packages.xstate).toMatch(/^5\./);
    const text = (await sagac(["info"], folder)).stdout;
    expect(text).toContain("sources: \n  flows/a.saga");
    expect(text).not.toContain(folder);
    writeFileSync(join(folder, "sagac.config.json"), "{");
    const broken = await sagac(["info"], folder);
    expect(broken.code).toBe(0);
    expect(broken.stdout).toContain("cannot be loaded");
  });
});
