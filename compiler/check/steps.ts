import type { Expression, Handler, HandlerClause, Ident, OperationRef, RetryClause, StepClause, StepNode } from "../ast/nodes.ts";
import { CompilerBug } from "../bug.ts";
import { type ReadLength, readLength } from "./durations.ts";
import { checkFailure, resolveError } from "./errors.ts";
import type { FlowNode, FlowOutcome } from "./flow-nodes.ts";
import type { Binding, Frames } from "./names.ts";
import { countAsUsed, markMeant, refuseMisplaced } from "./opaque.ts";
import { checkPolicies } from "./outcomes.ts";
import type { CheckedCall, CheckedStep, CheckedUndo, ServiceSymbol, StepHead, Zone } from "./program.ts";
import { NOTHING, type Place, type Reader, readAs, readMapping, type SagaScope } from "./reading.ts";
import { refuseSecret } from "./secrets.ts";
import {
  callRetry,
  callTimeout,
  defaultRetry,
  firstClause,
  readRetry,
  readTimeout,
  refuseClauses,
  refuseThen,
} from "./settings.ts";
import type { FlowState, Way } from "./state.ts";
import { objectType, type Type } from "./types.ts";

export function checkStep(saga: SagaScope, node: StepNode, place: Place, state: FlowState): FlowNode {
  const { draft, declared, flow } = saga;
  const head = flow.heads.get(node);
  if (head === undefined) throw new CompilerBug("a step without a head");
  const { name } = head;
  draft.clauses(`step \`${name.name}\``, node.clauses, node.broken);
  refuseMisplaced(draft, declared.scope, "a step", node.misplaced);
  refuseClauses(draft, declared.scope, node.clauses, STEP_CLAUSES_TO_COME);
  const zone = zoneOf(saga, head, state);
  const own: OwnPlace = { saga, head, zone, state, frames: place.frames };

  const service = useService(saga, node.on?.service ?? null);
  const given = firstClause(node.clauses, "input-object");
  const input = given === null ? NOTHING : readMapping(readerOf(own, "forward"), given.value);
  const key = readKey(own, "forward", node.clauses);
  const retryClause = firstClause(node.clauses, "retry-clause");
  const retry = readRetry(draft, retryClause, node.broken, lengthOf(own, "forward"));
  const timeout = readTimeout(draft, firstClause(node.clauses, "timeout"), lengthOf(own, "forward"));
  const operation = node.on?.operation ?? null;
  if (operation !== null) draft.use("operation", operation);
  // What is retried forever is never gone on without.
  const fallback = defaultRetry("forward", head.kind === "best-effort" ? "before" : zone);
  const call: CheckedCall = {
    role: "forward",
    ...service,
    operation: operation ?? name,
    input,
    key,
    timeout: callTimeout(timeout, service.serviceSymbol),
    retry: callRetry(retry, service.serviceSymbol, fallback),
    node,
  };
  const inquiry = firstClause(node.clauses, "inquire");
  const checked = {
    ...head,
    zone,
    tried: place.tried,
    call,
    throws: checkThrows(saga, node),
    inquire: inquiry === null ? null : checkHandler(own, call, inquiry.handler, "inquire"),
    undo: checkUndo(own, call),
    unsettled: unsettled(node),
  };
  const at = saga.steps.length;
  const spent = checkSpent(own, retryClause);
  const binding = flow.byIdent.get(name);
  const type = objectType(head.output);
  const gives = binding === undefined ? null : { binding, type };
  const title = `step \`${name.name}\``;
  const unsaid = goesOnWithout(own) ? "continue" : "fail";
  const { policies, ways } = checkPolicies(
    { saga, place, node, title, clauses: node.clauses, gives, fallback, unsaid },
    checked.throws,
    state,
  );
  const step: CheckedStep = { ...checked, spent, policies };
  // Steps of its blocks come after it.
  saga.steps.splice(at, 0, step);
  goOn(own, gives, ways);
  return { kind: "step", step };
}

/** A step, and where it stands. */
interface OwnPlace {
  readonly saga: SagaScope;
  readonly head: StepHead;
  readonly zone: Zone;
  readonly state: FlowState;
  readonly frames: Frames;
}

function readerOf({ saga, head, state, frames }: OwnPlace, part: "forward" | "inquire" | "undo"): Reader {
  return { saga, frames, state, own: { step: head, part } };
}

function lengthOf(own: OwnPlace, part: CheckedCall["role"]): ReadLength {
  return (node, what) => readLength(readerOf(own, part), node, what);
}

/** Who makes the same call again makes it under the same key: it is there, and it is shown. */
function readKey(own: OwnPlace, part: CheckedCall["role"], clauses: readonly (StepClause | HandlerClause)[]): Expression | null {
  const node = firstClause(clauses, "key")?.value ?? null;
  if (node === null) return null;
  readAs(readerOf(own, part), node, ["text", "number"], "A `key`", "a text or a number");
  refuseSecret(own.saga.draft, node, "a key", "Keys are logged, and kept by the service: take something else that is unique.");
  return node;
}

/** Whether nothing that becomes of the step stops the saga. */
function goesOnWithout({ head, zone }: Pick<OwnPlace, "head" | "zone">): boolean {
  return head.kind === "best-effort" || zone === "ending";
}

function zoneOf({ laterPivots, manyPivots }: SagaScope, head: StepHead, { zone, pivot }: FlowState): Zone {
  if (head.kind !== "pivot") return manyPivots && pivot !== null ? "unknown" : zone;
  if (pivot !== null) laterPivots.push([head, pivot]);
  return zone === "before" ? "pivot" : "unknown";
}

/** Behind the step: it has succeeded, or one of its policies has led here. */
function goOn(
  { head, zone, state }: OwnPlace,
  gives: { readonly binding: Binding; readonly type: Type } | null,
  policies: readonly Way[],
): void {
  const done = state.fork();
  if (gives !== null) done.give(gives.binding, gives.type);
  if (head.kind === "pivot") {
    done.pivot ??= head;
    if (zone === "pivot") done.zone = "after";
  }
  const { span, name } = head.name;
  const ways: Way[] = [{ state: done, missing: { span, when: `when step \`${name}\` has succeeded` } }, ...policies];
  if (goesOnWithout({ head, zone }))
    ways.push({ state: state.fork(), missing: { span, when: `when step \`${name}\` has not succeeded and is gone on without` } });
  state.joinOne(ways);
}

/** After a step's own retry the outcome is unknown: nothing can be gone on with. */
function checkSpent(own: OwnPlace, clause: RetryClause | null): FlowOutcome | null {
  const { saga, head, zone } = own;
  const node = clause?.retry.whenExhausted ?? null;
  if (node === null || node.kind === "invalid-outcome") return null;
  const { span } = node;
  const owner = `step \`${head.name.name}\``;
  const without = goesOnWithout({ head, zone });
  if (node.kind === "park-outcome" && !without) return { kind: "park", node, span };
  if (node.kind !== "fail-outcome" || without) {
    saga.draft.findings.add("spent-outcome", { span, owner, instead: without ? "goes-on" : "step" });
    countAsUsed(saga.declared.scope, node);
    return null;
  }
  const failure = node.error === null ? null : checkFailure(readerOf(own, "forward"), node.error, node.data);
  return { kind: "fail", node, span, failure };
}

const STEP_CLAUSES_TO_COME = new Map([
  ["confirm", "`confirm`"],
  ["lock", "`lock`"],
  ["emits", "`emits`"],
]);

type ServiceUse = Pick<CheckedCall, "service" | "serviceIdent" | "serviceSymbol">;

function useService({ draft, declared }: SagaScope, ident: Ident | null): ServiceUse {
  if (ident === null) return { service: "local", serviceIdent: null, serviceSymbol: null };
  const serviceSymbol: ServiceSymbol | null = declared.scope.services.get(ident.name) ?? null;
  if (serviceSymbol === null) {
    draft.use("service", ident);
    markMeant(declared.scope, ident.name, declared.scope.services.keys());
  } else declared.scope.used.add(serviceSymbol);
  return { service: serviceSymbol?.name ?? ident.name, serviceIdent: ident, serviceSymbol };
}

function checkThrows({ draft, declared }: SagaScope, node: StepNode): CheckedStep["throws"] {
  const idents = node.clauses.flatMap((clause) => (clause.kind === "throws" ? clause.errors : []));
  draft.names(
    "throws",
    idents.map((ident) => ({ ident, what: "error" as const })),
  );
  const broken = node.clauses.some((clause) => clause.kind === "throws" && clause.broken);
  return idents.map((ident) => ({
    ident,
    symbol: broken ? (declared.scope.errors.get(ident.name) ?? null) : resolveError(draft, declared, ident),
  }));
}

function checkUndo(own: OwnPlace, forward: CheckedCall): CheckedUndo {
  const { saga, head } = own;
  const compensate = firstClause(head.node.clauses, "compensate");
  if (compensate !== null) {
    if (compensate.first) {
      const { end } = compensate.handler.operation.span;
      const span = { file: compensate.span.file, start: compensate.span.start, end };
      saga.draft.findings.add("not-available", { span, construct: "`first` of a compensation" });
    }
    const call = checkHandler(own, forward, compensate.handler, "undo");
    return call === null ? { kind: "unsaid" } : { kind: "compensate", call, span: compensate.span };
  }
  const none = firstClause(head.node.clauses, "compensate-none");
  return none === null ? { kind: "unsaid" } : { kind: "none", because: none.reason?.value ?? "", span: none.span };
}

/** `null`: its operation could not be read. */
function checkHandler(own: OwnPlace, forward: CheckedCall, handler: Handler, role: "undo" | "inquire"): CheckedCall | null {
  const { saga, head, zone } = own;
  const { draft, declared } = saga;
  const clauses = handler.clauses ?? [];
  const what = role === "undo" ? "compensation" : "inquiry";
  draft.clauses(`the ${what} of step \`${head.name.name}\``, clauses, handler.broken);
  refuseMisplaced(draft, declared.scope, role === "undo" ? "a compensation" : "an inquiry", handler.misplaced);
  const given = firstClause(clauses, "input-object");
  const input = given === null ? forward.input : readMapping(readerOf(own, role), given.value);
  const key = readKey(own, role, clauses) ?? forward.key;
  const timeout = readTimeout(draft, firstClause(clauses, "timeout"), lengthOf(own, role));
  const retryClause = firstClause(clauses, "retry-clause");
  const retry = readRetry(draft, retryClause, handler.broken, lengthOf(own, role));
  refuseThen(draft, declared.scope, retryClause, `the ${what} of step \`${head.name.name}\``, what);
  const operation = handler.operation.operation;
  if (operation === null) return null;
  draft.use("operation", operation);
  return {
    role,
    ...handlerService(saga, forward, handler.operation),
    operation,
    input,
    key,
    // A service's defaults are those of its steps; a compensation and an inquiry have their own.
    timeout: callTimeout(timeout, null),
    retry: callRetry(retry, null, defaultRetry(role, zone)),
    node: handler,
  };
}

function handlerService(saga: SagaScope, forward: CheckedCall, { service }: OperationRef): ServiceUse {
  if (service !== null) return useService(saga, service);
  return { service: forward.service, serviceIdent: forward.serviceIdent, serviceSymbol: forward.serviceSymbol };
}

function unsettled(node: StepNode): CheckedStep["unsettled"] {
  const open = new Set<"undo" | "retry" | "throws">();
  if (node.broken) open.add("undo");
  for (const clause of node.clauses) {
    if (clause.kind === "on-error" && clause.broken) open.add("throws");
    if (clause.kind === "retry-clause" && clause.broken) open.add("retry");
    if (clause.kind === "compensate" && clause.handler.operation.operation === null) open.add("undo");
  }
  return open;
}
