import { createRequire } from "node:module";
import type { ts as Ts } from "ts-morph";
import type { SourceSet } from "../../../source/source-set.ts";
import { UNKNOWN } from "../../types.ts";
import { NOTHING_OUTSIDE, type TypeScriptAnswer, type TypeScriptReader } from "../outside.ts";
import { convertExport } from "./convert.ts";
import { TOO_INTRICATE } from "./misfits.ts";
import { loadModules } from "./modules.ts";

/** Reads the types of some files: `openTypeScript`, or one that remembers what it has opened. */
export type OpenTypeScript = (sources: SourceSet, roots: readonly string[]) => OpenedTypeScript;

interface OpenedTypeScript {
  /** The same symbol for the same type. */
  read(path: string, name: string): TypeScriptAnswer;
}

/** What the compiler of TypeScript made of the files. */
export interface TypeScriptProgram {
  readonly ts: typeof Ts;
  readonly checker: Ts.TypeChecker;
  file(path: string): Ts.SourceFile | undefined;
}

/**
 * Reads types of the files `roots` and of what they import by relative paths. The compiler of TypeScript is loaded with the first question:
 * most sources never ask one.
 */
export function typescriptReader(
  sources: SourceSet,
  roots: readonly string[],
  open: OpenTypeScript = openTypeScript,
): TypeScriptReader {
  if (roots.length === 0) return NOTHING_OUTSIDE.typescript;
  let opened: OpenedTypeScript | null = null;
  return {
    read(path, name) {
      const source = sources.read(path);
      if (!source.ok) return { kind: "unread", failure: source.failure };
      opened ??= open(sources, roots);
      return opened.read(path, name);
    },
  };
}

/**
 * Opens anew what has other texts than before, and else gives what it has: a program costs more than all else that an edit asks for. Where the
 * compiler of TypeScript is not there, as in an editor's extension that must be small, every type is as it is used. `most`: how many it keeps,
 * those that were asked for last.
 */
export function rememberingTypeScript(most = MOST_PROGRAMS): OpenTypeScript {
  const known = new Map<string, { readonly texts: ReadonlyMap<string, string>; readonly opened: OpenedTypeScript }>();
  return (sources, roots) => {
    const installed = tsMorphIfThere();
    if (installed === null) return remembered(unknownType);
    const texts = loadModules(installed.ts, sources, roots);
    const key = [...roots].sort().join("\0");
    const before = known.get(key);
    const opened = before !== undefined && sameTexts(before.texts, texts) ? before.opened : openTexts(texts);
    // Behind the others: the one that was asked for the longest ago goes first.
    known.delete(key);
    known.set(key, { texts, opened });
    const oldest = known.keys().next().value;
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return opened;
  };
}

/** Programs are large, and few files import from different modules. */
const MOST_PROGRAMS = 8;

function sameTexts(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([path, text]) => b.get(path) === text);
}

function openTypeScript(sources: SourceSet, roots: readonly string[]): OpenedTypeScript {
  return openTexts(loadModules(tsMorph().ts, sources, roots));
}

function tsMorph() {
  return createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
}

function tsMorphIfThere(): ReturnType<typeof tsMorph> | null {
  try {
    return tsMorph();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}

function unknownType(path: string, name: string): TypeScriptAnswer {
  return { kind: "type", symbol: { name, node: null, module: path, type: UNKNOWN } };
}

function remembered(answerOf: OpenedTypeScript["read"]): OpenedTypeScript {
  const answers = new Map<string, TypeScriptAnswer>();
  return {
    read(path, name) {
      const key = `${path}\0${name}`;
      const answer = answers.get(key) ?? answerOf(path, name);
      answers.set(key, answer);
      return answer;
    },
  };
}

function openTexts(texts: ReadonlyMap<string, string>): OpenedTypeScript {
  const { Project, ts } = tsMorph();
  const project = new Project({
    useInMemoryFileSystem: true,
    skipFileDependencyResolution: true,
    compilerOptions: {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts"],
      types: [],
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      allowImportingTsExtensions: true,
    },
  });
  for (const [path, text] of texts) {
    try {
      project.createSourceFile(`/${path}`, text);
    } catch {
      // Too deep for the parser's stack: then it exports nothing.
    }
  }
  const program: TypeScriptProgram = {
    ts,
    checker: project.getTypeChecker().compilerObject,
    file: (path) => project.getSourceFile(`/${path}`)?.compilerNode,
  };
  return remembered((path, name) => answerOf(program, path, name));
}

function answerOf(program: TypeScriptProgram, path: string, name: string): TypeScriptAnswer {
  try {
    return convertExport(program, path, name);
  } catch {
    // What a stranger's types make of the compiler of TypeScript is not for us to say: too deep for its stack, as a rule.
    return { kind: "unfit", misfits: [{ ...TOO_INTRICATE, at: name }] };
  }
}
