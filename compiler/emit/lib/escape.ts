import { CompilerBug } from "../../bug.ts";

/**
 * The only place where text becomes code. Every name, string and comment that comes from a source file passes one of these on
 * its way into an emitted file. What cannot be written safely is a bug in the compiler (its checker let it through), so it throws.
 */

// ---- names

/** A name that is declared or referred to: `const <identifier>`. Throws for reserved words and for what is no identifier. */
export function identifier(name: string): string {
  if (!IDENTIFIER.test(name)) throw new CompilerBug(`not an identifier: ${JSON.stringify(name)}`);
  if (RESERVED.has(name)) throw new CompilerBug(`a reserved word as a name: ${name}`);
  return name;
}

/** A key of an object literal, an interface or a zod shape. `__proto__` is computed: plain, it would set the prototype. */
export function propertyKey(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return PLAIN_NAME.test(name) || IDENTIFIER.test(name) ? name : stringLiteral(name);
}

/** Member access behind an expression: `.name`, `?.name`, `["odd name"]`, `?.["odd name"]`. */
export function memberAccess(name: string, optional = false): string {
  if (IDENTIFIER.test(name)) return `${optional ? "?." : "."}${name}`;
  return `${optional ? "?." : ""}[${stringLiteral(name)}]`;
}

/** Words that no declaration may be called (strict mode, modules), so that other parts can step aside. */
export function isReservedWord(name: string): boolean {
  return RESERVED.has(name);
}

// ---- values

/** A string literal in double quotes; safe in a script tag, on one line, and to the eye (no direction marks). */
export function stringLiteral(value: string): string {
  if (HARMLESS.test(value)) return `"${value}"`;
  return JSON.stringify(value)
    .replace(/<(?=[/!])/g, "\\u003C")
    .replace(UNSEEN, escapeUnit);
}

/** Most strings: names of states, calls and fields. */
const HARMLESS = /^[\w $.:#-]*$/;

/** What stands between the backquotes of a template, its `${…}` not included. */
export function templateText(value: string): string {
  return stringLiteral(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("`", "\\`").replaceAll("${", "\\${");
}

/** A number as code; the language has finite ones only. */
export function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) throw new CompilerBug(`not a finite number: ${value}`);
  return Object.is(value, -0) ? "-0" : String(value);
}

export function literal(value: string | number | boolean | null): string {
  if (typeof value === "string") return stringLiteral(value);
  return typeof value === "number" ? numberLiteral(value) : String(value);
}

/** The quoted specifier of an import. Only package names and relative paths: no URLs, no absolute paths. */
export function importSpecifier(specifier: string): string {
  if (!SPECIFIER.test(specifier)) throw new CompilerBug(`not an import specifier: ${JSON.stringify(specifier)}`);
  return `"${specifier}"`;
}

/** The quoted specifier of a file of the user's, whose folders may be called anything. */
export function relativeSpecifier(path: string): string {
  if (!/^\.\.?\//.test(path)) throw new CompilerBug(`not a relative path: ${JSON.stringify(path)}`);
  return stringLiteral(path);
}

// ---- comments

/** Text inside a line comment. */
export function lineComment(text: string): string {
  return commentText(text).replace(/\s*\n\s*/g, " ");
}

/** Lines of text inside a block comment, without the asterisks; trailing blanks and empty lines at both ends are dropped. */
export function blockCommentLines(text: string): string[] {
  const lines = commentText(text)
    .split("\n")
    .map((line) => line.trimEnd());
  while (lines[0] === "") lines.shift();
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Ends no comment, hides no characters, and is no directive to TypeScript, a linter, a formatter or a source map reader. */
function commentText(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(UNSEEN, (unit) => (unit === "\n" ? unit : unit === "\t" ? "  " : escapeUnit(unit)))
    .replaceAll("*/", "*\\/")
    .replace(/<(?=\/(?:script|style)|!--)/gi, "\\u003C")
    .replace(/@(?=ts-|jsx|license|preserve|format\b|prettier\b|generated\b)/gi, "@ ")
    .replace(/\b(source(?:Mapping)?URL)(?=\s*=)/gi, "$1\u00B7")
    .replace(/\b(biome|eslint|oxlint|prettier|deno|v8|c8|istanbul)[- ]+(?=ignore|disable|enable|env|lint|fmt)/gi, "$1\u00B7");
}

// ---- diagrams and documents

/** Text in a quoted Mermaid label or in a comment: on one line, nothing in it a quote, an entity, markup, an icon, a formula or a directive. */
export function mermaidText(text: string): string {
  return visibleLine(text).replace(/[^\p{L}\p{M}\p{N} ,._'()/-]/gu, (char) => `#${char.codePointAt(0)};`);
}

/** An id of a Mermaid node: ASCII letters, digits and underscores. Different names give different ids. */
export function mermaidId(name: string): string {
  return name.replace(/[^A-Za-z0-9]/gu, (char) => MERMAID_ID[char] ?? `_${(char.codePointAt(0) ?? 0).toString(16)}_`);
}

const MERMAID_ID: Readonly<Record<string, string>> = { ":": "__", $: "_G" };

/** A quoted string of DOT, on one line. It knows backslash sequences and HTML entities. */
export function dotString(text: string): string {
  const escaped = visibleLine(text).replaceAll("&", "&amp;").replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `"${escaped}"`;
}

/**
 * A line of Markdown that says the text: nothing in it is markup, a link, a heading, a list or the end of a table's cell. Code in single
 * backquotes stays code.
 */
export function markdownText(text: string): string {
  const parts = visibleLine(text).split(/(`[^`]+`)/);
  const escaped = parts.map((part, at) => (at % 2 === 1 ? markdownCode(part.slice(1, -1)) : markdownPlain(part))).join("");
  return escaped.replace(/^(?=[-+])/, "\\").replace(/^(\d+)(?=[.)])/, "$1\\");
}

/** Code inside a line of Markdown, also in a table. */
export function markdownCode(text: string): string {
  const line = visibleLine(text).replaceAll("|", "\\|");
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const blank = longest > 0 || line === "" ? " " : "";
  return `${fence}${blank}${line}${blank}${fence}`;
}

function markdownPlain(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[\\`*_{}[\]#|~!$^]/g, "\\$&")
    .replace(/(?<=\w):(?=\/\/)|(?<=www)\./gi, "\\$&");
}

/** Text inside a comment of HTML, SVG or XML, on one line. */
export function markupComment(text: string): string {
  return visibleLine(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/-(?=-|$)/g, "\u2010");
}

// ---- tables

/** Most names. */
const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/;

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Marks as well: what a letter becomes in lower case may have one of its own. */
const SPECIFIER = /^(?:@[a-z0-9._-]+\/)?[\p{L}\p{M}\p{N}._/-]+$/u;

/** Control, format (direction marks, joiners, byte order mark), line and paragraph separators, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]|\p{Cs}/gu;

function escapeUnit(unit: string): string {
  return [...unit].map((char) => unicodeEscape(char.codePointAt(0) ?? 0)).join("");
}

/** Characters that cannot be seen are written out; line breaks stay. */
function visible(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(UNSEEN, (unit) => (unit === "\n" ? unit : unit === "\t" ? " " : escapeUnit(unit)));
}

function visibleLine(text: string): string {
  return visible(text)
    .replace(/\s*\n\s*/g, " ")
    .trim();
}

function unicodeEscape(code: number): string {
  const hex = code.toString(16).toUpperCase();
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}

/** Reserved in modules, and what TypeScript lets no type be called. */
const RESERVED: ReadonlySet<string> = new Set(
  `any arguments await bigint boolean break case catch class const continue debugger default delete do else enum eval export
  extends false finally for function if implements import in instanceof interface let never new null number object package
  private protected public return static string super switch symbol this throw true try typeof undefined unknown var void
  while with yield`.split(/\s+/),
);
