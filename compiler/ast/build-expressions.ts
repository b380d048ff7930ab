import { cover, type Span } from "../source/span.ts";
import {
  type Build,
  behind,
  type Cst,
  child,
  children,
  ident,
  isBroken,
  keyword,
  report,
  spanOf,
  type Token,
  token,
  tokenSpan,
  tokens,
} from "./cst.ts";
import { decimalLiteral, decodePart, durationLiteral, intLiteral, plainText } from "./literals.ts";
import type {
  ArrayExpr,
  BinaryOperator,
  Entry,
  Expression,
  FunctionExpr,
  Ident,
  InvalidExpr,
  MemberExpr,
  ObjectExpr,
  StringLiteral,
  TemplateExpr,
} from "./nodes.ts";

/** An expression; what is missing stands as `invalid` at `fallback`. */
export function buildExpression(build: Build, node: Cst | null, fallback: Span): Expression {
  if (node === null) return invalid(fallback);
  const condition = new Chain(build, node).read();
  const question = token(node, "Question");
  if (question === null) return condition;
  const [first = null, second = null] = children(node, "expression");
  const colon = token(node, "Colon");
  // With the middle missing, what was read stands behind the colon.
  const isMiddle = first !== null && (colon === null || spanOf(build, first).start < colon.startOffset);
  const whenTrue = buildExpression(build, isMiddle ? first : null, behind(tokenSpan(build, question)));
  const whenFalse = buildExpression(build, isMiddle ? second : first, behind(spanOf(build, node)));
  return { kind: "conditional", condition, whenTrue, whenFalse, span: cover(spanOf(build, node), whenFalse.span) };
}

/** `{ name: value … }`; a missing one is empty and broken. */
export function buildObject(build: Build, node: Cst | null, fallback: Span): ObjectExpr {
  if (node === null) return { kind: "object", entries: [], broken: true, span: fallback };
  const entries = children(node, "item").flatMap((item) => buildEntry(build, item) ?? []);
  return { kind: "object", entries, broken: isBroken(node), span: spanOf(build, node) };
}

export function invalid(span: Span): InvalidExpr {
  return { kind: "invalid", span };
}

/** The name of a field or entry, which may have been written in quotes. */
export function buildFieldName(build: Build, node: Cst | null): Ident | null {
  if (node === null) return null;
  const word = token(node, "FieldName");
  if (word !== null) return ident(build, word);
  const quoted = plainText(build, token(node, "Text"));
  return quoted === null ? null : { kind: "ident", name: quoted.value.normalize("NFC"), span: quoted.span };
}

function buildEntry(build: Build, node: Cst): Entry | null {
  const span = spanOf(build, node);
  const path = child(node, "path");
  if (path !== null) return buildShorthand(build, path);
  const nameNode = child(node, "fieldName");
  if (nameNode === null) return null;
  const name = buildFieldName(build, nameNode);
  const value = buildExpression(build, child(node, "expression"), behind(span));
  return { kind: "entry", name, value, shorthand: false, span: cover(spanOf(build, nameNode), value.span) };
}

/** `{ input.orderId }` is `{ orderId: input.orderId }`. */
function buildShorthand(build: Build, path: Cst): Entry {
  const first = keyword(path, "input") ?? keyword(path, "failure") ?? token(path, "Name");
  const span = spanOf(build, path);
  if (first === null) return { kind: "entry", name: null, value: invalid(span), shorthand: true, span };
  const value = buildSuffixes(build, path, buildPathHead(build, first));
  let name: Ident | null = null;
  if (value.kind === "member") name = value.member;
  else if (value.kind === "index" || value.kind === "every-item") {
    report(build, "unnamed-entry", "This entry has no name of its own.", value.span, "Write `name: value`.");
  } else name = ident(build, first);
  return { kind: "entry", name, value, shorthand: true, span };
}

function buildPathHead(build: Build, first: Token): Expression {
  const span = tokenSpan(build, first);
  if (first.image === "input") return { kind: "input", span };
  if (first.image === "failure") return { kind: "failure", span };
  return { kind: "name", name: first.image.normalize("NFC"), span };
}

// ---- operators

/** How tight an operator binds; `not` stands between `and` and the comparisons. */
const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  "==": 4,
  "!=": 4,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  "??": 5,
  "+": 6,
  "-": 6,
  "*": 7,
  "/": 7,
  "%": 7,
};
const NOT = 3;
const COMPARISON = 4;

/** Operands and operators, as the parser reads them flat, into a tree. The stack is as deep as there are precedences. */
class Chain {
  private readonly build: Build;
  private readonly operands: readonly Cst[];
  private readonly operators: readonly Token[];
  private readonly end: Span;
  /** The operator that is next; the operand before it has the same number. */
  private at = 0;

  constructor(build: Build, node: Cst) {
    this.build = build;
    this.operands = children(node, "operand");
    this.operators = tokens(node, "BinaryOperator");
    const last = this.operands.at(-1);
    this.end = behind(last === undefined ? spanOf(build, node) : spanOf(build, last));
  }

  read(): Expression {
    return this.climb(this.operand(1), 1);
  }

  /** What follows `left` with operators of at least this precedence. */
  private climb(first: Expression, lowest: number): Expression {
    let left = first;
    let compared = false;
    for (;;) {
      const sign = this.operators[this.at];
      const operator = sign === undefined ? null : binaryOperator(sign);
      if (sign === undefined || operator === null) return left;
      const precedence = PRECEDENCE[operator];
      if (precedence < lowest) return left;
      const operatorSpan = tokenSpan(this.build, sign);
      if (precedence === COMPARISON && compared) {
        const help = "Join two comparisons with `and`: `a < b and b < c`.";
        report(this.build, "chained-comparison", `Comparisons cannot be chained with \`${operator}\`.`, operatorSpan, help);
      }
      if (precedence === COMPARISON) compared = true;
      this.at++;
      const right = this.climb(this.operand(precedence + 1), precedence + 1);
      const foreign = sign.image !== operator;
      left = { kind: "binary", operator, foreign, operatorSpan, left, right, span: cover(left.span, right.span) };
    }
  }

  /** The next operand with its `not`s and signs. Behind an operator of a higher precedence than its own `not` is refused. */
  private operand(lowest: number): Expression {
    const node = this.operands[this.at];
    if (node === undefined) return invalid(this.end);
    const prefixes = tokens(node, "PrefixOperator");
    const nots = prefixes.findIndex((prefix) => prefix.image === "-");
    const leading = prefixes.slice(0, nots === -1 ? prefixes.length : nots);
    const tight = prefixes.slice(leading.length);
    let value = this.prefixed(tight, this.primary(node), true);
    if (leading.length > 0 && lowest <= NOT) {
      value = this.prefixed(leading, this.climb(value, COMPARISON), false);
    } else if (leading.length > 0) value = this.prefixed(leading, value, true);
    return value;
  }

  private prefixed(prefixes: readonly Token[], operand: Expression, refuseNot: boolean): Expression {
    let value = operand;
    for (const prefix of [...prefixes].reverse()) {
      const operatorSpan = tokenSpan(this.build, prefix);
      if (prefix.image !== "-" && refuseNot) {
        const help = "Put it in parentheses: `(not …)`.";
        report(this.build, "misused-not", "`not` binds less than the operator before it.", operatorSpan, help);
      }
      value = {
        kind: "unary",
        operator: prefix.image === "-" ? "-" : "not",
        operand: value,
        span: cover(operatorSpan, value.span),
      };
    }
    return value;
  }

  private primary(node: Cst): Expression {
    const primary = child(node, "primary");
    const start = primary === null ? invalid(behind(spanOf(this.build, node))) : buildPrimary(this.build, primary);
    return buildSuffixes(this.build, node, start);
  }
}

/** The operator that a token stands for; signs of other languages count as ours. */
function binaryOperator(from: Token): BinaryOperator | null {
  const image = FOREIGN_OPERATORS.get(from.image) ?? from.image;
  return isOperator(image) ? image : null;
}

const FOREIGN_OPERATORS: ReadonlyMap<string, string> = new Map([
  ["=", "=="],
  ["===", "=="],
  ["!==", "!="],
  ["&&", "and"],
  ["||", "or"],
]);

function isOperator(image: string): image is BinaryOperator {
  return Object.hasOwn(PRECEDENCE, image);
}

// ---- operands

function buildSuffixes(build: Build, node: Cst, start: Expression): Expression {
  let object = start;
  for (const suffix of children(node, "suffix")) {
    const span = cover(object.span, spanOf(build, suffix));
    const index = child(suffix, "expression");
    if (token(suffix, "Dot") !== null) {
      // A method that was called: what comes of it nobody knows.
      if (suffix.recoveredNode === true && token(suffix, "Member") !== null) return invalid(span);
      const member: MemberExpr = { kind: "member", object, member: ident(build, token(suffix, "Member")), span };
      object = member;
    } else if (index !== null) object = { kind: "index", object, index: buildExpression(build, index, behind(span)), span };
    else if (suffix.recoveredNode === true) object = { kind: "index", object, index: invalid(behind(span)), span };
    else object = { kind: "every-item", object, span };
  }
  return object;
}

function buildPrimary(build: Build, node: Cst): Expression {
  const span = spanOf(build, node);
  const int = token(node, "Int");
  if (int !== null) return intLiteral(build, int) ?? invalid(span);
  const decimal = token(node, "Decimal");
  if (decimal !== null) return decimalLiteral(build, decimal) ?? invalid(span);
  const duration = token(node, "Duration");
  if (duration !== null) return durationLiteral(build, duration) ?? invalid(span);
  const text = token(node, "Text");
  if (text !== null) return buildText(build, text);
  if (keyword(node, "true") !== null) return { kind: "boolean", value: true, span };
  if (keyword(node, "false") !== null) return { kind: "boolean", value: false, span };
  if (keyword(node, "null") !== null) return { kind: "null", span };
  if (keyword(node, "input") !== null) return { kind: "input", span };
  if (keyword(node, "failure") !== null) return { kind: "failure", span };
  const name = ident(build, token(node, "Name"));
  if (name !== null) return buildNameOrCall(build, node, name);
  const object = child(node, "object");
  if (object !== null) return buildObject(build, object, span);
  const array = child(node, "array");
  if (array !== null) return buildArray(build, array);
  const paren = child(node, "paren");
  if (paren === null) return invalid(span);
  const whole = spanOf(build, paren);
  // The parentheses are gone, but for the place: what is said of the expression is said of all of it.
  return { ...buildExpression(build, child(paren, "expression"), behind(whole)), span: whole };
}

function buildNameOrCall(build: Build, node: Cst, callee: Ident): Expression {
  const args = child(node, "args");
  if (args === null) return { kind: "name", name: callee.name, span: callee.span };
  const call: FunctionExpr = {
    kind: "function",
    callee,
    args: children(args, "expression").map((arg) => buildExpression(build, arg, behind(callee.span))),
    span: spanOf(build, node),
  };
  return call;
}

function buildArray(build: Build, node: Cst): ArrayExpr {
  const elements = children(node, "expression").map((element) => buildExpression(build, element, spanOf(build, element)));
  return { kind: "array", elements, span: spanOf(build, node) };
}

/** A text, with its holes if it has any. */
function buildText(build: Build, from: Token): StringLiteral | TemplateExpr {
  const span = tokenSpan(build, from);
  const literal = build.parsed.texts.get(from) ?? { parts: [], broken: true };
  if (!literal.parts.some((part) => part.kind === "hole")) {
    return { kind: "string", value: literal.parts.map((part) => decodePart(build, literal, part)).join(""), span };
  }
  const parts = literal.parts.map((part) => {
    if (part.kind === "characters") return decodePart(build, literal, part);
    const at = { file: build.parsed.file, start: part.start, end: part.end };
    return buildExpression(build, build.parsed.holes.get(part.start) ?? null, at);
  });
  return { kind: "template", parts, span };
}
