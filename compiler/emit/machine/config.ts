import { propertyKey, stringLiteral } from "../lib/escape.ts";
import { braces, brackets, type Item, type Layout, NO_LINES } from "../lib/layout.ts";

/** The pieces that an XState config is put together from, as layouts. */

export interface Entry {
  readonly key: string;
  readonly value: Layout;
  /** Comment lines above the key. */
  readonly doc?: readonly string[];
}

/** An object literal; entries that are `null` are left out. */
export function object(...entries: readonly (Entry | null)[]): Layout {
  const present = entries.filter((each) => each !== null);
  return braces(
    present.map((each): Item => ({ doc: each.doc ?? NO_LINES, layout: property(each) })),
    ",",
  );
}

function property({ key, value }: Entry): Layout {
  return value === key ? propertyKey(key) : [propertyKey(key), ": ", value];
}

export function entry(key: string, value: Layout, doc: readonly string[] = NO_LINES): Entry {
  return { key, value, doc };
}

/** `null` where there is no value, so that it can be left out of `object`. */
export function optionalEntry(key: string, value: Layout | null): Entry | null {
  return value === null ? null : { key, value };
}

export function text(value: string): string {
  return stringLiteral(value);
}

export function list(items: readonly Layout[]): Layout {
  return brackets("[", items, "]");
}

/** One item as it is, several as a list. */
export function oneOrList(items: readonly Layout[]): Layout | null {
  const [first] = items;
  if (first === undefined) return null;
  return items.length === 1 ? first : list(items);
}

export interface Transition {
  readonly guard?: Layout;
  readonly target?: string;
  readonly actions?: readonly Layout[];
}

/** Transitions in the order in which they are tried. */
export function transitions(...candidates: readonly Transition[]): Layout {
  const [only] = candidates;
  if (candidates.length === 1 && only?.target !== undefined && only.guard === undefined && only.actions === undefined) {
    return text(only.target);
  }
  const items = candidates.map((candidate) =>
    object(
      optionalEntry("guard", candidate.guard ?? null),
      optionalEntry("target", candidate.target === undefined ? null : text(candidate.target)),
      optionalEntry("actions", oneOrList(candidate.actions ?? [])),
    ),
  );
  return oneOrList(items) ?? list([]);
}

export const FINAL: Layout = object(entry("type", text("final")));

/** A state with states below it. */
export function compound(initial: string, states: readonly Entry[], ...more: readonly (Entry | null)[]): Layout {
  return object(...more, entry("initial", text(initial)), entry("states", object(...states)));
}

/** A state whose branches are all active at once. */
export function parallel(branches: readonly Entry[], ...more: readonly (Entry | null)[]): Layout {
  return object(entry("type", text("parallel")), ...more, entry("states", object(...branches)));
}
