import { SCALAR_TYPES } from "@sagac/grammar";
import type { FieldsNode, NamedType, OptionalType, TypeNode, UnionType } from "../ast/nodes.ts";
import type { Draft, FileScope } from "./draft.ts";
import { markMeant, markUsed } from "./opaque.ts";
import { type FieldType, objectType, scalar, type Type, UNKNOWN } from "./types.ts";

/** Types and fields as they are written, resolved against the names of their file. */
export interface TypeResolver {
  type(node: TypeNode): Type;
  /** Fields in source order; of two with one name the first. */
  fields(node: FieldsNode): readonly FieldType[];
}

/** `sure`: what stands for a type was read as what it is, and an unknown name is worth telling. */
export function createTypeResolver(draft: Draft, scope: FileScope, sure = true): TypeResolver {
  const type = (node: TypeNode): Type => {
    switch (node.kind) {
      case "scalar-type":
        return scalar(node.name);
      case "named-type":
        return named(draft, scope, node, sure);
      case "literal-type":
        return { kind: "literals", values: [node.value] };
      case "union-type":
        return union(draft, scope, node, type);
      case "array-type":
        return { kind: "array", element: type(node.element) };
      case "optional-type":
        return optionalType(draft, node, type);
      case "record-type":
        return { kind: "record", value: type(node.value) };
      case "fields":
        return readFields(node);
      case "invalid-type":
        return UNKNOWN;
    }
  };

  const fields = (node: FieldsNode): readonly FieldType[] => {
    draft.names(
      "fields",
      node.fields.map((field) => ({ ident: field.name, what: "field" as const })),
    );
    const byName = new Map<string, FieldType>();
    const typeOf = node.broken && sure ? createTypeResolver(draft, scope, false).type : type;
    for (const field of node.fields) {
      // Resolved also when the name is taken: its type may hold mistakes of its own.
      const resolved = { name: field.name.name, type: typeOf(field.type), secret: field.secret, doc: field.doc };
      if (!byName.has(field.name.name)) byName.set(field.name.name, resolved);
    }
    const list = [...byName.values()];
    if (isUnread(node)) draft.unreadFields.add(list);
    return list;
  };

  // Of a record that could not be read whole nothing certain is known.
  const readFields = (node: FieldsNode): Type => {
    const list = fields(node);
    return draft.unreadFields.has(list) ? UNKNOWN : objectType(list);
  };

  return { type, fields };
}

/** A field whose type is missing may have swallowed the name of the next. */
function isUnread({ broken, fields }: FieldsNode): boolean {
  return broken || fields.some((field) => field.type.kind === "invalid-type");
}

function named(draft: Draft, scope: FileScope, node: NamedType, sure: boolean): Type {
  const { name } = node.name;
  const symbol = scope.types.get(name);
  if (symbol !== undefined) {
    scope.used.add(symbol);
    return { kind: "named", symbol };
  }
  if (sure && !scope.opaque.has(name) && !scope.unread.has("type-decl")) {
    const other = scope.declared.get(name);
    draft.findings.add("unknown-type", {
      ident: node.name,
      candidates: [...scope.types.keys(), ...SCALAR_TYPES],
      instead: other === undefined ? null : { kind: other.what, span: other.ident.span },
    });
    markMeant(scope, name, scope.types.keys());
  }
  return UNKNOWN;
}

function optionalType(draft: Draft, node: OptionalType, type: (node: TypeNode) => Type): Type {
  const inner = type(node.type);
  if (inner.kind !== "optional") return inner.kind === "unknown" ? inner : { kind: "optional", type: inner };
  const { file, end } = node.span;
  draft.findings.add("doubled-optional", { span: { file, start: end - 1, end } });
  return inner;
}

function union(draft: Draft, scope: FileScope, node: UnionType, type: (node: TypeNode) => Type): Type {
  const first = new Map<string, TypeNode>();
  let sound = true;
  for (const member of node.members) {
    if (member.kind === "literal-type") {
      const earlier = first.get(member.value);
      if (earlier === undefined) first.set(member.value, member);
      else draft.findings.add("doubled-literal", { span: member.span, value: member.value, first: earlier.span });
    } else if (member.kind === "union-type") {
      const inner = type(member);
      if (inner.kind === "literals") for (const value of inner.values) first.set(value, first.get(value) ?? member);
      else sound = false;
    } else {
      if (member.kind === "named-type") markUsed(scope, member.name.name);
      if (member.kind !== "invalid-type" && sound) draft.findings.add("union-member", { span: member.span });
      sound = false;
    }
  }
  return sound ? { kind: "literals", values: [...first.keys()] } : UNKNOWN;
}
