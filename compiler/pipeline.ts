import { parseFile } from "./ast/parse.ts";
import { check } from "./check/check.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { syntaxDiagnostic } from "./diagnostics/syntax.ts";
import { emit, TARGETS } from "./emit/index.ts";
import type { EmitOptions, EmittedFile, Target } from "./emit/target.ts";
import { planHash, planText } from "./plan/canonical.ts";
import { lower } from "./plan/lower.ts";
import type { Plan } from "./plan/plan.ts";
import type { SourceFailure, SourceFile, SourceSet } from "./source/source-set.ts";
import type { Span } from "./source/span.ts";
import { VERSION } from "./version.ts";

/** What the front half makes of sources. */
export interface Compilation {
  /** In no order; `collectDiagnostics` sorts them. */
  readonly diagnostics: readonly Diagnostic[];
  /** Files that could not be read, and so were not looked at. */
  readonly unreadable: readonly SourceFailure[];
  /** By file and place; none while anything has errors. */
  readonly sagas: readonly CompiledSaga[];
}

export interface CompiledSaga {
  readonly plan: Plan;
  /** The source's path in its set. */
  readonly file: string;
  /** Its name where it is declared. */
  readonly name: Span;
}

/** text -> tree -> checked program -> plans. Pure but for what the set reads; never throws for what a source can hold. */
export function compile(sources: SourceSet, paths: readonly string[]): Compilation {
  const read = paths.map((path) => sources.read(path));
  const files = read.flatMap((result) => (result.ok ? [result.file] : []));
  const unreadable = read.flatMap((result) => (result.ok ? [] : [result.failure]));

  const parsed = files.map((file) => parseFile(file.text, file.path));
  const checked = check(parsed.map((each) => each.file));
  const syntax = parsed.flatMap(({ file, problems }) => problems.map((problem) => syntaxDiagnostic(problem, file.span.file)));
  const diagnostics = [...syntax, ...checked.diagnostics];
  const failed = unreadable.length > 0 || diagnostics.some((diagnostic) => diagnostic.severity === "error");
  if (failed) return { diagnostics, unreadable, sagas: [] };

  const texts = new Map<string, SourceFile>(files.map((file) => [file.path, file]));
  const plans = lower(checked.program, { source: (path) => texts.get(path) ?? null });
  const sagas = checked.program.sagas.map(({ file, name }) => ({ file: file.path, name: name.span }));
  return { diagnostics, unreadable, sagas: plans.flatMap((plan, at) => withOrigin(plan, sagas[at])) };
}

/** plan -> files, by every target. */
export function emitSaga(
  plan: Plan,
  options: Pick<EmitOptions, "importExtension">,
  targets: readonly Target[] = TARGETS,
): readonly EmittedFile[] {
  const all = { ...options, compilerVersion: VERSION, planHash: planHash(plan), planText: planText(plan) };
  return emit(plan, all, targets);
}

function withOrigin(plan: Plan, origin: Pick<CompiledSaga, "file" | "name"> | undefined): CompiledSaga[] {
  return origin === undefined ? [] : [{ plan, ...origin }];
}
