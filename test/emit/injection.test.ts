import { ts } from "ts-morph";
import { describe, expect, it } from "vitest";
import { newStepsFile } from "../../compiler/emit/steps.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { emitted, OPTIONS } from "./emitted.ts";
import { call, field, object, plan, step, typeDecl } from "./plans.ts";

/** Texts that try to get out of where they stand: comments, strings, templates, keys, markup, terminals. */
const CORPUS: readonly string[] = [
  "*/ export const pwned = 1; /*",
  "*\\/ */",
  "// */ \n */ pwned()",
  "\n*/\npwned();\n/*",
  '"; pwned(); "',
  "'; pwned(); '",
  "`; pwned(); `",
  "$\u007bpwned()}",
  "\\",
  '\\"',
  "\\u0022",
  "\u2028pwned()\u2029",
  "\r\npwned()\r",
  "</script><script>pwned()</script>",
  "<!-- pwned() -->",
  "\u202epwned\u2066",
  "\u0000\u0007\u001b[31m",
  "\ufeff",
  "\ud800",
  "__proto__",
  "constructor",
  "@ts-nocheck",
  "@ts-ignore",
  "biome-ignore lint: x",
  "eslint-disable",
  "# sourceMappingURL=data:,x",
  '/// <reference path="x" />',
  "@license */",
];

/** A text in every place that takes one from a source file. Names are the checker's: what is no name never comes so far. */
function planWith(text: string): Plan {
  const literals = { kind: "literals", values: ["a", text, `${text}b`] } as const;
  return plan({
    source: `folder/${text}.saga`,
    doc: text,
    types: [typeDecl("Choice", literals, text), typeDecl("Box", object(field("choice", literals, { doc: text })), text)],
    input: [
      field("a", "string", { doc: text, secret: true }),
      field("b", { kind: "array", element: { kind: "named", name: "Box" } }),
    ],
    output: {
      type: [field("o", "string", { doc: text })],
      value: { kind: "object", entries: [{ name: "o", value: { kind: "literal", value: text } }] },
    },
    errors: [{ name: "Refused", doc: text, fields: [field("why", literals, { doc: text })] }],
    services: [{ name: "shop", doc: text, idempotentForMs: null, fenced: false }],
    steps: [
      step("first", {
        doc: text,
        call: call("shop.first", {
          inputType: [field("a", "string", { doc: text })],
          input: { kind: "object", entries: [{ name: "a", value: { kind: "literal", value: text } }] },
        }),
        output: [field("x", "datetime", { doc: text })],
        throws: ["Refused"],
        inquire: call("shop.ask", { inputType: [field("a", "string", { doc: text })] }),
        undo: { kind: "compensate", call: call("shop.back", { inputType: [field("a", "string", { doc: text })] }) },
      }),
      step("second", { doc: text, undo: { kind: "none", because: text } }),
    ],
  });
}

function files(saga: Plan): Record<string, string> {
  const { "sample.plan.json": _plan, ...code } = emitted(saga, { planHash: OPTIONS.planHash });
  return { ...code, "sample.steps.ts": newStepsFile(saga, OPTIONS, "./generated") };
}

/** The code without comments, layout, and what strings say: the same before and after a text changed, if it stayed in its place. */
function skeleton(code: string): string[] {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, code);
  const tokens: string[] = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    tokens.push(kind === ts.SyntaxKind.StringLiteral ? "string" : scanner.getTokenText());
  }
  // What depends on whether it fits on a line: the last comma, the first `|`.
  return tokens.filter((token, at) => {
    if (token === "," || token === ";") return !["}", "]", ")"].includes(tokens[at + 1] ?? "");
    return token !== "|" || !["=", ":"].includes(tokens[at - 1] ?? "");
  });
}

function comments(code: string): string {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, code);
  const found: string[] = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kind === ts.SyntaxKind.SingleLineCommentTrivia || kind === ts.SyntaxKind.MultiLineCommentTrivia) {
      found.push(scanner.getTokenText());
    }
  }
  return found.join("\n");
}

function strings(code: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parse(code));
  return found;
}

function parse(code: string): ts.SourceFile & { readonly parseDiagnostics: readonly ts.Diagnostic[] } {
  return ts.createSourceFile("a.ts", code, ts.ScriptTarget.Latest, true) as ReturnType<typeof parse>;
}

const harmless = files(planWith("harmless"));

describe.each(CORPUS.map((text) => [JSON.stringify(text), text] as const))("%s", (_name, text) => {
  it("stays where it was put, in every file", () => {
    for (const [path, code] of Object.entries(files(planWith(text)))) {
      const { parseDiagnostics } = parse(code);
      expect(parseDiagnostics, path).toEqual([]);
      expect(skeleton(code), path).toEqual(skeleton(harmless[path] ?? ""));
      expect(code, path).not.toMatch(/[^\P{C}\n]/u);
      expect(code, path).not.toContain("</script");
      expect(comments(code), path).not.toMatch(/@ts-|eslint-disable\b(?! \*)|biome-ignore(?!-all)|sourceMappingURL=|@license/);
    }
  });

  it("means the same as it did in the source", () => {
    const code = files(planWith(text));
    expect(strings(code["sample.types.ts"] ?? "")).toEqual(expect.arrayContaining([text, `${text}b`]));
    expect(strings(code["sample.validators.ts"] ?? "")).toEqual(expect.arrayContaining([text, `${text}b`]));
  });
});

it("fields may be called like anything that a key can be", () => {
  for (const name of ["class", "await", "constructor", "__proto__", "größe", "日本", "a-b", "0", 'say "hi"']) {
    const fields = [field(name, "int")];
    const saga = plan({ input: fields, steps: [step("only", { output: fields, call: call("s.only", { inputType: fields }) })] });
    for (const [path, code] of Object.entries(files(saga))) expect(parse(code).parseDiagnostics, `${path}: ${name}`).toEqual([]);
  }
});
