import { rmdirSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { makeDiagnostic } from "../../diagnostics/define.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { CompiledSaga } from "../../pipeline.ts";
import { planHash } from "../../plan/canonical.ts";
import type { Plan } from "../../plan/plan.ts";
import { childrenOf } from "../../plan/units.ts";
import { filesHash, freeze } from "../../release/freeze.ts";
import { lockText, type ReleasedVersion, versionName } from "../../release/lock.ts";
import { stateShape } from "../../release/state-shape.ts";
import { findXState } from "../../verify/load.ts";
import { chooseSagas } from "../choose-sagas.ts";
import { compileProject } from "../compile-project.ts";
import { loadConfig } from "../config-file.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { detectImportExtension } from "../import-extension.ts";
import type { Io } from "../io.ts";
import type { ReleaseOptions } from "../options.ts";
import { exitCodeOf, plural, reportJson, reportText } from "../output.ts";
import { type OwnFile, ownFile } from "../own-files.ts";
import { BUILD_KINDS, UsageError } from "../problems.ts";
import { openProject, type Project, slashed } from "../project.ts";
import { folderOf, type Lock, Locks, newFolder, releasedFiles, releasedPlan, releaseProblems } from "../releases.ts";
import { writeText } from "../write-files.ts";
import { build } from "./build.ts";

/**
 * `sagac release`: writes down the version of each saga once and for all, in a folder of its own and a line of `saga.lock`, then builds, so
 * that what is generated passes it on. What is released already stays as it is. With `--retire` it takes versions out instead.
 */
export async function release(paths: readonly string[], asked: ReleaseOptions, io: Io): Promise<ExitCode> {
  const config = await loadConfig(io.cwd);
  const options = {
    ...asked,
    outDir: asked.outDir ?? config.outDir,
    importExtension: asked.importExtension ?? config.importExtension,
  };
  const project = await openProject(paths, io.cwd, { none: options.retire.length > 0 });
  const locks = new Locks(project);
  const { sagas, diagnostics } = compileProject(project);
  const chosen = chooseSagas(sagas, options, false);
  const found = [...diagnostics, ...(options.retire.length > 0 ? [] : refusals(chosen, sagas, project, locks))];
  const report = project.report(found);
  const exitCode = exitCodeOf(report, options);
  const text = options.format === "json" ? "" : reportText(report, project.source, options, io.stderr, io);
  if (text !== "") io.stderr.write(text);
  const none = { released: [], unchanged: [], retired: [] };
  if (exitCode !== EXIT.ok) {
    if (options.format === "json") io.stdout.write(reportJson(report, project.source, exitCode, { command: "release", ...none }));
    else io.stderr.write("Nothing was released.\n");
    return exitCode;
  }
  const done =
    options.retire.length > 0
      ? { ...none, retired: await retire(options.retire, sagas, project, locks, io) }
      : { ...none, ...(await releaseAll(chosen, project, locks, options, io.cwd)) };
  const built = await buildAgain(project.paths.map(project.absolute), options, io);
  if (built.exitCode !== EXIT.ok || options.format !== "json") io.stderr.write(built.stderr);
  if (options.format === "json") {
    io.stdout.write(reportJson(report, project.source, built.exitCode, { command: "release", ...done }));
  } else if (!options.quiet) {
    for (const name of done.released) io.stdout.write(`released ${name}\n`);
    for (const name of done.retired) io.stdout.write(`retired ${name}\n`);
    const { released, unchanged } = done;
    if (options.retire.length === 0)
      io.stderr.write(`${plural(released.length, "version")} released, ${unchanged.length} released before\n`);
  }
  return built.exitCode;
}

// ---- what is refused

function refusals(
  sagas: readonly CompiledSaga[],
  declared: readonly CompiledSaga[],
  project: Project,
  locks: Locks,
): Diagnostic[] {
  const names = new Set(sagas.map(({ plan }) => versionName(plan)));
  return [
    ...releaseProblems(sagas, project, locks, { frozen: false, declared }),
    ...sagas.flatMap((saga) => [...unsaid(saga), ...calleesOf(saga, names, locks)]),
  ];
}

function unsaid({ plan, version, name }: CompiledSaga): Diagnostic[] {
  const values = { saga: plan.saga, version: plan.version };
  return version === null ? [makeDiagnostic(BUILD_KINDS.versionUnsaid, name, values)] : [];
}

/** It ends on the versions of them that it began with: these must be kept as well. */
function calleesOf(saga: CompiledSaga, together: ReadonlySet<string>, locks: Locks): Diagnostic[] {
  const called = childrenOf(saga.plan).filter((child) => child.kind === "call");
  const { lock } = locks.of(saga);
  const kept = (name: string): boolean => lock.versions.some((one) => versionName(one) === name && !one.retired);
  const missing = called.filter((callee) => !together.has(versionName(callee)) && !kept(versionName(callee)));
  const unique = new Map(missing.map((callee) => [versionName(callee), callee]));
  return [...unique.values()].map((callee) => {
    const values = { saga: saga.plan.saga, callee: callee.saga, version: callee.version };
    return makeDiagnostic(BUILD_KINDS.calleeUnreleased, saga.name, values);
  });
}

// ---- releasing

async function releaseAll(
  sagas: readonly CompiledSaga[],
  project: Project,
  locks: Locks,
  options: ReleaseOptions,
  cwd: string,
): Promise<{ readonly released: readonly string[]; readonly unchanged: readonly string[] }> {
  const fresh = sagas.filter((saga) => locks.of(saga).own === null);
  const made = await Promise.all(fresh.map((saga) => prepare(saga, project, locks, options, cwd)));
  // Files first: a lock never speaks of what is not there.
  for (const { path, shown, text } of made.flatMap(({ files }) => files)) await writeText(path, shown, text, "user");
  const byLock = Map.groupBy(made, ({ lock }) => lock);
  for (const [lock, added] of byLock) await writeLock(lock, [...lock.versions, ...added.map(({ line }) => line)], project);
  const names = (some: readonly CompiledSaga[]): string[] => some.map(({ plan }) => versionName(plan)).sort();
  return { released: names(fresh), unchanged: names(sagas.filter((saga) => !fresh.includes(saga))) };
}

interface Prepared {
  readonly lock: Lock;
  readonly line: ReleasedVersion;
  readonly files: readonly OwnFile[];
}

async function prepare(
  saga: CompiledSaga,
  project: Project,
  locks: Locks,
  options: ReleaseOptions,
  cwd: string,
): Promise<Prepared> {
  const source = project.absolute(saga.file);
  const generated = options.outDir === null ? join(dirname(source), "generated") : resolve(cwd, options.outDir);
  const folder = newFolder(saga, generated);
  const { lock } = locks.of(saga);
  const plan = { ...saga.plan, source: slashed(relative(dirname(generated), source)) };
  const files = freeze(plan, options.importExtension ?? detectImportExtension(folder));
  const xstate = findXState(dirname(source));
  if (xstate === null) throw new UsageError("no-xstate", { path: project.shown(source) });
  const below = slashed(relative(dirname(lock.path), folder));
  if (below.startsWith(".."))
    throw new UsageError("not-below-lock", { path: project.shown(folder), lock: project.shown(lock.path) });
  const line: ReleasedVersion = {
    saga: plan.saga,
    version: plan.version,
    planHash: planHash(plan),
    stateShape: await stateShape(plan, xstate),
    files: filesHash(files),
    folder: below,
    retired: false,
  };
  return { lock, line, files: files.map(({ path, text }) => ownFile(join(folder, path), text, project)) };
}

function writeLock(lock: Lock, versions: readonly ReleasedVersion[], project: Project): Promise<void> {
  return writeText(lock.path, project.shown(lock.path), lockText(versions), "user");
}

// ---- retiring

async function retire(
  asked: readonly string[],
  sagas: readonly CompiledSaga[],
  project: Project,
  locks: Locks,
  io: Io,
): Promise<readonly string[]> {
  for (const saga of sagas) locks.of(saga);
  locks.nearest(project.absolute("."));
  const known = locks.all().flatMap((lock) => lock.versions.map((version) => ({ lock, version })));
  const chosen = asked.map((name) => {
    const found = known.find(({ version }) => versionName(version) === name);
    if (found === undefined)
      throw new UsageError("no-such-version", { asked: name, help: whatThereIs(known.map(({ version }) => version)) });
    if (sagas.some(({ plan }) => versionName(plan) === name)) throw new UsageError("version-in-use", { name });
    return found;
  });
  const kept = known.filter((one) => !one.version.retired && !chosen.includes(one));
  const unknown = kept.filter(({ lock, version }) => !refuseCallees(version, lock, project, asked));
  for (const { version } of unknown) {
    const what = `\`${versionName(version)}\` is kept, and this sagac does not read its plan`;
    io.stderr.write(`warning: ${what}: see yourself that it does not call what is retired.\n`);
  }
  for (const [lock, gone] of Map.groupBy(chosen, ({ lock }) => lock)) {
    const retired = new Set(gone.map(({ version }) => version));
    await writeLock(
      lock,
      lock.versions.map((version) => (retired.has(version) ? { ...version, retired: true } : version)),
      project,
    );
    for (const version of retired) removeFiles(version, lock, project);
  }
  return chosen.map(({ version }) => versionName(version));
}

/**
 * A version that is kept starts the versions that it calls: these are kept as long. `false`: it is as it was released, and its plan is not
 * read any more, which nobody can mend. A damaged one can be brought back, so it is refused.
 */
function refuseCallees(version: ReleasedVersion, lock: Lock, project: Project, asked: readonly string[]): boolean {
  let plan: Plan;
  try {
    plan = releasedPlan(version, lock, project);
  } catch (error) {
    if (filesHash(releasedFiles(version, lock, project)) !== version.files) throw error;
    return false;
  }
  const called = childrenOf(plan).filter((child) => child.kind === "call");
  const name = called.map(versionName).find((callee) => asked.includes(callee));
  if (name !== undefined) throw new UsageError("version-called", { name, caller: versionName(version) });
  return true;
}

function whatThereIs(versions: readonly ReleasedVersion[]): string {
  const names = versions.filter(({ retired }) => !retired).map((version) => `\`${versionName(version)}\``);
  return names.length === 0 ? "No version is released here." : `There is ${names.join(", ")}.`;
}

/** Only what is still as it was released; the rest is somebody's. Version control has it all. */
function removeFiles(version: ReleasedVersion, lock: Lock, project: Project): void {
  const files = releasedFiles(version, lock, project);
  if (files.length === 0 || filesHash(files) !== version.files) return;
  const folder = folderOf(version, lock);
  for (const { path } of files) rmSync(join(folder, path));
  rmdirSync(folder);
}

// ---- what is generated beside it

const NOTHING_MORE = { dryRun: false, clean: false, listFiles: false } as const;

async function buildAgain(
  paths: readonly string[],
  { outDir, importExtension, maxWarnings }: ReleaseOptions,
  io: Io,
): Promise<{ readonly exitCode: ExitCode; readonly stderr: string }> {
  let stderr = "";
  if (paths.length === 0) return { exitCode: EXIT.ok, stderr };
  const quiet: Io = { ...io, stdout: { write: () => true }, stderr: { write: (text) => (stderr += text) } };
  const options = {
    format: "text",
    quiet: true,
    check: false,
    steps: false,
    tests: false,
    frozen: false,
    ...NOTHING_MORE,
  } as const;
  const exitCode = await build(paths, { ...options, outDir, importExtension, maxWarnings }, quiet);
  return { exitCode, stderr };
}
