import type { DiagnosticLabel } from "../../../diagnostics/diagnostic.ts";
import { suggest } from "../../../diagnostics/suggest.ts";
import type { Span } from "../../../source/span.ts";

/** One mistake with all places where it shows: told once, at the first. */
export interface Cause<Finding> {
  readonly first: Finding;
  readonly again: readonly Finding[];
}

/** A name that was looked for. */
export interface Sought {
  readonly name: string;
  /** In what it was looked for; compared as keys of a `Map` are. */
  readonly where: unknown;
  readonly candidates: readonly string[];
}

/**
 * A name that is like none that there is lacks its declaration: one mistake, however often it is used. One that is like another is misspelt,
 * and that is a mistake at each place. In the order of the first of each.
 */
export function byCause<Finding>(findings: readonly Finding[], soughtBy: (finding: Finding) => Sought): Cause<Finding>[] {
  const found: { readonly first: Finding; readonly again: Finding[] }[] = [];
  const places = new Map<unknown, Map<string, (typeof found)[number]>>();
  for (const finding of findings) {
    const { name, where, candidates } = soughtBy(finding);
    const names = places.get(where) ?? new Map<string, (typeof found)[number]>();
    places.set(where, names);
    const cause = names.get(name);
    if (cause !== undefined && suggest(name, candidates) === null) cause.again.push(finding);
    else {
      const fresh = { first: finding, again: [] };
      names.set(name, fresh);
      found.push(fresh);
    }
  }
  return found;
}

/** Points to the other places of a mistake: to the first few, and to how many more there are. */
export function againLabels(spans: readonly Span[], message: string): DiagnosticLabel[] {
  const shown = spans.slice(0, MOST_LABELS);
  const more = spans.length - shown.length;
  return shown.map((span, index) => ({
    span,
    message: more > 0 && index === shown.length - 1 ? `${message}, and ${more} more times` : message,
  }));
}

const MOST_LABELS = 3;
