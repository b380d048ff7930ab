import type { Memory } from "../check/imports/closure.ts";
import { makeDiagnostic } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type CompiledSaga, compile, type UnbuiltSaga } from "../pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { BUILD_KINDS } from "./problems.ts";
import type { Project } from "./project.ts";

/** Everything that was asked for, compiled; files that cannot be read are diagnostics like any other. */
export function compileProject(
  { sources, paths, absolute, shown }: Project,
  memory: Memory | null = null,
): {
  readonly sagas: readonly CompiledSaga[];
  readonly alongside: readonly Plan[];
  readonly unbuilt: readonly UnbuiltSaga[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { sagas, alongside, unbuilt, diagnostics, unreadable } = compile(sources, paths, memory);
  const unread = unreadable.map(({ path, message }) => {
    const why = message.replace(`\`${path}\``, () => `\`${shown(absolute(path))}\``);
    return makeDiagnostic(BUILD_KINDS.unreadableSource, { file: path, start: 0, end: 0 }, { why });
  });
  return { sagas, alongside, unbuilt, diagnostics: [...diagnostics, ...unread] };
}
