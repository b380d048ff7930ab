import type { Declaration, FileNode, IdempotentClause, Ident, SagaDecl, ServiceDecl } from "../ast/nodes.ts";
import type { Draft, FileScope } from "./draft.ts";
import { headSpan, refuse, refuseMisplaced } from "./opaque.ts";
import type { ErrorSymbol, NamedThing, ServiceSymbol, Setting } from "./program.ts";
import { breakImpossibleTypes } from "./recursion.ts";
import { createTypeResolver, type TypeResolver } from "./resolve.ts";
import { firstClause, readRetry, readTimeout, refuseClauses } from "./settings.ts";
import { UNKNOWN } from "./types.ts";

/** A file's names, and how its types are read. */
export interface DeclaredFile {
  readonly scope: FileScope;
  readonly types: TypeResolver;
  readonly sagas: readonly { readonly node: SagaDecl; readonly name: Ident }[];
}

/** Declares all names of a file first, then resolves what they stand for: order does not matter in a file. */
export function declareFile(draft: Draft, file: FileNode): DeclaredFile {
  const scope: FileScope = {
    types: new Map(),
    errors: new Map(),
    services: new Map(),
    declared: new Map(),
    opaque: new Set(),
    unread: unreadKinds(file),
    used: new Set(),
  };
  const things = file.declarations.flatMap(namedThings);
  draft.names("file", things);
  for (const thing of things) if (!scope.declared.has(thing.ident.name)) scope.declared.set(thing.ident.name, thing);

  for (const node of file.declarations) declareName(scope, node);
  const types = createTypeResolver(draft, scope);
  for (const node of file.declarations) resolveDeclaration(draft, scope, types, node);
  breakImpossibleTypes(draft, scope.types.values());
  refuseMisplaced(draft, scope, "a file", file.misplaced);

  const sagas = file.declarations.flatMap((node) =>
    node.kind === "saga-decl" && node.name !== null ? [{ node, name: node.name }] : [],
  );
  return { scope, types, sagas };
}

function unreadKinds(file: FileNode): ReadonlySet<Declaration["kind"]> {
  const kinds = Object.keys(WHAT) as Declaration["kind"][];
  const isUnread = (node: Declaration): boolean => (node.kind === "import" ? node.broken : node.name === null);
  // An import can give a name to anything.
  if (file.broken || file.declarations.some((node) => node.kind === "import" && isUnread(node))) return new Set(kinds);
  return new Set(file.declarations.filter(isUnread).map(({ kind }) => kind));
}

const WHAT = {
  import: "import",
  "type-decl": "type",
  "error-decl": "error",
  "service-decl": "service",
  "signal-decl": "signal",
  "compute-decl": "compute",
  "saga-decl": "saga",
} as const satisfies Record<Declaration["kind"], NamedThing["what"]>;

function namedThings(node: Declaration): NamedThing[] {
  const what = WHAT[node.kind];
  if (node.kind === "import") return node.names.map(({ name, alias }) => ({ ident: alias ?? name, what }));
  return node.name === null ? [] : [{ ident: node.name, what }];
}

/** Of two declarations with one name the first counts. */
function declareName(scope: FileScope, node: Declaration): void {
  if (node.kind === "import") {
    for (const { name, alias } of node.names) scope.opaque.add((alias ?? name).name);
    return;
  }
  if (node.name === null) return;
  const { name } = node.name;
  switch (node.kind) {
    case "type-decl":
      if (!scope.types.has(name)) scope.types.set(name, { name, node, type: UNKNOWN });
      return;
    case "signal-decl":
    case "compute-decl":
      scope.opaque.add(name);
      return;
    default:
      return;
  }
}

function resolveDeclaration(draft: Draft, scope: FileScope, types: TypeResolver, node: Declaration): void {
  switch (node.kind) {
    case "import":
      return refuse(draft, scope, node, "`import`");
    case "signal-decl":
      return refuse(draft, scope, node, "`signal`");
    case "compute-decl":
      return refuse(draft, scope, node, "`compute`");
    case "type-decl": {
      const type = types.type(node.type);
      const symbol = node.name === null ? undefined : scope.types.get(node.name.name);
      // Half of a type says nothing of what it lacks.
      if (symbol?.node === node) symbol.type = node.broken ? UNKNOWN : type;
      return;
    }
    case "error-decl": {
      const fields = node.fields === null ? [] : types.fields(node.fields);
      if (node.name !== null && !scope.errors.has(node.name.name))
        scope.errors.set(node.name.name, { name: node.name.name, node, fields } satisfies ErrorSymbol);
      return;
    }
    case "service-decl": {
      const service = resolveService(draft, scope, node);
      if (service !== null && !scope.services.has(service.name)) scope.services.set(service.name, service);
      return;
    }
    case "saga-decl":
      return;
  }
}

const SERVICE_CLAUSES_TO_COME = new Map([
  ["max", "`max` of a service"],
  ["rate", "`rate` of a service"],
]);

function resolveService(draft: Draft, scope: FileScope, node: ServiceDecl): ServiceSymbol | null {
  draft.clauses(node.name === null ? "a service" : `service \`${node.name.name}\``, node.clauses, node.broken);
  refuseMisplaced(draft, scope, "a service", node.misplaced);
  refuseClauses(draft, scope, node.clauses, SERVICE_CLAUSES_TO_COME);
  const timeout = readTimeout(draft, scope, firstClause(node.clauses, "timeout"));
  const retry = readRetry(draft, scope, firstClause(node.clauses, "retry-clause"), node.broken);
  if (node.name === null) return null;
  const idempotentFor = readMemory(firstClause(node.clauses, "idempotent"));
  return { name: node.name.name, node, idempotentFor, fenced: firstClause(node.clauses, "fenced") !== null, timeout, retry };
}

/** Of a promise that could not be read whole nobody knows how long it holds: it counts as given, and nothing outlives it. */
function readMemory(clause: IdempotentClause | null): Setting<number> | null {
  if (clause === null) return null;
  const { duration, broken } = clause;
  if (broken || duration === null) return { value: Number.POSITIVE_INFINITY, origin: "own", span: null };
  return { value: duration.ms, origin: "own", span: duration.span };
}

/** The keyword of a saga that is not available yet as a whole. */
export function refuseChoreographed(draft: Draft, scope: FileScope, node: SagaDecl): void {
  const { file, start, end } = node.span;
  const span = { file, start, end: Math.min(end, start + "choreographed".length) };
  refuse(draft, scope, node, "`choreographed saga`", node.choreographed ? span : headSpan(node));
}
