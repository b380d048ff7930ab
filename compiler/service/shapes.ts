import type { Expression, FieldNode, Node, SagaDecl, TypeNode } from "../ast/nodes.ts";
import { walk } from "../ast/walk.ts";
import type { Document, Workspace } from "./document.ts";
import { followed } from "./symbol-at.ts";

/** The fields that a value has, as far as the tree tells it: for completion behind a dot, also where the file does not compile. */
export function fieldsOfPath(
  workspace: Workspace,
  document: Document,
  saga: SagaDecl,
  path: readonly string[],
): readonly FieldNode[] {
  const [root = "", ...members] = path;
  let found = rootFields(workspace, document, saga, root);
  for (const member of members) {
    const field = found.fields.find(({ name }) => name.name === member);
    if (field === undefined) return [];
    found = fieldsOfType(workspace, found.document, field.type);
  }
  return found.fields;
}

interface Shape {
  readonly document: Document;
  readonly fields: readonly FieldNode[];
}

function rootFields(workspace: Workspace, document: Document, saga: SagaDecl, root: string): Shape {
  const none: Shape = { document, fields: [] };
  if (root === "input") {
    const input = saga.items.find((item) => item.kind === "input-fields");
    return input?.kind === "input-fields" ? { document, fields: input.fields.fields } : none;
  }
  const declaration = document.names.find(root, saga);
  if (declaration === null) return none;
  const { document: home, declaration: target } = followed(workspace, { document, declaration });
  const { node } = target;
  switch (node.kind) {
    case "step": {
      const output = node.clauses.find((clause) => clause.kind === "output-fields");
      return output?.kind === "output-fields" ? { document: home, fields: output.fields.fields } : none;
    }
    case "signal-decl":
    case "error-decl":
      return { document: home, fields: node.fields?.fields ?? [] };
    case "foreach":
    case "first":
      return itemFields(workspace, home, saga, node.list);
    case "let":
      return valueFields(workspace, home, saga, node.value);
    case "as":
      return resultFields(workspace, home, saga, node);
    default:
      return none;
  }
}

/** `as` of an await is the signal; of other statements what their block says is not told here. */
function resultFields(workspace: Workspace, document: Document, saga: SagaDecl, clause: Node): Shape {
  let signal: string | null = null;
  walk(saga, (node) => {
    if (node.kind === "await" && node.clauses.some((each) => each === clause)) signal = node.signal?.name ?? null;
    return true;
  });
  return signal === null ? { document, fields: [] } : rootFields(workspace, document, saga, signal);
}

function itemFields(workspace: Workspace, document: Document, saga: SagaDecl, list: Expression): Shape {
  const type = typeOf(workspace, document, saga, list);
  return type !== null && type.type.kind === "array-type"
    ? fieldsOfType(workspace, type.document, type.type.element)
    : { document, fields: [] };
}

function valueFields(workspace: Workspace, document: Document, saga: SagaDecl, value: Expression): Shape {
  const type = typeOf(workspace, document, saga, value);
  return type === null ? { document, fields: [] } : fieldsOfType(workspace, type.document, type.type);
}

/** Of a path alone. */
function typeOf(
  workspace: Workspace,
  document: Document,
  saga: SagaDecl,
  value: Expression,
): { document: Document; type: TypeNode } | null {
  if (value.kind !== "member" || value.member === null) return null;
  const member = value.member.name;
  const holder = holderFields(workspace, document, saga, value.object);
  const field = holder.fields.find(({ name }) => name.name === member);
  return field === undefined ? null : { document: holder.document, type: field.type };
}

function holderFields(workspace: Workspace, document: Document, saga: SagaDecl, object: Expression): Shape {
  if (object.kind === "input") return rootFields(workspace, document, saga, "input");
  if (object.kind === "name") return rootFields(workspace, document, saga, object.name);
  const type = typeOf(workspace, document, saga, object);
  return type === null ? { document, fields: [] } : fieldsOfType(workspace, type.document, type.type);
}

function fieldsOfType(workspace: Workspace, document: Document, type: TypeNode, depth = 0): Shape {
  if (depth > 20) return { document, fields: [] };
  switch (type.kind) {
    case "fields":
      return { document, fields: type.fields };
    case "optional-type":
      return fieldsOfType(workspace, document, type.type, depth + 1);
    case "named-type": {
      const declaration = document.names.find(type.name.name, null);
      if (declaration === null) return { document, fields: [] };
      const { document: home, declaration: target } = followed(workspace, { document, declaration });
      return target.node.kind === "type-decl"
        ? fieldsOfType(workspace, home, target.node.type, depth + 1)
        : { document, fields: [] };
    }
    default:
      return { document, fields: [] };
  }
}
