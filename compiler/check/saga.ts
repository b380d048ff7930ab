import type { Ident, OutputClause, SagaDecl, SagaItem, Statement } from "../ast/nodes.ts";
import { CompilerBug } from "../bug.ts";
import { type DeclaredFile, refuseChoreographed } from "./declarations.ts";
import type { Draft } from "./draft.ts";
import { type Flow, type HeadNode, readFlow } from "./flow.ts";
import { inferMapping } from "./infer.ts";
import { refuse, refuseMisplaced } from "./opaque.ts";
import type { CheckedFile, CheckedSaga, CheckedStep, FlowNode, StepHead } from "./program.ts";
import { firstClause, readTimeout, refuseClauses } from "./settings.ts";
import { checkStep, outputScope, type SagaScope } from "./steps.ts";

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
  const saga: SagaScope = { draft, declared, flow, input };
  const steps = new Map<StepHead, CheckedStep>(flow.heads.map((head) => [head, checkStep(saga, head)]));
  const output: OutputClause | null = firstClause(node.items, "output");
  return {
    file,
    node,
    name,
    version: firstClause(node.items, "version")?.value?.value ?? 1,
    timeout: readTimeout(draft, scope, firstClause(node.items, "timeout")),
    input,
    output: output === null ? null : inferMapping(draft, outputScope(saga), output.value),
    flow: checkedNodes(flow.nodes, steps),
    steps: [...steps.values()],
    pivots: [...steps.values()].filter((step) => step.kind === "pivot"),
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

function checkedNodes(nodes: Flow["nodes"], steps: ReadonlyMap<StepHead, CheckedStep>): FlowNode[] {
  return nodes.map((node) => checkedNode(node, steps));
}

function checkedNode(node: HeadNode, steps: ReadonlyMap<StepHead, CheckedStep>): FlowNode {
  switch (node.kind) {
    case "step": {
      const step = steps.get(node.head);
      if (step === undefined) throw new CompilerBug(`step ${node.head.name.name} was not looked at`);
      return { kind: "step", step };
    }
    case "parallel": {
      const branches = node.branches.map((branch) => ({ node: branch.node, body: checkedNodes(branch.body, steps) }));
      return { kind: "parallel", node: node.node, branches };
    }
    case "opaque":
      return node;
  }
}
