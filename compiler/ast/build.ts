import type { Comment, ParseResult, SyntaxProblem } from "@sagac/grammar";
import type { Span } from "../source/span.ts";
import { buildClause, buildMisplaced, clausesOf } from "./build-clauses.ts";
import { buildBlock, buildMisplacedNode, buildStatement } from "./build-statements.ts";
import { buildFields, buildType } from "./build-types.ts";
import { type Build, behind, type Cst, child, children, ident, isBroken, keyword, nameOf, spanOf, token } from "./cst.ts";
import { docComments, foreignDocs } from "./docs.ts";
import { pathText } from "./literals.ts";
import type {
  Declaration,
  FieldsNode,
  FileNode,
  ImportDecl,
  ImportName,
  Misplaced,
  Parameter,
  SagaDecl,
  SagaItem,
  ServiceDecl,
} from "./nodes.ts";

/**
 * The abstract tree of a parsed file. Total: a tree that recovery left half-read gives a tree with its gaps marked (see
 * `nodes.ts`). `problems` are those that show only when literals and operators are looked into.
 */
export function buildFile(
  parsed: ParseResult,
  text: string,
): { readonly file: FileNode; readonly problems: readonly SyntaxProblem[] } {
  const build: Build = { parsed, docs: docComments(parsed, text), problems: [], block: buildBlock };
  const span = { file: parsed.file, start: 0, end: text.length };
  const { cst } = parsed;
  if (cst === null)
    return {
      file: { kind: "file", declarations: [], misplaced: [], docs: { stray: [], foreign: [] }, broken: true, span },
      problems: [],
    };
  const declarations = children(cst, "item").flatMap((item) => buildDeclaration(build, item) ?? []);
  const misplaced = buildMisplaced(build, cst, buildAnything);
  const spans = (comments: readonly Comment[]): Span[] => comments.map(({ start, end }) => ({ file: parsed.file, start, end }));
  const docs = { stray: spans(build.docs.stray()), foreign: spans(foreignDocs(parsed, text)) };
  return { file: { kind: "file", declarations, misplaced, docs, broken: isBroken(cst), span }, problems: build.problems };
}

/** A declaration; `null` if the node is none. */
function buildDeclaration(build: Build, node: Cst): Declaration | null {
  const span = spanOf(build, node);
  const head = { span, doc: build.docs.take(span.start), broken: isBroken(node) };
  switch (node.name) {
    case "importDecl":
      return buildImport(build, node, head);
    case "typeDecl":
      return { kind: "type-decl", name: nameOf(build, node), type: buildType(build, child(node, "type"), behind(span)), ...head };
    case "errorDecl":
      return { kind: "error-decl", name: nameOf(build, node), fields: optionalFields(build, node), ...head };
    case "signalDecl":
      return { kind: "signal-decl", name: nameOf(build, node), fields: optionalFields(build, node), ...head };
    case "serviceDecl":
      return buildService(build, node, head);
    case "computeDecl":
      return {
        kind: "compute-decl",
        name: nameOf(build, node),
        parameters: children(node, "parameter").flatMap((each) => buildParameter(build, each) ?? []),
        result: buildType(build, child(node, "type"), behind(span)),
        ...head,
      };
    case "sagaDecl":
      return buildSaga(build, node, head);
    default:
      return null;
  }
}

type Head = Pick<Declaration, "span" | "doc" | "broken">;

function buildImport(build: Build, node: Cst, head: Head): ImportDecl {
  return {
    kind: "import",
    typeOnly: keyword(node, "type") !== null,
    names: children(node, "item").flatMap((each) => buildImportName(build, each) ?? []),
    from: pathText(build, token(node, "Text")),
    ...head,
  };
}

function buildImportName(build: Build, node: Cst): ImportName | null {
  const name = nameOf(build, node);
  const alias = ident(build, token(node, "alias"));
  return name === null ? null : { kind: "import-name", name, alias, span: { ...name.span, end: (alias ?? name).span.end } };
}

function buildParameter(build: Build, node: Cst): Parameter | null {
  const name = nameOf(build, node);
  const span = spanOf(build, node);
  return name === null ? null : { kind: "parameter", name, type: buildType(build, child(node, "type"), behind(span)), span };
}

function buildService(build: Build, node: Cst, head: Head): ServiceDecl {
  return {
    kind: "service-decl",
    name: nameOf(build, node),
    clauses: clausesOf(build, node, "item", ["idempotent", "fenced", "max", "rate", "timeout", "retry-clause"]),
    misplaced: buildMisplaced(build, node, buildAnything),
    ...head,
  };
}

function buildSaga(build: Build, node: Cst, head: Head): SagaDecl {
  return {
    kind: "saga-decl",
    choreographed: keyword(node, "choreographed") !== null,
    name: nameOf(build, node),
    items: children(node, "item").flatMap((item) => buildSagaItem(build, item) ?? []),
    misplaced: buildMisplaced(build, node, buildAnything),
    ...head,
  };
}

function buildSagaItem(build: Build, node: Cst): SagaItem | null {
  const statement = buildStatement(build, node);
  if (statement !== null) return statement;
  if (node.name === "signalDecl") {
    const signal = buildDeclaration(build, node);
    return signal?.kind === "signal-decl" ? signal : null;
  }
  const clause = buildClause(build, node);
  switch (clause?.kind) {
    case "version":
    case "timeout":
    case "undo-within":
    case "input-fields":
    case "tags":
    case "output":
    case "ending":
      return clause;
    default:
      return null;
  }
}

function buildAnything(build: Build, node: Cst): Misplaced["node"] {
  return buildMisplacedNode(build, node) ?? buildDeclaration(build, node);
}

function optionalFields(build: Build, node: Cst): FieldsNode | null {
  const fields = child(node, "fields");
  return fields === null ? null : buildFields(build, fields, spanOf(build, node));
}
