import type { Comment, ParseResult } from "@sagac/grammar";

/** Which `///` lines belong to what: those right before the first token of something that can be documented. */
export interface DocComments {
  /** The text before the token at `start`, lines joined by `\n`; `null`: none. What is taken is no longer stray. */
  take(start: number): string | null;
  /** The doc comments that nothing took, in source order. */
  stray(): readonly Comment[];
}

/** Comments that document in other languages: a `/** … *\/` with a line of its own before something, a `//` line between two of `///`. */
export function foreignDocs({ comments, tokens }: ParseResult, text: string): readonly Comment[] {
  let next = 0;
  return comments.filter((comment, at) => {
    while ((tokens[next]?.startOffset ?? Number.POSITIVE_INFINITY) < comment.end) next++;
    if (!beginsLine(text, comment.start)) return false;
    if (comment.kind === "block") {
      const following = tokens[next];
      const between = text.slice(comment.end, following?.startOffset);
      return /^\/\*\*[^*/]/.test(comment.text) && following !== undefined && /^[ \t]*\r?\n[ \t]*$/.test(between);
    }
    if (comment.kind !== "line") return false;
    const [before, after] = [comments[at - 1], comments[at + 1]];
    if (before?.kind !== "doc" || after?.kind !== "doc") return false;
    return isNextLine(text.slice(before.end, comment.start)) && isNextLine(text.slice(comment.end, after.start));
  });
}

/** Whether there are only blanks before it on its line. */
function beginsLine(text: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && text[at] !== "\n" && text.charAt(at).trim() === "") at--;
  return at < 0 || text[at] === "\n";
}

function isNextLine(between: string): boolean {
  return /^\r?\n[ \t]*$/.test(between);
}

/** Sorts the comments of a file to the tokens behind them. */
export function docComments(parsed: ParseResult, text: string): DocComments {
  const byToken = new Map<number, Comment[]>();
  const stray: Comment[] = [];
  const { tokens } = parsed;
  let next = 0;
  for (const comment of parsed.comments) {
    if (comment.kind !== "doc") continue;
    while ((tokens[next]?.startOffset ?? Number.POSITIVE_INFINITY) < comment.end) next++;
    const following = tokens[next];
    const previous = tokens[next - 1];
    // A doc comment behind something on its line is meant for that, and would document the next thing.
    if (following === undefined || (previous !== undefined && !hasLineBreak(text, endOf(previous), comment.start)))
      stray.push(comment);
    else {
      const lines = byToken.get(following.startOffset);
      if (lines === undefined) byToken.set(following.startOffset, [comment]);
      else lines.push(comment);
    }
  }
  return {
    take(start) {
      const lines = byToken.get(start);
      if (lines === undefined) return null;
      byToken.delete(start);
      return lines.map(({ text: line }) => line.slice(line.startsWith("/// ") ? 4 : 3).trimEnd()).join("\n");
    },
    stray: () => [...stray, ...[...byToken.values()].flat()].sort((a, b) => a.start - b.start),
  };
}

function endOf(token: { readonly startOffset: number; readonly image: string }): number {
  return token.startOffset + token.image.length;
}

function hasLineBreak(text: string, from: number, to: number): boolean {
  return /[\r\n]/.test(text.slice(from, to));
}
