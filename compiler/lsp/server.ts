import { pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  CodeActionKind,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeResult,
  ResponseError,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import { completion } from "../service/completion.ts";
import { definition } from "../service/definition.ts";
import { folding } from "../service/folding.ts";
import { formatting } from "../service/formatting.ts";
import { hover } from "../service/hover.ts";
import { references } from "../service/references.ts";
import { rename, renameable } from "../service/rename.ts";
import { symbols } from "../service/symbols.ts";
import { VERSION } from "../version.ts";
import { withChanges } from "./changes.ts";
import { FIX_ALL, lspCodeActions, textEdits } from "./code-actions.ts";
import { FOLD_KINDS, locationOf, lspCompletion, lspSymbol, rangeOf } from "./convert.ts";
import { type FolderFile, OpenFolders } from "./folders.ts";
import { Publisher } from "./publishing.ts";

/** Answers a client until it says exit. `nowMs`: by the clock of the disk, since the epoch. */
export function serve(connection: Connection, nowMs: () => number): void {
  const folders = new OpenFolders(nowMs);
  const publisher = new Publisher(connection, folders);
  let client: ClientCapabilities = {};

  connection.onInitialize(({ capabilities, workspaceFolders, rootUri, rootPath }): InitializeResult => {
    client = capabilities;
    const root = rootUri ?? (rootPath ? pathToFileURL(rootPath).href : null);
    const named = workspaceFolders?.map(({ uri }) => uri) ?? (root === null ? [] : [root]);
    for (const uri of named) folders.add(uri);
    return {
      serverInfo: { name: "sagac", version: VERSION },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        hoverProvider: true,
        completionProvider: { triggerCharacters: ["."] },
        definitionProvider: true,
        referencesProvider: true,
        renameProvider: { prepareProvider: true },
        documentSymbolProvider: true,
        foldingRangeProvider: true,
        documentFormattingProvider: true,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
      },
    };
  });
  connection.onInitialized(() => {
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration === true) {
      const watchers = [{ globPattern: "**/*.{saga,ts,mts,cts,tsx}" }];
      void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }
    if (client.workspace?.workspaceFolders !== true) return;
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      for (const { uri } of removed) folders.remove(uri);
      for (const { uri } of added) folders.add(uri);
      publisher.changed(null);
    });
  });
  connection.onDidChangeWatchedFiles(() => publisher.changed(null));

  connection.onDidOpenTextDocument(({ textDocument: { uri, text } }) => {
    folders.open(uri, text);
    publisher.changed(uri);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri }, contentChanges }) => {
    folders.open(uri, withChanges(folders.text(uri) ?? "", contentChanges));
    publisher.changed(uri);
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    folders.close(uri);
    publisher.closed(uri);
  });

  /** The file that a request speaks of, and the disk as it is now. */
  const of = <Answer>(
    { textDocument: { uri } }: { textDocument: { uri: string } },
    answer: (file: FolderFile) => Answer,
  ): Answer | null => {
    folders.refresh();
    const file = folders.document(uri);
    return file === null ? null : answer(file);
  };
  /** The same, and an offset in it. */
  const at = <Answer>(
    params: { textDocument: { uri: string }; position: { line: number; character: number } },
    answer: (file: FolderFile, offset: number) => Answer,
  ): Answer | null =>
    of(params, (file) => {
      const { line, character } = params.position;
      return answer(file, file.document.lines.offsetAt({ line: line + 1, column: character + 1 }));
    });
  connection.onHover((params) =>
    at(params, ({ workspace, document }, offset) => {
      const found = hover(workspace, document, offset);
      return found === null
        ? null
        : { contents: { kind: "markdown" as const, value: found.markdown }, range: rangeOf(document, found) };
    }),
  );
  connection.onCompletion(
    (params) => at(params, ({ workspace, document }, offset) => completion(workspace, document, offset).map(lspCompletion)) ?? [],
  );
  connection.onDefinition((params) =>
    at(params, ({ workspace, document }, offset) => {
      const place = definition(workspace, document, offset);
      return place === null ? null : locationOf(workspace, place);
    }),
  );
  connection.onReferences((params) => {
    const withDeclaration = params.context.includeDeclaration;
    return (
      at(params, ({ workspace, document }, offset) =>
        references(workspace, document, offset, { withDeclaration }).flatMap((place) => locationOf(workspace, place) ?? []),
      ) ?? []
    );
  });
  connection.onPrepareRename((params) =>
    at(params, ({ workspace, document }, offset) => {
      const place = renameable(workspace, document, offset);
      return place === null ? null : rangeOf(document, place);
    }),
  );
  connection.onRenameRequest((params) =>
    at(params, ({ workspace, document }, offset) => {
      const result = rename(workspace, document, offset, params.newName);
      if (!result.ok) throw new ResponseError(REQUEST_FAILED, result.why);
      return { changes: textEdits(workspace, result.changes) };
    }),
  );
  connection.onDocumentSymbol(
    (params) => of(params, ({ document }) => symbols(document).map((each) => lspSymbol(document, each))) ?? [],
  );
  connection.onFoldingRanges(
    (params) =>
      of(params, ({ document }) =>
        folding(document).map(({ startLine, endLine, kind }) => ({
          startLine: startLine - 1,
          endLine: endLine - 1,
          kind: FOLD_KINDS[kind],
        })),
      ) ?? [],
  );
  connection.onDocumentFormatting(
    (params) =>
      of(params, ({ document }) => {
        const change = formatting(document);
        return change === null ? [] : [{ range: rangeOf(document, change), newText: change.text }];
      }) ?? [],
  );
  connection.onCodeAction((params) => of(params, (file) => lspCodeActions(file, params.range, params.context)) ?? []);
  connection.listen();
}

/** Of the protocol: the request was fine, and cannot be done. */
const REQUEST_FAILED = -32803;
