import { WORDS } from "@sagac/grammar";
import { type Document, tokensBefore, type Workspace } from "./document.ts";
import type { NameDeclaration } from "./names.ts";
import { symbolAt } from "./symbol-at.ts";

/** Markdown, and the stretch that it is about. */
export interface Hover {
  readonly markdown: string;
  readonly start: number;
  readonly end: number;
}

/** What the name or word at an offset is: its declaration with its documentation, or what the word means in the language. */
export function hover(workspace: Workspace, document: Document, offset: number): Hover | null {
  const token = document.parsed.tokens[tokensBefore(document, offset + 1) - 1];
  if (token === undefined || offset >= token.startOffset + token.image.length) return null;
  const place = { start: token.startOffset, end: token.startOffset + token.image.length };
  const found = symbolAt(workspace, document, offset);
  if (found !== null) return { markdown: declared(found.document, found.declaration), ...place };
  const word = WORDS.find((each) => each.word === token.image);
  return word === undefined ? null : { markdown: `**\`${word.word}\`** ${word.doc}`, ...place };
}

function declared(document: Document, { node }: NameDeclaration): string {
  const written = document.text.slice(node.span.start, node.span.end);
  const lines = written.split(/\r?\n/);
  // A saga is known by its head; what is short stands there whole.
  const shown = lines.length <= MOST_LINES ? written : `${lines[0]?.replace(/\{\s*$/, "") ?? ""}{ … }`;
  const doc = "doc" in node && node.doc !== null ? `\n\n${node.doc}` : "";
  return `\`\`\`saga\n${outdented(shown)}\n\`\`\`${doc}`;
}

const MOST_LINES = 12;

function outdented(text: string): string {
  const [first = "", ...rest] = text.split(/\r?\n/);
  const indent = Math.min(...rest.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length));
  return [first, ...rest.map((line) => line.slice(Number.isFinite(indent) ? Math.max(0, indent) : 0))].join("\n");
}
