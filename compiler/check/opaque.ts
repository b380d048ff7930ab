import { CONSTRUCTS } from "@sagac/grammar";
import type { Misplaced, Node, Statement } from "../ast/nodes.ts";
import { walk } from "../ast/walk.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type { Span } from "../source/span.ts";
import type { Draft, FileScope } from "./draft.ts";
import type { AnySymbol } from "./symbols.ts";

/**
 * Says once that a construct is not available yet. Nothing in it is looked at any further, but what it names counts as used: its parts
 * give no reports of their own.
 */
export function refuse(draft: Draft, scope: FileScope, node: Node, construct: string, span: Span = headSpan(node)): void {
  draft.findings.add("not-available", { span, construct });
  countAsUsed(scope, node);
}

/** Marks what a file declares under a name as used. */
export function markUsed(scope: FileScope, name: string): void {
  const { types, errors, services, signals, computes, sagas } = scope;
  for (const map of [types, errors, services, signals, computes, sagas]) {
    const symbol: AnySymbol | undefined = map.get(name);
    if (symbol !== undefined) scope.used.add(symbol);
  }
}

/** A name that is not there: what was probably meant by it is not unused on top of that. */
export function markMeant(scope: FileScope, name: string, candidates: Iterable<string>): void {
  markUsed(scope, name);
  const near = suggest(name, candidates);
  if (near !== null) markUsed(scope, near);
}

/** Marks every declaration that the subtree names as used. */
export function countAsUsed(scope: FileScope, root: Node): void {
  for (const node of nodesOf(root)) if (node.kind === "ident" || node.kind === "name") markUsed(scope, node.name);
}

/** Names that something refused gives to what later statements may read. */
export function namesGivenBy(root: Node): string[] {
  const names: string[] = [];
  for (const node of nodesOf(root)) {
    if (node.kind === "step" || node.kind === "branch" || node.kind === "let" || node.kind === "as")
      names.push(node.name?.name ?? "");
    else if (node.kind === "await" || node.kind === "collect") names.push(node.signal?.name ?? "");
    else if (node.kind === "call") names.push(node.as?.name ?? "", node.saga?.name ?? "");
  }
  return names.filter((name) => name !== "");
}

/**
 * Notes what stands where its kind has no place. What it names counts as used, and what it gives a name to is known but not looked at.
 */
export function refuseMisplaced(draft: Draft, scope: FileScope, owner: string, misplaced: readonly Misplaced[]): void {
  for (const node of misplaced) {
    draft.misplaced.push({ owner, node });
    countAsUsed(scope, node);
    for (const name of namesGivenBy(node)) scope.opaque.add(name);
  }
}

/** Whether a pivot stands somewhere in a refused statement: then nothing is known of before and after. */
export function holdsPivot(statement: Statement): boolean {
  for (const node of nodesOf(statement))
    if (node.kind === "step" && node.stepKinds.some((kind) => kind.name === "pivot")) return true;
  return false;
}

/** The word with which a construct begins: enough to underline. */
export function headSpan(node: Node): Span {
  const { file, start, end } = node.span;
  return HEADS.has(node.kind) ? { file, start, end: Math.min(end, start + headWord(node).length) } : node.span;
}

/** How a statement or clause is called: its first words. */
export function headWord(node: Node): string {
  if (node.kind === "ending") return `on ${node.when}`;
  return HEADS.get(node.kind) ?? node.kind;
}

const STATEMENT_HEADS: readonly (readonly [kind: Node["kind"], words: string])[] = [
  ["step", "step"],
  ["parallel", "parallel"],
  ["race", "race"],
  ["if", "if"],
  ["foreach", "foreach"],
  ["first", "first"],
  ["repeat", "repeat"],
  ["try", "try"],
  ["await", "await"],
  ["await-any", "await any"],
  ["collect", "collect"],
  ["sleep", "sleep"],
  ["call", "call"],
  ["start", "start"],
  ["undo", "undo"],
  ["on-undo", "on undo"],
  ["publish", "publish"],
  ["lock", "lock"],
  ["let", "let"],
  ["fail", "fail"],
  ["compensate-none", "compensate none"],
];

/** By kind of node; of the rows that the table has for a kind the first. */
const HEADS: ReadonlyMap<string, string> = new Map([
  ...CONSTRUCTS.flatMap(({ clauses }) => clauses.map(({ node, keyword }): [string, string] => [node, keyword])).toReversed(),
  ...STATEMENT_HEADS,
]);

function nodesOf(root: Node): readonly Node[] {
  const found: Node[] = [];
  walk(root, (node) => {
    found.push(node);
    return true;
  });
  return found;
}

/** Whether anything in the subtree could not be read. */
export function hasBroken(root: Node): boolean {
  const known = BROKEN.get(root);
  if (known !== undefined) return known;
  let broken = false;
  walk(root, (node) => {
    broken ||= "broken" in node && node.broken;
    return !broken;
  });
  BROKEN.set(root, broken);
  return broken;
}

/** Several rules ask it of each saga and file, and trees never change. */
const BROKEN = new WeakMap<Node, boolean>();
