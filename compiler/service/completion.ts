import { CONSTRUCTS, type Construct, SCALAR_TYPES } from "@sagac/grammar";
import type { Node, SagaDecl } from "../ast/nodes.ts";
import { walk } from "../ast/walk.ts";
import { type Document, tokensBefore, type Workspace } from "./document.ts";
import type { NameDeclaration, NameKind } from "./names.ts";
import { fieldsOfPath } from "./shapes.ts";
import { followed } from "./symbol-at.ts";

export interface CompletionItem {
  readonly label: string;
  readonly kind: "keyword" | "field" | NameKind;
  readonly detail: string;
  readonly documentation: string;
  /** With `$1` for places to fill in; `null`: the label as it is. */
  readonly snippet: string | null;
}

/** What can stand at an offset: members behind a dot, names where names are wanted, else clauses and statements of what stands around. */
export function completion(workspace: Workspace, document: Document, offset: number): readonly CompletionItem[] {
  const words = wordsBefore(document, offset);
  const [last = "", ...rest] = words.toReversed();
  const saga = sagaAt(document, offset);
  if (last === ".") return saga === null ? [] : members(workspace, document, saga, pathBefore(rest));
  const wanted = namesAfter(last, rest);
  if (wanted !== null) return names(workspace, document, null, wanted.kinds).concat(wanted.words.map(keyword));
  if (isType(last, rest)) return [...SCALAR_TYPES.map(keyword), ...names(workspace, document, null, ["type", "import"])];
  const { construct: around, inValue } = innermost(document, offset);
  const begins = !inValue && isItemPosition(document, offset, last);
  const clauses = begins || (BEGINS.has(last) && !inValue) ? clausesOf(around) : [];
  const values = saga !== null && !begins && !STATEMENT_HOLDERS.has(around) ? values_(workspace, document, saga) : [];
  return [...clauses, ...values];
}

/** Tokens up to the word that is being written. */
function wordsBefore(document: Document, offset: number): readonly string[] {
  const before = document.parsed.tokens.slice(0, tokensBefore(document, offset));
  const last = before.at(-1);
  const end = last === undefined ? 0 : last.startOffset + last.image.length;
  const isWritten = end > offset || (end === offset && last !== undefined && /[\p{L}\p{N}_]$/u.test(last.image));
  return (isWritten ? before.slice(0, -1) : before).map(({ image }) => image);
}

function sagaAt({ file }: Document, offset: number): SagaDecl | null {
  return (
    file.declarations.find(
      (node): node is SagaDecl => node.kind === "saga-decl" && node.span.start < offset && offset <= node.span.end,
    ) ?? null
  );
}

// ---- members

function pathBefore(words: readonly string[]): readonly string[] {
  const path: string[] = [];
  let expectsName = true;
  for (const word of words) {
    if (expectsName ? !/^[\p{L}_]/u.test(word) : word !== ".") break;
    if (expectsName) path.unshift(word);
    expectsName = !expectsName;
  }
  return path;
}

function members(workspace: Workspace, document: Document, saga: SagaDecl, path: readonly string[]): readonly CompletionItem[] {
  return fieldsOfPath(workspace, document, saga, path).map(({ name, doc, type }) => {
    const detail = document.text.slice(type.span.start, type.span.end);
    return { label: name.name, kind: "field", detail: detail.length < 40 ? detail : "", documentation: doc ?? "", snippet: null };
  });
}

// ---- names

function namesAfter(
  last: string,
  rest: readonly string[],
): { readonly kinds: readonly NameKind[]; readonly words: readonly string[] } | null {
  switch (last) {
    case "on":
      // `step name on`, but `on Error` of a clause.
      return rest[1] === "step"
        ? { kinds: ["service", "import"], words: [] }
        : { kinds: ["error", "import"], words: ["timeout", "failure", "completed", "compensated"] };
    case "throws":
    case "fail":
      return { kinds: ["error", "import"], words: [] };
    case "call":
    case "start":
      return { kinds: ["saga", "import"], words: [] };
    case "await":
      return { kinds: ["signal", "import"], words: ["any"] };
    case "collect":
      return { kinds: ["signal", "import"], words: [] };
    case "undo":
      return { kinds: ["step", "branch", "result"], words: ["within"] };
    case ",":
      return rest.slice(0, 40).find((word) => word === "throws" || word === "{" || word === "(" || word === "[") === "throws"
        ? { kinds: ["error", "import"], words: [] }
        : null;
    default:
      return null;
  }
}

function isType(last: string, rest: readonly string[]): boolean {
  if (last === "=") return rest[1] === "type";
  if (last !== ":") return false;
  // Fields stand behind `input` of a saga, `output` of a step, and names of types, errors and signals.
  const open = rest.indexOf("{");
  const before = rest[open + 1];
  const further = rest[open + 2];
  return (
    open >= 0 &&
    (before === "=" ||
      before === "output" ||
      further === "error" ||
      further === "signal" ||
      before === ":" ||
      (before === "input" && !rest.includes("step")))
  );
}

/** An import counts as what it stands for; one that leads nowhere may be anything. */
function names(
  workspace: Workspace,
  document: Document,
  saga: SagaDecl | null,
  kinds: readonly NameKind[],
): readonly CompletionItem[] {
  return document.names.declarations.flatMap((each) => {
    const { kind, node } = followed(workspace, { document, declaration: each }).declaration;
    const fits = kinds.includes(kind) && (saga === null || each.saga === saga || each.saga === null);
    return fits ? [item(each.name, kind, node)] : [];
  });
}

function values_(workspace: Workspace, document: Document, saga: SagaDecl): readonly CompletionItem[] {
  const builtins = ["length", "sum", "min", "max", "contains"].map(
    (name): CompletionItem => ({ label: name, kind: "compute", detail: "", documentation: "", snippet: `${name}($1)` }),
  );
  return [
    keyword("input"),
    ...names(workspace, document, saga, ["step", "let", "result", "item", "signal", "compute"]),
    ...builtins,
  ];
}

function item(name: string, kind: NameKind, node: NameDeclaration["node"]): CompletionItem {
  return { label: name, kind, detail: kind, documentation: "doc" in node && node.doc !== null ? node.doc : "", snippet: null };
}

function keyword(label: string): CompletionItem {
  return { label, kind: "keyword", detail: "", documentation: "", snippet: null };
}

// ---- clauses and statements

/** A word of a new item comes behind these, whatever the line. */
const BEGINS: ReadonlySet<string> = new Set(["", "{", "}"]);
const STATEMENT_HOLDERS: ReadonlySet<Construct> = new Set(["file", "service"]);

/** The first word of its line. */
function isItemPosition({ text }: Document, offset: number, last: string): boolean {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^\s*[\p{L}_]*$/u.test(line) && ![",", ":", "=", "("].includes(last);
}

function clausesOf(around: Construct): readonly CompletionItem[] {
  const row = CONSTRUCTS.find(({ construct }) => construct === around);
  if (row === undefined) return [];
  const own = row.clauses.map(
    ({ keyword: label, snippet, doc }): CompletionItem => ({
      label,
      kind: "keyword",
      detail: row.label,
      documentation: doc,
      snippet,
    }),
  );
  return row.statements ? [...own, ...STATEMENTS] : own;
}

const STATEMENTS: readonly CompletionItem[] = [
  ["step", "step ${1:name} on ${2:service} {\n  input { $3 }\n  compensate ${4:undo}\n}"],
  ["pivot step", "pivot step ${1:name} on ${2:service} {\n  input { $3 }\n}"],
  ["readonly step", "readonly step ${1:name} on ${2:service} {\n  input { $3 }\n  output { $4 }\n}"],
  ["best effort step", "best effort step ${1:name} on ${2:service} { input { $3 } }"],
  ["parallel", "parallel {\n  $0\n}"],
  ["race", "race as ${1:winner} {\n  $0\n}"],
  ["if", "if ${1:condition} {\n  $0\n}"],
  ["foreach", "foreach ${1:item} in ${2:list} as ${3:results} {\n  $0\n}"],
  ["repeat", "repeat max ${1:10} every ${2:1m} {\n  $0\n} until ${3:condition} otherwise fail"],
  ["try", "try {\n  $0\n} otherwise {\n}"],
  ["await", "await ${1:signal} timeout ${2:1d} on timeout fail"],
  ["sleep", "sleep ${1:1h}"],
  ["call", "call ${1:Saga} as ${2:name} {\n  input { $0 }\n}"],
  ["let", "let ${1:name} = $0"],
  ["fail", "fail ${1:Error}"],
].map(([label = "", snippet = ""]) => ({ label, kind: "keyword", detail: "a statement", documentation: "", snippet }));

interface Around {
  readonly construct: Construct;
  /** In the braces of an object within it, where values stand and no clauses. */
  readonly inValue: boolean;
}

/** The innermost construct whose braces hold the offset. */
function innermost({ file, text }: Document, offset: number): Around {
  let found: Around = { construct: "file", inValue: false };
  walk(file, (node) => {
    const inside = node.span.start < offset && (offset < node.span.end || (offset === node.span.end && text[offset - 1] !== "}"));
    if (node.kind !== "file" && !inside) return node.span.end >= offset;
    const construct = constructOf(node);
    if (node.kind === "object") found = { ...found, inValue: true };
    else if (construct !== null && text.slice(node.span.start, offset).includes("{")) found = { construct, inValue: false };
    return true;
  });
  return found;
}

function constructOf(node: Node): Construct | null {
  switch (node.kind) {
    case "saga-decl":
      return "saga";
    case "service-decl":
      return "service";
    case "step":
      return "step";
    case "handler":
      return "handler";
    case "block":
      return "block";
    case "parallel":
    case "race":
      return "branches";
    case "await-any":
      return "await-cases";
    case "call":
      return "call";
    case "start":
      return "start";
    default:
      return null;
  }
}
