import type { Handler, Ident, NameExpr, OperationRef, StepNode } from "../ast/nodes.ts";
import type { DeclaredFile } from "./declarations.ts";
import type { Draft } from "./draft.ts";
import { type Flow, siblingGroup } from "./flow.ts";
import { type ExpressionScope, inferMapping } from "./infer.ts";
import { markMeant, refuseMisplaced } from "./opaque.ts";
import type { CheckedCall, CheckedStep, CheckedUndo, Mapping, ServiceSymbol, StepHead, TypedExpr } from "./program.ts";
import { callRetry, callTimeout, defaultRetry, firstClause, readRetry, readTimeout, refuseClauses } from "./settings.ts";
import { type FieldType, objectType, UNKNOWN } from "./types.ts";

/** What the steps of one saga are resolved against. */
export interface SagaScope {
  readonly draft: Draft;
  readonly declared: DeclaredFile;
  readonly flow: Flow;
  readonly input: readonly FieldType[];
}

/** A place in a saga where expressions stand. `step` is `null` behind all steps: in the saga's output. */
interface Place {
  readonly step: StepHead | null;
  readonly part: "forward" | "inquire" | "undo" | "output";
}

export function checkStep(saga: SagaScope, head: StepHead): CheckedStep {
  const { draft, declared } = saga;
  const { node, name } = head;
  draft.clauses(`step \`${name.name}\``, node.clauses, node.broken);
  refuseMisplaced(draft, declared.scope, "a step", node.misplaced);
  refuseClauses(draft, declared.scope, node.clauses, STEP_CLAUSES_TO_COME);
  const bestEffort = node.stepKinds.find((kind) => kind.name === "best-effort");
  if (bestEffort !== undefined) draft.findings.add("not-available", { span: bestEffort.span, construct: "`best effort`" });

  const service = useService(saga, node.on?.service ?? null);
  const own = firstClause(node.clauses, "input-object");
  const input = own === null ? NOTHING : inferMapping(draft, expressionScope(saga, { step: head, part: "forward" }), own.value);
  const retry = readRetry(draft, declared.scope, firstClause(node.clauses, "retry-clause"), node.broken);
  const timeout = readTimeout(draft, declared.scope, firstClause(node.clauses, "timeout"));
  const operation = node.on?.operation ?? null;
  if (operation !== null) draft.use("operation", operation);
  const call: CheckedCall = {
    role: "forward",
    ...service,
    operation: operation ?? name,
    input,
    timeout: callTimeout(timeout, service.serviceSymbol),
    retry: callRetry(retry, service.serviceSymbol, defaultRetry("forward", head.zone)),
    node,
  };
  const inquiry = firstClause(node.clauses, "inquire");
  return {
    ...head,
    call,
    throws: checkThrows(saga, node),
    inquire: inquiry === null ? null : checkHandler(saga, head, call, inquiry.handler, "inquire"),
    undo: checkUndo(saga, head, call),
    unsettled: unsettled(node),
  };
}

/** Where the saga's output is made: everything has run. */
export function outputScope(saga: SagaScope): ExpressionScope {
  return expressionScope(saga, { step: null, part: "output" });
}

const NOTHING: Mapping = { node: null, fields: [] };

const STEP_CLAUSES_TO_COME = new Map([
  ["on-error", "`on <Error>`"],
  ["confirm", "`confirm`"],
  ["key", "`key`"],
  ["lock", "`lock`"],
  ["emits", "`emits`"],
]);

const HANDLER_CLAUSES_TO_COME = new Map([["key", "`key`"]]);

type ServiceUse = Pick<CheckedCall, "service" | "serviceIdent" | "serviceSymbol">;

function useService({ draft, declared }: SagaScope, ident: Ident | null): ServiceUse {
  if (ident === null) return { service: "local", serviceIdent: null, serviceSymbol: null };
  const serviceSymbol: ServiceSymbol | null = declared.scope.services.get(ident.name) ?? null;
  if (serviceSymbol === null) {
    draft.use("service", ident);
    markMeant(declared.scope, ident.name, declared.scope.services.keys());
  } else declared.scope.used.add(serviceSymbol);
  return { service: ident.name, serviceIdent: ident, serviceSymbol };
}

function checkThrows({ draft, declared }: SagaScope, node: StepNode): CheckedStep["throws"] {
  const idents = node.clauses.flatMap((clause) => (clause.kind === "throws" ? clause.errors : []));
  draft.names(
    "throws",
    idents.map((ident) => ({ ident, what: "error" as const })),
  );
  const { scope } = declared;
  return idents.map((ident) => {
    const symbol = scope.errors.get(ident.name) ?? null;
    if (symbol !== null) scope.used.add(symbol);
    else if (!scope.opaque.has(ident.name) && !scope.unread.has("error-decl")) {
      const other = scope.declared.get(ident.name);
      const instead = other === undefined ? null : { kind: other.what, span: other.ident.span };
      draft.findings.add("unknown-error", { ident, candidates: [...scope.errors.keys()], instead });
      markMeant(scope, ident.name, scope.errors.keys());
    }
    return { ident, symbol };
  });
}

function checkUndo(saga: SagaScope, head: StepHead, forward: CheckedCall): CheckedUndo {
  const compensate = firstClause(head.node.clauses, "compensate");
  if (compensate !== null) {
    if (compensate.first) {
      const { end } = compensate.handler.operation.span;
      const span = { file: compensate.span.file, start: compensate.span.start, end };
      saga.draft.findings.add("not-available", { span, construct: "`first` of a compensation" });
    }
    const call = checkHandler(saga, head, forward, compensate.handler, "undo");
    return call === null ? { kind: "unsaid" } : { kind: "compensate", call, span: compensate.span };
  }
  const none = firstClause(head.node.clauses, "compensate-none");
  return none === null ? { kind: "unsaid" } : { kind: "none", because: none.reason?.value ?? "", span: none.span };
}

/** `null`: its operation could not be read. */
function checkHandler(
  saga: SagaScope,
  head: StepHead,
  forward: CheckedCall,
  handler: Handler,
  role: "undo" | "inquire",
): CheckedCall | null {
  const { draft, declared } = saga;
  const clauses = handler.clauses ?? [];
  const what = role === "undo" ? "compensation" : "inquiry";
  draft.clauses(`the ${what} of step \`${head.name.name}\``, clauses, handler.broken);
  refuseMisplaced(draft, declared.scope, role === "undo" ? "a compensation" : "an inquiry", handler.misplaced);
  refuseClauses(draft, declared.scope, clauses, HANDLER_CLAUSES_TO_COME);
  const own = firstClause(clauses, "input-object");
  const input = own === null ? forward.input : inferMapping(draft, expressionScope(saga, { step: head, part: role }), own.value);
  const timeout = readTimeout(draft, declared.scope, firstClause(clauses, "timeout"));
  const retry = readRetry(draft, declared.scope, firstClause(clauses, "retry-clause"), handler.broken);
  const operation = handler.operation.operation;
  if (operation === null) return null;
  draft.use("operation", operation);
  return {
    role,
    ...handlerService(saga, forward, handler.operation),
    operation,
    input,
    // A service's defaults are those of its steps; a compensation and an inquiry have their own.
    timeout: callTimeout(timeout, null),
    retry: callRetry(retry, null, defaultRetry(role, head.zone)),
    node: handler,
  };
}

function handlerService(saga: SagaScope, forward: CheckedCall, { service }: OperationRef): ServiceUse {
  if (service !== null) return useService(saga, service);
  return { service: forward.service, serviceIdent: forward.serviceIdent, serviceSymbol: forward.serviceSymbol };
}

function unsettled(node: StepNode): CheckedStep["unsettled"] {
  const open = new Set<"undo" | "retry" | "throws">();
  if (node.stepKinds.some((kind) => kind.name === "best-effort"))
    for (const what of ["undo", "retry", "throws"] as const) open.add(what);
  if (node.broken) open.add("undo");
  for (const clause of node.clauses) {
    if (clause.kind === "on-error") open.add("throws");
    if (clause.kind === "retry-clause" && (clause.broken || clause.retry.whenExhausted !== null)) open.add("retry");
    if (clause.kind === "compensate" && clause.handler.operation.operation === null) open.add("undo");
  }
  return open;
}

// ---- what names mean

function expressionScope(saga: SagaScope, place: Place): ExpressionScope {
  return { file: saga.declared.scope, input: saga.input, lookup: (name) => lookup(saga, place, name) };
}

const SILENT: TypedExpr = { type: UNKNOWN, secret: false };

function lookup({ draft, declared, flow }: SagaScope, place: Place, { name, span }: NameExpr): TypedExpr {
  const step = flow.byName.get(name);
  if (step === undefined) {
    if (flow.branches.has(name)) draft.findings.add("not-available", { span, construct: "the result of a branch" });
    else if (!flow.namesUnread && !flow.opaque.has(name) && !declared.scope.opaque.has(name))
      draft.findings.add("unknown-name", { span, name, candidates: ["input", ...flow.byName.keys()] });
    return SILENT;
  }
  const type = objectType(step.output);
  if (place.step === null) return { type, secret: false, output: { step, optional: false } };
  if (place.step === step) {
    // A step whose outcome is unknown has no output, and may have to be undone all the same.
    if (place.part === "undo") return { type, secret: false, output: { step, optional: true } };
    draft.findings.add("own-output", { span, step, inInquiry: place.part === "inquire" });
    return SILENT;
  }
  const group = siblingGroup(step, place.step);
  if (group !== null) {
    draft.findings.add("sibling-output", { span, step, group });
    return SILENT;
  }
  if (step.order > place.step.order) {
    draft.findings.add("not-yet-run", { span, step });
    return SILENT;
  }
  return { type, secret: false, output: { step, optional: false } };
}
