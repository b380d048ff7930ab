import type { Node } from "../../compiler/ast/nodes.ts";

/**
 * A tree in short, for tables of cases: `(step name:a on:(operation service:s) clauses:[(timeout value:5s)])`. Literals, names and
 * paths stand as they are written; spans, and what is empty, false or absent, is left out.
 */
export function print(node: Node): string {
  switch (node.kind) {
    case "ident":
    case "name":
      return node.name;
    case "int":
    case "decimal":
      return String(node.value);
    case "duration":
      return `${node.ms}ms`;
    case "string":
      return JSON.stringify(node.value);
    case "boolean":
      return String(node.value);
    case "null":
    case "input":
    case "failure":
      return node.kind;
    case "scalar-type":
      return node.name;
    case "named-type":
      return `T:${print(node.name)}`;
    case "literal-type":
      return JSON.stringify(node.value);
    case "member":
      return `${print(node.object)}.${node.member === null ? "?" : print(node.member)}`;
    case "index":
      return `${print(node.object)}[${print(node.index)}]`;
    case "every-item":
      return `${print(node.object)}[]`;
    case "unary":
      return `(${node.operator} ${print(node.operand)})`;
    case "binary":
      return `(${node.operator} ${print(node.left)} ${print(node.right)})`;
    case "conditional":
      return `(? ${print(node.condition)} ${print(node.whenTrue)} ${print(node.whenFalse)})`;
    case "function":
      return `${print(node.callee)}(${node.args.map(print).join(" ")})`;
    case "template":
      return `(template ${node.parts.map((part) => (typeof part === "string" ? JSON.stringify(part) : print(part))).join(" ")})`;
    case "array":
      return `[${node.elements.map(print).join(" ")}]`;
    case "entry":
      return `${node.name === null ? "?" : print(node.name)}${node.shorthand ? "=" : ":"}${print(node.value)}`;
    case "object":
      return `{${node.entries.map(print).join(" ")}}${node.broken ? "!" : ""}`;
    case "field":
      return `${doc(node.doc)}${print(node.name)}:${node.secret ? "secret " : ""}${print(node.type)}${node.broken ? "!" : ""}`;
    case "fields":
      return `{${node.fields.map(print).join(" ")}}${node.broken ? "!" : ""}`;
    default:
      return `(${node.kind}${Object.entries(node).flatMap(printMember).join("")})`;
  }
}

const LEFT_OUT = new Set(["kind", "span", "keywordSpan"]);

function printMember([key, value]: [string, unknown]): string[] {
  if (LEFT_OUT.has(key)) return [];
  const printed = printValue(value);
  return printed === null ? [] : [` ${key}:${printed}`];
}

function printValue(value: unknown): string | null {
  if (value === null || value === false) return null;
  if (Array.isArray(value)) return value.length === 0 ? null : `[${value.map((each) => printValue(each) ?? "null").join(" ")}]`;
  if (isNode(value)) return print(value);
  if (typeof value === "object") {
    return `(${Object.entries(value).flatMap(printMember).join("").trim()})`;
  }
  return String(value);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "kind" in value;
}

function doc(text: string | null): string {
  return text === null ? "" : `/${text}/ `;
}
