import { SCALAR_TYPES } from "@sagac/grammar";
import type { Span } from "../source/span.ts";
import { buildFieldName } from "./build-expressions.ts";
import { type Build, behind, type Cst, child, children, ident, isBroken, keyword, spanOf, token, tokens } from "./cst.ts";
import { plainText } from "./literals.ts";
import type { FieldNode, FieldsNode, Ident, InvalidType, ScalarTypeName, TypeNode } from "./nodes.ts";

/** A type; what is missing stands as `invalid-type` at `fallback`. */
export function buildType(build: Build, node: Cst | null, fallback: Span): TypeNode {
  if (node === null) return invalidType(fallback);
  // `T | null`: what it may hold has been told, and follows from nothing else.
  if (node.recoveredNode === true && token(node, "Bar") === null && children(node, "typePart").length > 0)
    return invalidType(spanOf(build, node));
  const members = children(node, "typePart").map((part) => buildTypePart(build, part));
  if (tokens(node, "Bar").length >= members.length) members.push(invalidType(behind(spanOf(build, node))));
  const [first] = members;
  if (first === undefined) return invalidType(fallback);
  return members.length === 1 ? first : { kind: "union-type", members, span: spanOf(build, node) };
}

/** `{ name: Type … }`; a missing one is empty and broken. */
export function buildFields(build: Build, node: Cst | null, fallback: Span): FieldsNode {
  if (node === null) return { kind: "fields", fields: [], broken: true, span: fallback };
  const fields = children(node, "item").flatMap((item) => buildField(build, item) ?? []);
  return { kind: "fields", fields, broken: isBroken(node), span: spanOf(build, node) };
}

function buildField(build: Build, node: Cst): FieldNode | null {
  const span = spanOf(build, node);
  const doc = build.docs.take(span.start);
  const name = buildFieldName(build, child(node, "fieldName"));
  if (name === null) return null;
  const type = buildType(build, child(node, "type"), behind(span));
  return { kind: "field", name, secret: keyword(node, "secret") !== null, type, doc, broken: isBroken(node), span };
}

function buildTypePart(build: Build, node: Cst): TypeNode {
  const primary = child(node, "typePrimary");
  let type = primary === null ? invalidType(spanOf(build, node)) : buildTypePrimary(build, primary);
  for (const suffix of children(node, "typeSuffix")) {
    const span = { ...type.span, end: spanOf(build, suffix).end };
    type =
      token(suffix, "Question") !== null ? { kind: "optional-type", type, span } : { kind: "array-type", element: type, span };
  }
  return type;
}

function buildTypePrimary(build: Build, node: Cst): TypeNode {
  const span = spanOf(build, node);
  const inner = child(node, "type");
  if (keyword(node, "record") !== null && token(node, "Less") !== null) {
    return { kind: "record-type", value: buildType(build, inner, behind(span)), span };
  }
  if (node.recoveredNode === true && token(node, "Name") !== null) return invalidType(span);
  const name = ident(build, token(node, "Name"));
  if (name !== null) return isScalar(name) ? { kind: "scalar-type", name: name.name, span } : { kind: "named-type", name, span };
  const text = token(node, "Text");
  if (text !== null) {
    const literal = plainText(build, text);
    return literal === null ? invalidType(span) : { kind: "literal-type", value: literal.value, span };
  }
  const fields = child(node, "fields");
  return fields === null ? buildType(build, inner, span) : buildFields(build, fields, span);
}

function isScalar(name: Ident): name is Ident & { readonly name: ScalarTypeName } {
  return (SCALAR_TYPES as readonly string[]).includes(name.name);
}

function invalidType(span: Span): InvalidType {
  return { kind: "invalid-type", span };
}
