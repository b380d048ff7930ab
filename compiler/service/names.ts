import type { FileNode, Ident, Node, SagaDecl } from "../ast/nodes.ts";
import { childrenOf } from "../ast/walk.ts";

/** What a name is given to. */
export type NameKind =
  | "type"
  | "error"
  | "service"
  | "signal"
  | "compute"
  | "saga"
  | "import"
  | "step"
  | "branch"
  | "let"
  | "result"
  | "item";

/** One name that a file gives to something. */
export interface NameDeclaration {
  readonly name: string;
  readonly kind: NameKind;
  readonly ident: Ident;
  /** What it is the name of. */
  readonly node: Node;
  /** The saga it belongs to; `null`: the file. */
  readonly saga: SagaDecl | null;
}

/** One place that speaks of a name. */
export interface NameReference {
  readonly name: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly saga: SagaDecl | null;
  /** It is all of an entry, `{ name }`: whoever renames it must say what the entry was called. */
  readonly shorthand: boolean;
}

export interface NameIndex {
  readonly declarations: readonly NameDeclaration[];
  readonly references: readonly NameReference[];
  /** What a reference speaks of: a name of its saga, else of the file. */
  find(name: string, saga: SagaDecl | null): NameDeclaration | null;
}

/** Names of a saga share one space and never hide each other, so a name and its saga are enough to find what it speaks of. Pure. */
export function nameIndex(file: FileNode): NameIndex {
  const declarations: NameDeclaration[] = [];
  const references: NameReference[] = [];
  const visit = (node: Node, saga: SagaDecl | null): void => {
    const inner = node.kind === "saga-decl" ? node : saga;
    for (const [kind, ident] of declaredBy(node)) {
      if (ident !== null)
        declarations.push({ name: ident.name, kind, ident, node, saga: FILE_KINDS.has(node.kind) ? null : inner });
    }
    for (const ident of spokenOfBy(node)) {
      if (ident !== null) references.push({ name: ident.name, span: ident.span, saga: inner, shorthand: false });
    }
    if (node.kind === "name") references.push({ name: node.name, span: node.span, saga: inner, shorthand: false });
    for (const child of childrenOf(node)) visit(child, inner);
    if (node.kind === "entry" && node.shorthand && node.value.kind === "name") {
      const last = references.at(-1);
      if (last !== undefined) references[references.length - 1] = { ...last, shorthand: true };
    }
  };
  for (const declaration of file.declarations) visit(declaration, null);
  const firsts = new Map<SagaDecl | null, Map<string, NameDeclaration>>();
  for (const declaration of declarations) {
    const own = firsts.get(declaration.saga) ?? new Map<string, NameDeclaration>();
    firsts.set(declaration.saga, own);
    if (!own.has(declaration.name)) own.set(declaration.name, declaration);
  }
  const find = (name: string, saga: SagaDecl | null): NameDeclaration | null =>
    firsts.get(saga)?.get(name) ?? firsts.get(null)?.get(name) ?? null;
  return { declarations, references, find };
}

const FILE_KINDS: ReadonlySet<Node["kind"]> = new Set([
  "type-decl",
  "error-decl",
  "service-decl",
  "compute-decl",
  "saga-decl",
  "import-name",
]);

function declaredBy(node: Node): readonly (readonly [NameKind, Ident | null])[] {
  switch (node.kind) {
    case "type-decl":
      return [["type", node.name]];
    case "error-decl":
      return [["error", node.name]];
    case "service-decl":
      return [["service", node.name]];
    case "signal-decl":
      return [["signal", node.name]];
    case "compute-decl":
      return [["compute", node.name]];
    case "saga-decl":
      return [["saga", node.name]];
    case "import-name":
      return [["import", node.alias ?? node.name]];
    case "step":
      return [["step", node.name]];
    case "branch":
      return [["branch", node.name]];
    case "let":
      return [["let", node.name]];
    case "as":
      return [["result", node.name]];
    case "call":
      return [["result", node.as]];
    case "foreach":
    case "first":
      return [["item", node.item]];
    default:
      return [];
  }
}

function spokenOfBy(node: Node): readonly (Ident | null)[] {
  switch (node.kind) {
    case "named-type":
      return [node.name];
    case "throws":
      return node.errors;
    case "on-error":
      return node.errors;
    case "fail":
    case "fail-outcome":
      return [node.error];
    case "operation":
      return [node.service];
    case "call":
    case "start":
      return [node.saga];
    case "await":
    case "await-case":
    case "collect":
      return [node.signal];
    case "function":
      return [node.callee];
    case "undo":
      return [node.target];
    default:
      return [];
  }
}
