import { join } from "node:path";
import { planFile } from "../emit/plan-json.ts";
import type { EmittedFile, ImportExtension } from "../emit/target.ts";
import { emitSaga } from "../emit-saga.ts";
import { mergeNeeded } from "../merge/needed.ts";
import { planText } from "../plan/canonical.ts";
import type { Plan } from "../plan/plan.ts";
import {
  type BuildRecord,
  filesIn,
  type Hashed,
  hash,
  hashOfFile,
  hashOfFolder,
  type RecordedSaga,
  textOr,
  type WholeBuild,
} from "./build-record.ts";
import { lockPath } from "./lock-path.ts";
import type { Project } from "./project.ts";
import { folderOf, type Locks } from "./releases.ts";
import type { StepsFile } from "./steps-file.ts";
import { hashOfList, hashOfSource } from "./unchanged.ts";

/** What a build makes of its sagas, held against the record of the one before. */
export class Recording {
  readonly #before: readonly RecordedSaga[];
  readonly #sagas: RecordedSaga[] = [];

  constructor(before: BuildRecord | null) {
    this.#before = before?.sagas ?? [];
  }

  /** As `emitSaga`; files that were made of the same plan, and stand there as they were written, are not made again. */
  emit(generatedFolder: string, ...[plan, options, targets]: Required<Parameters<typeof emitSaga>>): readonly EmittedFile[] {
    const made = (text: string): string =>
      hash(JSON.stringify([plan.source, hash(text), options, targets.map(({ name }) => name)]));
    const before = this.#before.find((saga) => saga.generatedFolder === generatedFolder && saga.saga === plan.saga);
    const known = before !== undefined && before.made === made(planText(plan)) ? before : null;
    const standing = known === null ? null : standingFiles(known);
    if (known !== null && standing !== null) {
      this.#sagas.push(known);
      return standing;
    }
    const files = emitSaga(plan, options, targets);
    const hashed = files.map(({ path, text }): Hashed => [path, hash(text)]);
    const text = files.find(({ path }) => path === planFile(plan.saga))?.text ?? planText(plan);
    this.#sagas.push({ saga: plan.saga, generatedFolder, made: made(text), files: hashed });
    return files;
  }

  record(whole: WholeBuild | null): BuildRecord {
    return { whole, sagas: this.#sagas };
  }
}

/** `null`: not all of them stand there as they were written. */
function standingFiles({ generatedFolder, files }: RecordedSaga): readonly EmittedFile[] | null {
  const found: EmittedFile[] = [];
  for (const [path, was] of files) {
    const text = textOr(join(generatedFolder, path), null);
    if (text === null || hash(text) !== was) return null;
    found.push({ path, text });
  }
  return found;
}

/** What a build leaves behind. */
interface Left {
  readonly project: Project;
  readonly locks: Locks;
  readonly places: readonly {
    readonly sourceFolder: string;
    readonly generatedFolder: string;
    readonly importExtension: ImportExtension;
    /** A file that a build brings up to date once it is there. */
    readonly tests: string;
  }[];
  readonly outputs: readonly {
    readonly plan: Plan;
    readonly steps: StepsFile | null;
    readonly files: readonly { readonly path: string; readonly text: string; readonly steps: unknown }[];
  }[];
  readonly unbuilt: WholeBuild["unbuilt"];
}

/** A build that had nothing to say; `null`: the next one would have something to do all the same. */
export function wholeBuild({ project, locks, places, outputs, unbuilt }: Left): WholeBuild | null {
  const sources = project.sources.readPaths().map((path) => [path, hashOfSource(project, path)] as const);
  const known = sources.filter((source): source is Hashed => source[1] !== undefined);
  const settled = outputs.every(({ plan, steps }) => steps === null || isSettled(steps, plan));
  if (known.length < sources.length || !settled) return null;
  // What was read is known as it was read: it may have changed since.
  const readSo = [
    ...outputs.flatMap(({ steps }) => (steps === null ? [] : [[steps.path, steps.before] as const])),
    ...locks.all().map(({ path, text }) => [path, text] as const),
  ];
  const made = new Map<string, string | null>([
    ...readSo.map(([path, text]): Hashed => [path, text === null ? null : hash(text)]),
    ...outputs.flatMap(({ files }) => files.map(({ path, text }): Hashed => [path, hash(text)])),
  ]);
  const released = locks.all().flatMap((lock) => lock.versions.map((version) => folderOf(version, lock)));
  const others = [...places.map(({ tests }) => tests), ...released.flatMap(filesIn)].filter((path) => !made.has(path));
  const sourceFolders = new Set(places.map(({ sourceFolder }) => sourceFolder));
  return {
    asked: project.paths,
    sources: known,
    listed: locks.all().some(({ versions }) => versions.length > 0) ? hashOfList(project) : null,
    importExtensions: [...new Map(places.map(({ generatedFolder, importExtension }) => [generatedFolder, importExtension]))],
    locks: [...sourceFolders].map((folder) => [folder, lockPath(folder, project.absolute("."))]),
    folders: released.map((folder) => [folder, hashOfFolder(folder)]),
    files: [...made, ...others.map((path): Hashed => [path, hashOfFile(path)])].sort(([a], [b]) => (a < b ? -1 : 1)),
    sagaCount: outputs.length,
    fileCount: outputs.flatMap(({ files }) => files).filter(({ steps }) => steps === null).length,
    unbuilt,
  };
}

/** Whether the next build would leave the user's file alone without a word. */
function isSettled({ problem, text, before }: StepsFile, plan: Plan): boolean {
  return problem === null && !mergeNeeded(text ?? before ?? "", plan, plan);
}
