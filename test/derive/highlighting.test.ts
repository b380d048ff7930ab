import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse, WORDS } from "@sagac/grammar";
import { beforeAll, describe, expect, it } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";
import { textmateGrammar } from "../../grammar/derive/textmate.ts";
import { ROOT } from "../kit/scratch.ts";

// Through the engine that VS Code uses, as an editor sees a file.

let grammar: textmate.IGrammar;

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
  await oniguruma.loadWASM(readFileSync(wasm));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(JSON.stringify(textmateGrammar()), "saga.json"),
  });
  const loaded = await registry.loadGrammar("source.saga");
  if (loaded === null) throw new Error("there is no grammar");
  grammar = loaded;
});

/** The innermost scope at each offset of a text. */
function scopesOf(text: string): (offset: number) => string {
  const spans: { readonly start: number; readonly end: number; readonly scope: string }[] = [];
  let state = textmate.INITIAL;
  let start = 0;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    for (const token of tokens)
      spans.push({ start: start + token.startIndex, end: start + token.endIndex, scope: token.scopes.at(-1) ?? "" });
    state = ruleStack;
    start += line.length + 1;
  }
  return (offset) => spans.find((span) => offset >= span.start && offset < span.end)?.scope ?? "";
}

describe("highlighting", () => {
  const cases: readonly (readonly [text: string, word: string, scope: string])[] = [
    ["saga PlaceOrder {", "saga", "keyword.declaration.saga"],
    ["saga PlaceOrder {", "PlaceOrder", "entity.name.class.saga"],
    ["pivot step pay on payments {", "pay", "entity.name.function.saga"],
    ["pivot step pay on payments {", "pivot", "storage.modifier.saga"],
    ["error OutOfStock", "OutOfStock", "entity.name.type.saga"],
    ["input { input.step }", "step", "variable.other.member.saga"],
    ["{ timeout: 5 }", "timeout", "variable.other.field.saga"],
    ["timeout 5s", "5s", "constant.numeric.duration.saga"],
    ["backoff 200ms..10s", "..", "keyword.operator.range.saga"],
    ["backoff 200ms..10s", "10s", "constant.numeric.duration.saga"],
    ["let x = 1_000 * 2.5", "1_000", "constant.numeric.saga"],
    ["let x = a ?? b", "??", "keyword.operator.coalesce.saga"],
    ["// not a saga", "saga", "comment.line.double-slash.saga"],
    ["/// says what", "says", "comment.line.documentation.saga"],
    ["/* not a saga */", "saga", "comment.block.saga"],
    ['"a saga"', "saga", "string.quoted.double.saga"],
    ['"a ${input.id} b"', "input", "keyword.other.saga"],
    ['"a ${input.id} b"', " b", "string.quoted.double.saga"],
    ['"a \\n b"', "\\n", "constant.character.escape.saga"],
    ["x: uuid?", "uuid", "support.type.primitive.saga"],
    ["if a and not b {", "and", "keyword.operator.word.saga"],
    ["price(items)", "price", "entity.name.function.saga"],
    ["überweisung", "überweisung", "variable.other.saga"],
  ];
  it.each(cases)("of %s: %s is %s", (text, word, scope) => {
    expect(scopesOf(text)(text.indexOf(word))).toBe(scope);
  });

  it("of a text that is not closed ends with its line", () => {
    const text = 'let a = "open\nsaga S';
    expect(scopesOf(text)(text.indexOf("saga"))).toBe("keyword.declaration.saga");
  });

  const folder = join(ROOT, "test", "grammar", "examples");
  it.each(readdirSync(folder))("%s: each word, sign, literal and comment is what the lexer says", (name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const { tokens, comments } = parse(text, name);
    const scopeAt = scopesOf(text);
    const words = new Map(WORDS.map(({ word, scope }) => [word, scope]));
    const wrong: string[] = [];
    for (const [at, { image, startOffset, tokenType }] of tokens.entries()) {
      const scope = scopeAt(startOffset);
      const before = tokens[at - 1]?.image;
      const after = tokens[at + 1]?.image;
      const wanted = words.get(image);
      const isName = before === "." || after === ":";
      const ok =
        wanted !== undefined && !isName
          ? scope === wanted
          : tokenType.name === "Duration"
            ? scope === "constant.numeric.duration.saga"
            : tokenType.name === "Text"
              ? scope === "string.quoted.double.saga"
              : !/keyword|comment|string/.test(scope) || /keyword\.operator/.test(scope);
      if (!ok) wrong.push(`${image} (${before} ${image} ${after}): ${scope}`);
    }
    for (const comment of comments) if (!scopeAt(comment.start).startsWith("comment.")) wrong.push(comment.text);
    expect(wrong).toEqual([]);
    expect(tokens.length).toBeGreaterThan(100);
  });
});
