import type {
  ComputeDecl,
  Declaration,
  FileNode,
  IdempotentClause,
  Ident,
  ImportDecl,
  SagaDecl,
  ServiceDecl,
  SignalDecl,
} from "../ast/nodes.ts";
import type { Draft, FileScope } from "./draft.ts";
import { serviceLength } from "./durations.ts";
import { Linker } from "./imports/link.ts";
import type { Outside } from "./imports/outside.ts";
import { headSpan, refuse, refuseMisplaced } from "./opaque.ts";
import type { ErrorSymbol, NamedThing, ServiceSymbol, Setting } from "./program.ts";
import { breakImpossibleTypes } from "./recursion.ts";
import { createTypeResolver, type TypeResolver } from "./resolve.ts";
import { readLimits } from "./service-limits.ts";
import { firstClause, readRetry, readTimeout, refuseThen } from "./settings.ts";
import type { ComputeSymbol, SignalSymbol } from "./symbols.ts";
import { type FieldType, UNKNOWN } from "./types.ts";

/** A file's names, and how its types are read. */
export interface DeclaredFile {
  readonly node: FileNode;
  readonly scope: FileScope;
  readonly types: TypeResolver;
  readonly sagas: readonly { readonly node: SagaDecl; readonly name: Ident }[];
}

/** Declares all names of all files first, then resolves what they stand for: neither the order in a file matters nor that of files. */
export function declareFiles(draft: Draft, files: readonly FileNode[], outside: Outside): DeclaredFile[] {
  const declared = files.map((node) => {
    const scope = declareNames(draft, node);
    return { node, scope, types: createTypeResolver(draft, scope) };
  });
  const linker = new Linker(
    draft,
    declared.map(({ node, scope }) => ({ path: node.span.file, scope, imports: node.declarations.filter(isImport) })),
    outside,
  );
  const own = declared.flatMap(({ scope }) => [...scope.types.values()]);
  linker.linkTypes();
  for (const { node, scope, types } of declared)
    for (const declaration of node.declarations) resolveDeclaration(draft, scope, types, declaration);
  linker.linkRest();
  breakImpossibleTypes(draft, own);
  return declared.map(({ node, scope, types }) => {
    refuseMisplaced(draft, scope, "a file", node.misplaced);
    const sagas = node.declarations.flatMap((each) =>
      each.kind === "saga-decl" && each.name !== null ? [{ node: each, name: each.name }] : [],
    );
    return { node, scope, types, sagas };
  });
}

function declareNames(draft: Draft, file: FileNode): FileScope {
  const scope: FileScope = {
    types: new Map(),
    errors: new Map(),
    services: new Map(),
    signals: new Map(),
    computes: new Map(),
    sagas: new Map(),
    imported: [],
    declared: new Map(),
    opaque: new Set(),
    unread: unreadKinds(file),
    used: new Set(),
  };
  const things = file.declarations.flatMap(namedThings);
  draft.names("file", things);
  for (const thing of things) if (!scope.declared.has(thing.ident.name)) scope.declared.set(thing.ident.name, thing);
  for (const node of file.declarations) declareName(scope, node);
  return scope;
}

function isImport(node: Declaration): node is ImportDecl {
  return node.kind === "import";
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
function declareName({ types, sagas }: FileScope, node: Declaration): void {
  if (node.kind === "import" || node.name === null) return;
  const { name } = node.name;
  if (node.kind === "type-decl" && !types.has(name)) types.set(name, { name, node, module: null, type: UNKNOWN });
  if (node.kind === "saga-decl" && !sagas.has(name)) sagas.set(name, { name, node, checked: null });
}

function resolveDeclaration(draft: Draft, scope: FileScope, types: TypeResolver, node: Declaration): void {
  switch (node.kind) {
    case "signal-decl": {
      const signal = resolveSignal(types, node);
      if (signal !== null && !scope.signals.has(signal.name)) scope.signals.set(signal.name, signal);
      return;
    }
    case "compute-decl": {
      const compute = resolveCompute(draft, types, node);
      if (compute !== null && !scope.computes.has(compute.name)) scope.computes.set(compute.name, compute);
      return;
    }
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
    case "import":
    case "saga-decl":
      return;
  }
}

/** A signal of a file or of a saga; `null`: it has no name. */
export function resolveSignal(types: TypeResolver, node: SignalDecl): SignalSymbol | null {
  const fields = node.fields === null ? [] : types.fields(node.fields);
  return node.name === null ? null : { name: node.name.name, node, fields };
}

function resolveCompute(draft: Draft, types: TypeResolver, node: ComputeDecl): ComputeSymbol | null {
  draft.names(
    "fields",
    node.parameters.map(({ name }) => ({ ident: name, what: "parameter" as const })),
  );
  const parameters = new Map<string, FieldType>();
  for (const { name, type } of node.parameters) {
    const resolved = { name: name.name, type: types.type(type), secret: false, doc: null };
    if (!parameters.has(name.name)) parameters.set(name.name, resolved);
  }
  const result = types.type(node.result);
  return node.name === null ? null : { name: node.name.name, node, parameters: [...parameters.values()], result };
}

function resolveService(draft: Draft, scope: FileScope, node: ServiceDecl): ServiceSymbol | null {
  draft.clauses(node.name === null ? "a service" : `service \`${node.name.name}\``, node.clauses, node.broken);
  refuseMisplaced(draft, scope, "a service", node.misplaced);
  const readLength = serviceLength(draft, scope);
  const timeout = readTimeout(draft, firstClause(node.clauses, "timeout"), readLength);
  const retryClause = firstClause(node.clauses, "retry-clause");
  const retry = readRetry(draft, retryClause, node.broken, readLength);
  const limits = readLimits(draft, firstClause(node.clauses, "max"), firstClause(node.clauses, "rate"));
  if (node.name === null) return null;
  refuseThen(draft, scope, retryClause, `service \`${node.name.name}\``, "service");
  const idempotentFor = readMemory(firstClause(node.clauses, "idempotent"));
  const fenced = firstClause(node.clauses, "fenced") !== null;
  return { name: node.name.name, node, idempotentFor, fenced, timeout, retry, limits };
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
