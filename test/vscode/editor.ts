import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { CHROMIUM, CODE_SERVER } from "./places.ts";

/** A VS Code in a browser, with our extension, on a folder. */
export interface Editor {
  readonly page: Page;
  /** By the quick open: a name that no other file has. */
  open(file: string): Promise<void>;
  /** By the palette. */
  command(title: string): Promise<void>;
  /** Both count from 1. */
  goTo(line: number, column: number): Promise<void>;
  /** The lines of the editor in front, as far as they are in sight. */
  lines(): Promise<string[]>;
  /** Kept under `dist/screenshots`, to be looked at. */
  shot(name: string): Promise<void>;
  stop(): Promise<void>;
}

const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Light Modern",
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "editor.minimap.enabled": false,
  "editor.stickyScroll.enabled": false,
  "files.autoSave": "off",
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
};

export async function startEditor(vsix: string, folder: string, screenshots: string): Promise<Editor> {
  const home = mkdtempSync(join(tmpdir(), "saga-vscode-"));
  const [data, extensions] = [join(home, "data"), join(home, "extensions")];
  mkdirSync(join(data, "User"), { recursive: true });
  writeFileSync(join(data, "User", "settings.json"), JSON.stringify(SETTINGS));
  const folders = ["--user-data-dir", data, "--extensions-dir", extensions, "--config", join(home, "config.yaml")];
  execFileSync(process.execPath, [CODE_SERVER, ...folders, "--install-extension", vsix], { stdio: "pipe" });
  const port = await freePort();
  const options = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"];
  const server = spawn(process.execPath, [CODE_SERVER, ...folders, ...options, folder], { stdio: "pipe" });
  let browser: Browser | null = null;
  const stop = async (): Promise<void> => {
    await browser?.close();
    await ended(server);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await listening(server);
    browser = await chromium.launch({ executablePath: CHROMIUM ?? "", args: ["--no-sandbox"] });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`);
    await page.locator(".monaco-workbench .explorer-folders-view").waitFor();
    return editorOf(page, screenshots, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

function editorOf(page: Page, screenshots: string, stop: () => Promise<void>): Editor {
  const palette = page.locator(".quick-input-widget input").first();
  /** The list is filled and sorted some time after the typing. */
  const pick = async (text: string, row: string): Promise<void> => {
    await palette.waitFor();
    await palette.fill(text);
    await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: row }).first().waitFor();
    await page.keyboard.press("Enter");
    await palette.waitFor({ state: "hidden" });
  };
  return {
    page,
    async open(file) {
      await page.keyboard.press("Control+P");
      await pick(file, file);
      await page.locator(`.tab.active[data-resource-name="${file}"]`).waitFor();
      await page.locator(".editor-instance .view-line").first().waitFor();
    },
    async command(title) {
      await page.keyboard.press("F1");
      await pick(`>${title}`, title);
    },
    async goTo(line, column) {
      await page.keyboard.press("Control+G");
      await pick(`:${line}:${column}`, "");
    },
    async lines() {
      const lines = page.locator(".editor-instance .view-line");
      const placed = await lines.evaluateAll((all) =>
        all.map((each) => ({ top: Number.parseInt(each.style.top, 10), text: each.textContent ?? "" })),
      );
      return placed.sort((a, b) => a.top - b.top).map(({ text }) => text.replaceAll("\u00a0", " "));
    },
    async shot(name) {
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, `${name}.png`) });
    },
    stop,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

function listening(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      if (said.includes("HTTP server listening")) resolve();
    };
    server.stdout?.on("data", hear);
    server.stderr?.on("data", hear);
    server.on("exit", (code) => reject(new Error(`code-server ended with ${code}: ${said}`)));
  });
}

function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.on("exit", () => resolve());
    server.kill();
  });
}
