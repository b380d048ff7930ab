import type { Declaration, FileNode, Node } from "../ast/nodes.ts";
import { walk } from "../ast/walk.ts";

/**
 * What files that import `names` from this one can know of it: trees without their places and remarks, of what is named, of all that this speaks of
 * in turn, and of the imports. Equal surfaces: a check of such a file says the same. A file with sagas is seen whole, as they meet in what they call; so
 * is one that lacks a name, as another one may be meant.
 */
export function surfaceOf(file: FileNode, names: ReadonlySet<string>): string {
  const { declarations, misplaced, broken } = file;
  const declared = new Set(declarations.map(nameOf));
  const whole = declarations.some(({ kind }) => kind === "saga-decl") || [...names].some((name) => !declared.has(name));
  const byName = Map.groupBy(declarations, nameOf);
  const seen = new Set(names);
  const shown = new Set<Declaration>();
  const show = (node: Declaration): void => {
    shown.add(node);
    for (const each of namesIn(node)) seen.add(each);
  };
  for (const node of whole ? declarations : (byName.get(null) ?? [])) show(node);
  // What is added meanwhile comes as well.
  if (!whole) for (const name of seen) byName.get(name)?.forEach(show);
  const visible = declarations.filter((node) => shown.has(node));
  return JSON.stringify({ visible, misplaced, broken }, (key, value: unknown) => (UNSEEN.test(key) ? undefined : value));
}

const UNSEEN = /^(?:docs?|span|\w+Span)$/;

/** `null`: it has none, as an import, or none that could be read. */
function nameOf(node: Declaration): string | null {
  return "name" in node ? (node.name?.name ?? null) : null;
}

function namesIn(node: Node): readonly string[] {
  const found: string[] = [];
  walk(node, (each) => {
    if (each.kind === "ident" || each.kind === "name") found.push(each.name);
    return true;
  });
  return found;
}
