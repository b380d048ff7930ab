import type { Comment, ParseResult } from "@sagac/grammar";
import { defineKind, makeDiagnostic } from "../diagnostics/define.ts";
import type { Diagnostic, DiagnosticCode } from "../diagnostics/diagnostic.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type { SourceFile } from "../source/source-set.ts";
import { rules } from "./rules/index.ts";

/** What is said of the comments that silence. They are warnings of which none can be silenced. */
export const IGNORE_KINDS = {
  badIgnore: defineKind({
    code: "SAGA2025",
    slug: "bad-ignore",
    severity: "warning",
    message: "This `sagac-ignore` silences nothing: {why}.",
    note: null,
    help: "Write `// sagac-ignore SAGA2016: why it is meant so`, on the line before or behind what it is about.",
  }),
  unusedIgnore: defineKind({
    code: "SAGA2026",
    slug: "unused-ignore",
    severity: "warning",
    message: "There is no `{code}` here to silence.",
    note: "A comment that silences nothing today would hide a mistake tomorrow.",
    help: "Remove it.",
  }),
} as const;

/** A file with its comments and what they are about. */
interface Commented {
  readonly source: SourceFile;
  readonly parsed: {
    readonly comments: readonly Comment[];
    readonly tokens: ParseResult["tokens"];
    readonly refused: boolean;
  };
}

/**
 * Takes out the warnings that a `// sagac-ignore CODE: reason` silences, on its own line or, where it stands alone, on the next; and says what is
 * wrong with such comments. Errors stay: no saga that is not sound is made to look so.
 */
export function applyIgnores(diagnostics: readonly Diagnostic[], files: readonly Commented[]): readonly Diagnostic[] {
  let left = diagnostics;
  for (const { source, parsed } of files) {
    const comments = parsed.comments.filter(({ kind, text }) => kind === "line" && MARK.test(text));
    if (comments.length === 0) continue;
    const unread = left.some(({ span, code }) => span.file === source.path && code.startsWith("SAGA1"));
    for (const comment of comments) {
      const span = { file: source.path, start: comment.start, end: comment.end };
      const asked = read(comment.text);
      if (typeof asked === "string") {
        left = [...left, makeDiagnostic(IGNORE_KINDS.badIgnore, span, { why: asked })];
        continue;
      }
      const line = lineMeant(source, parsed.tokens, comment);
      const rest = left.filter((each) => !isSilenced(each, asked.code, source, line));
      // Of a file that is not read whole, nobody knows what is missing.
      if (rest.length === left.length && !unread)
        left = [...left, makeDiagnostic(IGNORE_KINDS.unusedIgnore, span, { code: asked.code })];
      else left = rest;
    }
  }
  return left;
}

/** Which code; or why it silences nothing. */
function read(text: string): { readonly code: DiagnosticCode } | string {
  const [, written = "", reason] = PARTS.exec(text) ?? [];
  if (written === "") return "it names no code";
  const rule = rules.find(({ code }) => code === written);
  if (rule === undefined) {
    if (/^SAGA(?:1|202[56])\d*$/.test(written)) return `\`${written}\` cannot be silenced`;
    const near = suggest(written, SILENCEABLE);
    return `there is no rule \`${written}\`${near === null ? "" : ` (\`${near}\`?)`}`;
  }
  if (rule.severity === "error") return `\`${written}\` is an error, and what is not sound cannot be silenced`;
  if (reason === undefined || reason.trim() === "") return "it gives no reason";
  return { code: rule.code };
}

function isSilenced(
  { span, code, severity }: Diagnostic,
  wanted: DiagnosticCode,
  { path, lines }: SourceFile,
  line: number,
): boolean {
  return code === wanted && severity === "warning" && span.file === path && lines.positionAt(span.start).line === line;
}

/** The line of what stands before the comment; where nothing does but comments, that of what comes next. */
function lineMeant({ text, lines }: SourceFile, tokens: Commented["parsed"]["tokens"], { start }: Comment): number {
  const { line } = lines.positionAt(start);
  const next = firstFrom(tokens, start);
  const before = tokens[next - 1];
  const after = tokens[next];
  if (before !== undefined && lines.positionAt(before.startOffset + before.image.length).line === line) return line;
  return lines.positionAt(after?.startOffset ?? text.length).line;
}

/** The position of the first token that does not stand before an offset. */
function firstFrom(tokens: Commented["parsed"]["tokens"], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.startOffset ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const MARK = /^\/\/\s*sagac-ignore\b/;
const PARTS = /^\/\/\s*sagac-ignore\s+(\w+)\s*(?::(.*))?/;
const SILENCEABLE = rules.filter(({ severity }) => severity === "warning").map(({ code }) => code);
