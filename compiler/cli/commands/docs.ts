import { join, resolve } from "node:path";
import { page, pageFile } from "../../emit/docs/page.ts";
import { VERSION } from "../../version.ts";
import { chooseSagas } from "../choose-sagas.ts";
import { compileProject } from "../compile-project.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { DocsOptions } from "../options.ts";
import { exitCodeOf, plural, reportJson, reportText } from "../output.ts";
import { collisions, ownFile, writeOwnFiles } from "../own-files.ts";
import { openProject } from "../project.ts";

/**
 * `sagac docs`: a page of Markdown for each saga, on stdout or in a folder, whose paths go to stdout. What is wrong in the sources goes to
 * stderr, and then nothing is written.
 */
export async function docs(paths: readonly string[], options: DocsOptions, io: Io): Promise<ExitCode> {
  const project = await openProject(paths, io.cwd);
  const { sagas, diagnostics } = compileProject(project);
  const sound = exitCodeOf(project.report(diagnostics), options) === EXIT.ok;
  const folder = options.outDir === null ? null : resolve(io.cwd, options.outDir);
  const chosen = sound ? chooseSagas(sagas, options, folder === null && options.format !== "json") : [];
  const made = chosen.map((saga) => ({ saga, file: pageFile(saga.plan, VERSION) }));
  const outputs = made.map(({ saga, file }) => ({ saga, paths: folder === null ? [] : [join(folder, file.path)] }));
  const report = project.report([...diagnostics, ...collisions(outputs, project)]);
  const exitCode = exitCodeOf(report, options);
  const fine = exitCode === EXIT.ok;

  const files = folder === null || !fine ? [] : made.map(({ file }) => ownFile(join(folder, file.path), file.text, project));
  await writeOwnFiles(files);
  if (options.format === "json") {
    const pages = (fine ? made : []).map(({ saga }, at) => {
      const file = files[at];
      const what =
        file === undefined ? { text: page(saga.plan) } : { path: file.shown, action: file.changes ? "written" : "unchanged" };
      return { saga: saga.plan.saga, source: project.shown(project.absolute(saga.file)), ...what };
    });
    io.stdout.write(reportJson(report, project.source, exitCode, { command: "docs", pages }));
    return exitCode;
  }
  const text = reportText(report, project.source, options, io.stderr, io);
  if (text !== "") io.stderr.write(text);
  if (!fine) io.stderr.write("Nothing was written.\n");
  else if (folder === null) for (const { saga } of made) io.stdout.write(page(saga.plan));
  else if (!options.quiet) {
    const changed = files.filter(({ changes }) => changes);
    io.stdout.write(changed.map(({ shown }) => `${shown}\n`).join(""));
    io.stderr.write(`${plural(files.length, "page")}, ${changed.length} written\n`);
  }
  return exitCode;
}
