import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scratchFolder } from "../kit/scratch.ts";
import { FILES } from "../service/kit.ts";
import { type Client, startClient } from "./client.ts";

// Files and folders as editors have them: several at once, changed behind the editor's back, not saved yet.

const SHARED = "type Item = { sku: string }\n";
const USER = 'import { Item } from "./shared.saga"\nsignal bought { item: Item }\n';
const first = scratchFolder({ "package.json": "{}", "user.saga": USER, "shared.saga": SHARED }, "process");
const second = scratchFolder({ "package.json": "{}", ...FILES }, "process");
const uriOf = (folder: string, path: string): string => pathToFileURL(join(folder, path)).href;
const user = uriOf(first, "user.saga");
const changed = (uri: string) =>
  server.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 2 }] });
let server: Client;

beforeAll(async () => {
  const workspace = { workspaceFolders: true, didChangeWatchedFiles: { dynamicRegistration: true } };
  server = await startClient([first], { workspace });
});

afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

describe("sagac lsp", () => {
  it("asks to be told of changes on the disk", async () => {
    await expect.poll(() => server.registered).toContain("workspace/didChangeWatchedFiles");
  });

  it("takes changes on the disk, deleted and renamed files into account", async () => {
    expect(await server.open(user, USER)).toEqual([]);
    const shared = uriOf(first, "shared.saga");
    writeFileSync(join(first, "shared.saga"), "type Thing = { sku: string }\n");
    expect((await server.after(user, () => changed(shared)))[0]).toMatchObject({ message: expect.stringContaining("Item") });
    writeFileSync(join(first, "shared.saga"), SHARED);
    expect(await server.after(user, () => changed(shared))).toEqual([]);
    renameSync(join(first, "shared.saga"), join(first, "moved.saga"));
    expect((await server.after(user, () => changed(shared)))[0]).toMatchObject({
      message: expect.stringContaining("shared.saga"),
    });
    mkdirSync(join(first, "deep"));
    renameSync(join(first, "moved.saga"), join(first, "deep/shared.saga"));
    expect(await server.change(user, USER.replace("./", "./deep/"))).toEqual([]);
    rmSync(join(first, "deep"), { recursive: true });
    expect((await server.after(user, () => changed(shared)))[0]).toMatchObject({ severity: 1 });
    writeFileSync(join(first, "shared.saga"), SHARED);
    expect(await server.change(user, USER)).toEqual([]);
  });

  it("sees what is on the disk at the next edit, also from an editor that watches nothing", async () => {
    writeFileSync(join(first, "shared.saga"), "type Thing = { sku: string }\n");
    expect((await server.change(user, `${USER}\n`))[0]).toMatchObject({ severity: 1 });
    writeFileSync(join(first, "shared.saga"), SHARED);
    expect(await server.change(user, USER)).toEqual([]);
  });

  it("takes an open file as it is in the editor, not as it is on the disk", async () => {
    const shared = uriOf(first, "shared.saga");
    const mistaken = server.after(user, () => server.open(shared, "type Thing = int\n"));
    expect((await mistaken)[0]).toMatchObject({ message: expect.stringContaining("Item") });
    const closed = server.after(user, () =>
      server.connection.sendNotification("textDocument/didClose", { textDocument: { uri: shared } }),
    );
    expect(await closed).toEqual([]);
  });

  it("keeps the files of several folders apart, and learns of new ones", async () => {
    const order = uriOf(second, "shop/order.saga");
    const references = async (uri: string, line: number, character: number): Promise<{ uri: string }[]> => {
      const params = { textDocument: { uri }, position: { line, character }, context: { includeDeclaration: true } };
      return server.connection.sendRequest("textDocument/references", params);
    };
    await server.open(order, FILES["shop/order.saga"]);
    const event = { added: [{ uri: pathToFileURL(second).href, name: "second" }], removed: [] };
    await server.connection.sendNotification("workspace/didChangeWorkspaceFolders", { event });
    const line = FILES["shop/order.saga"].split("\n").findIndex((each) => each.includes("on till {"));
    const found = await references(order, line, "  step charge on ".length);
    expect(new Set(found.map(({ uri }) => uri))).toEqual(new Set([order, uriOf(second, "shop/shared.saga")]));
    expect((await references(user, 0, "import { ".length)).map(({ uri }) => uri)).toEqual([
      uriOf(first, "shared.saga"),
      user,
      user,
    ]);
    const removed = { added: [], removed: [{ uri: pathToFileURL(second).href, name: "second" }] };
    await server.connection.sendNotification("workspace/didChangeWorkspaceFolders", { event: removed });
    expect((await references(order, line, "  step charge on ".length)).length).toBeGreaterThan(0);
  });

  it("answers in a file that was never saved", async () => {
    const uri = "untitled:Untitled-1";
    expect(await server.open(uri, "saga S { }\n")).not.toEqual([]);
    const symbols: { name: string }[] = await server.connection.sendRequest("textDocument/documentSymbol", {
      textDocument: { uri },
    });
    expect(symbols.map(({ name }) => name)).toEqual(["S"]);
  });

  it("survives questions about what is not there", async () => {
    for (const uri of [uriOf(first, "none.saga"), "file://%2F/x.saga", "untitled:", "vscode-vfs://github/a/b.saga", "x"]) {
      const params = { textDocument: { uri }, position: { line: 9, character: 9 } };
      expect(await server.connection.sendRequest("textDocument/hover", params)).toBeNull();
      expect(await server.connection.sendRequest("textDocument/foldingRange", params)).toEqual([]);
    }
  });
});
