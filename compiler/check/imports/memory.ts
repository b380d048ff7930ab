import { type ParsedFile, parseFile } from "../../ast/parse.ts";
import type { Memory } from "./closure.ts";
import { rememberingTypeScript } from "./typescript/reader.ts";

/** What the checks of one command leave to the next: trees of sources by their text, and what was read of TypeScript. */
export function frontMemory(parse = parseFile): Memory {
  const trees = new Map<string, { readonly text: string; readonly parsed: ParsedFile }>();
  return {
    parsed({ path, text }) {
      const known = trees.get(path);
      if (known?.text === text) return known.parsed;
      const parsed = parse(text, path);
      trees.set(path, { text, parsed });
      return parsed;
    },
    typescript: rememberingTypeScript(),
    importedElsewhere: () => [],
  };
}
