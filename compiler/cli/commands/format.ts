import { collectDiagnostics } from "../../diagnostics/collect.ts";
import { makeDiagnostic } from "../../diagnostics/define.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { syntaxDiagnostic } from "../../diagnostics/syntax.ts";
import { format as formatText } from "../../format/format.ts";
import { createLineTable } from "../../source/line-table.ts";
import type { SourceFile } from "../../source/source-set.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { FormatOptions } from "../options.ts";
import { plural, reportJson, reportText } from "../output.ts";
import { BUILD_KINDS, UsageError } from "../problems.ts";
import { openProject, type Project } from "../project.ts";
import { writeText } from "../write-files.ts";

/**
 * `sagac format`: brings sources into the one layout; the paths of those that changed go to stdout. A declaration that cannot be read stays
 * as it is, and its errors are told: exit code 1. With `--check` nothing is written, and a file that would change is exit code 1 too.
 */
export async function format(paths: readonly string[], options: FormatOptions, io: Io): Promise<ExitCode> {
  if (options.stdinPath !== null) return await formatStdin(options.stdinPath, options, io);
  const project = await openProject(paths, io.cwd);
  const found = project.paths.map((path) => read(path, project));
  const report = project.report(found.flatMap(({ diagnostics }) => diagnostics));
  const changed = found.flatMap(({ file, text }) => (file === null || text === file.text ? [] : [{ file, text }]));
  const writes = !options.check && !options.diff;
  for (const { file, text } of writes ? changed : []) {
    const path = project.absolute(file.path);
    await writeText(path, project.shown(path), text, "user");
  }
  const unformatted = options.check && changed.length > 0;
  const exitCode = report.errors > 0 || unformatted ? EXIT.sources : EXIT.ok;
  const shown = changed.map(({ file }) => project.shown(project.absolute(file.path)));
  if (options.format === "json") {
    io.stdout.write(reportJson(report, project.source, exitCode, { command: "format", changed: shown }));
    return exitCode;
  }
  const problems = reportText(report, project.source, options, io.stderr, io);
  if (problems !== "") io.stderr.write(problems);
  if (options.diff)
    for (const { file, text } of changed) io.stdout.write(await diffOf(project.shown(project.absolute(file.path)), file, text));
  else io.stdout.write(shown.map((path) => `${path}\n`).join(""));
  if (!options.quiet) io.stderr.write(summary(project.paths.length, changed.length, writes));
  return exitCode;
}

function summary(files: number, changed: number, writes: boolean): string {
  if (writes) return `${plural(files, "file")}, ${changed} changed\n`;
  const how = changed === 0 ? "" : ": run `sagac format`";
  return `${plural(files, "file")}, ${changed} would change${how}\n`;
}

function read(
  path: string,
  project: Project,
): { readonly file: SourceFile | null; readonly text: string; readonly diagnostics: readonly Diagnostic[] } {
  const result = project.sources.read(path);
  if (!result.ok) {
    const place = { file: path, start: 0, end: 0 };
    const unread = makeDiagnostic(BUILD_KINDS.unreadableSource, place, { why: result.failure.message });
    return { file: null, text: "", diagnostics: [unread] };
  }
  const { file } = result;
  const { text, problems } = formatText(file.text, path);
  return { file, text, diagnostics: problems.map((problem) => syntaxDiagnostic(problem, path)) };
}

async function diffOf(path: string, file: SourceFile, text: string): Promise<string> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(path, `${path} (formatted)`, file.text, text, undefined, undefined, options);
}

/** For editors and hooks: the text comes by stdin, and goes to stdout whether or not all of it could be read. */
async function formatStdin(path: string, options: FormatOptions, io: Io): Promise<ExitCode> {
  if (io.stdin === undefined) throw new UsageError("wrong-arguments", { detail: "There is nothing to read from stdin." });
  const given = await io.stdin();
  const file: SourceFile = { path, text: given, lines: createLineTable(given) };
  const { text, problems } = formatText(given, path);
  const report = collectDiagnostics(problems.map((problem) => syntaxDiagnostic(problem, path)));
  const isOther = text !== given;
  const exitCode = report.errors > 0 || (options.check && isOther) ? EXIT.sources : EXIT.ok;
  const source = (): SourceFile => file;
  if (options.format === "json") {
    io.stdout.write(reportJson(report, source, exitCode, { command: "format", changed: isOther ? [path] : [], text }));
    return exitCode;
  }
  io.stderr.write(reportText(report, source, options, io.stderr, io));
  if (options.diff) io.stdout.write(isOther ? await diffOf(path, file, text) : "");
  else if (!options.check) io.stdout.write(text);
  else io.stdout.write(isOther ? `${path}\n` : "");
  return exitCode;
}
