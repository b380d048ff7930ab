import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";

/** The real server in a process of its own, spoken to over stdio as an editor does. */
export interface Client {
  readonly connection: ProtocolConnection;
  /** What the server asked to be told of: methods that it registered. */
  readonly registered: readonly string[];
  open(uri: string, text: string): Promise<Diagnostic[]>;
  /** The whole text anew. */
  change(uri: string, text: string): Promise<Diagnostic[]>;
  /** Parts of the text, as editors send them. */
  edit(uri: string, contentChanges: readonly object[]): Promise<Diagnostic[]>;
  /** The diagnostics that `act` makes the server send for a file. */
  after(uri: string, act: () => unknown): Promise<Diagnostic[]>;
  /** What the server wrote beside its answers. */
  errors(): string;
  /** Ends the server as an editor does; gives its exit code. */
  stop(): Promise<number | null>;
}

export async function startClient(
  folders: readonly string[],
  capabilities: object = {},
  nodeOptions: readonly string[] = [],
  sagac: readonly string[] = [join(import.meta.dirname, "../../compiler/cli/main.ts"), "lsp"],
): Promise<Client> {
  const server = spawn(process.execPath, [...nodeOptions, ...sagac, "--stdio", `--clientProcessId=${process.pid}`], {
    stdio: "pipe",
  });
  let errors = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = new Promise<number | null>((resolve) => server.on("close", resolve));
  const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  const waiting = new Map<string, (diagnostics: Diagnostic[]) => void>();
  const registered: string[] = [];
  let version = 1;
  connection.onNotification("textDocument/publishDiagnostics", (params: { uri: string; diagnostics: Diagnostic[] }) => {
    waiting.get(params.uri)?.(params.diagnostics);
    waiting.delete(params.uri);
  });
  connection.onRequest("client/registerCapability", (params: { registrations: { method: string }[] }) => {
    registered.push(...params.registrations.map(({ method }) => method));
    return null;
  });
  connection.listen();
  const workspaceFolders = folders.map((folder) => ({ uri: pathToFileURL(folder).href, name: folder }));
  await connection.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities, workspaceFolders });
  await connection.sendNotification("initialized", {});

  const after = async (uri: string, act: () => unknown): Promise<Diagnostic[]> => {
    const next = new Promise<Diagnostic[]>((resolve) => waiting.set(uri, resolve));
    await act();
    return next;
  };
  const edit = (uri: string, contentChanges: readonly object[]): Promise<Diagnostic[]> => {
    version += 1;
    const textDocument = { uri, version };
    return after(uri, () => connection.sendNotification("textDocument/didChange", { textDocument, contentChanges }));
  };
  return {
    connection,
    registered,
    open(uri, text) {
      const textDocument = { uri, languageId: "saga", version, text };
      return after(uri, () => connection.sendNotification("textDocument/didOpen", { textDocument }));
    },
    edit,
    change: (uri, text) => edit(uri, [{ text }]),
    after,
    errors: () => errors,
    async stop() {
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      return ended;
    },
  };
}
