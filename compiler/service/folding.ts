import type { Document } from "./document.ts";

/** Lines that can be folded into their first, counted from 1. */
export interface Fold {
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: "region" | "comment" | "imports";
}

/** Braces of several lines, comments of several lines in a row, and the imports. */
export function folding(document: Document): readonly Fold[] {
  const { tokens, comments } = document.parsed;
  const lineOf = (offset: number): number => document.lines.positionAt(offset).line;
  const folds: Fold[] = [];
  const open: number[] = [];
  for (const { image, startOffset } of tokens) {
    if (image === "{") open.push(lineOf(startOffset));
    else if (image === "}") {
      const startLine = open.pop();
      // The closing brace stays in sight.
      const endLine = lineOf(startOffset) - 1;
      if (startLine !== undefined && endLine > startLine) folds.push({ startLine, endLine, kind: "region" });
    }
  }
  let from = 0;
  for (const [at, comment] of comments.entries()) {
    const next = comments[at + 1];
    const end = lineOf(comment.end);
    if (next !== undefined && next.kind === comment.kind && lineOf(next.start) === end + 1) continue;
    const startLine = lineOf(comments[from]?.start ?? comment.start);
    if (end > startLine) folds.push({ startLine, endLine: end, kind: "comment" });
    from = at + 1;
  }
  const imports = document.file.declarations.filter(({ kind }) => kind === "import");
  const [first, last] = [imports[0], imports.at(-1)];
  if (first !== undefined && last !== undefined && lineOf(last.span.end) > lineOf(first.span.start))
    folds.push({ startLine: lineOf(first.span.start), endLine: lineOf(last.span.end), kind: "imports" });
  return folds.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
}
