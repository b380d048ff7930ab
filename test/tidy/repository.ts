import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout, absolute. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Never ours to judge: what is installed, built, or left over from a run (compare `.gitignore`). */
const NOT_OURS = new Set(["node_modules", "dist", "coverage", ".git", ".tmp"]);

/**
 * Every file of the repository whose name ends so, as paths from the root with `/`, sorted. Read from the disk and not from git, so
 * that a new file is judged before it is committed, and a source archive without `.git` can be judged too.
 */
export function filesEnding(...endings: readonly string[]): string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!NOT_OURS.has(entry.name)) visit(path);
      } else if (entry.isFile() && endings.some((ending) => entry.name.endsWith(ending))) found.push(path);
    }
  };
  visit("");
  return found.sort();
}

/** The text of a file, by its path from the root. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Written by `sagac build` or by a script: its shape is nobody's style. */
export function isGenerated(path: string): boolean {
  return path.split("/").includes("generated");
}

/** Input and expected output of a test: may be wrong on purpose. */
export function isFixture(path: string): boolean {
  return path.startsWith("test/cases/") || path.split("/").includes("fixtures");
}

/** The line, counted from 1, at an offset of a text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf("\n"); i !== -1 && i < offset; i = text.indexOf("\n", i + 1)) line++;
  return line;
}
