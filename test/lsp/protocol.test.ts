import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { ROOT, scratchFolder } from "../kit/scratch.ts";
import { FILES, ORDER } from "../service/kit.ts";

// The real server in a process of its own, spoken to as an editor does.

const folder = scratchFolder(FILES, "process");
const uri = pathToFileURL(join(folder, "shop", "order.saga")).href;
const process_ = spawn(process.execPath, [join(ROOT, "compiler/cli/main.ts"), "lsp", "--stdio"], { cwd: folder, stdio: "pipe" });
const ended = new Promise<number | null>((resolve) => process_.on("exit", resolve));
let client: ProtocolConnection;
let version = 1;
const published: { uri: string; diagnostics: Diagnostic[] }[] = [];
let onPublished: () => void = () => {};

/** The next diagnostics for the order. */
function nextDiagnostics(): Promise<Diagnostic[]> {
  published.length = 0;
  return new Promise((resolve) => {
    onPublished = () => {
      const found = published.find((each) => each.uri === uri);
      if (found !== undefined) resolve(found.diagnostics);
    };
  });
}

function place(text: string): { textDocument: { uri: string }; position: { line: number; character: number } } {
  const before = ORDER.slice(0, ORDER.indexOf(text)).split("\n");
  return { textDocument: { uri }, position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 } };
}

async function change(text: string): Promise<Diagnostic[]> {
  version += 1;
  const next = nextDiagnostics();
  await client.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
  return next;
}

beforeAll(async () => {
  client = createProtocolConnection(new StreamMessageReader(process_.stdout), new StreamMessageWriter(process_.stdin));
  client.onNotification("textDocument/publishDiagnostics", (params: { uri: string; diagnostics: Diagnostic[] }) => {
    published.push(params);
    onPublished();
  });
  client.listen();
  const rootUri = pathToFileURL(folder).href;
  const initialized: { capabilities: object; serverInfo: object } = await client.sendRequest("initialize", {
    processId: process.pid,
    rootUri,
    capabilities: {},
    workspaceFolders: [{ uri: rootUri, name: "shop" }],
  });
  expect(initialized.serverInfo).toMatchObject({ name: "sagac" });
  await client.sendNotification("initialized", {});
  const first = nextDiagnostics();
  await client.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "saga", version, text: ORDER } });
  await first;
}, 60_000);

afterAll(async () => {
  await client.sendRequest("shutdown");
  await client.sendNotification("exit");
  expect(await ended).toBe(0);
}, 60_000);

describe("sagac lsp", { timeout: 60_000 }, () => {
  it("publishes what is wrong while somebody types, and takes it back", async () => {
    const found = await change(ORDER.replace("input.id }\n    output", "input.idd }\n    output"));
    const mistake = found.find(({ message }) => String(message).includes("idd"));
    expect(mistake).toMatchObject({ severity: 1, source: "sagac", range: { start: { line: 9 } } });
    const mended = await change(ORDER);
    expect(mended.filter(({ message }) => String(message).includes("idd"))).toEqual([]);
  });

  it("survives a file cut off anywhere", async () => {
    for (const end of [3, 150, 300, 420, 600]) {
      await change(ORDER.slice(0, end));
      const last = { line: ORDER.slice(0, end).split("\n").length - 1, character: 0 };
      expect(Array.isArray(await client.sendRequest("textDocument/completion", { textDocument: { uri }, position: last }))).toBe(
        true,
      );
    }
    await change(ORDER);
  });

  it("answers hover, definition, references, completion", async () => {
    expect(await client.sendRequest("textDocument/hover", place("charge.receipt"))).toMatchObject({
      contents: { kind: "markdown" },
    });
    const shared = pathToFileURL(join(folder, "shop", "shared.saga")).href;
    expect(await client.sendRequest("textDocument/definition", place("Item[]"))).toMatchObject({
      uri: shared,
      range: { start: { line: 1 } },
    });
    const all = await client.sendRequest("textDocument/references", {
      ...place("till {"),
      context: { includeDeclaration: true },
    });
    expect(all).toHaveLength(5);
    const { textDocument, position } = place("id }\n    output");
    const items: { label: string }[] = await client.sendRequest("textDocument/completion", { textDocument, position });
    expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(["id", "items"]));
  });

  it("renames over files, and says why not", async () => {
    const edit: { changes: Record<string, unknown[]> } = await client.sendRequest("textDocument/rename", {
      ...place("till {"),
      newName: "cash",
    });
    expect(Object.values(edit.changes).map((edits) => edits.length)).toEqual(expect.arrayContaining([3, 2]));
    await expect(client.sendRequest("textDocument/rename", { ...place("till {"), newName: "step" })).rejects.toThrow(
      "is a word of the language",
    );
    expect(await client.sendRequest("textDocument/prepareRename", place("1d"))).toBeNull();
  });

  it("outlines, folds, formats", async () => {
    const symbols: { name: string }[] = await client.sendRequest("textDocument/documentSymbol", { textDocument: { uri } });
    expect(symbols.map(({ name }) => name)).toEqual(["Sell"]);
    const folds: unknown[] = await client.sendRequest("textDocument/foldingRange", { textDocument: { uri } });
    expect(folds.length).toBeGreaterThan(2);
    await change(ORDER.replace("  timeout 1d", "timeout   1d"));
    const options = { tabSize: 2, insertSpaces: true };
    const edits: { newText: string }[] = await client.sendRequest("textDocument/formatting", { textDocument: { uri }, options });
    expect(edits[0]?.newText).toContain("\n  timeout 1d\n");
    await change(ORDER);
  });
});
