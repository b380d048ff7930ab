import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { detectImportExtension, plainJson } from "../../compiler/cli/import-extension.ts";
import { UsageError } from "../../compiler/cli/problems.ts";
import { scratchFolder } from "../kit/scratch.ts";

function detect(files: Readonly<Record<string, string | object>>, folder = "src/generated"): string {
  const texts = Object.entries(files).map(([path, value]) => [path, typeof value === "string" ? value : JSON.stringify(value)]);
  return detectImportExtension(join(scratchFolder(Object.fromEntries(texts)), folder));
}

const options = (compilerOptions: object): object => ({ compilerOptions });

describe("the end of relative imports", () => {
  it.each([
    ["type stripping", options({ module: "nodenext", allowImportingTsExtensions: true }), ".ts"],
    ["rewritten by tsc", options({ module: "nodenext", rewriteRelativeImportExtensions: true }), ".ts"],
    ["switched off again", options({ module: "node20", allowImportingTsExtensions: false }), ".js"],
    ["nodenext", options({ module: "NodeNext" }), ".js"],
    ["a bundler", options({ module: "esnext", moduleResolution: "Bundler" }), ""],
    ["a bundler that allows it", options({ moduleResolution: "bundler", allowImportingTsExtensions: true }), ".ts"],
    ["a bundler, by the kind of module", options({ module: "preserve" }), ""],
    ["preserve with another resolution", options({ module: "preserve", moduleResolution: "nodenext" }), ".js"],
    ["nothing said", {}, ".js"],
    ["comments and last commas", '{ // a\n "compilerOptions": { /* " */ "moduleResolution": "bundler", }, }', ""],
  ])("of a project for %s", (_name, config, expected) => {
    expect(detect({ "tsconfig.json": config })).toBe(expected);
  });

  it("is that of the nearest config", () => {
    const files = {
      "tsconfig.json": options({ module: "nodenext" }),
      "src/tsconfig.json": options({ moduleResolution: "bundler" }),
    };
    expect(detect(files)).toBe("");
    expect(detect(files, "lib")).toBe(".js");
  });

  it("is inherited: own options first, then the later of several bases", () => {
    const files = {
      "base.json": options({ moduleResolution: "bundler" }),
      "other.json": options({ moduleResolution: "nodenext" }),
    };
    expect(detect({ ...files, "tsconfig.json": { extends: "./base" } })).toBe("");
    expect(detect({ ...files, "tsconfig.json": { extends: ["./base.json", "./other.json"] } })).toBe(".js");
    expect(detect({ ...files, "tsconfig.json": { extends: "./other.json", ...options({ moduleResolution: "bundler" }) } })).toBe(
      "",
    );
    const inPackage = { "node_modules/@tsconfig/x/tsconfig.json": options({ allowImportingTsExtensions: true }) };
    expect(detect({ ...inPackage, "tsconfig.json": { extends: "@tsconfig/x/tsconfig.json" } })).toBe(".ts");
    expect(detect({ ...inPackage, "tsconfig.json": { extends: "@tsconfig/x" } })).toBe(".ts");
  });

  it("is found behind a config that only points to others", () => {
    const app = { "tsconfig.app.json": options({ moduleResolution: "bundler" }) };
    expect(detect({ ...app, "tsconfig.json": { files: [], references: [{ path: "./tsconfig.app.json" }] } })).toBe("");
  });

  it("ends where configs extend each other in a ring", () => {
    expect(detect({ "tsconfig.json": { extends: "./b.json" }, "b.json": { extends: "./tsconfig.json" } })).toBe(".js");
  });

  it.each([
    ["no JSON", { "tsconfig.json": "{" }],
    ["no object", { "tsconfig.json": "[]" }],
    ["a base that is not there", { "tsconfig.json": { extends: "./missing.json" } }],
    ["a package that is not there", { "tsconfig.json": { extends: "@nobody/nothing" } }],
  ])("is asked for where the config is broken: %s", (_name, files) => {
    expect(() => detect(files)).toThrow(UsageError);
  });
});

describe("JSON with comments", () => {
  it("keeps what looks like a comment inside a string", () => {
    const text = '{ "a": "// no \\" /* comment */", /* b, */ "c": ["x,}", ], // d\n }';
    expect(JSON.parse(plainJson(text))).toEqual({ a: '// no " /* comment */', c: ["x,}"] });
  });
});
