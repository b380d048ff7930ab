import type { ParseResult, SyntaxProblem, SyntaxSlug } from "@sagac/grammar";
import { LIMITS, problem } from "@sagac/grammar";
import type { Span } from "../source/span.ts";
import type { DocComments } from "./docs.ts";
import type { Block, Ident } from "./nodes.ts";

/** A node of the concrete tree, as the grammar gives it; a tree of recovery has less in it than its rule says. */
export type Cst = NonNullable<ParseResult["cst"]>;
/** A token of the concrete tree. */
export type Token = ParseResult["tokens"][number];

/** What the builders share: the file that is read, and what they find wrong in it. */
export interface Build {
  readonly parsed: ParseResult;
  readonly docs: DocComments;
  readonly problems: SyntaxProblem[];
  /** Blocks hold statements and statements blocks; through here neither file imports the other. */
  readonly block: (build: Build, node: Cst | null, fallback: Span) => Block;
}

/** The first child of that name, if it was read. */
export function child(node: Cst, name: string): Cst | null {
  return children(node, name)[0] ?? null;
}

/** All children of that name, in source order; those without a single token are left out. */
export function children(node: Cst, name: string): readonly Cst[] {
  const found: Cst[] = [];
  for (const element of node.children[name] ?? []) if ("children" in element && hasTokens(element)) found.push(element);
  return found;
}

/** The first token of that name, if the text has it: what recovery put in does not count. */
export function token(node: Cst, name: string): Token | null {
  return tokens(node, name)[0] ?? null;
}

/** All tokens of that name that the text has, in source order. */
export function tokens(node: Cst, name: string): readonly Token[] {
  const found: Token[] = [];
  for (const element of node.children[name] ?? [])
    if (!("children" in element) && element.isInsertedInRecovery !== true) found.push(element);
  return found;
}

/** A keyword's token. */
export function keyword(node: Cst, word: string): Token | null {
  return token(node, `"${word}"`);
}

/** The first token of a node, whatever its name. */
export function firstToken(node: Cst): Token | null {
  let first: Token | null = null;
  for (const elements of Object.values(node.children)) {
    for (const element of elements) {
      const candidate =
        "children" in element
          ? element.location?.startOffset === node.location?.startOffset
            ? firstToken(element)
            : null
          : element;
      if (candidate !== null && (first === null || candidate.startOffset < first.startOffset)) first = candidate;
    }
  }
  return first;
}

/** Whether something of the node itself, not of one within it, could not be read or was put in by recovery. */
export function isBroken(node: Cst): boolean {
  if (node.recoveredNode === true) return true;
  return Object.values(node.children).some((elements) =>
    elements.some((element) => !("children" in element) && element.isInsertedInRecovery === true),
  );
}

export function spanOf(build: Build, node: Cst): Span {
  const start = node.location?.startOffset ?? 0;
  return { file: build.parsed.file, start, end: Math.max(start, (node.location?.endOffset ?? start - 1) + 1) };
}

export function tokenSpan(build: Build, from: Token): Span {
  return {
    file: build.parsed.file,
    start: from.startOffset,
    end: (from.endOffset ?? from.startOffset + from.image.length - 1) + 1,
  };
}

/** The empty span at the end of another: where something is missing. */
export function behind(span: Span): Span {
  return { file: span.file, start: span.end, end: span.end };
}

/** A name; `null` where it is missing, which was reported. */
export function ident(build: Build, from: Token | null): Ident | null {
  return from === null || from.image === ""
    ? null
    : { kind: "ident", name: from.image.normalize("NFC"), span: tokenSpan(build, from) };
}

/** The name of a node in its usual place. */
export function nameOf(build: Build, node: Cst): Ident | null {
  return ident(build, token(node, "Name"));
}

export function names(build: Build, node: Cst): readonly Ident[] {
  return tokens(node, "Name").flatMap((each) => ident(build, each) ?? []);
}

export function report(build: Build, slug: SyntaxSlug, message: string, span: Span, help: string | null = null): void {
  if (build.problems.length <= LIMITS.problems) build.problems.push(problem(slug, message, span.start, span.end, help));
}

function hasTokens(node: Cst): boolean {
  return node.location !== undefined && node.location.startOffset >= 0;
}
