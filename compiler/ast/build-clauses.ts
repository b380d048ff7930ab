import type { Span } from "../source/span.ts";
import { buildExpression, buildObject } from "./build-expressions.ts";
import { buildFields } from "./build-types.ts";
import {
  type Build,
  behind,
  type Cst,
  child,
  children,
  firstToken,
  ident,
  isBroken,
  keyword,
  nameOf,
  names,
  spanOf,
  token,
  tokenSpan,
} from "./cst.ts";
import { durationLiteral, intLiteral, plainText } from "./literals.ts";
import type {
  Backoff,
  Clause,
  ErrorPolicy,
  Expression,
  Handler,
  HandlerClause,
  IntLiteral,
  Misplaced,
  OperationRef,
  Outcome,
  Retry,
} from "./nodes.ts";

type ClauseBuilder = (build: Build, node: Cst, base: { readonly span: Span; readonly broken: boolean }) => Clause;

/** One entry a rule of the grammar that is a clause. */
const BUILDERS: Readonly<Record<string, ClauseBuilder>> = {
  timeoutClause: (build, node, base) => ({ kind: "timeout", value: value(build, node), ...base }),
  retryClause: (build, node, base) => ({
    kind: "retry-clause",
    retry: buildRetry(build, child(node, "retry"), base.span),
    ...base,
  }),
  inputObjectClause: (build, node, base) => ({ kind: "input-object", value: object(build, node), ...base }),
  outputClause: (build, node, base) => ({ kind: "output", value: object(build, node), ...base }),
  tagsClause: (build, node, base) => ({ kind: "tags", value: object(build, node), ...base }),
  inputFieldsClause: (build, node, base) => ({
    kind: "input-fields",
    fields: buildFields(build, child(node, "fields"), behind(base.span)),
    ...base,
  }),
  outputFieldsClause: (build, node, base) => ({
    kind: "output-fields",
    fields: buildFields(build, child(node, "fields"), behind(base.span)),
    ...base,
  }),
  keyClause: (build, node, base) => ({ kind: "key", value: value(build, node), ...base }),
  asClause: (build, node, base) => ({ kind: "as", name: nameOf(build, node), ...base }),
  whereClause: (build, node, base) => ({ kind: "where", condition: value(build, node), ...base }),
  maxClause: (build, node, base) => ({ kind: "max", value: buildInt(build, node), ...base }),
  byClause: (build, node, base) => ({ kind: "by", value: value(build, node), ...base }),
  forClause: (build, node, base) => ({ kind: "for", value: value(build, node), ...base }),
  everyClause: (build, node, base) => ({ kind: "every", value: value(build, node), ...base }),
  untilClause: (build, node, base) => ({ kind: "until", condition: value(build, node), ...base }),
  onFailureClause: (_build, node, base) => ({ kind: "on-failure", mode: failureMode(node), ...base }),
  onTimeoutClause: (build, node, base) => ({
    kind: "on-timeout",
    outcome: buildOutcome(build, child(node, "outcome"), base.span),
    ...base,
  }),
  callFailureClause: (build, node, base) => ({
    kind: "call-failure",
    outcome: buildOutcome(build, child(node, "outcome"), base.span),
    ...base,
  }),
  onErrorClause: (build, node, base) => ({
    kind: "on-error",
    errors: names(build, node),
    policy: buildPolicy(build, node),
    ...base,
  }),
  versionClause: (build, node, base) => ({ kind: "version", value: buildInt(build, node), ...base }),
  undoWithinClause: (build, node, base) => ({ kind: "undo-within", value: value(build, node), ...base }),
  endingClause: (build, node, base) => ({
    kind: "ending",
    when: keyword(node, "completed") === null ? "compensated" : "completed",
    block: build.block(build, child(node, "block"), behind(base.span)),
    ...base,
  }),
  idempotentClause: (build, node, base) => {
    const duration = token(node, "Duration");
    return { kind: "idempotent", duration: duration === null ? null : durationLiteral(build, duration), ...base };
  },
  fencedClause: (_build, _node, base) => ({ kind: "fenced", ...base }),
  rateClause: (build, node, base) => ({ kind: "rate", count: buildInt(build, node), unit: nameOf(build, node), ...base }),
  throwsClause: (build, node, base) => ({ kind: "throws", errors: names(build, node), ...base }),
  compensateClause: (build, node, base) =>
    keyword(node, "none") === null
      ? { kind: "compensate", first: keyword(node, "first") !== null, handler: buildHandler(build, node), ...base }
      : { kind: "compensate-none", reason: plainText(build, token(node, "Text")), ...base },
  confirmClause: (build, node, base) => ({ kind: "confirm", handler: buildHandler(build, node), ...base }),
  inquireClause: (build, node, base) => ({ kind: "inquire", handler: buildHandler(build, node), ...base }),
  emitsClause: (build, node, base) => ({
    kind: "emits",
    done: ident(build, token(node, "done")),
    fails: ident(build, token(node, "failed")),
    undone: ident(build, token(node, "undoneBy")),
    ...base,
  }),
};

/** A clause; `null` if the node is none. */
export function buildClause(build: Build, node: Cst): Clause | null {
  if (!Object.hasOwn(BUILDERS, node.name)) return null;
  return BUILDERS[node.name]?.(build, node, { span: spanOf(build, node), broken: isBroken(node) }) ?? null;
}

/** The clauses under `label` that are of one of the kinds; the grammar lets no others through. */
export function clausesOf<Kind extends Clause["kind"]>(
  build: Build,
  node: Cst,
  label: string,
  kinds: readonly Kind[],
): readonly Extract<Clause, { readonly kind: Kind }>[] {
  const found: Extract<Clause, { readonly kind: Kind }>[] = [];
  for (const each of children(node, label)) {
    const clause = buildClause(build, each);
    if (clause !== null && isOneOf(clause, kinds)) found.push(clause);
  }
  return found;
}

export function isOneOf<Kind extends Clause["kind"]>(
  clause: Clause,
  kinds: readonly Kind[],
): clause is Extract<Clause, { readonly kind: Kind }> {
  return (kinds as readonly string[]).includes(clause.kind);
}

/** An outcome; what is missing stands as `invalid-outcome` behind `construct`. */
export function buildOutcome(build: Build, node: Cst | null, construct: Span): Outcome {
  if (node === null) return { kind: "invalid-outcome", span: behind(construct) };
  const span = spanOf(build, node);
  const block = child(node, "block");
  if (block !== null) return { kind: "block-outcome", block: build.block(build, block, span), span };
  if (keyword(node, "continue") !== null) return { kind: "continue-outcome", span };
  if (keyword(node, "park") !== null) return { kind: "park-outcome", span };
  if (keyword(node, "fail") === null) return { kind: "invalid-outcome", span };
  const data = child(node, "object");
  return { kind: "fail-outcome", error: nameOf(build, node), data: data === null ? null : buildObject(build, data, span), span };
}

/** `service.operation`, where the first name is the service's: after a step's `on`. */
export function buildServiceRef(build: Build, node: Cst): OperationRef {
  return {
    kind: "operation",
    service: nameOf(build, node),
    operation: ident(build, token(node, "FieldName")),
    span: spanOf(build, node),
  };
}

/** The items of a body that are misplaced, in source order. */
export function buildMisplaced(
  build: Build,
  node: Cst,
  content: (build: Build, node: Cst) => Misplaced["node"],
): readonly Misplaced[] {
  return children(node, "item").flatMap((item): Misplaced[] => {
    if (item.name !== "misplaced") return [];
    const [inner] = children(item, "item");
    const word = inner === undefined ? token(item, "strayWord") : firstToken(inner);
    if (word === null) return [];
    const what = inner === undefined ? null : content(build, inner);
    return [
      { kind: "misplaced", keyword: word.image, keywordSpan: tokenSpan(build, word), node: what, span: spanOf(build, item) },
    ];
  });
}

function buildHandler(build: Build, clause: Cst): Handler {
  const named = child(clause, "operation");
  const body = child(clause, "handlerBody");
  const whole = spanOf(build, clause);
  const operation: OperationRef =
    named === null ? { kind: "operation", service: null, operation: null, span: behind(whole) } : handlerRef(build, named);
  return {
    kind: "handler",
    operation,
    clauses: body === null ? null : handlerClauses(build, body),
    misplaced: body === null ? [] : buildMisplaced(build, body, buildClause),
    broken: named === null || isBroken(named) || (body !== null && isBroken(body)),
    span: { ...whole, start: operation.span.start },
  };
}

function handlerClauses(build: Build, body: Cst): readonly HandlerClause[] {
  return clausesOf(build, body, "item", ["input-object", "timeout", "retry-clause", "key"]);
}

/** `operation`, or `service.operation`. */
function handlerRef(build: Build, node: Cst): OperationRef {
  const first = nameOf(build, node);
  const span = spanOf(build, node);
  if (token(node, "Dot") === null) return { kind: "operation", service: null, operation: first, span };
  return { kind: "operation", service: first, operation: ident(build, token(node, "FieldName")), span };
}

function buildPolicy(build: Build, clause: Cst): ErrorPolicy {
  const retry = child(clause, "retry");
  const span = spanOf(build, clause);
  const word = keyword(clause, "retry");
  if (word === null) return buildOutcome(build, child(clause, "outcome"), span);
  const built = buildRetry(build, retry, span);
  return { kind: "retry-policy", retry: built, span: { ...span, start: word.startOffset } };
}

/** What follows the word `retry`. */
function buildRetry(build: Build, node: Cst | null, construct: Span): Retry {
  if (node === null) return { kind: "retry", attempts: null, backoff: null, whenExhausted: null, span: behind(construct) };
  const span = spanOf(build, node);
  const attempts =
    keyword(node, "none") !== null ? "none" : keyword(node, "forever") !== null ? "forever" : buildInt(build, node);
  const then = keyword(node, "then") === null ? null : buildOutcome(build, child(node, "outcome"), span);
  return { kind: "retry", attempts, backoff: buildBackoff(build, child(node, "backoff")), whenExhausted: then, span };
}

function buildBackoff(build: Build, node: Cst | null): Backoff | null {
  if (node === null) return null;
  const span = spanOf(build, node);
  const [from = null, to = null] = children(node, "expression");
  const hasRange = token(node, "Range") !== null;
  return {
    from: buildExpression(build, from, behind(span)),
    to: hasRange ? buildExpression(build, to, behind(span)) : null,
    span,
  };
}

function failureMode(node: Cst): "cancel" | "wait" | "continue" | null {
  if (keyword(node, "cancel") !== null) return "cancel";
  if (keyword(node, "wait") !== null) return "wait";
  return keyword(node, "continue") === null ? null : "continue";
}

function buildInt(build: Build, node: Cst): IntLiteral | null {
  const int = token(node, "Int");
  return int === null ? null : intLiteral(build, int);
}

function value(build: Build, node: Cst): Expression {
  return buildExpression(build, child(node, "expression"), behind(spanOf(build, node)));
}

function object(build: Build, node: Cst): ReturnType<typeof buildObject> {
  return buildObject(build, child(node, "object"), behind(spanOf(build, node)));
}
