import { pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeResult,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import { VERSION } from "../version.ts";
import { withChanges } from "./changes.ts";
import { askedOf, FEATURES } from "./features.ts";
import { OpenFolders } from "./folders.ts";
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
    const features: ServerCapabilities = Object.assign({}, ...FEATURES.map(({ capabilities }) => capabilities));
    return {
      serverInfo: { name: "sagac", version: VERSION },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        ...features,
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

  const asked = askedOf(folders);
  for (const { answer } of FEATURES) answer(connection, asked);
  connection.listen();
}
