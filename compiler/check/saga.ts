import type { Ident, SagaDecl, SagaItem, Statement } from "../ast/nodes.ts";
import { type DeclaredFile, refuseChoreographed } from "./declarations.ts";
import type { Draft } from "./draft.ts";
import { pivotsOnAWay, readFlow } from "./flow.ts";
import { refuse, refuseMisplaced } from "./opaque.ts";
import type { CheckedFile, CheckedSaga } from "./program.ts";
import { readMapping, type SagaScope } from "./reading.ts";
import { checkBlock, checkStatements } from "./sequence.ts";
import { firstClause, readTimeout, refuseClauses } from "./settings.ts";
import { FlowState } from "./state.ts";

/** Resolves one saga; `null` when it is of a kind that is not available yet. */
export function checkSaga(
  draft: Draft,
  declared: DeclaredFile,
  file: CheckedFile,
  node: SagaDecl,
  name: Ident,
): CheckedSaga | null {
  const { scope } = declared;
  if (node.choreographed) {
    refuseChoreographed(draft, scope, node);
    return null;
  }
  const statements = node.items.filter(isStatement);
  const clauses = node.items.filter((item) => !isStatement(item));
  draft.clauses(`saga \`${name.name}\``, clauses, node.broken);
  refuseMisplaced(draft, scope, "a saga", node.misplaced);
  refuseClauses(
    draft,
    scope,
    clauses.filter((item) => item.kind !== "signal-decl"),
    SAGA_CLAUSES_TO_COME,
  );
  const signals = node.items.flatMap((item) => (item.kind === "signal-decl" ? [item] : []));
  for (const signal of signals) {
    refuse(draft, scope, signal, "`signal`");
    if (signal.name !== null) scope.opaque.add(signal.name.name);
  }

  const fields = firstClause(node.items, "input-fields");
  const input = fields === null ? [] : declared.types.fields(fields.fields);
  if (fields === null && node.broken) draft.unreadFields.add(input);
  const flow = readFlow(draft, declared, statements, node.broken);
  draft.names("saga", [
    ...signals.flatMap((signal) => (signal.name === null ? [] : [{ ident: signal.name, what: "signal" as const }])),
    ...flow.names,
  ]);
  const saga: SagaScope = {
    draft,
    declared,
    flow,
    input,
    steps: [],
    laterPivots: [],
    manyPivots: pivotsOnAWay(statements) > 1,
    block: (part, place, state) => checkBlock(saga, part, place, state),
  };
  const state = new FlowState(flow.pivotUnread ? "unknown" : "before");
  const nodes = checkStatements(saga, statements, { frames: [], tried: false }, state);
  const output = firstClause(node.items, "output");
  return {
    file,
    node,
    name,
    version: firstClause(node.items, "version")?.value?.value ?? 1,
    timeout: readTimeout(draft, scope, firstClause(node.items, "timeout")),
    undoWithin: null,
    tags: null,
    input,
    output: output === null ? null : readMapping({ saga, frames: [], state, own: null }, output.value),
    flow: nodes,
    endings: { completed: null, compensated: null },
    steps: saga.steps,
    pivots: saga.steps.filter((step) => step.kind === "pivot"),
    bindings: flow.byName,
    laterPivots: saga.laterPivots,
  };
}

const SAGA_CLAUSES_TO_COME = new Map([
  ["undo-within", "`undo within`"],
  ["tags", "`tags`"],
  ["ending", "what happens after the end (`on completed`, `on compensated`)"],
]);

type SagaClause = Exclude<SagaItem, Statement>;

function isStatement(item: SagaItem): item is Statement {
  return !CLAUSE_KINDS.has(item.kind);
}

const CLAUSE_KINDS: ReadonlySet<SagaItem["kind"]> = new Set<SagaClause["kind"]>([
  "version",
  "timeout",
  "undo-within",
  "input-fields",
  "tags",
  "signal-decl",
  "output",
  "ending",
]);
