import { LIMITS, parse, type SyntaxProblem } from "@sagac/grammar";
import type { FileNode } from "../ast/nodes.ts";
import { type ParsedFile, parseFile } from "../ast/parse.ts";
import { marksOf } from "./marks.ts";
import { print } from "./printer.ts";
import type { Piece } from "./spacing.ts";

export interface Formatted {
  readonly text: string;
  /** Syntax errors: the declarations that have one stand as they were. */
  readonly problems: readonly SyntaxProblem[];
}

/**
 * A file in the one layout. Its tokens and comments stay, in their order; only what stands between them changes. A declaration that cannot
 * be read stays byte for byte, and so does a whole file where it is not clear where declarations begin. Lines end as most of the file's do.
 * Pure, and never throws. `parsed`: the source as it was read before.
 */
export function format(source: string, path: string, parsed: ParsedFile = parseFile(source, path)): Formatted {
  const { file, problems } = parsed;
  const pieces = piecesOf(source, parsed);
  const laidOut = pieces === null ? null : layOut(source, pieces, file, problems);
  return { text: laidOut ?? source, problems };
}

function layOut(source: string, pieces: readonly Piece[], file: FileNode, problems: readonly SyntaxProblem[]): string | null {
  const kept = problems.length === 0 ? pieces : withoutBroken(source, pieces, file, problems);
  if (kept === null) return null;
  const at = (text: string, from: number): number | null => tokenFrom(pieces, text, from);
  const text = kept.length === 0 ? "" : print(kept, source, marksOf(file, at));
  const ended = source.match(/\r\n/g)?.length ?? 0;
  const all = source.match(/\n/g)?.length ?? 0;
  const lines = ended * 2 > all ? text.replaceAll(/\r?\n/g, "\r\n") : text;
  return isSame(source, lines) && ink(source) === ink(lines) ? lines : null;
}

/** `null`: nothing was read. */
function piecesOf(
  source: string,
  { refused, tokens, comments }: Pick<ParsedFile, "refused" | "tokens" | "comments">,
): readonly Piece[] | null {
  if (refused && source.trim() !== "") return null;
  const written = tokens.map(({ startOffset: start, image }): Piece => {
    const end = start + image.length;
    return { kind: "token", text: source.slice(start, end), start, end };
  });
  const said = comments.map(({ kind, start, end }): Piece => {
    const text = source.slice(start, end);
    return { kind, text: kind === "block" ? text : text.trimEnd(), start, end };
  });
  return [...written, ...said].sort((a, b) => a.start - b.start);
}

/** With one piece in place of each declaration that has a problem; `null`: there is no telling where they begin. */
function withoutBroken(
  source: string,
  pieces: readonly Piece[],
  file: FileNode,
  problems: readonly SyntaxProblem[],
): readonly Piece[] | null {
  // Where not all problems are told, others stand nobody knows where.
  const isCut = problems.length > LIMITS.problems;
  if (file.broken || file.misplaced.length > 0 || isCut) return null;
  const starts = file.declarations.map((declaration) => beginOf(pieces, declaration.span.start));
  const first = starts[0];
  if (first === undefined || starts.includes(-1)) return null;
  const kept: Piece[] = [...pieces.slice(0, first)];
  for (const [index, from] of starts.entries()) {
    const to = starts[index + 1] ?? pieces.length;
    const own = pieces.slice(from, to);
    const begin = own[0]?.start ?? 0;
    const next = pieces[to]?.start ?? source.length + 1;
    // What is no token and no comment, as a comment that is never closed, stands behind the last piece.
    const end = lastInked(source, next);
    if (problems.some((problem) => problem.start >= begin && problem.start < next)) {
      kept.push({ kind: "verbatim", text: source.slice(begin, end), start: begin, end });
    } else kept.push(...own);
  }
  return problems.some(({ start }) => start < (pieces[first]?.start ?? 0)) ? null : kept;
}

/** The position of a declaration's first piece: its documentation. */
function beginOf(pieces: readonly Piece[], start: number): number {
  let at = pieces.findIndex((piece) => piece.start === start);
  while (at > 0 && pieces[at - 1]?.kind === "doc") at -= 1;
  return at;
}

function tokenFrom(pieces: readonly Piece[], text: string, from: number): number | null {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.start ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  for (let at = low; at < pieces.length; at += 1) {
    const piece = pieces[at];
    if (piece?.kind === "token" && piece.text === text) return piece.start;
  }
  return null;
}

/** Whether two texts have the same tokens and comments, in the same order. */
function isSame(before: string, after: string): boolean {
  const [a, b] = [before, after].map((text) => {
    const { cst, tokens, comments } = parse(text, "");
    return (
      piecesOf(text, { refused: cst === null, tokens, comments })?.map((piece) => piece.text.replaceAll("\r\n", "\n")) ?? null
    );
  });
  return a !== null && b !== null && a?.length === b?.length && a?.every((text, at) => text === b?.[at]) === true;
}

/** All but the gaps: also what is neither a token nor a comment must not be lost. */
function ink(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

/** The offset behind the last character before an offset that is none of the lexer's blanks. */
function lastInked(source: string, before: number): number {
  let end = Math.min(before, source.length);
  while (end > 0 && BLANKS.has(source.charAt(end - 1))) end -= 1;
  return end;
}

const BLANKS: ReadonlySet<string> = new Set([" ", "\t", "\r", "\n", "\ufeff"]);
