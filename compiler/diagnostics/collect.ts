import { compareSpans } from "../source/span.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** What a run has to say, in the order in which it is shown. */
export interface Report {
  readonly diagnostics: readonly Diagnostic[];
  /** Of all there are, also of those left out. */
  readonly errors: number;
  readonly warnings: number;
  /** How many more there are than `diagnostics` holds. */
  readonly omitted: number;
}

/** So many are shown unless the caller says otherwise. */
export const DIAGNOSTIC_LIMIT = 100;

/**
 * Sorts by file and place, drops what says the same of the same place twice and what says more of a place that could not be read, and keeps
 * at most `limit`: errors before warnings, and of each the first.
 */
export function collectDiagnostics(all: readonly Diagnostic[], limit: number = DIAGNOSTIC_LIMIT): Report {
  const sorted = [...all].sort(compareDiagnostics).filter(onceEach()).filter(unlessUnreadable(all));
  const errors = sorted.filter((diagnostic) => diagnostic.severity === "error");
  const warnings = sorted.filter((diagnostic) => diagnostic.severity === "warning");
  const kept =
    sorted.length <= limit
      ? sorted
      : [...errors.slice(0, limit), ...warnings.slice(0, Math.max(0, limit - errors.length))].sort(compareDiagnostics);
  return { diagnostics: kept, errors: errors.length, warnings: warnings.length, omitted: sorted.length - kept.length };
}

export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return compareSpans(a.span, b.span) || compareText(a.code, b.code) || compareText(a.message, b.message);
}

/** One code says one thing of one place: the second is the same cause met again. */
function onceEach(): (diagnostic: Diagnostic) => boolean {
  const seen = new Set<string>();
  return ({ code, span }) => {
    const key = `${code} ${span.start} ${span.end} ${span.file}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
}

/** What could not be read (1xxx) has a stand-in in the tree: whatever is wrong with exactly that follows from it. */
function unlessUnreadable(all: readonly Diagnostic[]): (diagnostic: Diagnostic) => boolean {
  const isSyntax = ({ code }: Diagnostic): boolean => code.startsWith("SAGA1");
  const place = ({ span }: Diagnostic): string => `${span.start} ${span.end} ${span.file}`;
  const unreadable = new Set(all.filter(isSyntax).map(place));
  return (diagnostic) => isSyntax(diagnostic) || !unreadable.has(place(diagnostic));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
