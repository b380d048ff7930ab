import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CancellationTokenSource, LSPErrorCodes } from "vscode-languageserver/node";
import { scratchFolder } from "../kit/scratch.ts";
import { FILES, ORDER } from "../service/kit.ts";
import { type Client, startClient } from "./client.ts";

// Every feature over stdio.

const folder = scratchFolder(FILES, "process");
const uri = pathToFileURL(join(folder, "shop", "order.saga")).href;
let server: Client;
const change = (text: string) => server.change(uri, text);

function place(text: string): { textDocument: { uri: string }; position: { line: number; character: number } } {
  const before = ORDER.slice(0, ORDER.indexOf(text)).split("\n");
  return { textDocument: { uri }, position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 } };
}

beforeAll(async () => {
  server = await startClient([folder]);
  await server.open(uri, ORDER);
});

afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

describe("sagac lsp", () => {
  it("offers fixes where something is wrong, and all safe ones of the file", async () => {
    const wrong = ORDER.replace("input.id }\n    output", "input.Id };\n    output");
    await change(wrong);
    const at = { line: 9, character: 0 };
    const range = { start: at, end: { line: 9, character: 80 } };
    const ask = (only?: string[]): Promise<{ title: string; kind: string; edit: { changes: Record<string, object[]> } }[]> =>
      server.connection.sendRequest("textDocument/codeAction", {
        textDocument: { uri },
        range,
        context: { diagnostics: [], ...(only ? { only } : {}) },
      });
    const all = await ask();
    expect(all.map(({ title, kind }) => `${kind}: ${title}`)).toEqual([
      "quickfix: Write `id` in place of `Id`",
      "quickfix: Remove the `;`",
    ]);
    expect((await ask(["quickfix"])).map(({ kind }) => kind)).toEqual(["quickfix", "quickfix"]);
    const [fixAll] = await ask(["source.fixAll"]);
    expect(fixAll?.edit.changes[uri]).toMatchObject([{ newText: ORDER }]);
    await change(ORDER);
  });

  it("publishes what is wrong while somebody types, and takes it back", async () => {
    const found = await change(ORDER.replace("input.id }\n    output", "input.idd }\n    output"));
    const mistake = found.find(({ message }) => String(message).includes("idd"));
    expect(mistake).toMatchObject({ severity: 1, source: "sagac", range: { start: { line: 9 } } });
    const mended = await change(ORDER);
    expect(mended.filter(({ message }) => String(message).includes("idd"))).toEqual([]);
  });

  it("takes parts of a text, several at once", async () => {
    const { position } = place("input.id }\n    output");
    const end = { line: position.line, character: position.character + "input.id".length };
    const misspelt = { range: { start: position, end }, text: "input.nothing" };
    const found = await server.edit(uri, [misspelt, { range: { start: position, end: position }, text: " " }]);
    expect(found.find(({ message }) => String(message).includes("nothing"))?.range.start).toEqual({
      line: position.line,
      character: position.character + " input.".length,
    });
    await change(ORDER);
  });

  it("answers every request, one that was cancelled too, and goes on", async () => {
    const { textDocument } = place("id");
    const cancellation = new CancellationTokenSource();
    const asked = Array.from({ length: 20 }, () =>
      server.connection
        .sendRequest("textDocument/foldingRange", { textDocument }, cancellation.token)
        .catch((error) => error.code),
    );
    cancellation.cancel();
    for (const answer of await Promise.all(asked))
      if (!Array.isArray(answer)) expect(answer).toBe(LSPErrorCodes.RequestCancelled);
    expect(await server.connection.sendRequest("textDocument/foldingRange", { textDocument })).not.toEqual([]);
  });

  it("refuses what it does not know, and goes on", async () => {
    await expect(server.connection.sendRequest("textDocument/nothing", {})).rejects.toThrow("Unhandled method");
    await server.connection.sendNotification("$/nothing", {});
    expect(await server.connection.sendRequest("textDocument/hover", place("charge.receipt"))).not.toBeNull();
  });

  it("survives a file cut off anywhere", async () => {
    for (const end of [3, 150, 300, 420, 600]) {
      await change(ORDER.slice(0, end));
      const last = { line: ORDER.slice(0, end).split("\n").length - 1, character: 0 };
      expect(
        Array.isArray(await server.connection.sendRequest("textDocument/completion", { textDocument: { uri }, position: last })),
      ).toBe(true);
    }
    await change(ORDER);
  });

  it("answers hover, definition, references, completion", async () => {
    expect(await server.connection.sendRequest("textDocument/hover", place("charge.receipt"))).toMatchObject({
      contents: { kind: "markdown" },
    });
    const shared = pathToFileURL(join(folder, "shop", "shared.saga")).href;
    expect(await server.connection.sendRequest("textDocument/definition", place("Item[]"))).toMatchObject({
      uri: shared,
      range: { start: { line: 1 } },
    });
    const all = await server.connection.sendRequest("textDocument/references", {
      ...place("till {"),
      context: { includeDeclaration: true },
    });
    expect(all).toHaveLength(5);
    const { textDocument, position } = place("id }\n    output");
    const items: { label: string }[] = await server.connection.sendRequest("textDocument/completion", { textDocument, position });
    expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(["id", "items"]));
  });

  it("renames over files, and says why not", async () => {
    const edit: { changes: Record<string, unknown[]> } = await server.connection.sendRequest("textDocument/rename", {
      ...place("till {"),
      newName: "cash",
    });
    expect(Object.values(edit.changes).map((edits) => edits.length)).toEqual(expect.arrayContaining([3, 2]));
    await expect(server.connection.sendRequest("textDocument/rename", { ...place("till {"), newName: "step" })).rejects.toThrow(
      "is a word of the language",
    );
    expect(await server.connection.sendRequest("textDocument/prepareRename", place("1d"))).toBeNull();
  });

  it("outlines, folds, formats", async () => {
    const symbols: { name: string }[] = await server.connection.sendRequest("textDocument/documentSymbol", {
      textDocument: { uri },
    });
    expect(symbols.map(({ name }) => name)).toEqual(["Sell"]);
    const folds: unknown[] = await server.connection.sendRequest("textDocument/foldingRange", { textDocument: { uri } });
    expect(folds.length).toBeGreaterThan(2);
    await change(ORDER.replace("  timeout 1d", "timeout   1d"));
    const options = { tabSize: 2, insertSpaces: true };
    const edits: { newText: string }[] = await server.connection.sendRequest("textDocument/formatting", {
      textDocument: { uri },
      options,
    });
    expect(edits[0]?.newText).toContain("\n  timeout 1d\n");
    await change(ORDER);
  });
});
