import type { Document, Place, Workspace } from "./document.ts";
import { symbolAt } from "./symbol-at.ts";

/** Where the name at an offset is declared, also in another file. */
export function definition(workspace: Workspace, document: Document, offset: number): Place | null {
  const found = symbolAt(workspace, document, offset);
  if (found === null) return null;
  const { start, end } = found.declaration.ident.span;
  return { path: found.document.path, start, end };
}
