import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../kit/scratch.ts";
import { type Editor, startEditor } from "./editor.ts";
import { vsix } from "./vsix.ts";

// The packaged extension in a real VS Code.

const SHARED = `/// What was bought.
type Item = { sku: string, count: int }
error SoldOut { sku: string }
service till { idempotent for 7d }
`;
const ORDER = `import { Item, SoldOut, till } from "./shared.saga"

/// Sells one thing.
saga Sell {
  timeout 1d
  input { id: uuid, item: Item }

  /// Takes the money.
  step charge on till {
    input { input.id, input.item.sku }
    output { receipt: string }
    throws SoldOut
    compensate refund { input { input.id, charge.receipt } }
  }
  output { charge.receipt }
}
`;
const lineOf = (text: string): number => ORDER.slice(0, ORDER.indexOf(text)).split("\n").length;
const columnOf = (text: string): number => ORDER.indexOf(text) - ORDER.lastIndexOf("\n", ORDER.indexOf(text));
const screenshots = join(ROOT, "dist", "screenshots");

function project(): string {
  const folder = mkdtempSync(join(tmpdir(), "saga-project-"));
  for (const [path, text] of Object.entries({ "package.json": "{}\n", "shop/order.saga": ORDER, "shop/shared.saga": SHARED })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe.each([
  ["bundled", false],
  ["workspace", true],
])("the extension with the %s sagac", { timeout: 120_000 }, (name, own) => {
  const folder = project();
  const text = (path: string): string => readFileSync(join(folder, path), "utf8");
  let editor: Editor;

  beforeAll(async () => {
    if (own) {
      mkdirSync(join(folder, "node_modules"));
      symlinkSync(join(ROOT, "compiler"), join(folder, "node_modules", "sagac"));
    }
    editor = await startEditor(await vsix(), folder, join(screenshots, name));
    await editor.open("order.saga");
  }, 300_000);
  afterAll(async () => {
    await editor?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const squiggles = () => editor.page.locator(".squiggly-error");
  const errors = async (): Promise<number> => squiggles().count();

  it("says which sagac runs", async () => {
    const item = editor.page.locator("#saga-vscode\\.saga\\.server, [id*='saga.server']").first();
    await expect.poll(() => item.textContent(), { timeout: 60_000 }).toContain("sagac 0.1.0");
    expect(await item.getAttribute("aria-label")).toContain(own ? "the workspace's own" : "bundled");
    await editor.shot("1-open");
  });

  it("colours words, names, texts and comments each in their own way", async () => {
    const classes = await editor.page
      .locator(".editor-instance .view-line span span")
      .evaluateAll((spans) => spans.map((span) => [(span.textContent ?? "").trim(), span.className] as const));
    const of = (text: string): string => classes.find(([shown]) => shown === text)?.[1] ?? `no ${text}`;
    const [word, comment, string, plain] = [of("saga"), of("/// Sells one thing."), of('"./shared.saga"'), of("charge")];
    expect(new Set([word, comment, string, plain]).size).toBe(4);
    expect([of("timeout"), of("compensate")]).toEqual([word, word]);
  });

  it("underlines a mistake, says it, and forgets it once it is mended", async () => {
    expect(await errors()).toBe(0);
    await editor.goTo(lineOf("input { input.id, input.item"), columnOf("input.item.sku"));
    await editor.page.keyboard.type("input.nothing, ");
    await expect.poll(errors, { timeout: 30_000 }).toBeGreaterThan(0);
    await editor.command("Problems: Focus on Problems View");
    const problem = editor.page.locator(".markers-panel .monaco-list-row", { hasText: "nothing" }).first();
    await problem.waitFor();
    await editor.shot("2-mistake");
    await editor.command("View: Focus Active Editor Group");
    while ((await editor.lines()).join("\n").includes("nothing")) await editor.page.keyboard.press("Control+Z");
    await expect.poll(errors, { timeout: 30_000 }).toBe(0);
  });

  it("completes words of the language and names of the file", async () => {
    const suggested = async (): Promise<string[]> =>
      editor.page.locator(".suggest-widget .monaco-list-row .label-name").allTextContents();
    await editor.goTo(lineOf("    throws SoldOut"), 1);
    await editor.page.keyboard.press("Control+Enter");
    await editor.page.keyboard.type("ret");
    await editor.page.keyboard.press("Control+Space");
    await expect.poll(suggested, { timeout: 30_000 }).toContain("retry");
    await editor.shot("3-words");
    await editor.page.keyboard.press("Escape");
    for (let at = 0; at < 3; at += 1) await editor.page.keyboard.press("Backspace");
    await editor.page.keyboard.type("throws ");
    await editor.page.keyboard.press("Control+Space");
    await expect.poll(suggested, { timeout: 30_000 }).toContain("SoldOut");
    await editor.shot("4-names");
    await editor.page.keyboard.press("Escape");
    await editor.command("File: Revert File");
    await expect.poll(errors, { timeout: 30_000 }).toBe(0);
  });

  it("explains what the cursor is on", async () => {
    await editor.goTo(lineOf("throws SoldOut"), columnOf("SoldOut\n"));
    await editor.page.keyboard.press("Control+K");
    await editor.page.keyboard.press("Control+I");
    const hover = editor.page.locator(".monaco-hover:visible", { hasText: "error SoldOut" });
    await hover.waitFor();
    await editor.shot("5-hover");
    await editor.page.keyboard.press("Escape");
  });

  it("goes to a definition in another file", async () => {
    await editor.goTo(lineOf("on till"), columnOf("till {"));
    await editor.page.keyboard.press("F12");
    await editor.page.locator('.tab.active[data-resource-name="shared.saga"]').waitFor();
    await editor.shot("6-definition");
    await editor.open("order.saga");
  });

  it("renames in all files", async () => {
    await editor.goTo(lineOf("on till"), columnOf("till {"));
    await editor.page.keyboard.press("F2");
    const box = editor.page.locator(".rename-box input");
    await box.waitFor();
    await box.fill("cashier");
    await editor.page.keyboard.press("Enter");
    await expect.poll(async () => (await editor.lines()).join("\n"), { timeout: 30_000 }).toContain("on cashier");
    await editor.shot("7-rename");
    await editor.command("File: Save All Files");
    await expect.poll(() => text("shop/order.saga"), { timeout: 30_000 }).toBe(ORDER.replaceAll("till", "cashier"));
    await expect.poll(() => text("shop/shared.saga"), { timeout: 30_000 }).toBe(SHARED.replaceAll("till", "cashier"));
    expect(await errors()).toBe(0);
  });

  it("formats", async () => {
    const formatted = text("shop/order.saga");
    await editor.goTo(lineOf("  timeout 1d"), 1);
    await editor.page.keyboard.type("      ");
    await editor.command("Format Document");
    await editor.command("File: Save All Files");
    await expect.poll(() => text("shop/order.saga"), { timeout: 30_000 }).toBe(formatted);
    await editor.shot("8-format");
  });

  it("starts the server again when asked", async () => {
    await editor.command("Saga: Restart the Language Server");
    await editor.goTo(lineOf("output { charge.receipt }"), columnOf("output { charge.receipt }"));
    await editor.page.keyboard.type("x");
    await expect.poll(errors, { timeout: 60_000 }).toBeGreaterThan(0);
  });
});
