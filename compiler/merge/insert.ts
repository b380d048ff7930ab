import type { ObjectSite } from "./read-steps.ts";
import type { FileStyle } from "./style.ts";

/** `text` replaces what stands from `start` to `end`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits must not overlap; those of one place apply in the order given. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits.map((edit, index) => ({ edit, index })).sort((a, b) => a.edit.start - b.edit.start || a.index - b.index);
  let result = "";
  let at = 0;
  for (const { edit } of sorted) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/**
 * Edits that put members (each with a comma behind, not indented, lines by `\n`) at the end of an object literal. Nothing of
 * the user's is moved: comments at the end stay where they are, and so does the habit of a last comma.
 */
export function appendMembers(text: string, object: ObjectSite, members: readonly string[], style: FileStyle): TextEdit[] {
  if (members.length === 0) return [];
  const close = object.end - 1;
  const outer = lineIndent(text, object.start);
  const inner = memberIndent(text, object) ?? outer + style.indent;
  const lines = members.flatMap((member) => member.split("\n")).map((line) => (line === "" ? "" : inner + line));
  const bare = object.members.length > 0 && !object.trailingComma;
  const joined = lines.join(style.newline);
  const body = bare ? joined.slice(0, -1) : joined;

  const comma = bare ? [{ start: object.membersEnd, end: object.membersEnd, text: "," }] : [];
  const beforeClose = text.slice(0, close);
  const lineStart = beforeClose.lastIndexOf("\n") + 1;
  const ownLine = beforeClose.slice(lineStart).trim() === "" && lineStart > object.start;
  if (ownLine) return [...comma, { start: lineStart, end: lineStart, text: body + style.newline }];
  // The brace stands behind a member or the opening brace: it gets a line of its own.
  const start = Math.max(beforeClose.trimEnd().length, object.membersEnd);
  return [...comma, { start, end: close, text: style.newline + body + style.newline + outer }];
}

/** Indentation of the members that begin a line; `null` where none does. */
function memberIndent(text: string, object: ObjectSite): string | null {
  for (const member of object.members) {
    if (member.start < object.start || member.end > object.end) continue;
    const before = text.slice(text.lastIndexOf("\n", member.start - 1) + 1, member.start);
    if (before.trim() === "") return before;
  }
  return null;
}

function lineIndent(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return line.slice(0, line.length - line.trimStart().length);
}
