import { describe, expect, it } from "vitest";
import { parseFile } from "../../compiler/ast/parse.ts";
import { CONSTRUCTS, SCALAR_TYPES, WORDS } from "../../grammar/index.ts";
import { createLexer } from "../../grammar/lexer.ts";
import { SagaParser } from "../../grammar/parser.ts";

const words = (...classes: readonly string[]): string[] =>
  WORDS.filter((row) => classes.includes(row.class)).map(({ word }) => word);

const problemsOf = (text: string): readonly string[] =>
  parseFile(text, "test.saga").problems.map(({ code, message }) => `${code} ${message}`);

describe("The words of the language", () => {
  it("stand in the table once, in order, with a line and a scope each", () => {
    const names = WORDS.map(({ word }) => word);
    expect(names).toEqual([...new Set(names)].sort());
    for (const { doc, scope } of WORDS) {
      expect(doc).toMatch(/^\S.*\S$/);
      expect(scope).toMatch(/\.saga$/);
    }
  });

  it("include the scalar types, as contextual words", () => {
    expect(words("contextual")).toEqual(expect.arrayContaining([...SCALAR_TYPES]));
  });

  it.each(words("reserved", "contextual"))("`%s` is free as the name of a field, an entry and a member", (word) => {
    expect(problemsOf(`type T = { ${word}: int }`)).toEqual([]);
    expect(problemsOf(`saga S { output { ${word}: input.${word}, a.${word}, b: c.${word}[0].${word} } }`)).toEqual([]);
    expect(problemsOf(`saga S { step a on s.${word} { compensate s.${word} } }`)).toEqual([]);
  });

  it.each(words("operator"))("`%s` is free behind a dot only", (word) => {
    expect(problemsOf(`saga S { output { a: input.${word}, b.${word} } }`)).toEqual([]);
    expect(problemsOf(`type T = { ${word}: int }`)).not.toEqual([]);
    expect(problemsOf(`saga S { output { ${word}: 1 } }`)).not.toEqual([]);
  });

  it.each(words("contextual"))("`%s` is free as a name too", (word) => {
    expect(problemsOf(`error ${word} { a: int }`)).toEqual([]);
    expect(problemsOf(`signal ${word}\nservice ${word} { }\ncompute ${word}(${word}: int): int`)).toEqual([]);
    expect(
      problemsOf(`saga ${word} { step ${word} on ${word} { throws ${word}, ${word} on ${word} fail ${word} } undo ${word} }`),
    ).toEqual([]);
    expect(
      problemsOf(`saga S { let ${word} = ${word} + ${word}(${word}) publish ${word} = { ${word}, ${word}: ${word}.${word} } }`),
    ).toEqual([]);
    expect(
      problemsOf(`saga S { foreach ${word} in ${word} as ${word} where ${word} max 3 { } lock ${word} wait ${word} }`),
    ).toEqual([]);
    expect(problemsOf(`saga S { await ${word} as ${word} where ${word} timeout ${word} on timeout fail ${word} }`)).toEqual([]);
    expect(problemsOf(`import { ${word} as ${word}, ${word} } from "./x.saga"`)).toEqual([]);
  });

  it.each(words("reserved"))("`%s` is no name", (word) => {
    expect(problemsOf(`error ${word} { a: int }`)).toHaveLength(1);
    expect(problemsOf(`saga S { let ${word} = 1 }`)).toHaveLength(1);
  });
});

describe("The table of clauses", () => {
  it("has every construct once, and every clause of it once", () => {
    const constructs = CONSTRUCTS.map(({ construct }) => construct);
    expect(constructs).toEqual([...new Set(constructs)]);
    for (const { clauses } of CONSTRUCTS) {
      const keywords = clauses.map(({ keyword }) => keyword);
      expect(keywords).toEqual([...new Set(keywords)]);
    }
  });

  it("begins every clause with a word of the language", () => {
    const known = new Set(WORDS.map(({ word }) => word));
    const unknown = CONSTRUCTS.flatMap(({ clauses }) =>
      clauses.flatMap(({ keyword }) => keyword.split(" ").filter((part) => !known.has(part))),
    );
    expect(unknown).toEqual([]);
  });

  it("has snippets that are read without a problem, where they are a whole item", () => {
    const filled = (snippet: string): string =>
      snippet.replace(/\$\{\d+(?::([^}]*)|\|([^,|]*)[^}]*)\}/g, "$1$2").replace(/\$\d+/g, "");
    const around: Readonly<Record<string, (item: string) => string>> = {
      saga: (item) => `saga S { ${item} }`,
      service: (item) => `service s { ${item} }`,
      step: (item) => `saga S { step a { ${item} } }`,
      handler: (item) => `saga S { step a { compensate b { ${item} } } }`,
      call: (item) => `saga S { call B { ${item} } }`,
      start: (item) => `saga S { start B { ${item} } }`,
      block: (item) => `saga S { if a { ${item} } }`,
      branches: (item) => `saga S { parallel { ${item} } }`,
      "await-cases": (item) => `saga S { await any { ${item} } }`,
      await: (item) => `saga S { await s ${item} }`,
      "await-any": (item) => `saga S { await any { } ${item} }`,
      collect: (item) => `saga S { collect s ${item} }`,
      group: (item) => `saga S { parallel ${item} { } }`,
      foreach: (item) => `saga S { foreach a in b ${item} { } }`,
      first: (item) => `saga S { first a in b ${item} { } }`,
      repeat: (item) => `saga S { repeat ${item} { } until a }`,
      try: (item) => `saga S { try ${item} { } otherwise fail }`,
    };
    const wrong = CONSTRUCTS.flatMap(({ construct, clauses }) => {
      const frame = around[construct];
      return frame === undefined
        ? []
        : clauses
            .map(({ snippet }) => frame(filled(snippet)))
            .flatMap((text) => problemsOf(text).map((each) => `${text}: ${each}`));
    });
    expect(wrong).toEqual([]);
  });
});

describe("The grammar", () => {
  it("has no ambiguity that Chevrotain finds", () => {
    expect(() => [new SagaParser(true), createLexer(true)]).not.toThrow();
  });
});
