import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { ConfigTarget } from "../../config/config.ts";
import { TARGETS } from "../../emit/index.ts";
import { moduleFile, sagaNames } from "../../emit/lib/names.ts";
import { machineTestsTarget } from "../../emit/machine-tests.ts";
import { planFile } from "../../emit/plan-json.ts";
import type { EmittedFile, ImportExtension } from "../../emit/target.ts";
import { emitSaga } from "../../emit-saga.ts";
import type { CompiledSaga } from "../../pipeline.ts";
import type { Plan } from "../../plan/plan.ts";
import type { BuildMemory } from "../build-memory.ts";
import { recordFile } from "../build-record.ts";
import { compileProject } from "../compile-project.ts";
import { loadConfig, sourcesOf, withConfig } from "../config-file.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { detectImportExtension } from "../import-extension.ts";
import type { Io } from "../io.ts";
import type { BuildOptions } from "../options.ts";
import { findOrphans, type Orphan, removeFile } from "../orphans.ts";
import { builtText, exitCodeOf, plural, reportJson, reportText, tooManyWarnings } from "../output.ts";
import { collisions, type OwnFile, ownFile } from "../own-files.ts";
import { emitOwnTargets, refuseShared } from "../own-targets.ts";
import { UsageError } from "../problems.ts";
import { openProject, type Project, slashed } from "../project.ts";
import { Recording, wholeBuild } from "../recording.ts";
import { Locks, releasedOutputs, releaseProblems } from "../releases.ts";
import { prepareSteps, type StepsFile } from "../steps-file.ts";
import { readText, writeText } from "../write-files.ts";

/**
 * `sagac build`: checks everything first, and writes nothing while anything is wrong. The paths of what was written go to stdout, all
 * else to stderr.
 */
export async function build(paths: readonly string[], options: BuildOptions, io: Io): Promise<ExitCode> {
  return (await buildOnce(paths, options, io)).exitCode;
}

export interface Built {
  readonly exitCode: ExitCode;
  /** Everything that was read, absolute: what a watcher watches. */
  readonly read: readonly string[];
}

/** The same, for who wants to know what was read; `memory`: of the builds before. */
export async function buildOnce(
  given: readonly string[],
  asked: BuildOptions,
  io: Io,
  memory: BuildMemory | null = null,
): Promise<Built> {
  const config = await loadConfig(io.cwd);
  const options = withConfig(asked, config);
  const paths = sourcesOf(given, config);
  const project = await openProject(paths, io.cwd);
  const read = (): string[] => [
    ...project.sources.readPaths().map(project.absolute),
    ...(config.path === null ? [] : [config.path]),
  ];
  const { sagas, unbuilt, diagnostics } = compileProject(project, memory?.front ?? null);
  const places = sagas.map((saga) => placeOf(saga, project, options, io.cwd));
  const outputsOf = places.map((place) => ({ saga: place.saga, paths: stems(place) }));
  const locks = new Locks(project);
  const recordHere = memory === null ? recordFile(project, paths, options, io.cwd) : null;
  const recording = recordHere === null ? null : new Recording(recordHere.read());
  const found = [...diagnostics, ...collisions(outputsOf, project), ...releaseProblems(sagas, project, locks, options)];
  const before = project.report(found);
  const allowed = before.errors === 0 && !tooManyWarnings(before, options);
  const outputs = allowed
    ? await Promise.all(places.map((place) => prepare(place, project, locks, options, config.targets, memory, recording)))
    : [];
  refuseShared(outputs);
  const others = unbuilt.map(({ saga, file }) => ({ saga, shown: project.shown(project.absolute(file)) }));
  const report = project.report([...found, ...outputs.flatMap((output) => output.steps?.problem ?? [])]);
  const orphans = allowed && options.clean ? orphansOf(places, outputs, project) : [];
  if (allowed && !options.check && !options.dryRun) {
    await write(outputs);
    for (const { path, shown } of orphans) removeFile(path, shown);
    const isSilent = report.diagnostics.length === 0 && config.targets.length === 0;
    const whole = isSilent && recording !== null ? wholeBuild({ project, locks, places, outputs, unbuilt: others }) : null;
    if (recording !== null) await recordHere?.write(recording.record(whole));
  }

  const changes = outputs.flatMap((output) => output.files).filter((file) => file.changes);
  const stale = options.check && changes.length + orphans.length > 0;
  const exitCode = stale ? EXIT.sources : exitCodeOf(report, options);
  if (options.format === "json") {
    io.stdout.write(reportJson(report, project.source, exitCode, jsonOf(outputs, orphans, options)));
    return { exitCode, read: read() };
  }
  const text = reportText(report, project.source, options, io.stderr, io);
  if (text !== "") io.stderr.write(text);
  if (!options.quiet) {
    io.stderr.write(outputs.map(stepsText).join(""));
    const listed = options.listFiles ? outputs.flatMap((output) => output.files) : changes;
    io.stdout.write(listed.map((file) => `${file.shown}\n`).join(""));
    io.stderr.write(orphans.map(({ shown }) => `- ${shown}\n`).join(""));
  }
  if (!allowed) io.stderr.write("Nothing was written.\n");
  else if (stale) {
    const command = `sagac build${orphans.length > 0 ? " --clean" : ""}`;
    io.stderr.write(`${plural(changes.length + orphans.length, "file")} would change: run \`${command}\`.\n`);
  } else if (!options.quiet) {
    const fileCount = outputs.reduce((sum, output) => sum + output.files.length, 0);
    io.stderr.write(builtText(others, outputs.length, fileCount, didText(changes.length, orphans.length, options)));
  }
  return { exitCode, read: read() };
}

// ---- where things go

interface Place {
  readonly saga: CompiledSaga;
  readonly sourceFolder: string;
  readonly generatedFolder: string;
  readonly importExtension: ImportExtension;
  /** Tests of the machine: once asked for, they are kept up to date with the rest. */
  readonly tests: string;
}

function placeOf(saga: CompiledSaga, project: Project, options: BuildOptions, cwd: string): Place {
  const source = project.absolute(saga.file);
  const sourceFolder = dirname(source);
  const generatedFolder = options.outDir === null ? join(sourceFolder, "generated") : resolve(cwd, options.outDir);
  const importExtension = options.importExtension ?? detectImportExtension(generatedFolder);
  const plan = { ...saga.plan, source: slashed(relative(dirname(generatedFolder), source)) };
  const tests = join(generatedFolder, moduleFile(plan.saga, "machine.test"));
  return { saga: { ...saga, plan }, sourceFolder, generatedFolder, importExtension, tests };
}

/** Where the names of a saga's files begin: the generated ones, and the steps file beside the source. */
function stems({ saga, generatedFolder, sourceFolder }: Place): string[] {
  const { stem } = sagaNames(saga.plan.saga);
  return [...new Set([generatedFolder, sourceFolder])].map((folder) => join(folder, stem));
}

// ---- what is written

interface Output {
  readonly saga: string;
  readonly plan: Plan;
  readonly source: string;
  readonly files: readonly PlannedFile[];
  readonly steps: StepsFile | null;
}

interface PlannedFile extends OwnFile {
  /** The user's own; `before` is the text that was looked at. */
  readonly steps: { readonly before: string | null } | null;
  /** The target of the configuration that makes it; `null`: sagac does. */
  readonly target: string | null;
}

async function prepare(
  place: Place,
  project: Project,
  locks: Locks,
  options: BuildOptions,
  own: readonly ConfigTarget[],
  memory: BuildMemory | null,
  recording: Recording | null,
): Promise<Output> {
  const { saga, generatedFolder, importExtension } = place;
  const { released, otherVersions } = releasedOutputs(locks.of(saga), generatedFolder, project);
  const targets = released === null ? TARGETS : [released];
  const tests = options.tests || existsSync(place.tests) ? [machineTestsTarget] : [];
  const all = [saga.plan, { importExtension, otherVersions }, [...tests, ...targets]] as const;
  // What a lock holds may change under the same plan.
  const emitted =
    released !== null ? emitSaga(...all) : (recording?.emit(generatedFolder, ...all) ?? (memory?.emit ?? emitSaga)(...all));
  const more = emitOwnTargets(saga.plan, importExtension, own, emitted);
  const planPath = join(generatedFolder, planFile(saga.plan.saga));
  const previousPlan = readText(planPath, project.shown(planPath));
  const generated = [
    ...more.map((file) => generatedFile(file, file.target, generatedFolder, project)),
    ...emitted.map((file) => generatedFile(file, null, generatedFolder, project)),
  ];
  const steps = options.steps ? await stepsOf(place, previousPlan, project) : null;
  // The plan comes last: if the build is cut short, the next one still knows what the user's file was made for.
  const files =
    steps === null || steps.text === null ? generated : [...generated.slice(0, -1), userFile(steps), ...generated.slice(-1)];
  return { saga: saga.plan.saga, plan: saga.plan, source: project.shown(project.absolute(saga.file)), files, steps };
}

function generatedFile(file: EmittedFile, target: string | null, folder: string, project: Project): PlannedFile {
  return { ...ownFile(join(folder, file.path), file.text, project), steps: null, target };
}

function userFile(steps: StepsFile): PlannedFile {
  const text = steps.text ?? "";
  return { path: steps.path, shown: steps.shown, text, changes: true, steps: { before: steps.before }, target: null };
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

/** Files of ours, in the folders of this build, that none of its sources makes. */
function orphansOf(places: readonly Place[], outputs: readonly Output[], project: Project): readonly Orphan[] {
  const made = new Set(outputs.flatMap(({ files }) => files.map(({ path }) => path)));
  const beside = project.paths.map((path) => join(dirname(project.absolute(path)), "generated"));
  const folders = new Set([...places.map(({ generatedFolder }) => generatedFolder), ...beside]);
  const built = new Set(project.paths.map(project.absolute));
  return [...folders].flatMap((folder) => findOrphans(folder, made, built, project.shown));
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

function didText(changed: number, removed: number, options: BuildOptions): string {
  const written = options.check ? "all up to date" : options.dryRun ? `${changed} would be written` : `${changed} written`;
  const gone = removed === 0 ? "" : `, ${removed} ${options.dryRun ? "would be " : ""}removed`;
  return `${written}${gone}`;
}

function jsonOf(
  outputs: readonly Output[],
  orphans: readonly Orphan[],
  options: BuildOptions,
): Readonly<Record<string, unknown>> {
  const action = (file: PlannedFile): string =>
    !file.changes ? "unchanged" : options.check || options.dryRun ? "stale" : "written";
  return {
    command: "build",
    orphans: orphans.map(({ shown }) => ({ path: shown, action: options.check || options.dryRun ? "stale" : "removed" })),
    sagas: outputs.map(({ saga, source, files, steps }) => ({
      saga,
      source,
      files: files.map((file) => ({ path: file.shown, action: action(file) })),
      steps: steps === null ? null : { path: steps.shown, state: steps.state, notes: steps.notes },
    })),
  };
}
