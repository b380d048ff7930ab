import type { Ident, SagaDecl, SagaItem, Statement } from "../ast/nodes.ts";
import { type DeclaredFile, refuseChoreographed } from "./declarations.ts";
import type { Draft } from "./draft.ts";
import { sagaLength } from "./durations.ts";
import { failuresOf } from "./failures.ts";
import { pivotsOnAWay, readFlow } from "./flow.ts";
import type { FlowBlock } from "./flow-nodes.ts";
import { nodesOf } from "./nodes.ts";
import { refuseMisplaced } from "./opaque.ts";
import type { CheckedFile, CheckedSaga } from "./program.ts";
import { readMapping, type SagaScope } from "./reading.ts";
import { checkBlock, checkStatements } from "./sequence.ts";
import { firstClause, readSpan, readTimeout } from "./settings.ts";
import { namesOf, signalsOf } from "./signals.ts";
import { FlowState } from "./state.ts";
import { checkTags } from "./tags.ts";

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
  const declarations = node.items.filter((item) => item.kind === "signal-decl");
  const fields = firstClause(node.items, "input-fields");
  const input = fields === null ? [] : declared.types.fields(fields.fields);
  if (fields === null && node.broken) draft.unreadFields.add(input);
  const flow = readFlow(draft, declared, [...statements, ...clauses.filter((item) => item.kind === "ending")], node.broken);
  draft.names("saga", namesOf(declared, declarations, flow));
  const saga: SagaScope = {
    draft,
    declared,
    flow,
    input,
    signals: signalsOf(declared, declarations),
    steps: [],
    laterPivots: [],
    manyPivots: pivotsOnAWay(statements) > 1,
    block: (part, place, state) => checkBlock(saga, part, place, state),
  };
  const state = new FlowState(flow.pivotUnread ? "unknown" : "before");
  const nodes = checkStatements(saga, statements, { frames: [], tried: false }, state);
  const output = firstClause(node.items, "output");
  const endings = checkEndings(saga, node, state);
  const readLength = sagaLength(draft, scope, input);
  const undoWithin = firstClause(node.items, "undo-within");
  const all = nodesOf({ flow: nodes, endings });
  const tags = firstClause(node.items, "tags");
  return {
    file,
    node,
    name,
    version: firstClause(node.items, "version")?.value?.value ?? 1,
    timeout: readTimeout(draft, firstClause(node.items, "timeout"), readLength),
    undoWithin: undoWithin === null ? null : readSpan(draft, undoWithin.value, "`undo within`", readLength),
    tags: tags === null ? null : checkTags(draft, scope, input, tags),
    input,
    output: output === null ? null : readMapping({ saga, frames: [], state, own: null }, output.value),
    flow: nodes,
    endings,
    steps: saga.steps,
    pivots: saga.steps.filter((step) => step.kind === "pivot"),
    final: all.some((each) => (each.kind === "step" ? each.step.kind === "pivot" : each.kind === "call" && each.saga?.final)),
    failures: failuresOf(all),
    bindings: flow.byName,
    laterPivots: saga.laterPivots,
  };
}

/** What runs after the end: then all has happened, or all that has is undone. */
function checkEndings(saga: SagaScope, node: SagaDecl, end: FlowState): CheckedSaga["endings"] {
  const block = (when: "completed" | "compensated", state: FlowState): FlowBlock | null => {
    const clause = node.items.find((item) => item.kind === "ending" && item.when === when);
    if (clause?.kind !== "ending") return null;
    state.zone = "ending";
    return checkBlock(
      saga,
      { block: clause.block, frame: { node: clause, part: "ending", index: 0 } },
      { frames: [], tried: false },
      state,
    );
  };
  const undone = new FlowState("ending");
  undone.joinLost(end, { span: node.name?.span ?? node.span, when: "when the saga has failed before it" });
  return { completed: block("completed", end.fork()), compensated: block("compensated", undone) };
}

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
