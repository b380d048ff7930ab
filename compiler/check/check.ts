import type { FileNode, SagaDecl } from "../ast/nodes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { calleesFirst } from "./call-order.ts";
import { declareFiles } from "./declarations.ts";
import { Draft } from "./draft.ts";
import { NOTHING_OUTSIDE, type Outside } from "./imports/outside.ts";
import type { CheckedFile, CheckedProgram, CheckedSaga } from "./program.ts";
import { rules } from "./rules/index.ts";
import { checkSaga } from "./saga.ts";

export interface CheckResult {
  readonly program: CheckedProgram;
  /** What the rules say, in no order; without what the parser said. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Resolves names and types of the files and holds all rules against them. `files` are those of one compilation, with all that they import:
 * `readClosure`; files that cannot be read whole are welcome: what could not be read gives no reports of its own.
 */
export function check(files: readonly FileNode[], outside: Outside = NOTHING_OUTSIDE): CheckResult {
  const program = resolveProgram(files, outside);
  return { program, diagnostics: rules.flatMap((rule) => rule.check(program)) };
}

/** The first half of `check`: names and types, and nothing said about them. */
export function resolveProgram(files: readonly FileNode[], outside: Outside = NOTHING_OUTSIDE): CheckedProgram {
  const draft = new Draft();
  const all = declareFiles(draft, files, outside).map((declared) => {
    const { node } = declared;
    const { types, errors, services, signals, computes, sagas, imported, used } = declared.scope;
    const file: CheckedFile = { path: node.span.file, node, types, errors, services, signals, computes, sagas, imported, used };
    return { file, declared };
  });
  const sagas = all.flatMap(({ file, declared }) => declared.sagas.map((saga) => ({ ...saga, file, declared })));
  const checked = new Map<SagaDecl, CheckedSaga>();
  for (const { node, name, file, declared } of calleesFirst(sagas)) {
    const found = checkSaga(draft, declared, file, node, name);
    if (found === null) continue;
    checked.set(node, found);
    const symbol = declared.scope.sagas.get(name.name);
    if (symbol?.node === node) symbol.checked = found;
  }
  const { typed, spaces, clauseLists, misplaced, findings } = draft;
  return {
    files: all.map(({ file }) => file),
    sagas: sagas.flatMap(({ node }) => checked.get(node) ?? []),
    typed,
    spaces,
    clauseLists,
    misplaced,
    findings,
  };
}
