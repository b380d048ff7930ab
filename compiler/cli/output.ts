import { createColors } from "picocolors";
import type { Report } from "../diagnostics/collect.ts";
import { JSON_REPORT_SCHEMA, jsonReport } from "../diagnostics/render/json.ts";
import type { Painter } from "../diagnostics/render/painter.ts";
import { renderText } from "../diagnostics/render/text.ts";
import type { SourceFile } from "../source/source-set.ts";
import { VERSION } from "../version.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { type Io, type OutputStream, wantsColor } from "./io.ts";
import type { CommonOptions } from "./options.ts";

/** Sources by the path that is shown. */
export type ShownSource = (path: string) => SourceFile | null;

/** The report as text for a stream; warnings are left out when only errors are wanted. */
export function reportText(
  report: Report,
  source: ShownSource,
  options: Pick<CommonOptions, "color" | "quiet">,
  stream: OutputStream,
  io: Io,
): string {
  const painter = makePainter(wantsColor(options.color, stream, io.env));
  return renderText(options.quiet ? withoutWarnings(report) : report, { source, painter });
}

/** One JSON document: the report, and what else the command has to say. */
export function reportJson(
  report: Report,
  source: ShownSource,
  exitCode: ExitCode,
  more: Readonly<Record<string, unknown>>,
): string {
  return jsonText({ ...jsonReport(report, source), version: VERSION, exitCode, problem: null, ...more });
}

export const JSON_SCHEMA = JSON_REPORT_SCHEMA;

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** What a report alone says: errors, or more warnings than are allowed. */
export function exitCodeOf(report: Report, options: Pick<CommonOptions, "maxWarnings">): ExitCode {
  return report.errors > 0 || tooManyWarnings(report, options) ? EXIT.sources : EXIT.ok;
}

export function tooManyWarnings({ warnings }: Report, { maxWarnings }: Pick<CommonOptions, "maxWarnings">): boolean {
  return maxWarnings !== null && warnings > maxWarnings;
}

/** `1 saga`, `2 sagas`. */
export function plural(count: number, noun: string, several = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : several}`;
}

/** The last lines of a build; `did`: what it did to the files. */
export function builtText(
  unbuilt: readonly { readonly saga: string; readonly shown: string }[],
  sagaCount: number,
  fileCount: number,
  did: string,
): string {
  const others = unbuilt.map(
    ({ saga, shown }) => `\`${saga}\` is imported, but ${shown} was not part of this build: build it as well.\n`,
  );
  return `${others.join("")}${plural(sagaCount, "saga")}, ${plural(fileCount, "file")}, ${did}\n`;
}

function withoutWarnings(report: Report): Report {
  const diagnostics = report.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  return { diagnostics, errors: report.errors, warnings: 0, omitted: report.errors - diagnostics.length };
}

function makePainter(enabled: boolean): Painter {
  const colors = createColors(enabled);
  return {
    error: (text) => colors.bold(colors.red(text)),
    warning: (text) => colors.bold(colors.yellow(text)),
    place: (text) => colors.cyan(text),
    frame: (text) => colors.dim(text),
    related: (text) => colors.blue(text),
    heading: (text) => colors.bold(text),
  };
}
