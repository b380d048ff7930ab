import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { TARGETS } from "../../emit/index.ts";
import { moduleFile, sagaNames } from "../../emit/lib/names.ts";
import { machineTestsTarget } from "../../emit/machine-tests.ts";
import { planFile } from "../../emit/plan-json.ts";
import type { EmittedFile, ImportExtension } from "../../emit/target.ts";
import { type CompiledSaga, emitSaga } from "../../pipeline.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { detectImportExtension } from "../import-extension.ts";
import type { Io } from "../io.ts";
import type { BuildOptions } from "../options.ts";
import { exitCodeOf, plural, reportJson, reportText, tooManyWarnings } from "../output.ts";
import { collisions, type OwnFile, ownFile } from "../own-files.ts";
import { UsageError } from "../problems.ts";
import { compileProject, openProject, type Project, slashed } from "../project.ts";
import { Locks, releasedOutputs, releaseProblems } from "../releases.ts";
import { prepareSteps, type StepsFile } from "../steps-file.ts";
import { readText, writeText } from "../write-files.ts";

/**
 * `sagac build`: checks everything first, and writes nothing while anything is wrong. The paths of what was written go to stdout, all
 * else to stderr.
 */
export async function build(paths: readonly string[], options: BuildOptions, io: Io): Promise<ExitCode> {
  const project = await openProject(paths, io.cwd);
  const { sagas, unbuilt, diagnostics } = compileProject(project);
  const places = sagas.map((saga) => placeOf(saga, project, options, io.cwd));
  const outputsOf = places.map((place) => ({ saga: place.saga, paths: stems(place) }));
  const locks = new Locks(project);
  const found = [...diagnostics, ...collisions(outputsOf, project), ...releaseProblems(sagas, project, locks, options)];
  const before = project.report(found);
  const allowed = before.errors === 0 && !tooManyWarnings(before, options);
  const outputs = allowed ? await Promise.all(places.map((place) => prepare(place, project, locks, options))) : [];
  const report = project.report([...found, ...outputs.flatMap((output) => output.steps?.problem ?? [])]);
  if (allowed && !options.check) await write(outputs);

  const changes = outputs.flatMap((output) => output.files).filter((file) => file.changes);
  const stale = options.check && changes.length > 0;
  const exitCode = stale ? EXIT.sources : exitCodeOf(report, options);
  if (options.format === "json") {
    io.stdout.write(reportJson(report, project.source, exitCode, jsonOf(outputs, options)));
    return exitCode;
  }
  const text = reportText(report, project.source, options, io.stderr, io);
  if (text !== "") io.stderr.write(text);
  if (!options.quiet) {
    io.stderr.write(outputs.map(stepsText).join(""));
    io.stdout.write(changes.map((file) => `${file.shown}\n`).join(""));
  }
  if (!allowed) io.stderr.write("Nothing was written.\n");
  else if (stale) io.stderr.write(`${plural(changes.length, "file")} would change: run \`sagac build\`.\n`);
  else if (!options.quiet) {
    for (const { saga, file } of unbuilt)
      io.stderr.write(
        `\`${saga}\` is imported, but ${project.shown(project.absolute(file))} was not part of this build: build it as well.\n`,
      );
    io.stderr.write(`${summary(outputs, changes.length, options)}\n`);
  }
  return exitCode;
}

// ---- where things go

interface Place {
  readonly saga: CompiledSaga;
  readonly sourceFolder: string;
  readonly generatedFolder: string;
  readonly importExtension: ImportExtension;
}

function placeOf(saga: CompiledSaga, project: Project, options: BuildOptions, cwd: string): Place {
  const source = project.absolute(saga.file);
  const sourceFolder = dirname(source);
  const generatedFolder = options.outDir === null ? join(sourceFolder, "generated") : resolve(cwd, options.outDir);
  const importExtension = options.importExtension ?? detectImportExtension(generatedFolder);
  const plan = { ...saga.plan, source: slashed(relative(dirname(generatedFolder), source)) };
  return { saga: { ...saga, plan }, sourceFolder, generatedFolder, importExtension };
}

/** Where the names of a saga's files begin: the generated ones, and the steps file beside the source. */
function stems({ saga, generatedFolder, sourceFolder }: Place): string[] {
  const { stem } = sagaNames(saga.plan.saga);
  return [...new Set([generatedFolder, sourceFolder])].map((folder) => join(folder, stem));
}

// ---- what is written

interface Output {
  readonly saga: string;
  readonly source: string;
  readonly files: readonly PlannedFile[];
  readonly steps: StepsFile | null;
}

interface PlannedFile extends OwnFile {
  /** The user's own; `before` is the text that was looked at. */
  readonly steps: { readonly before: string | null } | null;
}

async function prepare(place: Place, project: Project, locks: Locks, options: BuildOptions): Promise<Output> {
  const { saga, generatedFolder, importExtension } = place;
  const { released, otherVersions } = releasedOutputs(locks.of(saga), generatedFolder, project);
  const targets = released === null ? TARGETS : [released];
  const tests = options.tests || hasTests(place) ? [machineTestsTarget] : [];
  const emitted = emitSaga(saga.plan, { importExtension, otherVersions }, [...tests, ...targets]);
  const planPath = join(generatedFolder, planFile(saga.plan.saga));
  const previousPlan = readText(planPath, project.shown(planPath));
  const generated = emitted.map((file) => generatedFile(file, generatedFolder, project));
  const steps = options.steps ? await stepsOf(place, previousPlan, project) : null;
  // The plan comes last: if the build is cut short, the next one still knows what the user's file was made for.
  const files =
    steps === null || steps.text === null ? generated : [...generated.slice(0, -1), userFile(steps), ...generated.slice(-1)];
  return { saga: saga.plan.saga, source: project.shown(project.absolute(saga.file)), files, steps };
}

/** Once asked for, they are kept up to date with the rest. */
function hasTests({ saga, generatedFolder }: Place): boolean {
  return existsSync(join(generatedFolder, moduleFile(saga.plan.saga, "machine.test")));
}

function generatedFile(file: EmittedFile, folder: string, project: Project): PlannedFile {
  return { ...ownFile(join(folder, file.path), file.text, project), steps: null };
}

function userFile(steps: StepsFile): PlannedFile {
  const text = steps.text ?? "";
  return { path: steps.path, shown: steps.shown, text, changes: true, steps: { before: steps.before } };
}

function stepsOf(place: Place, previousPlan: string | null, project: Project): Promise<StepsFile> {
  const { saga, sourceFolder, generatedFolder, importExtension } = place;
  const path = join(sourceFolder, moduleFile(saga.plan.saga, "steps"));
  const folder = slashed(relative(sourceFolder, generatedFolder));
  return prepareSteps({
    plan: saga.plan,
    path,
    shown: project.shown(path),
    rootPath: slashed(relative(project.absolute("."), path)),
    generatedFolder: folder.startsWith("../") || folder === ".." ? folder : folder === "" ? "." : `./${folder}`,
    importExtension,
    previousPlan,
  });
}

async function write(outputs: readonly Output[]): Promise<void> {
  for (const file of outputs.flatMap((output) => output.files)) {
    if (!file.changes) continue;
    if (file.steps !== null && readText(file.path, file.shown) !== file.steps.before) {
      throw new UsageError("changed-meanwhile", { path: file.shown });
    }
    await writeText(file.path, file.shown, file.text, file.steps === null ? "rebuildable" : "user");
  }
}

// ---- what is said

function stepsText({ steps }: Output): string {
  if (steps === null) return "";
  const lines = steps.notes.map(
    (note) => `  ${SIGNS[note.kind]} ${note.message}${note.line === null ? "" : ` (line ${note.line})`}`,
  );
  return lines.length === 0 ? "" : `${steps.shown}\n${lines.join("\n")}\n`;
}

const SIGNS = { added: "+", changed: "~", removed: "-", renamed: "-", hidden: "?" } as const;

function summary(outputs: readonly Output[], changed: number, options: BuildOptions): string {
  const files = outputs.reduce((sum, output) => sum + output.files.length, 0);
  const written = options.check ? "all up to date" : `${changed} written`;
  return `${plural(outputs.length, "saga")}, ${plural(files, "file")}, ${written}`;
}

function jsonOf(outputs: readonly Output[], options: BuildOptions): Readonly<Record<string, unknown>> {
  const action = (file: PlannedFile): string => (!file.changes ? "unchanged" : options.check ? "stale" : "written");
  return {
    command: "build",
    sagas: outputs.map(({ saga, source, files, steps }) => ({
      saga,
      source,
      files: files.map((file) => ({ path: file.shown, action: action(file) })),
      steps: steps === null ? null : { path: steps.shown, state: steps.state, notes: steps.notes },
    })),
  };
}
