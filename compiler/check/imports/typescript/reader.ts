import { createRequire } from "node:module";
import type { ts as Ts } from "ts-morph";
import type { SourceSet } from "../../../source/source-set.ts";
import { NOTHING_OUTSIDE, type TypeScriptAnswer, type TypeScriptReader } from "../outside.ts";
import { convertExport } from "./convert.ts";
import { TOO_INTRICATE } from "./misfits.ts";
import { loadModules } from "./modules.ts";

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
export function typescriptReader(sources: SourceSet, roots: readonly string[]): TypeScriptReader {
  if (roots.length === 0) return NOTHING_OUTSIDE.typescript;
  let opened: TypeScriptProgram | null = null;
  const answers = new Map<string, TypeScriptAnswer>();
  return {
    read(path, name) {
      const source = sources.read(path);
      if (!source.ok) return { kind: "unread", failure: source.failure };
      const key = `${path}\0${name}`;
      const known = answers.get(key);
      if (known !== undefined) return known;
      opened ??= openProgram(sources, roots);
      const answer = answerOf(opened, path, name);
      answers.set(key, answer);
      return answer;
    },
  };
}

function openProgram(sources: SourceSet, roots: readonly string[]): TypeScriptProgram {
  const { Project, ts } = createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
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
  for (const [path, text] of loadModules(ts, sources, roots)) {
    try {
      project.createSourceFile(`/${path}`, text);
    } catch {
      // Too deep for the parser's stack: then it exports nothing.
    }
  }
  return {
    ts,
    checker: project.getTypeChecker().compilerObject,
    file: (path) => project.getSourceFile(`/${path}`)?.compilerNode,
  };
}

function answerOf(program: TypeScriptProgram, path: string, name: string): TypeScriptAnswer {
  try {
    return convertExport(program, path, name);
  } catch {
    // What a stranger's types make of the compiler of TypeScript is not for us to say: too deep for its stack, as a rule.
    return { kind: "unfit", misfits: [{ ...TOO_INTRICATE, at: name }] };
  }
}
