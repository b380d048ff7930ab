import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { CommonOptions } from "../options.ts";
import { exitCodeOf, plural, reportJson, reportText } from "../output.ts";
import { compileProject, openProject } from "../project.ts";

/** `sagac check`: what is wrong, on stdout; it is what was asked for. The line that counts goes to stderr. */
export async function check(paths: readonly string[], options: CommonOptions, io: Io): Promise<ExitCode> {
  const project = await openProject(paths, io.cwd);
  const { sagas, diagnostics } = compileProject(project);
  const report = project.report(diagnostics);
  const exitCode = exitCodeOf(report, options);
  if (options.format === "json") {
    const checked = sagas.map(({ plan, file }) => ({ saga: plan.saga, source: project.shown(project.absolute(file)) }));
    io.stdout.write(reportJson(report, project.source, exitCode, { command: "check", sagas: checked }));
    return exitCode;
  }
  const text = reportText(report, project.source, options, io.stdout, io);
  if (text !== "") io.stdout.write(text);
  if (!options.quiet) io.stderr.write(`${plural(project.paths.length, "file")} checked\n`);
  return exitCode;
}
