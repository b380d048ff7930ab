import type { BinaryExpr, Expression, UnaryExpr } from "../ast/nodes.ts";
import { join } from "./assignable.ts";
import type { Draft } from "./draft.ts";
import type { TypedExpr } from "./program.ts";
import { isOptional, optional, present, scalar, type Type, UNKNOWN, underlying } from "./types.ts";

/** An operand, and what is known of it. */
export interface Operand {
  readonly node: Expression;
  readonly typed: TypedExpr;
}

/** Types that can be compared with each other, and reckoned with. */
export type Family = "number" | "text" | "boolean" | "duration" | "date" | "datetime" | "other" | "unknown";

/** `null` belongs to none: it is `unknown`. */
export function familyOf(type: Type): Family {
  const found = underlying(present(type));
  if (found.kind === "literals") return "text";
  if (found.kind === "unknown" || found.kind === "null" || found.kind === "never") return "unknown";
  if (found.kind !== "scalar") return "other";
  switch (found.name) {
    case "int":
    case "number":
      return "number";
    case "string":
    case "uuid":
      return "text";
    case "json":
      return "other";
    default:
      return found.name;
  }
}

/** The type of what stands there: a whole output that may be absent is optional. */
export function valueType(typed: TypedExpr): Type {
  return typed.output?.optional === true ? optional(typed.type) : typed.type;
}

/** Notes that a value is wanted where there may be none. */
export function needsValue(draft: Draft, { node, typed }: Operand, what: string): void {
  const type = valueType(typed);
  if (isOptional(type))
    draft.findings.add("may-be-absent", { node, what, type, list: underlying(present(type)).kind === "array" });
}

/** Notes an operand of another kind than is wanted. */
export function needsFamily(
  draft: Draft,
  operand: Operand,
  families: readonly Family[],
  what: string,
  wanted: string,
  help: string | null = null,
): boolean {
  const family = familyOf(operand.typed.type);
  if (family !== "unknown" && !families.includes(family)) {
    draft.findings.add("operand-type", { span: operand.node.span, what, wanted, type: valueType(operand.typed), help });
    return false;
  }
  needsValue(draft, operand, what);
  return family !== "unknown";
}

export function unaryType(draft: Draft, node: UnaryExpr, operand: Operand): TypedExpr {
  if (node.operator === "not") {
    needsFamily(draft, operand, ["boolean"], "`not`", "a truth value");
    return of(scalar("boolean"), operand);
  }
  const family = familyOf(operand.typed.type);
  const help = family === "duration" ? "Leave it out: no time is below zero." : null;
  needsFamily(draft, operand, ["number"], "`-`", "a number", help);
  return of(family === "number" || family === "unknown" ? numberType(operand) : UNKNOWN, operand);
}

export function binaryType(draft: Draft, node: BinaryExpr, left: Operand, right: Operand, joins = join): TypedExpr {
  const what = `\`${node.operator}\``;
  switch (node.operator) {
    case "and":
    case "or":
      // What `||` was to give where neither is a truth value is another value.
      if (node.foreign && [left, right].some(({ typed }) => familyOf(typed.type) !== "boolean")) return of(UNKNOWN, left, right);
      for (const side of [left, right]) needsFamily(draft, side, ["boolean"], what, "truth values");
      return of(scalar("boolean"), left, right);
    case "==":
    case "!=":
      checkEqual(draft, node, left, right);
      return of(scalar("boolean"), left, right);
    case "<":
    case "<=":
    case ">":
    case ">=":
      checkOrder(draft, what, left, right);
      return of(scalar("boolean"), left, right);
    case "??":
      return coalesceType(draft, node, left, right, joins);
    case "/":
    case "%":
      return of(quotientType(draft, node, left, right), left, right);
    default:
      return of(arithmeticType(draft, node, left, right), left, right);
  }
}

/** The value of a number as it is written, its sign included; `null`: it is no literal. */
export function literalNumber(node: Expression): number | null {
  if (node.kind === "int" || node.kind === "decimal") return node.value;
  if (node.kind === "duration") return node.ms;
  if (node.kind !== "unary" || node.operator !== "-") return null;
  const value = literalNumber(node.operand);
  return value === null ? null : -value;
}

/** The one type of two ways that an expression can go. */
export function eitherType(draft: Draft, span: Expression["span"], what: string, left: Type, right: Type, joins = join): Type {
  const joined = joins(left, right);
  if (joined === null) draft.findings.add("no-common-type", { span, what, left, right });
  return joined ?? UNKNOWN;
}

export function templateType(draft: Draft, parts: readonly Operand[]): TypedExpr {
  const families: readonly Family[] = ["text", "number", "boolean", "date", "datetime"];
  for (const part of parts) {
    if (part.typed.secret) draft.findings.add("secret-in-text", { node: part.node });
    needsFamily(draft, part, families, "A text", "texts, numbers, truth values, dates and datetimes");
  }
  return of(scalar("string"), ...parts.filter(({ typed }) => !typed.secret));
}

/** A value that is made of these. */
export function of(type: Type, ...operands: readonly Operand[]): TypedExpr {
  return { type, secret: operands.some(({ typed }) => typed.secret) };
}

/** `int` if all are whole. */
export function numberType(...operands: readonly Operand[]): Type {
  const whole = operands.every(({ typed }) => {
    const type = underlying(present(typed.type));
    return type.kind === "unknown" || type.kind === "never" || (type.kind === "scalar" && type.name === "int");
  });
  return scalar(whole ? "int" : "number");
}

/** Whether some value can be of both types. */
export function comparable(a: Type, b: Type): boolean {
  const [x, y] = [familyOf(a), familyOf(b)];
  if (x === "unknown" || y === "unknown") return true;
  if (x !== y || x === "other") return false;
  const [one, other] = [underlying(present(a)), underlying(present(b))];
  if (one.kind !== "literals" || other.kind !== "literals") return true;
  return one.values.some((value) => other.values.includes(value));
}

function checkEqual(draft: Draft, node: BinaryExpr, left: Operand, right: Operand): void {
  const [a, b] = [valueType(left.typed), valueType(right.typed)];
  if (a.kind === "null" || b.kind === "null") {
    const other = a.kind === "null" ? b : a;
    if (other.kind !== "unknown" && !isOptional(other))
      draft.findings.add("never-absent", { span: node.span, operator: node.operator });
  } else if (!comparable(a, b)) draft.findings.add("never-equal", { span: node.span, left: a, right: b });
}

function checkOrder(draft: Draft, what: string, left: Operand, right: Operand): void {
  const wanted = "numbers, durations, dates or datetimes";
  const sound = [left, right].map((side) => needsFamily(draft, side, ["number", "duration", "date", "datetime"], what, wanted));
  if (sound.every(Boolean) && familyOf(left.typed.type) !== familyOf(right.typed.type))
    draft.findings.add("operand-type", {
      span: right.node.span,
      what,
      wanted: "two of a kind",
      type: valueType(right.typed),
      help: null,
    });
}

function coalesceType(draft: Draft, node: BinaryExpr, left: Operand, right: Operand, joins: typeof join): TypedExpr {
  const type = valueType(left.typed);
  if (type.kind !== "unknown" && !isOptional(type))
    draft.findings.add("never-absent", { span: node.operatorSpan, operator: node.operator });
  const [a, b] = [present(type), valueType(right.typed)];
  return of(a.kind === "null" ? b : eitherType(draft, node.span, "the two sides of `??`", a, b, joins), left, right);
}

/** By what may be zero it may be absent: expressions are total. */
function quotientType(draft: Draft, node: BinaryExpr, left: Operand, right: Operand): Type {
  const value = literalNumber(right.node);
  if (right.node.kind === "invalid") return UNKNOWN;
  if (value === 0) {
    draft.findings.add("zero-divisor", { span: right.node.span, operator: node.operator });
    return UNKNOWN;
  }
  const type = arithmeticType(draft, node, left, right);
  return value === null && type.kind !== "unknown" ? optional(type) : type;
}

/** What comes of two kinds; what is not listed does not go together. */
const ARITHMETIC: Readonly<Record<string, "number" | "duration" | "datetime">> = {
  "number + number": "number",
  "number - number": "number",
  "number * number": "number",
  "number / number": "number",
  "number % number": "number",
  "duration + duration": "duration",
  "duration - duration": "duration",
  "duration * number": "duration",
  "number * duration": "duration",
  "duration / number": "duration",
  "duration / duration": "number",
  "datetime + duration": "datetime",
  "duration + datetime": "datetime",
  "datetime - duration": "datetime",
  "datetime - datetime": "duration",
};

function arithmeticType(draft: Draft, node: BinaryExpr, left: Operand, right: Operand): Type {
  const what = `\`${node.operator}\``;
  const text = node.operator === "+" && [left, right].some(({ typed }) => familyOf(typed.type) === "text");
  const help = text ? 'Texts are put together in one: `"${first} ${second}"`.' : null;
  // Two texts are one mistake.
  const sides = text && !isNumeric(left) ? [left] : [left, right];
  const sound = sides.map((side) =>
    needsFamily(draft, side, ["number", "duration", "datetime"], what, "numbers, durations or datetimes", help),
  );
  if (!sound.every(Boolean)) return UNKNOWN;
  const [a, b] = [familyOf(left.typed.type), familyOf(right.typed.type)];
  const result = ARITHMETIC[`${a} ${node.operator} ${b}`];
  if (result === undefined) {
    const { span } = right.node;
    const wanted = `no such thing beside a ${a}`;
    draft.findings.add("operand-type", { span, what, wanted, type: valueType(right.typed), help: null });
    return UNKNOWN;
  }
  if (result !== "number") return scalar(result);
  return node.operator === "/" ? scalar("number") : numberType(left, right);
}

function isNumeric({ typed }: Operand): boolean {
  return ["number", "duration", "datetime", "unknown"].includes(familyOf(typed.type));
}
