import { compareSpans } from "../source/span.ts";
import type { Draft } from "./draft.ts";
import { type Type, type TypeSymbol, UNKNOWN } from "./types.ts";

/**
 * Finds named types that no finite value can have: those that hold themselves with no array, record or optional in between, and those
 * that are nothing but a name for themselves (`type A = A?`). They become unknown, so that nothing walks in circles.
 */
export function breakImpossibleTypes(draft: Draft, symbols: Iterable<TypeSymbol>): void {
  const all = [...symbols];
  for (const find of [directParts, aliasParts]) {
    const done = new Set<TypeSymbol>();
    for (const symbol of all) breakCycles(draft, symbol, find, done);
  }
}

/** Depth first with a stack of its own: a chain of names may be as long as a file. */
function breakCycles(draft: Draft, root: TypeSymbol, parts: (type: Type) => TypeSymbol[], done: Set<TypeSymbol>): void {
  const path: { symbol: TypeSymbol; rest: TypeSymbol[] }[] = [];
  const position = new Map<TypeSymbol, number>();
  const enter = (symbol: TypeSymbol): void => {
    position.set(symbol, path.length);
    path.push({ symbol, rest: parts(symbol.type) });
  };
  if (!done.has(root)) enter(root);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const next = top.rest.pop();
    if (next === undefined) {
      done.add(top.symbol);
      position.delete(top.symbol);
      path.pop();
    } else if (!done.has(next)) {
      const at = position.get(next);
      if (at === undefined) enter(next);
      else
        reportCycle(
          draft,
          path.slice(at).map((step) => step.symbol),
        );
    }
  }
}

function reportCycle(draft: Draft, cycle: readonly TypeSymbol[]): void {
  // Told at the one that comes first in the source, so that the report does not depend on where the search began.
  const first = [...cycle].sort(byPlace)[0];
  const name = first?.node?.name ?? null;
  if (first !== undefined && name !== null) {
    const at = cycle.indexOf(first);
    const path = [...cycle.slice(at), ...cycle.slice(0, at), first].map((symbol) => symbol.name);
    draft.findings.add("recursive-type", { symbol: first, name, path });
    first.type = UNKNOWN;
  }
}

function byPlace(a: TypeSymbol, b: TypeSymbol): number {
  // Types of TypeScript stand in no circle here: that was looked at when they were read.
  if (a.node === null || b.node === null) return (a.node === null ? 1 : 0) - (b.node === null ? 1 : 0);
  return compareSpans(a.node.span, b.node.span);
}

/** The named types that a value of the type always holds. */
function directParts(type: Type): TypeSymbol[] {
  switch (type.kind) {
    case "named":
      return [type.symbol];
    case "object":
      return type.fields.flatMap((field) => directParts(field.type));
    default:
      return [];
  }
}

/** The named types that the type is another name for, absent or not. */
function aliasParts(type: Type): TypeSymbol[] {
  if (type.kind === "named") return [type.symbol];
  return type.kind === "optional" ? aliasParts(type.type) : [];
}
