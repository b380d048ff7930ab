import { compareDiagnostics, type Report } from "../../diagnostics/collect.ts";
import { makeDiagnostic } from "../../diagnostics/define.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { renderGithub } from "../../diagnostics/render/github.ts";
import { type Change, diffPlans } from "../../diff/diff.ts";
import { CHANGE_CLASSES, type ChangeClass } from "../../diff/rule.ts";
import type { CompiledSaga } from "../../pipeline.ts";
import type { Span } from "../../source/span.ts";
import { plansAgainst } from "../against.ts";
import { compileProject } from "../compile-project.ts";
import { loadConfig, sourcesOf } from "../config-file.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { DiffOptions } from "../options.ts";
import { exitCodeOf, plural, reportJson, reportText } from "../output.ts";
import { openProject, type Project } from "../project.ts";
import { Locks } from "../releases.ts";

/**
 * `sagac diff`: what has changed in the sagas since another state of them, on stdout, each change with its classes. Exit code 1 where one of them
 * breaks something: by default what is under way, or those who start, signal and read sagas.
 */
export async function diff(given: readonly string[], options: DiffOptions, io: Io): Promise<ExitCode> {
  const paths = sourcesOf(given, await loadConfig(io.cwd));
  const project = await openProject(paths, io.cwd);
  const { sagas, diagnostics } = compileProject(project);
  const sound = project.report(diagnostics.filter(({ severity }) => severity === "error"));
  if (sound.errors > 0) return unsound(sound, project, options, io);

  const before = plansAgainst(options.against, paths, project, io.cwd);
  const all = diffPlans(
    before,
    sagas.map(({ plan }) => plan),
  );
  const changes = unlessUnreleased(all, sagas, project).filter(
    ({ kind, saga }) => !allowed(kind.code, kind.slug, saga, options.allow),
  );
  const shown = changes.map((change) => ({ change, diagnostic: diagnosticOf(change, sagas, project, options) }));
  const sorted = shown.toSorted((a, b) => compareDiagnostics(a.diagnostic, b.diagnostic));
  const report = reportOf(sorted.map(({ diagnostic }) => diagnostic));
  const exitCode = exitCodeOf(report, options);
  if (options.format === "json") {
    const list = sorted.map(({ change: { saga, classes, kind }, diagnostic: { message } }) => ({
      saga,
      code: kind.code,
      rule: kind.slug,
      classes,
      message,
    }));
    io.stdout.write(reportJson(report, project.source, exitCode, { command: "diff", against: options.against, changes: list }));
    return exitCode;
  }
  if (options.format === "github") {
    io.stdout.write(renderGithub(report, project.source));
    return exitCode;
  }
  io.stdout.write(reportText(report, project.source, options, io.stdout, io));
  if (!options.quiet) {
    const breaking = report.errors === 0 ? "none of them breaks anything" : `${report.errors} of them break something`;
    const text = changes.length === 0 ? "No changes" : `${plural(changes.length, "change")}, ${breaking}`;
    io.stderr.write(`${text}: against ${options.against}, ${plural(before.length, "saga")}\n`);
  }
  return exitCode;
}

/** What has errors has no plan. */
function unsound(report: Report, project: Project, options: DiffOptions, io: Io): ExitCode {
  if (options.format === "json") {
    const more = { command: "diff", against: options.against, changes: [] };
    io.stdout.write(reportJson(report, project.source, EXIT.sources, more));
  } else if (options.format === "github") io.stdout.write(renderGithub(report, project.source));
  else io.stderr.write(`${reportText(report, project.source, options, io.stderr, io)}Nothing was compared.\n`);
  return EXIT.sources;
}

/** Who releases has nothing under way of a version that is not released: it may still change. */
function unlessUnreleased(changes: readonly Change[], sagas: readonly CompiledSaga[], project: Project): readonly Change[] {
  const locks = new Locks(project);
  const free = new Set(
    sagas.flatMap((saga) => {
      const { lock, own } = locks.of(saga);
      return lock.versions.length > 0 && own === null ? [saga.plan.saga] : [];
    }),
  );
  return changes.flatMap((change) => {
    if (!free.has(change.saga)) return [change];
    const classes = change.classes.filter((name) => name !== "in-flight");
    return classes.length === 0 ? [] : [{ ...change, classes }];
  });
}

/** `tag-removed`, `SAGA8015`, or one saga's alone: `PlaceOrder:tag-removed`. */
function allowed(code: string, slug: string, saga: string, allow: readonly string[]): boolean {
  return allow.some((name) => [code, slug, `${saga}:${code}`, `${saga}:${slug}`].includes(name));
}

function diagnosticOf(change: Change, sagas: readonly CompiledSaga[], project: Project, { breaking }: DiffOptions): Diagnostic {
  const { kind, classes, values } = change;
  const severity = classes.some((name) => breaking.includes(name)) ? "error" : "warning";
  const why = `${listed(classes)}: ${kind.note}`;
  return makeDiagnostic({ ...kind, severity, note: why }, placeOf(change, sagas, project), values);
}

function listed(classes: readonly ChangeClass[]): string {
  return CHANGE_CLASSES.filter((name) => classes.includes(name)).join(", ");
}

/** As it is shown. What is gone has no place: the first file that was compared stands for it. */
function placeOf({ saga, at }: Change, sagas: readonly CompiledSaga[], project: Project): Span {
  const found = sagas.find(({ plan }) => plan.saga === saga);
  const path = found?.file ?? project.paths[0] ?? ".";
  const file = project.shown(project.absolute(path));
  if (found === undefined) return { file, start: 0, end: 0 };
  if (at === null) return { ...found.name, file };
  const read = project.sources.read(path);
  if (!read.ok) return { ...found.name, file };
  const start = read.file.lines.offsetAt(at);
  const [word = ""] = /^[\p{L}\p{N}_]*/u.exec(read.file.text.slice(start)) ?? [];
  return { file, start, end: start + word.length };
}

/** All of them: what says the same of two things at one place is two changes. */
function reportOf(diagnostics: readonly Diagnostic[]): Report {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  return { diagnostics, errors, warnings: diagnostics.length - errors, omitted: 0 };
}
