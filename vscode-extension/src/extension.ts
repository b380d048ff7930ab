import { readFileSync } from "node:fs";
import {
  commands,
  type Disposable,
  type ExtensionContext,
  type LogOutputChannel,
  StatusBarAlignment,
  ThemeColor,
  window,
  workspace,
} from "vscode";
import { CloseAction, LanguageClient, State, TransportKind } from "vscode-languageclient/node";
import { chooseServer, type ServerChoice } from "./choose-server.ts";
import { type ServerState, statusOf } from "./status.ts";

let running: LanguageClient | null = null;

export async function activate(context: ExtensionContext): Promise<void> {
  const own = String(context.extension.packageJSON.version);
  const output = window.createOutputChannel("Saga", { log: true });
  const bar = window.createStatusBarItem("saga.server", StatusBarAlignment.Right);
  bar.name = "Saga";
  bar.command = "saga.restartServer";

  const show = (server: ServerChoice, state: ServerState, answered: string | null = null): void => {
    const { text, tooltip, warning } = statusOf(server, state, own, answered);
    bar.text = text;
    bar.tooltip = tooltip;
    bar.backgroundColor = warning ? new ThemeColor("statusBarItem.warningBackground") : undefined;
  };
  const showWhereWanted = (): void => {
    if (window.activeTextEditor?.document.languageId === "saga") bar.show();
    else bar.hide();
  };

  const start = async (server: ServerChoice): Promise<boolean> => {
    show(server, "starting");
    output.info(`Starting sagac ${server.version} (${server.origin}): ${server.module}`);
    const options = { module: server.module, args: server.origin === "bundled" ? [] : ["lsp"], transport: TransportKind.stdio };
    let started = false;
    const client: LanguageClient = new LanguageClient(
      "saga",
      "Saga",
      { run: options, debug: options },
      {
        documentSelector: [
          { scheme: "file", language: "saga" },
          { scheme: "untitled", language: "saga" },
        ],
        outputChannel: output,
        // One that never ran is not started over and over: there is another one.
        initializationFailedHandler: () => false,
        errorHandler: {
          error: (error, message, count) => crashes.error(error, message, count),
          closed: () => (started ? crashes.closed() : { action: CloseAction.DoNotRestart, handled: true }),
        },
      },
    );
    const crashes = client.createDefaultErrorHandler();
    const showRunning = (): void => show(server, "running", client.initializeResult?.serverInfo?.version ?? null);
    // A server that crashes is started again by the client, until it crashes too often.
    client.onDidChangeState(({ newState }) => {
      if (!started || running !== client) return;
      if (newState === State.Running) showRunning();
      else show(server, newState === State.Starting ? "starting" : "failed");
    });
    running = client;
    try {
      await client.start();
      started = true;
      showRunning();
      return true;
    } catch (error) {
      output.error(`sagac does not start: ${error instanceof Error ? error.message : String(error)}`);
      show(server, "failed");
      running = null;
      return false;
    }
  };

  /** One start at a time: settings, trust and people ask for it independently of each other. */
  let last: Promise<void> = Promise.resolve();
  const restart = (): Promise<void> => {
    const before = last.catch(() => {});
    last = before.then(async () => {
      await stop(output);
      const bundled = { module: context.asAbsolutePath("server.mjs"), version: own };
      const { server, problem } = chooseServer({
        folders: (workspace.workspaceFolders ?? []).flatMap(({ uri }) => (uri.scheme === "file" ? [uri.fsPath] : [])),
        trusted: workspace.isTrusted,
        setting: workspace.getConfiguration("saga").get("server.path", ""),
        bundled,
        read: readText,
      });
      if (problem !== null) void window.showWarningMessage(problem);
      if ((await start(server)) || server.origin === "bundled") return;
      void window.showWarningMessage(`sagac ${server.version} of the workspace does not start: the bundled one is used.`);
      await start({ origin: "bundled", ...bundled });
    });
    return last;
  };

  const subscriptions: Disposable[] = [
    output,
    bar,
    commands.registerCommand("saga.restartServer", restart),
    commands.registerCommand("saga.showOutput", () => output.show()),
    window.onDidChangeActiveTextEditor(showWhereWanted),
    workspace.onDidGrantWorkspaceTrust(restart),
    workspace.onDidChangeConfiguration((event) => (event.affectsConfiguration("saga.server") ? restart() : null)),
  ];
  context.subscriptions.push(...subscriptions);
  showWhereWanted();
  await restart();
}

export async function deactivate(): Promise<void> {
  await stop(null);
}

/** A server that hangs, or died while it was asked to stop, keeps nobody from the next one. */
async function stop(output: LogOutputChannel | null): Promise<void> {
  const before = running;
  running = null;
  try {
    await before?.dispose();
  } catch (error) {
    output?.warn(`sagac did not stop as it was asked to: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
