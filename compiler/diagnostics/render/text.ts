import type { SourceFile } from "../../source/source-set.ts";
import type { Span } from "../../source/span.ts";
import type { Report } from "../collect.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { type Painter, plainPainter } from "./painter.ts";
import { markLine } from "./source-line.ts";

export interface TextOptions {
  /** The text of a file that a span names; `null`: not to be had, then places are shown without their lines. */
  readonly source: (path: string) => SourceFile | null;
  readonly painter?: Painter;
}

/**
 * A report for people: each diagnostic with its place, the source line with the place marked, related places, why, and what to do; then one
 * line that counts. Ends in a line break; an empty report is an empty text.
 */
export function renderText(report: Report, options: TextOptions): string {
  const painter = options.painter ?? plainPainter;
  const blocks = report.diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, options));
  if (report.omitted > 0) blocks.push(`… and ${report.omitted} more.\n`);
  const summary = summaryLine(report, painter);
  return summary === null ? "" : `${blocks.join("\n")}\n${summary}\n`;
}

/** One diagnostic as `renderText` shows it. */
export function renderDiagnostic(diagnostic: Diagnostic, options: TextOptions): string {
  const painter = options.painter ?? plainPainter;
  const paint = diagnostic.severity === "error" ? painter.error : painter.warning;
  const places = [diagnostic.span, ...diagnostic.labels.map((label) => label.span)];
  const gutter = Math.max(...places.map((span) => String(lineOf(span, options)).length));
  const kind = paint(`${diagnostic.severity} ${diagnostic.code} ${diagnostic.slug}`);
  const lines = [
    `${painter.place(placeText(diagnostic.span, options))}: ${kind}: ${oneLine(diagnostic.message)}`,
    ...frame(diagnostic.span, options, gutter, "^", paint, null),
  ];
  for (const label of diagnostic.labels) {
    const elsewhere = label.span.file === diagnostic.span.file ? null : placeText(label.span, options);
    if (elsewhere !== null) lines.push(`${" ".repeat(gutter)} ${painter.place(`::: ${elsewhere}`)}`);
    lines.push(...frame(label.span, options, gutter, "-", painter.related, oneLine(label.message)));
  }
  const indent = " ".repeat(gutter + 1);
  if (diagnostic.note !== null) lines.push(`${indent}${painter.heading("why:")} ${oneLine(diagnostic.note)}`);
  if (diagnostic.help !== null) lines.push(`${indent}${painter.heading("help:")} ${oneLine(diagnostic.help)}`);
  for (const { title, safe } of diagnostic.fixes)
    lines.push(`${indent}${painter.heading("fix:")} ${oneLine(title)} (\`${safe ? "--fix" : "--fix-unsafe"}\`)`);
  return `${lines.join("\n")}\n`;
}

/** "2 errors, 1 warning", or `null` when there is nothing. */
function summaryLine({ errors, warnings }: Report, painter: Painter): string | null {
  const parts: string[] = [];
  if (errors > 0) parts.push(painter.error(`${errors} error${errors === 1 ? "" : "s"}`));
  if (warnings > 0) parts.push(painter.warning(`${warnings} warning${warnings === 1 ? "" : "s"}`));
  return parts.length === 0 ? null : parts.join(", ");
}

function frame(
  span: Span,
  options: TextOptions,
  gutter: number,
  sign: "^" | "-",
  paint: (text: string) => string,
  message: string | null,
): string[] {
  const source = options.source(span.file);
  const { frame: paintFrame } = options.painter ?? plainPainter;
  if (source === null) return message === null ? [] : [`${" ".repeat(gutter)} ${paintFrame("=")} ${message}`];
  const start = source.lines.positionAt(span.start);
  const end = source.lines.positionAt(span.end);
  const line = source.lines.lineText(start.line);
  const to = end.line === start.line ? end.column - 1 : line.length;
  const { text, marks } = markLine(line, start.column - 1, to, sign);
  const spaces = marks.length - marks.trimStart().length;
  const marked = `${" ".repeat(spaces)}${paint(message === null ? marks.trimStart() : `${marks.trimStart()} ${message}`)}`;
  return [
    `${paintFrame(`${String(start.line).padStart(gutter)} |`)} ${text.trimEnd()}`,
    `${paintFrame(`${" ".repeat(gutter)} |`)} ${marked}`,
  ];
}

function placeText(span: Span, options: TextOptions): string {
  const position = options.source(span.file)?.lines.positionAt(span.start);
  const file = fileText(span.file);
  return position === undefined ? file : `${file}:${position.line}:${position.column}`;
}

/** A file may be called anything, and a line that begins with `::` is a command to a runner of GitHub Actions. */
function fileText(path: string): string {
  return /^\s*::/.test(path) ? `./${oneLine(path)}` : oneLine(path);
}

function lineOf(span: Span, options: TextOptions): number {
  return options.source(span.file)?.lines.positionAt(span.start).line ?? 1;
}

/** Names and strings of the source stand in messages: they must not break the report or steer the terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, "\ufffd");
}
