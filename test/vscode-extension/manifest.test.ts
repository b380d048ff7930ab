import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../compiler/version.ts";
import { ROOT } from "../kit/scratch.ts";

const read = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), "utf8"));
const manifest = read("vscode-extension/package.json") as {
  readonly version: string;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly languages: readonly { readonly configuration: string; readonly extensions: readonly string[] }[];
    readonly grammars: readonly { readonly path: string; readonly scopeName: string }[];
    readonly snippets: readonly { readonly path: string }[];
  };
};
const { languages, grammars, snippets } = manifest.contributes;

describe("the manifest of the extension", () => {
  it("has the version of sagac", () => {
    expect(manifest.version).toBe(VERSION);
  });

  it("is written against the oldest VS Code that it runs in", () => {
    expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies["@types/vscode"]}`);
  });

  it("names files that are derived from the grammar", () => {
    const named = [...languages.map(({ configuration }) => configuration), ...[...grammars, ...snippets].map(({ path }) => path)];
    for (const path of named) expect(existsSync(join(ROOT, "grammar/generated", path)), path).toBe(true);
  });

  it("knows the grammar by the name that it has", () => {
    expect(grammars.map(({ scopeName }) => scopeName)).toEqual([
      (read("grammar/generated/saga.tmLanguage.json") as { scopeName: string }).scopeName,
    ]);
    expect(languages.flatMap(({ extensions }) => extensions)).toEqual([".saga"]);
  });
});
