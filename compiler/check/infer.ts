import type {
  ArrayExpr,
  ConditionalExpr,
  Entry,
  EveryItemExpr,
  Expression,
  IndexExpr,
  MemberExpr,
  NameExpr,
  ObjectExpr,
} from "../ast/nodes.ts";
import { join, joinGiven } from "./assignable.ts";
import type { Draft, FileScope } from "./draft.ts";
import type { FindingShapes } from "./findings.ts";
import { functionType } from "./functions.ts";
import { both, type Facts, factsOf, NO_FACTS, pathKey } from "./narrow.ts";
import { refuse } from "./opaque.ts";
import {
  binaryType,
  eitherType,
  needsFamily,
  needsValue,
  type Operand,
  of,
  templateType,
  unaryType,
  valueType,
} from "./operators.ts";
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
  /** What conditions of the same expression have found out. */
  readonly facts?: Facts;
  /** What conditions of statements have found out. */
  readonly known?: Facts;
  /** Whether `failure` is there. */
  readonly failure?: boolean;
  /** Whether its value goes into declared fields: what is written in it is of their types, and needs none of its own. */
  readonly declared?: boolean;
  /** What a name stands for here. Notes what is wrong with it, and is then of unknown type. */
  lookup(name: NameExpr): TypedExpr;
  /** Notes a name of which a condition has not found that it is there, and must have. */
  tell?(name: NameExpr, typed: TypedExpr): TypedExpr;
}

/** The type of an expression and of all its parts, written down in the draft. */
export function infer(draft: Draft, scope: ExpressionScope, expression: Expression): TypedExpr {
  const isWritten = WRITTEN.has(expression.kind) || (expression.kind === "binary" && expression.operator === "??");
  const inner = scope.declared && !isWritten ? { ...scope, declared: false } : scope;
  const typed = narrowed(scope, expression, inferNew(draft, inner, expression));
  const told = expression.kind === "name" ? (scope.tell?.(expression, typed) ?? typed) : typed;
  draft.typed.set(expression, told);
  return told;
}

/** An object expression as an input or output: its fields are what its entries are. */
export function inferMapping(draft: Draft, scope: ExpressionScope, node: ObjectExpr): Mapping {
  const { type } = infer(draft, scope, node);
  return { node, fields: type.kind === "object" ? type.fields : [] };
}

/** Of what is written in these what is declared around them says the type; so it does on both sides of a `??`. */
const WRITTEN: ReadonlySet<Expression["kind"]> = new Set<Expression["kind"]>(["object", "array", "conditional"]);

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
    case "template":
      return templateType(
        draft,
        expression.parts.flatMap((part) => (typeof part === "string" ? [] : [operand(draft, scope, part)])),
      );
    case "unary":
      return unaryType(draft, expression, operand(draft, scope, expression.operand));
    case "binary": {
      const left = operand(draft, scope, expression.left);
      const { operator } = expression;
      const known = operator === "and" || operator === "or" ? factsOf(expression.left, operator === "and") : NO_FACTS;
      return binaryType(draft, expression, left, operand(draft, knowing(scope, known), expression.right), joiner(scope));
    }
    case "conditional":
      return inferConditional(draft, scope, expression);
    case "index":
      return inferIndex(draft, scope, expression);
    case "every-item":
      return inferEvery(draft, scope, expression);
    case "function": {
      // A parameter of a compute says of what type its argument is.
      const declared = scope.file.computes.has(expression.callee.name);
      const args = expression.args.map((argument) => operand(draft, { ...scope, declared }, argument));
      const typed = functionType(draft, scope.file, expression, args);
      if (typed === null) refuse(draft, scope.file, expression, "a function call", expression.span);
      return typed ?? plain(UNKNOWN);
    }
    case "failure":
      if (scope.failure) return plain(FAILURE);
      draft.findings.add("no-failure", { span: expression.span });
      return plain(UNKNOWN);
  }
}

/** Why a scope failed. */
export const FAILURE: Type = objectType(
  [
    { name: "name", type: scalar("string") },
    { name: "step", type: optional(scalar("string")) },
    { name: "summary", type: scalar("string") },
    { name: "at", type: scalar("datetime") },
  ].map((field) => ({ ...field, secret: false, doc: null })),
);

function operand(draft: Draft, scope: ExpressionScope, node: Expression): Operand {
  return { node, typed: infer(draft, scope, node) };
}

function joiner({ declared }: ExpressionScope): typeof join {
  return declared ? joinGiven : join;
}

function knowing(scope: ExpressionScope, facts: Facts): ExpressionScope {
  return facts === NO_FACTS ? scope : { ...scope, facts: both(scope.facts ?? NO_FACTS, facts) };
}

/** What a condition around it says of a path. */
function narrowed(scope: ExpressionScope, node: Expression, typed: TypedExpr): TypedExpr {
  const { facts = NO_FACTS, known = NO_FACTS } = scope;
  if (facts.present.size + facts.absent.size + known.present.size + known.absent.size === 0) return typed;
  const key = pathKey(node);
  if (key === null || !isOptional(valueType(typed))) return typed;
  if (facts.absent.has(key) || known.absent.has(key)) return { ...typed, absent: true };
  if (!facts.present.has(key) && !known.present.has(key)) return typed;
  const { output, ...rest } = typed;
  return {
    ...rest,
    type: present(typed.type),
    ...(output === undefined ? {} : { output: { ...output, optional: false, missing: null, found: true } }),
  };
}

function inferConditional(draft: Draft, scope: ExpressionScope, node: ConditionalExpr): TypedExpr {
  const condition = operand(draft, { ...scope, declared: false }, node.condition);
  needsFamily(draft, condition, ["boolean"], "A condition", "a truth value");
  const whenTrue = operand(draft, knowing(scope, factsOf(node.condition, true)), node.whenTrue);
  const whenFalse = operand(draft, knowing(scope, factsOf(node.condition, false)), node.whenFalse);
  const [a, b] = [valueType(whenTrue.typed), valueType(whenFalse.typed)];
  return of(eitherType(draft, node.span, "the two values of `a ? b : c`", a, b, joiner(scope)), condition, whenTrue, whenFalse);
}

function inferIndex(draft: Draft, scope: ExpressionScope, node: IndexExpr): TypedExpr {
  const list = operand(draft, scope, node.object);
  const index = operand(draft, scope, node.index);
  const holder = underlying(present(list.typed.type));
  if (holder.kind !== "array") {
    if (holder.kind === "record") {
      needsFamily(draft, index, ["text"], "A key of a `record`", "a text");
      return of(optional(holder.value), list, index);
    }
    if (holder.kind !== "unknown") notAList(draft, list, "An index");
    return of(UNKNOWN, list, index);
  }
  const position = underlying(present(index.typed.type));
  if (position.kind === "scalar" && position.name === "int") needsValue(draft, index, "An index");
  else if (position.kind !== "unknown")
    draft.findings.add("operand-type", {
      span: node.index.span,
      what: "An index",
      wanted: "a whole number",
      type: valueType(index.typed),
      help: null,
    });
  return of(optional(holder.element), list, index);
}

/** `list[]`: what is absent is left out. Of `items[].parts` it is the parts of all items. */
function inferEvery(draft: Draft, scope: ExpressionScope, node: EveryItemExpr): TypedExpr {
  const list = operand(draft, scope, node.object);
  const holder = underlying(present(list.typed.type));
  const element = holder.kind === "array" ? present(holder.element) : UNKNOWN;
  if (holder.kind !== "array") {
    if (holder.kind !== "unknown") notAList(draft, list, "`[]`");
  } else if (list.typed.each === undefined) return { ...of({ kind: "array", element }, list), each: true };
  else {
    const inner = underlying(element);
    if (inner.kind === "array") return { ...of({ kind: "array", element: present(inner.element) }, list), each: true };
    if (inner.kind !== "unknown") notAList(draft, list, "`[]`");
  }
  return of(UNKNOWN, list);
}

function notAList(draft: Draft, { node, typed }: Operand, what: string): void {
  draft.findings.add("operand-type", { span: node.span, what, wanted: "a list", type: valueType(typed), help: null });
}

function plain(type: Type): TypedExpr {
  return { type, secret: false };
}

function inferMember(draft: Draft, scope: ExpressionScope, node: MemberExpr): TypedExpr {
  const object = infer(draft, scope, node.object);
  if (node.member === null || object.type.kind === "unknown") return { type: UNKNOWN, secret: object.secret };
  const { name } = node.member;
  const own = underlying(present(object.type));
  // Of every item: the member of each.
  const holder = object.each && own.kind === "array" ? underlying(own.element) : own;
  if (holder.kind === "unknown") return { type: UNKNOWN, secret: object.secret };
  const found = memberOf(holder, name);
  if (found === null) {
    if (holder.kind === "object" && draft.unreadFields.has(holder.fields)) return { type: UNKNOWN, secret: object.secret };
    draft.findings.add("unknown-member", {
      member: node.member,
      of: object.type,
      ...holderOf(node.object, object),
      candidates: holder.kind === "object" ? holder.fields.map((field) => field.name) : [],
    });
    return { type: UNKNOWN, secret: object.secret };
  }
  const secret = object.secret || found.secret;
  if (object.each) return { type: { kind: "array", element: present(found.type) }, secret, each: true };
  const type = isOptional(object.type) || object.output?.optional === true ? optional(found.type) : found.type;
  return { type, secret, ...(object.absent ? { absent: true } : {}) };
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
  if (typed.output?.binding.what === "step")
    return { what: `The output of \`${typed.output.binding.ident.name}\``, holder: "output" };
  return { what: `\`${showType(typed.type)}\``, holder: "value" };
}

function inferObject(draft: Draft, scope: ExpressionScope, node: ObjectExpr): TypedExpr {
  // A path without a name of its own, in an object that could not be read whole, may be the rest of something else.
  for (const entry of node.entries)
    if (node.broken && entry.shorthand && rootOf(entry.value).kind === "name") draft.typed.set(entry.value, plain(UNKNOWN));
    else infer(draft, scope, entry.value);
  // A lone name that there is not is told for that, and not for being given twice as well.
  const isLost = (entry: Entry): boolean => isLone(entry) && draft.typed.get(entry.value)?.type.kind === "unknown";
  draft.names(
    "entries",
    node.entries.flatMap((entry) =>
      entry.name === null || isLost(entry) ? [] : [{ ident: entry.name, what: "field" as const }],
    ),
  );
  return plain(objectType(objectFields(draft, node, scope.declared ?? false)));
}

/** `a` of `a.b[0].c` */
function rootOf(node: Expression): Expression {
  let root = node;
  while (root.kind === "member" || root.kind === "index" || root.kind === "every-item") root = root.object;
  return root;
}

/** `{ a }` */
function isLone(entry: Entry): boolean {
  return entry.shorthand && entry.value.kind === "name";
}

/** Of two entries with one name the first counts; that there are two is reported. */
function objectFields(draft: Draft, node: ObjectExpr, declared: boolean): readonly FieldType[] {
  const fields = new Map<string, FieldType>();
  for (const entry of node.entries) {
    const typed = draft.typed.get(entry.value);
    if (entry.name === null || typed === undefined || fields.has(entry.name.name)) continue;
    const type = declared ? valueType(typed) : resultType(draft, entry.value, typed);
    fields.set(entry.name.name, { name: entry.name.name, type, secret: typed.secret, doc: null });
  }
  return [...fields.values()];
}

/** The type of a value that is kept under a name: what leaves it open was noted. */
export function resultType(draft: Draft, node: Expression, typed: TypedExpr): Type {
  const type = valueType(typed);
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

function inferArray(draft: Draft, scope: ExpressionScope, node: ArrayExpr): TypedExpr {
  let element: Type = { kind: "never" };
  let secret = false;
  let first: { node: Expression; type: Type } | null = null;
  for (const part of node.elements) {
    const typed = infer(draft, scope, part);
    const type = valueType(typed);
    secret ||= typed.secret;
    const joined: Type | null = joiner(scope)(element, type);
    if (joined !== null) element = joined;
    else if (first !== null)
      draft.findings.add("mixed-array", { span: part.span, type, first: first.node.span, firstType: first.type });
    first ??= { node: part, type };
    if (joined === null) element = UNKNOWN;
  }
  return { type: { kind: "array", element }, secret };
}
