import { check } from "./check/check.ts";
import { applyIgnores } from "./check/ignores.ts";
import { type Memory, outsideOf, readClosure } from "./check/imports/closure.ts";
import type { CheckedProgram } from "./check/program.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { syntaxDiagnostic } from "./diagnostics/syntax.ts";
import { withFixes } from "./fixes/index.ts";
import { lower } from "./plan/lower.ts";
import type { Plan } from "./plan/plan.ts";
import type { SourceFailure, SourceFile, SourceSet } from "./source/source-set.ts";
import type { Span } from "./source/span.ts";

/** What the front half makes of sources. */
export interface Compilation {
  /** In no order; `collectDiagnostics` sorts them. */
  readonly diagnostics: readonly Diagnostic[];
  /** Files that could not be read, and so were not looked at. */
  readonly unreadable: readonly SourceFailure[];
  /** By file and place; none while anything has errors. */
  readonly sagas: readonly CompiledSaga[];
  /** Plans of those that are read along, from files that were not asked for: what is asked for may call them. */
  readonly alongside: readonly Plan[];
  /** Sagas that are imported from files that were not asked for: nothing was made of them. */
  readonly unbuilt: readonly UnbuiltSaga[];
}

export interface UnbuiltSaga {
  readonly saga: string;
  /** The source's path in its set. */
  readonly file: string;
}

export interface CompiledSaga {
  readonly plan: Plan;
  /** The source's path in its set. */
  readonly file: string;
  /** Its name where it is declared. */
  readonly name: Span;
  /** Where it says its version; `null`: it does not. */
  readonly version: Span | null;
}

/**
 * text -> tree -> checked program -> plans. Reads what the files import as well, and makes plans of those that were asked for. Pure but for
 * what the set reads; never throws for what a source can hold.
 */
export function compile(sources: SourceSet, paths: readonly string[], memory: Memory | null = null): Compilation {
  const { files, program, asked, diagnostics, unreadable } = checkSources(sources, paths, memory);
  const failed = unreadable.length > 0 || diagnostics.some((diagnostic) => diagnostic.severity === "error");
  if (failed) return { diagnostics, unreadable, sagas: [], alongside: [], unbuilt: [] };

  const texts = new Map<string, SourceFile>(files.map(({ source }) => [source.path, source]));
  const plans = lower(program, { source: (path) => texts.get(path) ?? null });
  const origins = program.sagas.map(({ file, name, node }) => {
    const version = node.items.find((item) => item.kind === "version")?.span ?? null;
    return { file: file.path, name: name.span, version };
  });
  const sagas = plans.flatMap((plan, at) => withOrigin(plan, origins[at]));
  return {
    diagnostics,
    unreadable,
    sagas: sagas.filter(({ file }) => asked.has(file)),
    alongside: sagas.flatMap(({ file, plan }) => (asked.has(file) ? [] : [plan])),
    unbuilt: unbuiltSagas(program, asked),
  };
}

/** The first half of it, which is all that an editor asks for while somebody types. */
export function checkSources(sources: SourceSet, paths: readonly string[], memory: Memory | null = null) {
  const closure = readClosure(sources, paths, memory);
  const { files, unreadable } = closure;
  const asked: ReadonlySet<string> = new Set(files.flatMap((file) => (file.asked ? [file.source.path] : [])));
  const trees = files.map(({ parsed }) => parsed.file);
  const { program, diagnostics: found } = check(trees, outsideOf(sources, closure, memory));
  const syntax = files.flatMap(({ source, parsed }) => parsed.problems.map((problem) => syntaxDiagnostic(problem, source.path)));
  // What is only doubtful in a file is told to those who check that file.
  const told = [...syntax, ...found].filter(({ severity, span }) => severity === "error" || asked.has(span.file));
  const heard = applyIgnores(
    told,
    files.filter((file) => file.asked),
  );
  const diagnostics = withFixes(heard, files);
  return { files, program, asked, diagnostics, unreadable };
}

/** Sagas that files which were asked for import from files that were not. */
function unbuiltSagas(program: CheckedProgram, asked: ReadonlySet<string>): UnbuiltSaga[] {
  const homes = new Map(program.sagas.map(({ node, file, name }) => [node, { saga: name.name, file: file.path }]));
  const found = new Set<UnbuiltSaga>();
  for (const { path, imported } of program.files) {
    if (!asked.has(path)) continue;
    for (const { symbol } of imported) {
      const home = symbol !== null && "checked" in symbol ? homes.get(symbol.node) : undefined;
      if (home !== undefined && !asked.has(home.file)) found.add(home);
    }
  }
  return [...found];
}

function withOrigin(plan: Plan, origin: Omit<CompiledSaga, "plan"> | undefined): CompiledSaga[] {
  return origin === undefined ? [] : [{ plan, ...origin }];
}
