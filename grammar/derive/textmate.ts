import { COMMENTS, LITERALS, SIGNS, STRING } from "../tokens.ts";
import { escaped, NAME, signsByScope, wordsByScope } from "./patterns.ts";

/** The grammar for TextMate, VS Code, GitHub and others that read its format, as the object of `saga.tmLanguage.json`. */
export function textmateGrammar(): unknown {
  return {
    $schema: "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
    name: "Saga",
    scopeName: "source.saga",
    fileTypes: ["saga"],
    patterns: [{ include: "#all" }],
    repository: {
      all: {
        patterns: ["comments", "texts", "literals", "members", "fields", "declarations", "words", "signs", "names"].map(include),
      },
      comments: { patterns: comments() },
      texts: texts(),
      literals: { patterns: LITERALS.map(({ pattern, scope }) => ({ name: scope, match: source(pattern) })) },
      // Behind a dot any word is a name, but not behind the two of a range.
      members: {
        match: `(?<!\\.)(\\.)(?!\\.)\\s*(${NAME})`,
        captures: { 1: { name: scopeOfSign(".") }, 2: { name: "variable.other.member.saga" } },
      },
      // And before a colon. What stands between the two values of a condition looks the same.
      fields: {
        match: `(?<![\\p{L}\\p{N}_])(${NAME})\\s*(:)`,
        captures: { 1: { name: "variable.other.field.saga" }, 2: { name: scopeOfSign(":") } },
      },
      declarations: { patterns: declarations() },
      words: { patterns: [...wordsByScope()].map(([name, words]) => ({ name, match: anyWord(words) })) },
      signs: { patterns: [...signsByScope()].map(([name, signs]) => ({ name, match: signs.map(escaped).join("|") })) },
      names: {
        patterns: [
          { name: "entity.name.function.saga", match: `${NAME}(?=\\()` },
          { name: "variable.other.saga", match: NAME },
        ],
      },
    },
  };
}

function include(name: string): { readonly include: string } {
  return { include: `#${name}` };
}

function comments(): unknown[] {
  return COMMENTS.map(({ name, pattern, scope }) =>
    name === "BlockComment" ? { name: scope, begin: "/\\*", end: "\\*/" } : { name: scope, match: source(pattern) },
  );
}

/** A text does not pass the end of its line; in its holes stand expressions. */
function texts(): unknown {
  return {
    name: STRING.scope,
    begin: '"',
    end: '"|$',
    patterns: [
      { name: "constant.character.escape.saga", match: '\\\\(?:["\\\\$nrt]|u\\{[0-9A-Fa-f]+\\})' },
      {
        name: "meta.embedded.expression.saga",
        begin: "\\$\\{",
        end: "\\}",
        beginCaptures: { 0: { name: "punctuation.section.embedded.begin.saga" } },
        endCaptures: { 0: { name: "punctuation.section.embedded.end.saga" } },
        patterns: [include("all")],
      },
    ],
  };
}

/** The name behind the word that declares it. */
function declarations(): unknown[] {
  const named = [...NAMED].map(([scope, words]) => ({
    match: `(?<![\\p{L}\\p{N}_.])(${words.join("|")})\\s+(?!on\\b|from\\b)(${NAME})`,
    scope,
    words,
  }));
  return named.map(({ match, scope, words }) => ({
    match,
    captures: { 1: { name: scopeOfWord(words[0] ?? "") }, 2: { name: scope } },
  }));
}

const NAMED: ReadonlyMap<string, readonly string[]> = new Map([
  ["entity.name.class.saga", ["saga"]],
  ["entity.name.type.saga", ["type", "error", "service", "signal"]],
  ["entity.name.function.saga", ["step"]],
  ["entity.name.function.branch.saga", ["branch"]],
]);

function anyWord(words: readonly string[]): string {
  return `(?<![\\p{L}\\p{N}_])(?:${words.join("|")})(?![\\p{L}\\p{N}_])`;
}

function scopeOfWord(word: string): string {
  return [...wordsByScope()].find(([, words]) => words.includes(word))?.[0] ?? "";
}

function scopeOfSign(sign: string): string {
  return SIGNS.find(({ pattern }) => pattern === sign)?.scope ?? "";
}

function source(pattern: string | RegExp): string {
  return typeof pattern === "string" ? escaped(pattern) : pattern.source;
}
