import type { FileNode } from "../ast/nodes.ts";
import { parseFile } from "../ast/parse.ts";
import type { Memory } from "../check/imports/closure.ts";
import { importPath } from "../check/imports/paths.ts";
import { rememberingTypeScript } from "../check/imports/typescript/reader.ts";
import { collectDiagnostics } from "../diagnostics/collect.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { checkSources } from "../pipeline.ts";
import { cachedSources, type SourceResult } from "../source/source-set.ts";
import type { Document, Workspace } from "./document.ts";
import { surfaceOf } from "./surface.ts";

export type FileDiagnostic = Diagnostic;

/** A workspace that also reads what is no source of ours: modules of TypeScript that sources import from. */
export interface CheckedWorkspace extends Workspace {
  read(path: string): SourceResult;
}

/** Says what is wrong in a file, and does no work twice: trees are the documents', and what no text behind an answer has changed is not asked again. */
export interface Checker {
  /** What `sagac check` says of one file in a check of the whole project, sorted and capped. */
  diagnostics(path: string): readonly FileDiagnostic[];
  /** What any check of one file may take from those before. */
  memory(path: string): Memory;
}

export function createChecker(workspace: CheckedWorkspace): Checker {
  const typescript = rememberingTypeScript();
  const answers = new Map<string, Answer>();
  const memory = (path: string): Memory => ({
    parsed: (source) => {
      const document = workspace.document(source.path);
      return document?.text === source.text ? document.parsed : parseFile(source.text, source.path);
    },
    typescript,
    // Of other files than the one that was asked for nothing is told that hangs on it.
    importedElsewhere: (of) => (of === path ? importsOf(workspace, of) : []),
  });
  return {
    memory,
    diagnostics(path) {
      const before = answers.get(path);
      const answer = (before === undefined ? null : stillHolds(workspace, before)) ?? ask(workspace, memory(path), path);
      answers.set(path, answer);
      return answer.diagnostics;
    },
  };
}

/** Diagnostics, and all that was read to find them. */
interface Answer {
  readonly path: string;
  readonly diagnostics: readonly FileDiagnostic[];
  /** The trees of the sources among what was read. */
  readonly trees: ReadonlyMap<string, FileNode>;
  /** The text of each path, `null` where there was none to be had. */
  readonly texts: ReadonlyMap<string, string | null>;
  /** Names that were said to be imported, by file. */
  readonly imported: ReadonlyMap<string, string>;
  /** The files there were, if that was asked. */
  readonly listed: string | null;
}

function ask(workspace: CheckedWorkspace, memory: Memory, path: string): Answer {
  let listed: string | null = null;
  const imported = new Map<string, string>();
  const sources = cachedSources(
    (each) => workspace.read(each),
    () => {
      const paths = workspace.paths();
      listed = paths.join("\n");
      return paths;
    },
  );
  const { diagnostics, files } = checkSources(sources, [path], {
    ...memory,
    importedElsewhere(of) {
      const names = [...memory.importedElsewhere(of)];
      if (of === path) imported.set(of, names.join("\n"));
      return names;
    },
  });
  const texts = new Map(sources.readPaths().map((each) => [each, textOf(sources.read(each))]));
  const own = diagnostics.filter(({ span }) => span.file === path);
  const trees = new Map(files.map(({ source, parsed }) => [source.path, parsed.file]));
  return { path, diagnostics: collectDiagnostics(own).diagnostics, trees, texts, imported, listed };
}

/** The answer as it stands now; `null`: it has to be asked for again. What was edited in an imported file may not show in this one. */
function stillHolds(workspace: CheckedWorkspace, answer: Answer): Answer | null {
  const { listed, imported } = answer;
  const texts = new Map(answer.texts);
  const trees = new Map(answer.trees);
  for (const [path, text] of answer.texts) {
    const now = textOf(workspace.read(path));
    if (now === text) continue;
    const before = path === answer.path || now === null ? undefined : answer.trees.get(path);
    const tree = before === undefined ? undefined : workspace.document(path)?.file;
    if (before === undefined || tree === undefined || !looksTheSame(answer, path, before, tree)) return null;
    texts.set(path, now);
    trees.set(path, tree);
  }
  if (listed !== null && workspace.paths().join("\n") !== listed) return null;
  for (const [path, names] of imported) if (importsOf(workspace, path).join("\n") !== names) return null;
  return { ...answer, texts, trees };
}

/** Whether an imported file can have become another tree without a change of what was said, of which nothing points into it. */
function looksTheSame({ diagnostics, trees }: Answer, path: string, before: FileNode, now: FileNode): boolean {
  const places = diagnostics.flatMap(({ labels, fixes }) => [...labels, ...fixes.flatMap(({ edits }) => edits)]);
  if (places.some(({ span }) => span.file === path)) return false;
  const names = new Set([...trees].flatMap(([from, file]) => (from === path ? [] : importedNames(from, file, path))));
  return surfaceOf(before, names) === surfaceOf(now, names);
}

function textOf(result: SourceResult): string | null {
  return result.ok ? result.file.text : null;
}

/** The names that other files import from one, sorted. */
function importsOf(workspace: Workspace, path: string): readonly string[] {
  const names = new Set<string>();
  for (const each of workspace.paths()) {
    const document = each === path ? null : workspace.document(each);
    if (document === null || !mayImport(document, path)) continue;
    for (const name of importedNames(each, document.file, path)) names.add(name);
  }
  return [...names].sort();
}

/** The names that the file `from` imports from the file `path`. */
function importedNames(from: string, { declarations }: FileNode, path: string): readonly string[] {
  return declarations.flatMap((node) => {
    const found = node.kind === "import" ? importPath(from, node) : null;
    return node.kind === "import" && found?.ok && found.path === path ? node.names.map(({ name }) => name.name) : [];
  });
}

/** Whether its text speaks of a file of that name: most do not, and need no tree for the answer. A path may be written with escapes. */
function mayImport({ text }: Document, path: string): boolean {
  return text.includes(path.slice(path.lastIndexOf("/") + 1)) || text.includes("\\");
}
