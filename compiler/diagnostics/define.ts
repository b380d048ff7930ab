import type { Span } from "../source/span.ts";
import { type Diagnostic, type DiagnosticCode, type DiagnosticLabel, docsPage, type Severity } from "./diagnostic.ts";

/** What a code says: data, so that pages, tests and editors can list it. `{name}` in a text is a placeholder. */
export interface DiagnosticKind {
  readonly code: DiagnosticCode;
  readonly slug: string;
  readonly severity: Severity;
  /** What is wrong. */
  readonly message: string;
  /** Why it is wrong; `null` where the message says enough. */
  readonly note: string | null;
  /** What to do; `null` where a report gives its own, or none is to be had. */
  readonly help: string | null;
}

/** The names of the placeholders in a text; braces around anything but one word are just braces. */
export type Placeholders<Text> = Text extends `${string}{${infer After}`
  ? After extends `${infer Name}}${infer Rest}`
    ? Name extends `${string}${" " | "{"}${string}` | ""
      ? Placeholders<After>
      : Name | Placeholders<Rest>
    : never
  : never;

/** Values for all placeholders of a code's texts: one too few or too many does not compile. */
export type DiagnosticValues<Kind extends DiagnosticKind> = {
  readonly [Name in Placeholders<Kind["message"] | Kind["note"] | Kind["help"]>]: string | number;
};

/** What a report may add to its code's texts. */
export interface DiagnosticDetails {
  readonly labels?: readonly DiagnosticLabel[];
  /** In place of the code's own, as they are: nothing is filled in. */
  readonly note?: string | null;
  readonly help?: string | null;
  /** What was probably meant in place of the place; `null`: nobody knows. */
  readonly replacement?: string | null;
}

/** Keeps the literal types of the texts, which `DiagnosticValues` reads. */
export function defineKind<const Kind extends DiagnosticKind>(kind: Kind): Kind {
  return kind;
}

/** One diagnostic of a code, its placeholders filled in. */
export function makeDiagnostic<Kind extends DiagnosticKind>(
  kind: Kind,
  span: Span,
  values: DiagnosticValues<Kind>,
  details: DiagnosticDetails = {},
): Diagnostic {
  const filled = (text: string | null): string | null => (text === null ? null : fill(text, values));
  return {
    code: kind.code,
    slug: kind.slug,
    severity: kind.severity,
    message: fill(kind.message, values),
    span,
    labels: details.labels ?? [],
    note: details.note === undefined ? filled(kind.note) : details.note,
    help: details.help === undefined ? filled(kind.help) : details.help,
    fixes: [],
    ...(details.replacement == null ? {} : { replacement: details.replacement }),
    docs: docsPage(kind.code),
  };
}

/** The placeholders of a text at run time; the same as `Placeholders` says at compile time. */
export function placeholdersOf(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
}

/** One pass: what a value holds is never looked at again, so a name from the source cannot act as a placeholder. */
function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(PLACEHOLDER, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

const PLACEHOLDER = /\{([^ {}]+)\}/g;
