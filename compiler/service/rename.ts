import { IDENTIFIER, WORDS } from "@sagac/grammar";
import type { Document, TextChange, Workspace } from "./document.ts";
import { type FoundSymbol, placesOf, symbolAt } from "./symbol-at.ts";

export type Rename =
  | { readonly ok: true; readonly changes: readonly TextChange[] }
  | { readonly ok: false; readonly why: string };

/** The stretch that a rename at an offset would change; `null`: nothing there can be renamed. */
export function renameable(
  workspace: Workspace,
  document: Document,
  offset: number,
): { readonly start: number; readonly end: number } | null {
  const found = symbolAt(workspace, document, offset);
  if (found === null || found.declaration.node.kind === "import-name") return null;
  const here = placesOf(workspace, found).find(
    ({ path, start, end }) => path === document.path && offset >= start && offset <= end,
  );
  return here === undefined ? null : { start: here.start, end: here.end };
}

/**
 * Another name for what the name at an offset speaks of, everywhere. What a saga does stays the same: an entry `{ name }` keeps its field's
 * name, and a step keeps the operation that it calls.
 */
export function rename(workspace: Workspace, document: Document, offset: number, name: string): Rename {
  const found = symbolAt(workspace, document, offset);
  if (found === null || found.declaration.node.kind === "import-name")
    return { ok: false, why: "There is nothing here that can be renamed." };
  const refusal = refuse(found, name);
  if (refusal !== null) return { ok: false, why: refusal };
  const old = found.declaration.name;
  const changes = placesOf(workspace, found).map(({ path, start, end, shorthand }): TextChange => {
    return { path, start, end, text: shorthand ? `${old}: ${name}` : name };
  });
  return { ok: true, changes: [...changes, ...keptOperation(found)] };
}

/** A step without an operation of its own calls the one of its name. */
function keptOperation({ document, declaration: { node, name } }: FoundSymbol): readonly TextChange[] {
  if (node.kind !== "step" || node.on === null || node.on.operation !== null || node.on.service === null) return [];
  const { end } = node.on.service.span;
  return [{ path: document.path, start: end, end, text: `.${name}` }];
}

function refuse({ document, declaration }: FoundSymbol, name: string): string | null {
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name))
    return `\`${name}\` is not ${IDENTIFIER.label}: letters, digits and \`_\`, no digit first.`;
  if (WORDS.some((word) => word.word === name && word.class !== "contextual")) return `\`${name}\` is a word of the language.`;
  const taken = document.names.declarations.some(
    (each) => each.name === name && (each.saga === null || each.saga === declaration.saga),
  );
  return taken && name !== declaration.name ? `There is a \`${name}\` already.` : null;
}
