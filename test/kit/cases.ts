import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { ROOT } from "./scratch.ts";

/**
 * Folders of `test/cases/<suite>`: what goes in beside what must come out. `UPDATE_CASES=1` writes what comes out instead of comparing;
 * read the difference before you keep it.
 */
export interface CaseFolder {
  readonly name: string;
  /** The text of a file; `null`: the case has none. */
  read(file: string): string | null;
  /** The same, where a case cannot do without. */
  need(file: string): string;
  /** Byte for byte. */
  expectFile(file: string, actual: string): void;
  /** Paths in the case, with `/`, sorted. */
  files(): readonly string[];
}

export function caseFolders(suite: string): readonly CaseFolder[] {
  const folder = join(ROOT, "test/cases", suite);
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names.map((entry) => caseFolder(entry.name, join(folder, entry.name))).sort((a, b) => (a.name < b.name ? -1 : 1));
}

const UPDATE = process.env.UPDATE_CASES === "1";

function caseFolder(name: string, folder: string): CaseFolder {
  const read = (file: string): string | null => {
    try {
      return readFileSync(join(folder, file), "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
      throw error;
    }
  };
  return {
    name,
    read,
    need(file) {
      const text = read(file);
      if (text === null) throw new Error(`${name} lacks ${file}`);
      return text;
    },
    expectFile(file, actual) {
      if (UPDATE) writeFileSync(join(folder, file), actual);
      else expect(actual, `${name}/${file} (UPDATE_CASES=1 rewrites it)`).toBe(read(file));
    },
    files: () => readdirSync(folder).sort(),
  };
}
