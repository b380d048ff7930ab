import type { FileNode } from "../ast/nodes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { declareFile } from "./declarations.ts";
import { Draft } from "./draft.ts";
import type { CheckedFile, CheckedProgram } from "./program.ts";
import { rules } from "./rules/index.ts";
import { checkSaga } from "./saga.ts";

export interface CheckResult {
  readonly program: CheckedProgram;
  /** What the rules say, in no order; without what the parser said. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Resolves names and types of the files and holds all rules against them. `files` are those of one compilation; files that cannot be
 * read whole are welcome: what could not be read gives no reports of its own.
 */
export function check(files: readonly FileNode[]): CheckResult {
  const program = resolveProgram(files);
  return { program, diagnostics: rules.flatMap((rule) => rule.check(program)) };
}

/** The first half of `check`: names and types, and nothing said about them. */
export function resolveProgram(files: readonly FileNode[]): CheckedProgram {
  const draft = new Draft();
  const checked = files.map((node): CheckedFile => {
    const declared = declareFile(draft, node);
    const { types, errors, services, used } = declared.scope;
    const file: CheckedFile = { path: node.span.file, node, types, errors, services, used };
    for (const saga of declared.sagas) {
      const found = checkSaga(draft, declared, file, saga.node, saga.name);
      if (found !== null) draft.sagas.push(found);
    }
    return file;
  });
  const { sagas, typed, spaces, clauseLists, misplaced, findings } = draft;
  return { files: checked, sagas, typed, spaces, clauseLists, misplaced, findings };
}
