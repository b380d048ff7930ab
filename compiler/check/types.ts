import type { ScalarTypeName, TypeDecl } from "../ast/nodes.ts";

/** What an expression or a field can be. Plain values; a named type points at its declaration, so that it may be recursive. */
export type Type =
  | { readonly kind: "scalar"; readonly name: ScalarTypeName }
  /** A union of string literals; also the type of a string as written. */
  | { readonly kind: "literals"; readonly values: readonly string[] }
  | { readonly kind: "array"; readonly element: Type }
  | { readonly kind: "optional"; readonly type: Type }
  | { readonly kind: "record"; readonly value: Type }
  | { readonly kind: "object"; readonly fields: readonly FieldType[] }
  | { readonly kind: "named"; readonly symbol: TypeSymbol }
  /** Of `null`: fits what may be absent. */
  | { readonly kind: "null" }
  /** Of the elements of `[]`: fits everything. */
  | { readonly kind: "never" }
  /** Of what was already reported, or is not available yet: fits everything and gives no further report. */
  | { readonly kind: "unknown" };

export interface FieldType {
  readonly name: string;
  readonly type: Type;
  readonly secret: boolean;
  readonly doc: string | null;
}

/** A declared type. `type` is filled in once all names are known. */
export interface TypeSymbol {
  readonly name: string;
  /** `null`: it is a type of TypeScript. */
  readonly node: TypeDecl | null;
  /** The file of TypeScript that exports it under its name, from the root; `null`: none does. */
  readonly module: string | null;
  type: Type;
}

export const UNKNOWN: Type = { kind: "unknown" };

export function scalar(name: ScalarTypeName): Type {
  return { kind: "scalar", name };
}

export function objectType(fields: readonly FieldType[]): Type {
  return { kind: "object", fields };
}

/** `T?`, once: what is optional already stays as it is. */
export function optional(type: Type): Type {
  return type.kind === "unknown" || isOptional(type) ? type : { kind: "optional", type };
}

/** A type without its names: what it is made of. A name that stands for itself alone is unknown. */
export function underlying(type: Type): Type {
  const seen = new Set<TypeSymbol>();
  let current = type;
  while (current.kind === "named") {
    if (seen.has(current.symbol)) return UNKNOWN;
    seen.add(current.symbol);
    current = current.symbol.type;
  }
  return current;
}

export function isOptional(type: Type): boolean {
  const kind = underlying(type).kind;
  return kind === "optional" || kind === "null";
}

/** `T` of `T?`, through names; other types as they are. */
export function present(type: Type): Type {
  let current = type;
  for (let inner = underlying(current); inner.kind === "optional"; inner = underlying(current)) current = inner.type;
  return current;
}

/** The type that a value keeps when it goes into a field: a written string is a `string`. */
export function widen(type: Type): Type {
  switch (type.kind) {
    case "literals":
      return scalar("string");
    case "array":
      return { kind: "array", element: widen(type.element) };
    case "object":
      return objectType(type.fields.map((field) => ({ ...field, type: widen(field.type) })));
    default:
      return type;
  }
}

/** Whether something in it was reported already, or cannot be told. */
export function isUncertain(type: Type): boolean {
  switch (type.kind) {
    case "unknown":
      return true;
    case "array":
      return isUncertain(type.element);
    case "optional":
      return isUncertain(type.type);
    case "record":
      return isUncertain(type.value);
    case "object":
      return type.fields.some((field) => isUncertain(field.type));
    default:
      return false;
  }
}

/** A type as it is written, cut short where it is long. */
export function showType(type: Type, depth = 2): string {
  switch (type.kind) {
    case "scalar":
      return type.name;
    case "literals":
      return type.values.map((value) => JSON.stringify(value)).join(" | ");
    case "array":
      return `${parenthesized(type.element, depth)}[]`;
    case "optional":
      return `${parenthesized(type.type, depth)}?`;
    case "record":
      return `record<${showType(type.value, depth)}>`;
    case "object":
      return showObject(type.fields, depth);
    case "named":
      return type.symbol.name;
    case "null":
      return "null";
    case "never":
      return "nothing";
    case "unknown":
      return "?";
  }
}

function showObject(fields: readonly FieldType[], depth: number): string {
  if (fields.length === 0) return "{}";
  if (depth === 0) return "{ … }";
  const shown = fields.slice(0, 4).map((field) => `${field.name}: ${showType(field.type, depth - 1)}`);
  return `{ ${shown.join(", ")}${fields.length > 4 ? ", …" : ""} }`;
}

function parenthesized(type: Type, depth: number): string {
  const text = showType(type, depth);
  return type.kind === "literals" && type.values.length > 1 ? `(${text})` : text;
}
