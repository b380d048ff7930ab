import { CODES } from "../../diagnostics/codes.ts";
import type { Report } from "../../diagnostics/collect.ts";
import { renderGithub } from "../../diagnostics/render/github.ts";
import { renderSarif } from "../../diagnostics/render/sarif.ts";
import { VERSION } from "../../version.ts";
import { compileProject } from "../compile-project.ts";
import type { ExitCode } from "../exit-codes.ts";
import { type FixedSources, fixSources } from "../fix-sources.ts";
import type { Io } from "../io.ts";
import type { CheckOptions } from "../options.ts";
import { exitCodeOf, plural, reportJson, reportText } from "../output.ts";
import { openProject } from "../project.ts";

/** `sagac check`: what is wrong, on stdout; it is what was asked for. The line that counts goes to stderr. */
export async function check(paths: readonly string[], options: CheckOptions, io: Io): Promise<ExitCode> {
  const fixed = options.fix === null ? null : await fixSources(await openProject(paths, io.cwd), options.fix === "all");
  const project = await openProject(paths, io.cwd);
  const { sagas, diagnostics } = compileProject(project);
  const report = project.report(diagnostics);
  const exitCode = exitCodeOf(report, options);
  if (options.format === "json") {
    const checked = sagas.map(({ plan, file }) => ({ saga: plan.saga, source: project.shown(project.absolute(file)) }));
    io.stdout.write(reportJson(report, project.source, exitCode, { command: "check", sagas: checked, fixed }));
    return exitCode;
  }
  if (options.format === "sarif" || options.format === "github") {
    const { source } = project;
    io.stdout.write(
      options.format === "sarif" ? renderSarif(report, { version: VERSION, source, codes: CODES }) : renderGithub(report, source),
    );
    return exitCode;
  }
  const text = reportText(report, project.source, options, io.stdout, io);
  if (text !== "") io.stdout.write(text);
  if (!options.quiet) io.stderr.write(`${plural(project.paths.length, "file")} checked${fixText(fixed, report)}\n`);
  return exitCode;
}

function fixText(fixed: FixedSources | null, { diagnostics }: Report): string {
  if (fixed !== null) return `, ${plural(fixed.applied, "fix", "fixes")} in ${plural(fixed.files.length, "file")}`;
  const fixes = diagnostics.map((diagnostic) => diagnostic.fixes[0]).filter((fix) => fix !== undefined);
  const safe = fixes.filter((fix) => fix.safe).length;
  if (fixes.length === 0) return "";
  return safe === 0
    ? `: \`sagac check --fix-unsafe\` would mend ${fixes.length}, by guess`
    : `: \`sagac check --fix\` would mend ${safe}`;
}
