import type { ArrayExpr, Expression, MemberExpr, NameExpr, ObjectExpr } from "../ast/nodes.ts";
import { join } from "./assignable.ts";
import type { Draft, FileScope } from "./draft.ts";
import type { FindingShapes } from "./findings.ts";
import { refuse } from "./opaque.ts";
import type { Mapping, TypedExpr } from "./program.ts";
import {
  type FieldType,
  isOptional,
  objectType,
  optional,
  present,
  scalar,
  showType,
  type Type,
  UNKNOWN,
  underlying,
  widen,
} from "./types.ts";

/** What names mean at one place of a saga. */
export interface ExpressionScope {
  readonly file: FileScope;
  readonly input: readonly FieldType[];
  /** What a name stands for here. Notes what is wrong with it, and is then of unknown type. */
  lookup(name: NameExpr): TypedExpr;
}

/** The type of an expression and of all its parts, written down in the draft. */
export function infer(draft: Draft, scope: ExpressionScope, expression: Expression): TypedExpr {
  const typed = inferNew(draft, scope, expression);
  draft.typed.set(expression, typed);
  return typed;
}

/** An object expression as an input or output: its fields are what its entries are. */
export function inferMapping(draft: Draft, scope: ExpressionScope, node: ObjectExpr): Mapping {
  const { type } = infer(draft, scope, node);
  return { node, fields: type.kind === "object" ? type.fields : [] };
}

function inferNew(draft: Draft, scope: ExpressionScope, expression: Expression): TypedExpr {
  switch (expression.kind) {
    case "int":
      return plain(scalar("int"));
    case "decimal":
      return plain(scalar("number"));
    case "duration":
      return plain(scalar("duration"));
    case "string":
      return plain({ kind: "literals", values: [expression.value] });
    case "boolean":
      return plain(scalar("boolean"));
    case "null":
      return plain({ kind: "null" });
    case "input":
      return plain(objectType(scope.input));
    case "name":
      return scope.lookup(expression);
    case "member":
      return inferMember(draft, scope, expression);
    case "object":
      return inferObject(draft, scope, expression);
    case "array":
      return inferArray(draft, scope, expression);
    case "invalid":
      return plain(UNKNOWN);
    default:
      refuse(draft, scope.file, expression, CONSTRUCTS[expression.kind], expression.span);
      return plain(UNKNOWN);
  }
}

/** Expressions that the language has and this release does not carry out, as people call them. */
const CONSTRUCTS = {
  template: "a text with `${ }`",
  failure: "`failure`",
  function: "a function call",
  index: "an index",
  "every-item": "`[]` (every item)",
  unary: "an operator",
  binary: "an operator",
  conditional: "a condition (`a ? b : c`)",
} as const;

function plain(type: Type): TypedExpr {
  return { type, secret: false };
}

function inferMember(draft: Draft, scope: ExpressionScope, node: MemberExpr): TypedExpr {
  const object = infer(draft, scope, node.object);
  if (node.member === null || object.type.kind === "unknown") return { type: UNKNOWN, secret: object.secret };
  const { name } = node.member;
  const holder = underlying(present(object.type));
  if (holder.kind === "unknown") return { type: UNKNOWN, secret: object.secret };
  const found = memberOf(holder, name);
  if (found === null) {
    draft.findings.add("unknown-member", {
      member: node.member,
      of: object.type,
      ...holderOf(node.object, object),
      candidates: holder.kind === "object" ? holder.fields.map((field) => field.name) : [],
    });
    return { type: UNKNOWN, secret: object.secret };
  }
  const type = isOptional(object.type) || object.output?.optional === true ? optional(found.type) : found.type;
  return { type, secret: object.secret || found.secret };
}

function memberOf(holder: Type, name: string): Pick<FieldType, "type" | "secret"> | null {
  if (holder.kind === "object") return holder.fields.find((field) => field.name === name) ?? null;
  // What a record holds is not known beforehand; what every object has in JavaScript is not part of it.
  if (holder.kind === "record" && !(name in Object.prototype)) return { type: optional(holder.value), secret: false };
  return null;
}

/** How messages call the thing whose member is read, and what it is. */
function holderOf(node: Expression, typed: TypedExpr): Pick<FindingShapes["unknown-member"], "what" | "holder"> {
  if (node.kind === "input") return { what: "The saga's input", holder: "input" };
  if (typed.output !== undefined) return { what: `The output of \`${typed.output.step.name.name}\``, holder: "output" };
  return { what: `\`${showType(typed.type)}\``, holder: "value" };
}

function inferObject(draft: Draft, scope: ExpressionScope, node: ObjectExpr): TypedExpr {
  draft.names(
    "entries",
    node.entries.flatMap((entry) => (entry.name === null ? [] : [{ ident: entry.name, what: "field" as const }])),
  );
  for (const entry of node.entries) infer(draft, scope, entry.value);
  return plain(objectType(objectFields(draft, node)));
}

/** Of two entries with one name the first counts; that there are two is reported. */
function objectFields(draft: Draft, node: ObjectExpr): readonly FieldType[] {
  const fields = new Map<string, FieldType>();
  for (const entry of node.entries) {
    const typed = draft.typed.get(entry.value);
    if (entry.name === null || typed === undefined || fields.has(entry.name.name)) continue;
    const type = fieldType(draft, entry.value, typed);
    fields.set(entry.name.name, { name: entry.name.name, type, secret: typed.secret, doc: null });
  }
  return [...fields.values()];
}

function fieldType(draft: Draft, node: Expression, typed: TypedExpr): Type {
  const type = withPresence(typed);
  if (isOpen(type)) {
    draft.findings.add("no-type", { span: node.span, written: describeOpen(type) });
    return UNKNOWN;
  }
  return widen(type);
}

function describeOpen(type: Type): string {
  if (type.kind === "null") return "null";
  return type.kind === "array" && type.element.kind === "never" ? "[]" : "[…]";
}

/** Whether a type leaves open what it is of: `null`, `[]`, `[null]`. */
function isOpen(type: Type): boolean {
  if (type.kind === "array") return isOpen(type.element);
  if (type.kind === "optional") return isOpen(type.type);
  return type.kind === "null" || type.kind === "never";
}

/** A whole output that may be absent is optional. */
function withPresence(typed: TypedExpr): Type {
  return typed.output?.optional === true ? optional(typed.type) : typed.type;
}

function inferArray(draft: Draft, scope: ExpressionScope, node: ArrayExpr): TypedExpr {
  let element: Type = { kind: "never" };
  let secret = false;
  let first: { node: Expression; type: Type } | null = null;
  for (const part of node.elements) {
    const typed = infer(draft, scope, part);
    const type = withPresence(typed);
    secret ||= typed.secret;
    const joined = join(element, type);
    if (joined !== null) element = joined;
    else if (first !== null)
      draft.findings.add("mixed-array", { span: part.span, type, first: first.node.span, firstType: first.type });
    first ??= { node: part, type };
    if (joined === null) element = UNKNOWN;
  }
  return { type: { kind: "array", element }, secret };
}
