import type { Document, Place, Workspace } from "./document.ts";
import { placesOf, symbolAt } from "./symbol-at.ts";

/** Every place that speaks of the name at an offset, in all files. */
export function references(
  workspace: Workspace,
  document: Document,
  offset: number,
  { withDeclaration = true }: { readonly withDeclaration?: boolean } = {},
): readonly Place[] {
  const found = symbolAt(workspace, document, offset);
  if (found === null) return [];
  return placesOf(workspace, found)
    .filter(({ what }) => withDeclaration || what !== "declaration")
    .map(({ path, start, end }) => ({ path, start, end }));
}
