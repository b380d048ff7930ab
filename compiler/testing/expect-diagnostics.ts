import { check } from "../check/check.ts";
import { applyIgnores } from "../check/ignores.ts";
import { outsideOf, readClosure } from "../check/imports/closure.ts";
import { collectDiagnostics } from "../diagnostics/collect.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { syntaxDiagnostic } from "../diagnostics/syntax.ts";
import { withFixes } from "../fixes/index.ts";
import { createLineTable } from "../source/line-table.ts";
import { memorySources } from "../source/source-set.ts";

/** A text with the places that a test speaks of: `step «charge» { … }`. Marks may stand in each other, and may be empty: `«»`. */
export interface MarkedText {
  /** The text without its marks. */
  readonly text: string;
  /** In the order in which they are opened. */
  readonly places: readonly { readonly start: number; readonly end: number }[];
}

/** @throws when marks are not paired. */
export function readMarks(marked: string): MarkedText {
  const places: { start: number; end: number }[] = [];
  const open: { start: number; end: number }[] = [];
  let text = "";
  for (const character of marked) {
    if (character === "«") {
      const place = { start: text.length, end: -1 };
      places.push(place);
      open.push(place);
    } else if (character === "»") {
      const place = open.pop();
      if (place === undefined) throw new TypeError(`There is a » without its « in:\n${marked}`);
      place.end = text.length;
    } else text += character;
  }
  if (open.length > 0) throw new TypeError(`There is a « without its » in:\n${marked}`);
  return { text, places };
}

/**
 * Everything the compiler has to say of one file, as a run shows it: sorted, each thing once. `others` are files beside it, by path, which
 * it may import; what is wrong in them counts as well.
 */
export function diagnose(text: string, file = "test.saga", others: Readonly<Record<string, string>> = {}): readonly Diagnostic[] {
  const sources = memorySources({ ...others, [file]: text });
  const closure = readClosure(sources, [file]);
  const { files } = closure;
  const syntax = files.flatMap(({ source, parsed }) => parsed.problems.map((problem) => syntaxDiagnostic(problem, source.path)));
  const trees = files.map(({ parsed }) => parsed.file);
  const { diagnostics } = check(trees, outsideOf(sources, closure));
  const told = diagnostics.filter(({ severity, span }) => severity === "error" || span.file === file);
  const fixable = withFixes(applyIgnores([...syntax, ...told], files), files);
  return collectDiagnostics(fixable, Number.POSITIVE_INFINITY).diagnostics;
}

/** What is expected of a text. */
export interface ExpectedDiagnostics {
  /** A code for each mark, in order: `"SAGA4003"`, or with its slug: `"SAGA4003 missing-compensation"`. */
  readonly codes: readonly string[];
  /** Severities that count; by default all. */
  readonly only?: "error" | "warning";
}

/**
 * Holds what is said of a marked text against its marks: as many diagnostics as marks, each with the code of its mark, exactly there.
 *
 * @throws an error that shows both lists, if they differ.
 */
export function expectDiagnostics(
  marked: string,
  expected: readonly string[] | ExpectedDiagnostics,
  others: Readonly<Record<string, string>> = {},
): readonly Diagnostic[] {
  const { codes, only } = "codes" in expected ? expected : { codes: expected, only: undefined };
  const { text, places } = readMarks(marked);
  if (places.length !== codes.length)
    throw new TypeError(`${places.length} places are marked, but ${codes.length} codes are expected.`);
  const found = diagnose(text, "test.saga", others).filter(({ severity }) => only === undefined || severity === only);
  const wanted = places
    .map(({ start, end }, index) => ({ start, end, code: (codes[index] ?? "").slice(0, CODE_LENGTH) }))
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.code < b.code ? -1 : 1));
  const got = found.map(({ span, code }) => ({ start: span.start, end: span.end, code }));
  if (JSON.stringify(got) === JSON.stringify(wanted)) return found;
  const lines = createLineTable(text);
  const show = (item: { start: number; end: number; code: string }): string => {
    const { line, column } = lines.positionAt(item.start);
    return `  ${item.code} at ${line}:${column} \`${text.slice(item.start, item.end).split("\n", 1)[0]}\``;
  };
  const messages = found.map(({ code, message }) => `  ${code}: ${message}`);
  throw new Error(
    ["Expected:", ...wanted.map(show), "Found:", ...got.map(show), "It says:", ...messages, "Text:", text].join("\n"),
  );
}

const CODE_LENGTH = "SAGA0000".length;
