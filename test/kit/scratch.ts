import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** The project's root. */
export const ROOT = join(import.meta.dirname, "../..");

/**
 * A new folder under `.tmp/` of the project, so that packages are found from it as a user's files would find them. It is removed when the
 * test (or, called outside of one, the process) has ended.
 */
export function scratchFolder(files: Readonly<Record<string, string>> = {}, keep: "test" | "process" = "test"): string {
  mkdirSync(join(ROOT, ".tmp"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, ".tmp/test-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  if (keep === "test") onTestFinished(remove);
  else process.once("exit", remove);
  writeFiles(folder, files);
  return folder;
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
