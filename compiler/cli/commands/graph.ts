import { join, resolve } from "node:path";
import { makeDiagnostic } from "../../diagnostics/define.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { draw, graphFile, SVG_EDGES } from "../../emit/graph/draw.ts";
import { type Graph, graphOf } from "../../emit/graph/model.ts";
import { sagaNames } from "../../emit/lib/names.ts";
import type { CompiledSaga } from "../../pipeline.ts";
import { VERSION } from "../../version.ts";
import { chooseSagas } from "../choose-sagas.ts";
import { compileProject } from "../compile-project.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { GraphOptions } from "../options.ts";
import { exitCodeOf, plural, reportJson, reportText } from "../output.ts";
import { collisions, type OwnFile, ownFile, writeOwnFiles } from "../own-files.ts";
import { BUILD_KINDS } from "../problems.ts";
import { openProject, type Project } from "../project.ts";

/**
 * `sagac graph`: one picture on stdout, or a file a saga, whose paths go to stdout. What is wrong in the sources goes to stderr, and then
 * nothing is drawn.
 */
export async function graph(paths: readonly string[], options: GraphOptions, io: Io): Promise<ExitCode> {
  const project = await openProject(paths, io.cwd);
  const { sagas, diagnostics } = compileProject(project);
  const sound = exitCodeOf(project.report(diagnostics), options) === EXIT.ok;
  const chosen = sound ? chooseSagas(sagas, options, options.outDir === null && options.format !== "json") : [];
  const folder = options.outDir === null ? null : resolve(io.cwd, options.outDir);
  const clashes =
    folder === null
      ? []
      : collisions(
          chosen.map((saga) => ({ saga, paths: [stem(saga, folder)] })),
          project,
        );
  const graphs = chosen.map((saga) => ({ saga, graph: graphOf(saga.plan) }));
  const report = project.report([...diagnostics, ...clashes, ...tooLarge(graphs, options)]);
  const exitCode = exitCodeOf(report, options);

  const drawn = exitCode === EXIT.ok ? graphs : [];
  const files = folder === null ? [] : await Promise.all(drawn.map((each) => fileOf(each, folder, options, project)));
  await writeOwnFiles(files);
  if (options.format === "json") {
    const sagasJson = drawn.map(({ saga }, at) => ({
      saga: saga.plan.saga,
      source: shownSource(saga, project),
      files: actions(files[at]),
    }));
    const more = folder === null ? { graphs: drawn.map((each) => each.graph) } : { sagas: sagasJson };
    io.stdout.write(reportJson(report, project.source, exitCode, { command: "graph", ...more }));
    return exitCode;
  }
  const text = reportText(report, project.source, options, io.stderr, io);
  if (text !== "") io.stderr.write(text);
  if (exitCode !== EXIT.ok) io.stderr.write("Nothing was drawn.\n");
  else if (folder === null) for (const each of drawn) io.stdout.write(await draw(each.graph, options.format));
  else if (!options.quiet) {
    const changed = files.filter(({ changes }) => changes);
    io.stdout.write(changed.map(({ shown }) => `${shown}\n`).join(""));
    io.stderr.write(`${plural(files.length, "graph")}, ${changed.length} written\n`);
  }
  return exitCode;
}

interface Drawn {
  readonly saga: CompiledSaga;
  readonly graph: Graph;
}

/** Graphviz would be at it for minutes, or never end; what only writes text does it in a moment. */
function tooLarge(graphs: readonly Drawn[], { format }: GraphOptions): readonly Diagnostic[] {
  return graphs.flatMap(({ saga, graph: { edges } }) => {
    if (format !== "svg" || edges.length <= SVG_EDGES) return [];
    return makeDiagnostic(BUILD_KINDS.graphTooLarge, saga.name, { saga: saga.plan.saga, edges: edges.length, most: SVG_EDGES });
  });
}

function stem({ plan }: CompiledSaga, folder: string): string {
  return join(folder, sagaNames(plan.saga).stem);
}

async function fileOf({ saga, graph }: Drawn, folder: string, { format }: GraphOptions, project: Project): Promise<OwnFile> {
  const { path, text } = await graphFile(graph, format, { source: saga.plan.source, compilerVersion: VERSION });
  return ownFile(join(folder, path), text, project);
}

function shownSource(saga: CompiledSaga, project: Project): string {
  return project.shown(project.absolute(saga.file));
}

function actions(file: OwnFile | undefined): readonly unknown[] {
  return file === undefined ? [] : [{ path: file.shown, action: file.changes ? "written" : "unchanged" }];
}
