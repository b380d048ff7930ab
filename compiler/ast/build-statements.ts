import type { Span } from "../source/span.ts";
import { buildClause, buildMisplaced, buildOutcome, buildServiceRef, clausesOf } from "./build-clauses.ts";
import { buildExpression, buildObject } from "./build-expressions.ts";
import { type Build, behind, type Cst, child, children, isBroken, keyword, nameOf, spanOf, token, tokenSpan } from "./cst.ts";
import { intLiteral } from "./literals.ts";
import type {
  AwaitAnyNode,
  AwaitCase,
  AwaitNode,
  Block,
  BranchNode,
  Expression,
  Ident,
  IfNode,
  Misplaced,
  OutputClause,
  Statement,
  StepKindMark,
  StepNode,
} from "./nodes.ts";

interface Head {
  readonly span: Span;
  readonly doc: string | null;
  readonly broken: boolean;
}

type StatementBuilder = (build: Build, node: Cst, head: Head) => Statement;

/** One entry a rule of the grammar that is a statement. */
const BUILDERS: Readonly<Record<string, StatementBuilder>> = {
  step: buildStep,
  parallel: (build, node, head) => {
    const count = token(node, "Int");
    const first = count === null ? null : intLiteral(build, count);
    const whole = withBody(node, "branches", head);
    return {
      kind: "parallel",
      first,
      ...group(build, node),
      ...whole,
      broken: whole.broken || (count !== null && first === null),
    };
  },
  race: (build, node, head) => ({ kind: "race", ...group(build, node), ...withBody(node, "branches", head) }),
  if: buildIf,
  foreach: (build, node, head) => ({
    kind: "foreach",
    item: nameOf(build, node),
    list: value(build, node),
    clauses: clausesOf(build, node, "clause", ["as", "where", "max", "on-failure"]),
    block: block(build, node, head),
    ...head,
  }),
  first: (build, node, head) => ({
    kind: "first",
    item: nameOf(build, node),
    list: value(build, node),
    clauses: clausesOf(build, node, "clause", ["as", "where"]),
    block: block(build, node, head),
    otherwise: otherwise(build, node, head),
    ...head,
  }),
  repeat: (build, node, head) => ({
    kind: "repeat",
    clauses: clausesOf(build, node, "clause", ["max", "every"]),
    as: aliasOf(build, node),
    block: block(build, node, head),
    until: value(build, node),
    otherwise: otherwise(build, node, head),
    ...head,
  }),
  try: (build, node, head) => ({
    kind: "try",
    clauses: clausesOf(build, node, "clause", ["as", "timeout"]),
    block: block(build, node, head),
    otherwise: buildOutcome(build, child(node, "outcome"), head.span),
    ...head,
  }),
  await: buildAwait,
  collect: (build, node, head) => ({
    kind: "collect",
    signal: nameOf(build, node),
    clauses: clausesOf(build, node, "clause", ["for", "by", "as", "where", "max", "until"]),
    ...head,
  }),
  sleep: (build, node, head) => ({ kind: "sleep", until: keyword(node, "until") !== null, value: value(build, node), ...head }),
  call: (build, node, head) => ({
    kind: "call",
    saga: nameOf(build, node),
    as: aliasOf(build, node),
    clauses: clausesOf(build, node, "item", ["input-object", "retry-clause", "call-failure", "on-error"]),
    misplaced: buildMisplaced(build, node, buildMisplacedNode),
    ...head,
  }),
  start: (build, node, head) => ({
    kind: "start",
    saga: nameOf(build, node),
    clauses: clausesOf(build, node, "item", ["input-object", "key"]),
    misplaced: buildMisplaced(build, node, buildMisplacedNode),
    ...head,
  }),
  undo: (build, node, head) => ({ kind: "undo", target: nameOf(build, node), ...head }),
  onUndo: (build, node, head) => ({ kind: "on-undo", block: block(build, node, head), ...head }),
  publish: (build, node, head) => ({ kind: "publish", name: nameOf(build, node), value: value(build, node), ...head }),
  lock: (build, node, head) => {
    const [key = null, wait = null] = children(node, "expression");
    const fallback = behind(head.span);
    const hasWait = keyword(node, "wait") !== null;
    return {
      kind: "lock",
      key: buildExpression(build, key, fallback),
      wait: hasWait ? buildExpression(build, wait, fallback) : null,
      ...head,
    };
  },
  let: (build, node, head) => ({ kind: "let", name: nameOf(build, node), value: value(build, node), ...head }),
  fail: (build, node, head) => {
    const data = child(node, "object");
    return {
      kind: "fail",
      error: nameOf(build, node),
      // Data that was written in another way is there, but cannot be read.
      data: data === null && node.recoveredNode !== true ? null : buildObject(build, data, head.span),
      ...head,
    };
  },
};

/** A statement; `null` if the node is none. */
export function buildStatement(build: Build, node: Cst): Statement | null {
  if (!Object.hasOwn(BUILDERS, node.name)) return null;
  const span = spanOf(build, node);
  return BUILDERS[node.name]?.(build, node, { span, doc: build.docs.take(span.start), broken: isBroken(node) }) ?? null;
}

/** A block; a missing one is empty and broken. */
export function buildBlock(build: Build, node: Cst | null, fallback: Span): Block {
  if (node === null) return { kind: "block", statements: [], misplaced: [], broken: true, span: fallback };
  return {
    kind: "block",
    statements: children(node, "item").flatMap((item) => buildStatement(build, item) ?? buildOutput(build, item) ?? []),
    misplaced: buildMisplaced(build, node, buildMisplacedNode),
    broken: isBroken(node),
    span: spanOf(build, node),
  };
}

/** What stands misplaced in a body of statements or clauses. */
export function buildMisplacedNode(build: Build, node: Cst): Misplaced["node"] {
  if (node.name === "branch") return buildBranch(build, node);
  return buildStatement(build, node) ?? buildClause(build, node);
}

function buildStep(build: Build, node: Cst, head: Head): StepNode {
  const on = child(node, "operation");
  const onWord = keyword(node, "on");
  const missing =
    onWord === null
      ? null
      : ({ kind: "operation", service: null, operation: null, span: behind(tokenSpan(build, onWord)) } as const);
  return {
    kind: "step",
    stepKinds: children(node, "stepKind").map((each) => stepKind(build, each)),
    name: nameOf(build, node),
    on: on === null ? missing : buildServiceRef(build, on),
    clauses: children(node, "item").flatMap((item) => stepClause(build, item) ?? []),
    misplaced: buildMisplaced(build, node, buildMisplacedNode),
    ...head,
  };
}

function stepKind(build: Build, node: Cst): StepKindMark {
  const name = keyword(node, "pivot") !== null ? "pivot" : keyword(node, "readonly") !== null ? "readonly" : "best-effort";
  return { name, span: spanOf(build, node) };
}

function stepClause(build: Build, node: Cst): StepNode["clauses"][number] | null {
  if (node.name === "lock") {
    const lock = buildStatement(build, node);
    return lock?.kind === "lock" ? lock : null;
  }
  const clause = buildClause(build, node);
  switch (clause?.kind) {
    case "input-object":
    case "output-fields":
    case "throws":
    case "timeout":
    case "retry-clause":
    case "on-error":
    case "compensate":
    case "compensate-none":
    case "confirm":
    case "inquire":
    case "key":
    case "emits":
      return clause;
    default:
      return null;
  }
}

function group(
  build: Build,
  node: Cst,
): Pick<Extract<Statement, { readonly kind: "race" }>, "clauses" | "branches" | "misplaced"> {
  const body = child(node, "branches");
  return {
    clauses: clausesOf(build, node, "clause", ["as", "on-failure"]),
    branches: body === null ? [] : children(body, "item").flatMap((item) => branchOrStatement(build, item) ?? []),
    misplaced: body === null ? [] : buildMisplaced(build, body, buildMisplacedNode),
  };
}

/** A construct whose body is a node of its own is as broken as that. */
function withBody(node: Cst, body: string, head: Head): Head {
  const inner = child(node, body);
  return { ...head, broken: head.broken || inner === null || isBroken(inner) };
}

function branchOrStatement(build: Build, node: Cst): BranchNode | Statement | null {
  return node.name === "branch" ? buildBranch(build, node) : buildStatement(build, node);
}

function buildBranch(build: Build, node: Cst): BranchNode {
  const span = spanOf(build, node);
  const head = { span, doc: build.docs.take(span.start), broken: isBroken(node) };
  return { kind: "branch", name: nameOf(build, node), block: block(build, node, head), ...head };
}

/** A chain of `else if` is a list in the concrete tree; here each hangs in the one before, built from the last. */
function buildIf(build: Build, node: Cst, head: Head): IfNode {
  const elses = children(node, "elsePart");
  const last = elses.at(-1);
  const lastBlock = last === undefined ? null : child(last, "block");
  const conditions = elses.flatMap((each) => child(each, "ifPart") ?? []);
  const ends = head.span.end;
  let whenFalse: Block | IfNode | null = lastBlock === null ? null : buildBlock(build, lastBlock, head.span);
  // An `else` with nothing behind it.
  if (
    whenFalse === null &&
    head.broken &&
    (last === undefined ? keyword(node, "else") !== null : child(last, "ifPart") === null)
  ) {
    whenFalse = buildBlock(build, null, behind(head.span));
  }
  for (const part of [...conditions].reverse()) {
    const span = { ...spanOf(build, part), end: ends };
    whenFalse = buildIfPart(build, part, { span, doc: null, broken: isBroken(part) }, whenFalse);
  }
  const first = child(node, "ifPart");
  if (first === null) {
    return {
      kind: "if",
      condition: { kind: "invalid", span: head.span },
      whenTrue: buildBlock(build, null, head.span),
      whenFalse,
      ...head,
    };
  }
  return buildIfPart(build, first, { ...head, broken: head.broken || isBroken(first) }, whenFalse);
}

function buildIfPart(build: Build, part: Cst, head: Head, whenFalse: Block | IfNode | null): IfNode {
  return {
    kind: "if",
    // Where the head was not read to its end, what was read of it is not the whole condition.
    condition:
      part.recoveredNode === true && child(part, "block") !== null
        ? { kind: "invalid", span: spanOf(build, part) }
        : value(build, part),
    whenTrue: block(build, part, { ...head, span: spanOf(build, part) }),
    whenFalse,
    ...head,
  };
}

function buildAwait(build: Build, node: Cst, head: Head): AwaitNode | AwaitAnyNode {
  const signal = nameOf(build, node);
  if (keyword(node, "any") === null) {
    return {
      kind: "await",
      signal,
      clauses: clausesOf(build, node, "clause", ["as", "where", "timeout", "by", "on-timeout"]),
      ...head,
    };
  }
  const body = child(node, "awaitCases");
  return {
    kind: "await-any",
    cases:
      body === null ? [] : children(body, "item").flatMap((item) => (item.name === "awaitCase" ? [buildCase(build, item)] : [])),
    clauses: clausesOf(build, node, "clause", ["timeout", "by", "on-timeout"]),
    misplaced: body === null ? [] : buildMisplaced(build, body, buildMisplacedNode),
    ...withBody(node, "awaitCases", head),
  };
}

function buildCase(build: Build, node: Cst): AwaitCase {
  const span = spanOf(build, node);
  const head = { span, doc: build.docs.take(span.start), broken: isBroken(node) };
  const where = child(node, "whereClause");
  const condition = where === null ? null : value(build, where);
  return {
    kind: "await-case",
    signal: nameOf(build, node),
    as: aliasOf(build, node),
    where: condition,
    block: block(build, node, head),
    ...head,
  };
}

function aliasOf(build: Build, node: Cst): Ident | null {
  const as = child(node, "asClause");
  return as === null ? null : nameOf(build, as);
}

function buildOutput(build: Build, node: Cst): OutputClause | null {
  const clause = buildClause(build, node);
  return clause?.kind === "output" ? clause : null;
}

function block(build: Build, node: Cst, head: Pick<Head, "span">): Block {
  return buildBlock(build, child(node, "block"), behind(head.span));
}

function value(build: Build, node: Cst): Expression {
  return buildExpression(build, child(node, "expression"), behind(spanOf(build, node)));
}

function otherwise(build: Build, node: Cst, head: Head): ReturnType<typeof buildOutcome> | null {
  return keyword(node, "otherwise") === null ? null : buildOutcome(build, child(node, "outcome"), head.span);
}
