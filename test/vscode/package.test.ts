import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startClient } from "../lsp/client.ts";
import { vsix } from "./vsix.ts";

// What is in the packaged extension, and that its server needs nothing but itself.

const folder = mkdtempSync(join(tmpdir(), "saga-vsix-"));
let path: string;

beforeAll(async () => {
  path = await vsix();
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the packaged extension", { timeout: 60_000 }, () => {
  it("holds what it runs on and nothing else: no sources, no tests, no modules", () => {
    const names = execFileSync("unzip", ["-Z1", path], { encoding: "utf8" }).trim().split("\n");
    expect(names.sort()).toEqual([
      "[Content_Types].xml",
      "extension.vsixmanifest",
      "extension/LICENSE.txt",
      "extension/extension.cjs",
      "extension/language-configuration.json",
      "extension/package.json",
      "extension/readme.md",
      "extension/saga.code-snippets.json",
      "extension/saga.tmLanguage.json",
      "extension/server.mjs",
    ]);
  });

  it("is smaller than 3 MB, and so is what it unpacks to", () => {
    execFileSync("unzip", ["-q", "-o", path, "-d", folder]);
    expect(statSync(path).size).toBeLessThan(3_000_000);
    expect(statSync(join(folder, "extension/server.mjs")).size).toBeLessThan(3_000_000);
  });

  it("has a server that runs on its own", async () => {
    const client = await startClient([folder], {}, [], [join(folder, "extension/server.mjs")]);
    const uri = pathToFileURL(join(folder, "a.saga")).href;
    const text =
      'import type { Order } from "./order.ts"\nsaga S {\n  timeout 1h\n  input { order: Order }\n  let a = input.nothing\n}\n';
    const found = await client.open(uri, text);
    expect(found.map(({ message }) => message)).toContainEqual(expect.stringContaining("nothing"));
    const params = { textDocument: { uri }, options: { tabSize: 2, insertSpaces: true } };
    expect(await client.connection.sendRequest("textDocument/formatting", params)).toEqual([]);
    expect(await client.stop()).toBe(0);
  });
});
