import type { Span } from "../source/span.ts";
import type { Misplaced, Node, NodeKind } from "./nodes.ts";

type ChildrenOf = { readonly [Kind in NodeKind]: (node: Extract<Node, { readonly kind: Kind }>) => readonly (Node | null)[] };

const none = (): readonly Node[] => [];

/** The children of each kind of node, in source order. A kind without an entry does not compile. */
const CHILDREN: ChildrenOf = {
  file: (node) => withMisplaced(node.declarations, node.misplaced),
  ident: none,

  import: (node) => [...node.names, node.from],
  "import-name": (node) => [node.name, node.alias],
  "type-decl": (node) => [node.name, node.type],
  "error-decl": (node) => [node.name, node.fields],
  "signal-decl": (node) => [node.name, node.fields],
  "compute-decl": (node) => [node.name, ...node.parameters, node.result],
  parameter: (node) => [node.name, node.type],
  "service-decl": (node) => [node.name, ...withMisplaced(node.clauses, node.misplaced)],
  "saga-decl": (node) => [node.name, ...withMisplaced(node.items, node.misplaced)],

  "scalar-type": none,
  "named-type": (node) => [node.name],
  "literal-type": none,
  "union-type": (node) => node.members,
  "array-type": (node) => [node.element],
  "optional-type": (node) => [node.type],
  "record-type": (node) => [node.value],
  "invalid-type": none,
  fields: (node) => node.fields,
  field: (node) => [node.name, node.type],

  block: (node) => withMisplaced(node.statements, node.misplaced),
  step: (node) => [node.name, node.on, ...withMisplaced(node.clauses, node.misplaced)],
  parallel: (node) => [node.first, ...node.clauses, ...withMisplaced(node.branches, node.misplaced)],
  race: (node) => [...node.clauses, ...withMisplaced(node.branches, node.misplaced)],
  branch: (node) => [node.name, node.block],
  if: (node) => [node.condition, node.whenTrue, node.whenFalse],
  foreach: (node) => [node.item, node.list, ...node.clauses, node.block],
  first: (node) => [node.item, node.list, ...node.clauses, node.block, node.otherwise],
  repeat: (node) => [...node.clauses, node.as, node.block, node.until, node.otherwise],
  try: (node) => [...node.clauses, node.block, node.otherwise],
  await: (node) => [node.signal, ...node.clauses],
  "await-any": (node) => [...withMisplaced(node.cases, node.misplaced), ...node.clauses],
  "await-case": (node) => [node.signal, node.as, node.where, node.block],
  collect: (node) => [node.signal, ...node.clauses],
  sleep: (node) => [node.value],
  call: (node) => [node.saga, node.as, ...withMisplaced(node.clauses, node.misplaced)],
  start: (node) => [node.saga, ...withMisplaced(node.clauses, node.misplaced)],
  undo: (node) => [node.target],
  "on-undo": (node) => [node.block],
  publish: (node) => [node.name, node.value],
  lock: (node) => [node.key, node.wait],
  let: (node) => [node.name, node.value],
  fail: (node) => [node.error, node.data],
  misplaced: (node) => [node.node],

  version: (node) => [node.value],
  timeout: (node) => [node.value],
  "retry-clause": (node) => [node.retry],
  retry: (node) => [
    typeof node.attempts === "object" ? node.attempts : null,
    ...(node.backoff === null ? [] : [node.backoff.from, node.backoff.to]),
    node.whenExhausted,
  ],
  "undo-within": (node) => [node.value],
  "input-fields": (node) => [node.fields],
  "input-object": (node) => [node.value],
  "output-fields": (node) => [node.fields],
  output: (node) => [node.value],
  tags: (node) => [node.value],
  ending: (node) => [node.block],
  idempotent: (node) => [node.duration],
  fenced: none,
  max: (node) => [node.value],
  rate: (node) => [node.count, node.unit],
  throws: (node) => node.errors,
  "on-error": (node) => [...node.errors, node.policy],
  "retry-policy": (node) => [node.retry],
  compensate: (node) => [node.handler],
  "compensate-none": (node) => [node.reason],
  confirm: (node) => [node.handler],
  inquire: (node) => [node.handler],
  handler: (node) => [node.operation, ...withMisplaced(node.clauses ?? [], node.misplaced)],
  operation: (node) => [node.service, node.operation],
  key: (node) => [node.value],
  emits: (node) => [node.done, node.fails, node.undone],
  as: (node) => [node.name],
  where: (node) => [node.condition],
  "on-failure": none,
  "call-failure": (node) => [node.outcome],
  "on-timeout": (node) => [node.outcome],
  by: (node) => [node.value],
  for: (node) => [node.value],
  until: (node) => [node.condition],
  every: (node) => [node.value],

  "fail-outcome": (node) => [node.error, node.data],
  "continue-outcome": none,
  "park-outcome": none,
  "block-outcome": (node) => [node.block],
  "invalid-outcome": none,

  int: none,
  decimal: none,
  duration: none,
  string: none,
  template: (node) => node.parts.filter((part) => typeof part !== "string"),
  boolean: none,
  null: none,
  name: none,
  input: none,
  failure: none,
  function: (node) => [node.callee, ...node.args],
  object: (node) => node.entries,
  // The name of a shorthand entry stands within its value.
  entry: (node) => (node.shorthand ? [node.value] : [node.name, node.value]),
  array: (node) => node.elements,
  member: (node) => [node.object, node.member],
  index: (node) => [node.object, node.index],
  "every-item": (node) => [node.object],
  unary: (node) => [node.operand],
  binary: (node) => [node.left, node.right],
  conditional: (node) => [node.condition, node.whenTrue, node.whenFalse],
  invalid: none,
};

/** The direct children of a node, in source order. */
export function childrenOf(node: Node): readonly Node[] {
  // One entry a kind, each for its own nodes: the cast joins what the index has taken apart.
  const list = CHILDREN[node.kind] as (node: Node) => readonly (Node | null)[];
  const children = list(node);
  return isWhole(children) ? children : children.filter((child) => child !== null);
}

/** Most lists have no gap, and need no copy. */
function isWhole(children: readonly (Node | null)[]): children is readonly Node[] {
  return !children.includes(null);
}

/** Visits a node and all below it, in source order, parents first. `visit` returning `false` leaves the children out. */
export function walk(node: Node, visit: (node: Node) => boolean | undefined): void {
  const pending: Node[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (visit(next) === false) continue;
    const children = childrenOf(next);
    for (let at = children.length - 1; at >= 0; at--) {
      const child = children[at];
      if (child !== undefined) pending.push(child);
    }
  }
}

/** The place of a node with more than `limit` levels above it, or `null`. */
export function deepestBeyond(root: Node, limit: number): Span | null {
  const pending: Node[] = [root];
  const depths: number[] = [0];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const depth = depths.pop() ?? 0;
    if (depth > limit) return node.span;
    for (const child of childrenOf(node)) {
      pending.push(child);
      depths.push(depth + 1);
    }
  }
  return null;
}

/** What stands in a body, in source order; hardly ever is anything misplaced. */
function withMisplaced<Some extends Node>(
  nodes: readonly Some[],
  misplaced: readonly Misplaced[],
): readonly (Some | Misplaced)[] {
  return misplaced.length === 0 ? nodes : [...nodes, ...misplaced].sort((a, b) => a.span.start - b.span.start);
}
