import type { SourceFile } from "../../source/source-set.ts";
import type { Span } from "../../source/span.ts";
import type { Report } from "../collect.ts";
import type { Diagnostic, DiagnosticCode } from "../diagnostic.ts";

/** Of the document below; grows with every change that a reader could notice. */
export const JSON_REPORT_SCHEMA = 1;

/** What `--format json` prints: one document, whatever happens. */
export interface JsonReport {
  readonly schema: typeof JSON_REPORT_SCHEMA;
  readonly diagnostics: readonly JsonDiagnostic[];
  readonly summary: { readonly errors: number; readonly warnings: number; readonly omitted: number };
}

/** A `Diagnostic` of the Language Server Protocol, with the file and our parts of the text beside it. */
export interface JsonDiagnostic {
  readonly file: string;
  readonly range: JsonRange;
  /** As in the protocol: 1 error, 2 warning. */
  readonly severity: 1 | 2;
  readonly code: DiagnosticCode;
  readonly codeDescription: { readonly href: string };
  readonly source: "sagac";
  readonly slug: string;
  readonly message: string;
  readonly relatedInformation: readonly {
    readonly location: { readonly uri: string; readonly range: JsonRange };
    readonly message: string;
  }[];
  readonly note: string | null;
  readonly help: string | null;
  readonly fixes: readonly {
    readonly title: string;
    readonly safe: boolean;
    readonly edits: readonly { readonly file: string; readonly range: JsonRange; readonly newText: string }[];
  }[];
}

/** Lines and characters (UTF-16 code units) start at 0; the end is exclusive. */
export interface JsonRange {
  readonly start: JsonPosition;
  readonly end: JsonPosition;
}

export interface JsonPosition {
  readonly line: number;
  readonly character: number;
}

/** `source`: the text of a file that a span names; without it ranges are all zero. */
export function jsonReport(report: Report, source: (path: string) => SourceFile | null): JsonReport {
  const { errors, warnings, omitted } = report;
  return {
    schema: JSON_REPORT_SCHEMA,
    diagnostics: report.diagnostics.map((diagnostic) => jsonDiagnostic(diagnostic, source)),
    summary: { errors, warnings, omitted },
  };
}

/** The document as text, with a line break at its end. */
export function renderJson(report: Report, source: (path: string) => SourceFile | null): string {
  return `${JSON.stringify(jsonReport(report, source), null, 2)}\n`;
}

function jsonDiagnostic(diagnostic: Diagnostic, source: (path: string) => SourceFile | null): JsonDiagnostic {
  const rangeOf = (span: Span): JsonRange => jsonRange(span, source);
  return {
    file: diagnostic.span.file,
    range: rangeOf(diagnostic.span),
    severity: diagnostic.severity === "error" ? 1 : 2,
    code: diagnostic.code,
    codeDescription: { href: diagnostic.docs },
    source: "sagac",
    slug: diagnostic.slug,
    message: diagnostic.message,
    relatedInformation: diagnostic.labels.map(({ span, message }) => ({
      location: { uri: encodeURI(span.file), range: rangeOf(span) },
      message,
    })),
    note: diagnostic.note,
    help: diagnostic.help,
    fixes: diagnostic.fixes.map(({ title, safe, edits }) => ({
      title,
      safe,
      edits: edits.map(({ span, text }) => ({ file: span.file, range: rangeOf(span), newText: text })),
    })),
  };
}

function jsonRange(span: Span, source: (path: string) => SourceFile | null): JsonRange {
  const lines = source(span.file)?.lines;
  const position = (offset: number): JsonPosition => {
    if (lines === undefined) return { line: 0, character: 0 };
    const { line, column } = lines.positionAt(offset);
    return { line: line - 1, character: column - 1 };
  };
  return { start: position(span.start), end: position(span.end) };
}
