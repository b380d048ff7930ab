import type { ImportDecl } from "../ast/nodes.ts";
import { importPath } from "../check/imports/paths.ts";
import type { Document, Place, Workspace } from "./document.ts";
import type { NameDeclaration } from "./names.ts";

/** A declaration with the file it stands in. */
export interface FoundSymbol {
  readonly document: Document;
  readonly declaration: NameDeclaration;
}

/** What the name at an offset is declared as, in whichever file; `null`: there is no name, or nothing known of it. */
export function symbolAt(workspace: Workspace, document: Document, offset: number): FoundSymbol | null {
  const { names } = document;
  const holds = ({ start, end }: { readonly start: number; readonly end: number }): boolean => offset >= start && offset <= end;
  const own = names.declarations.find(({ ident }) => holds(ident.span));
  if (own !== undefined) return followed(workspace, { document, declaration: own });
  const reference = names.references.find(({ span }) => holds(span));
  if (reference !== undefined) {
    const declaration = names.find(reference.name, reference.saga);
    return declaration === null ? null : followed(workspace, { document, declaration });
  }
  // The name in `import { name as alias }`.
  for (const declaration of names.declarations) {
    if (declaration.node.kind === "import-name" && holds(declaration.node.name.span))
      return followed(workspace, { document, declaration });
  }
  return null;
}

/** Of an import what it imports, where that can be read; of imports in a circle one of them. */
export function followed(workspace: Workspace, found: FoundSymbol, seen: ReadonlySet<NameDeclaration> = new Set()): FoundSymbol {
  const { declaration, document } = found;
  if (declaration.node.kind !== "import-name") return found;
  const { name } = declaration.node.name;
  const from = importOf(document, declaration);
  const path = from === null ? null : importPath(document.path, from);
  const other = path?.ok && path.language === "saga" ? workspace.document(path.path) : null;
  const target = other?.names.find(name, null) ?? null;
  if (other === null || target === null || seen.has(target)) return found;
  return followed(workspace, { document: other, declaration: target }, new Set([...seen, declaration]));
}

/** Every place that speaks of a symbol, its declaration and imports of it included. */
export function placesOf(workspace: Workspace, { document, declaration }: FoundSymbol): readonly NamePlace[] {
  const places: NamePlace[] = [];
  const paths = declaration.saga === null ? new Set([document.path, ...workspace.paths()]) : new Set([document.path]);
  for (const path of paths) {
    const other = path === document.path ? document : workspace.document(path);
    if (other === null) continue;
    for (const each of other.names.declarations) {
      const isOne = followed(workspace, { document: other, declaration: each }).declaration === declaration;
      if (!isOne) continue;
      if (each.node.kind === "import-name" && each.node.alias !== null) {
        places.push({ ...at(path, each.node.name.span), what: "import", shorthand: false });
        continue;
      }
      places.push({ ...at(path, each.ident.span), what: each === declaration ? "declaration" : "import", shorthand: false });
      for (const reference of other.names.references) {
        if (reference.name === each.name && other.names.find(reference.name, reference.saga) === each)
          places.push({ ...at(path, reference.span), what: "reference", shorthand: reference.shorthand });
      }
    }
  }
  return places;
}

export interface NamePlace extends Place {
  readonly what: "declaration" | "import" | "reference";
  readonly shorthand: boolean;
}

function at(path: string, { start, end }: { readonly start: number; readonly end: number }): Place {
  return { path, start, end };
}

function importOf({ file }: Document, { node }: NameDeclaration): ImportDecl | null {
  return (
    file.declarations.find((each): each is ImportDecl => each.kind === "import" && each.names.some((name) => name === node)) ??
    null
  );
}
