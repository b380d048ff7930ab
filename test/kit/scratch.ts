import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished, vi } from "vitest";

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

/** Until the test has ended, what this process writes where the system has what may vanish goes into a scratch folder. */
export function ownTemporaryFiles(): void {
  vi.stubEnv("TMPDIR", scratchFolder());
  onTestFinished(() => void vi.unstubAllEnvs());
}

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** A new folder where the system has what may vanish. Whoever does not remove it has it removed as the process ends. */
export function temporaryFolder(prefix: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), prefix));
  const atExit = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  process.once("exit", atExit);
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      process.off("exit", atExit);
    },
  };
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
