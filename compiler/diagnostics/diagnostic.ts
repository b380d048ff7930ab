import type { Span } from "../source/span.ts";

/** `SAGA4003`. 1xxx syntax, 2xxx names and structure, 3xxx types, 4xxx flow and soundness, 5xxx not available yet, 6xxx time. */
export type DiagnosticCode = `SAGA${number}`;

export type Severity = "error" | "warning";

/**
 * One thing that is wrong (or doubtful) at one place, in the one shape that all faces show: command line, JSON, editor.
 * Texts are Markdown of one line, with backquotes around what is code.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** The code's name: `missing-compensation`. */
  readonly slug: string;
  readonly severity: Severity;
  /** What is wrong. */
  readonly message: string;
  readonly span: Span;
  /** Other places that belong to it, each with what it has to do with it. */
  readonly labels: readonly DiagnosticLabel[];
  /** Why it is wrong. */
  readonly note: string | null;
  /** What to do. */
  readonly help: string | null;
  readonly fixes: readonly Fix[];
  /** What was probably meant in place of `span`. */
  readonly replacement?: string;
  /** Its page, from the root of the project: `docs/errors/SAGA4003.md`. */
  readonly docs: string;
}

export interface DiagnosticLabel {
  readonly span: Span;
  readonly message: string;
}

/** A change of the sources that mends it. A safe one never changes what a sound saga does. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly FixEdit[];
  readonly safe: boolean;
}

/** `text` takes the place of `span`. */
export interface FixEdit {
  readonly span: Span;
  readonly text: string;
}

export function docsPage(code: DiagnosticCode): string {
  return `docs/errors/${code}.md`;
}
