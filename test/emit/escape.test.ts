import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompilerBug } from "../../compiler/bug.ts";
import {
  blockCommentLines,
  identifier,
  importSpecifier,
  lineComment,
  literal,
  memberAccess,
  numberLiteral,
  propertyKey,
  stringLiteral,
  templateText,
} from "../../compiler/emit/lib/escape.ts";

/** What the code that we wrote says when it is run. */
function evaluate(code: string): unknown {
  return new Function(`"use strict"; return (${code});`)();
}

/** Strings out of the pieces that break out of code, comments and markup. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        "'",
        "`",
        "\\",
        "${",
        "}",
        "*/",
        "/*",
        "//",
        "\n",
        "\r",
        "\u2028",
        "\u2029",
        "</script>",
        "<!--",
        "-->",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\ud800",
        "\udc00",
        "\0",
        "__proto__",
        "constructor",
        "@ts-ignore",
        "eslint-disable",
        "*",
        "/",
        "\\u0022",
        "$\u007bprocess.exit()}",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("text that becomes code", () => {
  it("is the same string again when the code is run, as a literal and inside a template", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(evaluate(stringLiteral(text))).toBe(text);
        expect(evaluate(`\`${templateText(text)}\``)).toBe(text);
      }),
    );
  });

  it("stands on one line, shows no hidden characters and opens no tag", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const code of [stringLiteral(text), templateText(text), lineComment(text)]) {
          expect(code).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
          expect(code.isWellFormed()).toBe(true);
        }
        expect(stringLiteral(text)).not.toMatch(/<[/!]/);
      }),
    );
  });

  it("ends no comment", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const block = `/** ${blockCommentLines(text).join("\n * ")} */ 42`;
        expect(evaluate(block)).toBe(42);
        expect(block.indexOf("*/")).toBe(block.length - "*/ 42".length);
        expect(evaluate(`// ${lineComment(text)}\n42`)).toBe(42);
      }),
    );
  });

  it.each([
    "@ts-ignore",
    "@ts-nocheck x",
    "biome-ignore lint: x",
    "eslint-disable",
    "prettier-ignore",
    "# sourceMappingURL=x",
    "@jsx h",
  ])("is no directive in a comment: %s", (text) => {
    expect(lineComment(text)).not.toContain(text);
    expect(blockCommentLines(text).join()).not.toContain(text);
  });

  it("leaves ordinary documentation as it was written", () => {
    const text = "Places an order; see https://example.com/a*b. It's `fast` & 100 % safe, says a prettier tool — größer.";
    expect(lineComment(text)).toBe(text);
    expect(blockCommentLines(`\n  ${text}\n\nSecond.\n`)).toEqual([`  ${text}`, "", "Second."]);
  });
});

describe("names that become code", () => {
  it("as keys keep their meaning, also those that objects have already", () => {
    const names = [
      "a",
      "class",
      "constructor",
      "toString",
      "__proto__",
      "hasOwnProperty",
      "then",
      "größe",
      "a-b",
      "1",
      "",
      "a b",
      '"',
      "日本",
    ];
    const object = evaluate(`{ ${names.map((name, index) => `${propertyKey(name)}: ${index}`).join(", ")} }`) as object;
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    for (const [index, name] of names.entries()) {
      expect(Object.getOwnPropertyDescriptor(object, name)?.value).toBe(index);
    }
  });

  it("as members read what the key wrote", () => {
    fc.assert(
      fc.property(hostile, (name) => {
        expect(evaluate(`({ ${propertyKey(name)}: 1 })${memberAccess(name)}`)).toBe(1);
        expect(evaluate(`(undefined)${memberAccess(name, true)}`)).toBe(undefined);
      }),
    );
  });

  it("are refused as identifiers where they are none", () => {
    for (const name of ["", "1a", "a-b", "a b", "a;b", "class", "await", "let", "any", "null", "a\u200b;", "\\u0061", "eval"]) {
      expect(() => identifier(name), name).toThrow(CompilerBug);
    }
    for (const name of ["a", "größe", "_", "$group1", "日本", "of", "type"]) expect(identifier(name)).toBe(name);
  });

  it("are refused as import specifiers unless relative or of a package", () => {
    for (const name of ["./a.ts", "../b/c-d.types", "@sagac/runtime", "zod"]) expect(importSpecifier(name)).toBe(`"${name}"`);
    for (const name of ["data:text/javascript,1", "https://x.y/z", 'a";b"', "a\nb", "", "a b"]) {
      expect(() => importSpecifier(name), name).toThrow(CompilerBug);
    }
  });
});

describe("numbers that become code", () => {
  it("are the same number again", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(evaluate(numberLiteral(value))).toBe(value);
      }),
    );
  });

  it("are refused unless finite", () => {
    expect(() => literal(Number.NaN)).toThrow(CompilerBug);
    expect(() => literal(Number.POSITIVE_INFINITY)).toThrow(CompilerBug);
    expect([literal(true), literal(null), literal("x")]).toEqual(["true", "null", '"x"']);
  });
});
