import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { makeDiagnostic } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { hasLimits } from "../emit/definition.ts";
import { planFile } from "../emit/plan-json.ts";
import { releasedFolder, releasedTarget } from "../emit/released.ts";
import type { EmittedFile, OtherVersion, Target } from "../emit/target.ts";
import type { CompiledSaga } from "../pipeline.ts";
import { planHash } from "../plan/canonical.ts";
import { PLAN_SCHEMA, type Plan } from "../plan/plan.ts";
import { filesHash } from "../release/freeze.ts";
import { findReleased, type ReleasedVersion, readLock } from "../release/lock.ts";
import { lockPath } from "./lock-path.ts";
import { BUILD_KINDS, UsageError } from "./problems.ts";
import { type Project, slashed } from "./project.ts";
import { readText } from "./write-files.ts";

/** A lock on the disk; one that is not there yet holds nothing. */
export interface Lock {
  readonly path: string;
  /** As it was read; `null`: it is not there. */
  readonly text: string | null;
  readonly versions: readonly ReleasedVersion[];
}

/** What a lock says of a saga that is built. */
export interface SagaReleases {
  readonly lock: Lock;
  /** The version that its source says, where that is released. */
  readonly own: ReleasedVersion | null;
  /** Its other versions that may still have sagas to end. */
  readonly others: readonly ReleasedVersion[];
}

/** Locks by the sources that they are for; each is read once. Throws `UsageError` for one that cannot be read. */
export class Locks {
  readonly #project: Project;
  readonly #read = new Map<string, Lock>();

  constructor(project: Project) {
    this.#project = project;
  }

  /** The one of a folder, which may be above it. */
  nearest(folder: string): Lock {
    const path = lockPath(folder, this.#project.absolute("."));
    const known = this.#read.get(path);
    if (known !== undefined) return known;
    const shown = this.#project.shown(path);
    const text = readText(path, shown);
    const { versions, problem } = readLock(text ?? "");
    if (problem !== null) throw new UsageError("bad-lock", { path: shown, line: String(problem.line), why: problem.why });
    const lock = { path, text, versions };
    this.#read.set(path, lock);
    return lock;
  }

  of(saga: CompiledSaga): SagaReleases {
    const lock = this.nearest(dirname(this.#project.absolute(saga.file)));
    const own = findReleased(lock.versions, saga.plan);
    const others = lock.versions.filter((one) => one.saga === saga.plan.saga && one !== own && !one.retired);
    return { lock, own, others };
  }

  /** All that were read. */
  all(): readonly Lock[] {
    return [...this.#read.values()];
  }
}

/**
 * What is wrong with what is built, held against what is released: it has changed, or is damaged, or was dropped. `declared`: all sagas of
 * the sources, where `sagas` are some of them.
 */
export function releaseProblems(
  sagas: readonly CompiledSaga[],
  project: Project,
  locks: Locks,
  { frozen, declared = sagas }: { readonly frozen: boolean; readonly declared?: readonly CompiledSaga[] },
): Diagnostic[] {
  const all = sagas.map((saga) => ({ saga, releases: locks.of(saga) }));
  const looked = new Set(all.flatMap(({ releases: { own, others } }) => [...(own === null ? [] : [own]), ...others]));
  const found = all.flatMap(({ saga, releases }) => [
    ...changed(saga, releases),
    ...[...releases.others, ...unchanged(saga, releases)].flatMap((one) => damaged(one, releases.lock, project, saga)),
  ]);
  const names = new Set(declared.map(({ plan }) => plan.saga));
  for (const lock of locks.all()) {
    const left = lock.versions.filter((version) => !version.retired && !looked.has(version));
    const gone = left.filter(({ saga }) => !names.has(saga));
    if (gone.length > 0 && isWhole(lock, project)) found.push(...gone.map((version) => dropped(version, lock, project)));
    if (frozen) found.push(...left.flatMap((version) => damaged(version, lock, project, null)));
  }
  return found;
}

function unchanged(saga: CompiledSaga, { own }: SagaReleases): readonly ReleasedVersion[] {
  return own === null || own.retired || changedSince(saga, own) ? [] : [own];
}

function changedSince(saga: CompiledSaga, own: ReleasedVersion): boolean {
  return own.planHash !== planHash(saga.plan);
}

function changed(saga: CompiledSaga, { own, lock }: SagaReleases): Diagnostic[] {
  if (own === null || !(own.retired || changedSince(saga, own))) return [];
  const versions = lock.versions.filter((one) => one.saga === own.saga).map(({ version }) => version);
  const values = { saga: own.saga, version: own.version, next: Math.max(...versions) + 1 };
  const kind = own.retired ? BUILD_KINDS.versionRetired : BUILD_KINDS.releasedChanged;
  return [makeDiagnostic(kind, saga.version ?? saga.name, values)];
}

/** `saga`: where to point at; `null`: at the lock. */
function damaged(version: ReleasedVersion, lock: Lock, project: Project, saga: CompiledSaga | null): Diagnostic[] {
  const files = releasedFiles(version, lock, project);
  if (filesHash(files) === version.files) return [];
  const what = files.length === 0 ? "they are gone" : "somebody has changed them";
  const values = { saga: version.saga, version: version.version, folder: project.shown(folderOf(version, lock)), what };
  return [makeDiagnostic(BUILD_KINDS.releasedDamaged, saga?.name ?? topOf(lock, project), values)];
}

function dropped({ saga, version }: ReleasedVersion, lock: Lock, project: Project): Diagnostic {
  return makeDiagnostic(BUILD_KINDS.releasedDropped, topOf(lock, project), { saga, version });
}

/** Only where all sources below the lock are built is it known that none declares a saga. */
function isWhole(lock: Lock, project: Project): boolean {
  const folder = slashed(relative(project.absolute("."), dirname(lock.path)));
  if (folder.startsWith("..")) return false;
  const built = new Set(project.paths);
  return project.sources.list().every((path) => built.has(path) || !(folder === "" || path.startsWith(`${folder}/`)));
}

function topOf(lock: Lock, project: Project): { readonly file: string; readonly start: number; readonly end: number } {
  return { file: slashed(relative(project.absolute("."), lock.path)), start: 0, end: 0 };
}

/** Absolute. */
export function folderOf(version: ReleasedVersion, lock: Lock): string {
  return join(dirname(lock.path), version.folder);
}

/** The files of a released version as they stand on the disk; none where its folder is gone. */
export function releasedFiles(version: ReleasedVersion, lock: Lock, project: Project): readonly EmittedFile[] {
  const folder = folderOf(version, lock);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return names.map(({ name }) => ({ path: name, text: readText(join(folder, name), project.shown(join(folder, name))) ?? "" }));
}

/** The plan of a released version. Throws `UsageError` for one that cannot be read. */
export function releasedPlan(version: ReleasedVersion, lock: Lock, project: Project): Plan {
  const path = join(folderOf(version, lock), planFile(version.saga));
  const shown = project.shown(path);
  const refuse = (reason: string): UsageError => new UsageError("cannot-access", { path: shown, reason });
  const text = readText(path, shown);
  if (text === null) throw refuse("it is gone");
  let plan: Plan;
  try {
    plan = JSON.parse(text) as Plan;
  } catch {
    throw refuse("it is no JSON");
  }
  if (plan?.schema !== PLAN_SCHEMA) throw refuse(`it is no plan of schema ${PLAN_SCHEMA}`);
  return plan;
}

/** What a build makes of a saga beside released versions. `released`: in place of the usual targets, where its own version is released. */
export function releasedOutputs(
  { own, others, lock }: SagaReleases,
  generatedFolder: string,
  project: Project,
): { readonly released: Target | null; readonly otherVersions: readonly OtherVersion[] } {
  const from = (version: ReleasedVersion): string => {
    const path = slashed(relative(generatedFolder, folderOf(version, lock)));
    return path.startsWith("../") ? path : `./${path}`;
  };
  const otherVersions = others.map((version) => ({ version: version.version, folder: from(version) }));
  if (own === null) return { released: null, otherVersions };
  const files = releasedFiles(own, lock, project).map(({ path }) => path);
  const limited = hasLimits(releasedPlan(own, lock, project));
  return { released: releasedTarget(from(own), files, limited), otherVersions };
}

/** Where a version goes that is being released. */
export function newFolder(saga: CompiledSaga, generatedFolder: string): string {
  return join(generatedFolder, releasedFolder(saga.plan.saga, saga.plan.version));
}
