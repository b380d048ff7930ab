import { SYNTAX_CODES, type SyntaxCode } from "@sagac/grammar";
import { IGNORE_KINDS } from "../check/ignores.ts";
import { rules } from "../check/rules/index.ts";
import { type DiagnosticCode, docsPage, type Severity } from "./diagnostic.ts";

/** What is said of a code where none of its cases is at hand: lists, pages, an editor's settings. */
export interface CodeEntry {
  readonly code: DiagnosticCode;
  readonly slug: string;
  readonly severity: Severity;
  /** One sentence; of a rule its message, with its placeholders. */
  readonly summary: string;
  readonly docs: string;
  /** Whether `// sagac-ignore <code>: reason` silences it: warnings of rules only, never what makes a saga unsound. */
  readonly ignorable: boolean;
}

/** Every code of the sources, by code: those of the grammar, and what each rule declares of itself. */
export const CODES: readonly CodeEntry[] = collectCodes([
  ...(Object.keys(SYNTAX_CODES) as SyntaxCode[]).map((code) => ({ code, severity: "error" as const, ...SYNTAX_CODES[code] })),
  ...rules.map(({ code, slug, severity, message }) => ({
    code,
    slug,
    severity,
    summary: message,
    ignorable: severity === "warning",
  })),
  ...Object.values(IGNORE_KINDS).map(({ code, slug, severity, message }) => ({ code, slug, severity, summary: message })),
]);

/** @throws when two share a code or a slug: a code says one thing. */
export function collectCodes(
  entries: readonly (Omit<CodeEntry, "docs" | "ignorable"> & { readonly ignorable?: boolean })[],
): readonly CodeEntry[] {
  for (const key of ["code", "slug"] as const) {
    const seen = new Set<string>();
    for (const entry of entries) {
      if (seen.has(entry[key])) throw new TypeError(`The ${key} ${entry[key]} is given twice.`);
      seen.add(entry[key]);
    }
  }
  return entries
    .map(({ code, slug, severity, summary, ignorable = false }) => ({
      code,
      slug,
      severity,
      summary,
      docs: docsPage(code),
      ignorable,
    }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}
