import type { TextDocumentContentChangeEvent } from "vscode-languageserver/node";
import { createLineTable } from "../source/line-table.ts";

/** A text with an editor's changes made to it, each to what the one before has left. */
export function withChanges(text: string, changes: readonly TextDocumentContentChangeEvent[]): string {
  let changed = text;
  for (const change of changes) {
    if (!("range" in change)) {
      changed = change.text;
      continue;
    }
    const { start, end } = change.range;
    const lines = createLineTable(changed);
    const [from, to] = [start, end].map(({ line, character }) => lines.offsetAt({ line: line + 1, column: character + 1 }));
    changed = changed.slice(0, from) + change.text + changed.slice(to);
  }
  return changed;
}
