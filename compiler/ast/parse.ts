import { capProblems, LIMITS, type ParseResult, parse, type SyntaxProblem, tooDeep } from "@sagac/grammar";
import { buildFile } from "./build.ts";
import type { FileNode } from "./nodes.ts";
import { deepestBeyond } from "./walk.ts";

/** A file read: its tree, what it is written with, and all that is wrong with how it is written. */
export interface ParsedFile {
  readonly file: FileNode;
  /** Sorted by place; one a cause. */
  readonly problems: readonly SyntaxProblem[];
  readonly tokens: ParseResult["tokens"];
  readonly comments: ParseResult["comments"];
  /** A limit was met: nothing was parsed, and the tree is empty. */
  readonly refused: boolean;
}

/**
 * Text to tree. Never throws, whatever the text: what cannot be read is a problem and a gap in the tree. `path` becomes the
 * `file` of every span. Pure.
 */
export function parseFile(text: string, path: string): ParsedFile {
  const parsed = parse(text, path);
  const { tokens, comments } = parsed;
  const { file, problems } = buildFile(parsed, text);
  const read = { tokens, comments, refused: parsed.cst === null };
  const deep = deepestBeyond(file, LIMITS.treeDepth);
  if (deep === null) return { file, problems: merge(parsed.errors, problems), ...read };
  // Whoever walks the tree may do so by recursion: a tree that is too deep is not handed out.
  const empty: FileNode = { ...file, declarations: [], misplaced: [], docs: { stray: [], foreign: [] }, broken: true };
  return { file: empty, problems: merge(parsed.errors, [tooDeep(deep.start, Math.min(deep.end, deep.start + 1))]), ...read };
}

function merge(first: readonly SyntaxProblem[], second: readonly SyntaxProblem[]): readonly SyntaxProblem[] {
  const taken = new Set(first.map(({ start }) => start));
  if (second.length === 0) return first;
  return capProblems([...first, ...second.filter(({ start }) => !taken.has(start))].sort((a, b) => a.start - b.start));
}
