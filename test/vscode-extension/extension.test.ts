import { beforeEach, describe, expect, it, vi } from "vitest";
import { activate, deactivate } from "../../vscode-extension/src/extension.ts";

/** What stands in for the editor and for the client of the protocol. */
const editor = vi.hoisted(() => {
  const bar = { name: "", command: "", text: "", tooltip: "", backgroundColor: undefined, show() {}, hide() {}, dispose() {} };
  const commands = new Map<string, () => Promise<void>>();
  const clients: {
    readonly state: (newState: number) => void;
    disposed: number;
    failsToStop: boolean;
  }[] = [];
  return { bar, commands, clients, STATE: { Stopped: 1, Running: 2, Starting: 3, StartFailed: 4 } };
});

vi.mock("vscode", () => {
  const none = () => ({ dispose() {} });
  return {
    StatusBarAlignment: { Right: 2 },
    ThemeColor: class {},
    commands: {
      registerCommand(name: string, run: () => Promise<void>) {
        editor.commands.set(name, run);
        return none();
      },
    },
    window: {
      activeTextEditor: undefined,
      createOutputChannel: () => ({ info() {}, warn() {}, error() {}, show() {}, dispose() {} }),
      createStatusBarItem: () => editor.bar,
      onDidChangeActiveTextEditor: none,
      showWarningMessage: async () => undefined,
    },
    workspace: {
      workspaceFolders: [],
      isTrusted: true,
      getConfiguration: () => ({ get: (_: string, otherwise: string) => otherwise }),
      onDidGrantWorkspaceTrust: none,
      onDidChangeConfiguration: none,
    },
  };
});

vi.mock("vscode-languageclient/node", () => ({
  CloseAction: { DoNotRestart: 1, Restart: 2 },
  TransportKind: { stdio: 0 },
  State: editor.STATE,
  LanguageClient: class {
    readonly initializeResult = { serverInfo: { version: "0.1.0" } };
    readonly #heard: ((change: { readonly newState: number }) => void)[] = [];
    readonly #own = {
      state: (newState: number) => {
        for (const heard of this.#heard) heard({ newState });
      },
      disposed: 0,
      failsToStop: false,
    };
    constructor() {
      editor.clients.push(this.#own);
    }
    createDefaultErrorHandler() {
      return { error: () => ({ action: 1 }), closed: () => ({ action: 1 }) };
    }
    onDidChangeState(listener: (change: { readonly newState: number }) => void) {
      this.#heard.push(listener);
      return { dispose() {} };
    }
    async start() {
      this.#own.state(editor.STATE.Starting);
      this.#own.state(editor.STATE.Running);
    }
    async dispose() {
      this.#own.disposed += 1;
      if (this.#own.failsToStop) throw new Error("Stopping the server timed out");
      this.#own.state(editor.STATE.Stopped);
    }
  },
}));

const context = { subscriptions: [], asAbsolutePath: (path: string) => path, extension: { packageJSON: { version: "0.1.0" } } };

describe("the extension", () => {
  beforeEach(async () => {
    editor.clients.length = 0;
    await activate(context as unknown as Parameters<typeof activate>[0]);
    expect(editor.bar.text).toBe("sagac 0.1.0");
  });
  const restart = async (): Promise<void> => await editor.commands.get("saga.restartServer")?.();
  const client = (at: number) => {
    const found = editor.clients[at];
    if (found === undefined) throw new Error(`there is no client ${at}`);
    return found;
  };

  it("restarts also when the server before could not be stopped, and again after that", async () => {
    client(0).failsToStop = true;
    await restart();
    await restart();
    expect(editor.clients.map(({ disposed }) => disposed)).toEqual([1, 1, 0]);
    expect(editor.bar.text).toBe("sagac 0.1.0");
  });

  it("ends also when the server cannot be stopped", async () => {
    client(0).failsToStop = true;
    await deactivate();
    expect(client(0).disposed).toBe(1);
  });

  it.each([
    ["it stopped for good", [1], "$(error) sagac"],
    ["it could not be started again", [1, 3, 4], "$(error) sagac"],
    ["it starts again", [1, 3], "$(loading~spin) sagac"],
    ["it runs again", [1, 3, 2], "sagac 0.1.0"],
  ])("shows in the status bar that %s", (_, states, text) => {
    for (const state of states) client(0).state(state);
    expect(editor.bar.text).toBe(text);
  });

  it("hears no more of a server that was replaced", async () => {
    await restart();
    client(0).state(editor.STATE.Stopped);
    expect(editor.bar.text).toBe("sagac 0.1.0");
  });
});
