import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFile } from "../../compiler/ast/parse.ts";
import { childrenOf } from "../../compiler/ast/walk.ts";
import { LIMITS, parse, SYNTAX_CODES, WORDS } from "../../grammar/index.ts";

/** As much of a text as a file may hold, unless `length` says less. */
function flood(part: string, length: number = LIMITS.fileLength): string {
  return part.repeat(Math.floor(length / part.length));
}

const inSaga = (text: string): string => `saga S { ${text}`;

/** Texts that would hurt a careless reader, and the code of what is said of them; `null`: nothing. */
const FLOODS: readonly (readonly [title: string, text: string, code: string | null])[] = [
  ["a file that is too long", flood("a", LIMITS.fileLength + 1), "SAGA1040"],
  ["parentheses", flood("("), "SAGA1041"],
  ["braces", flood("{"), "SAGA1041"],
  ["brackets", flood("["), "SAGA1041"],
  ["closing braces", flood("}"), "SAGA1042"],
  ["blocks", inSaga(flood("if a { ", 100_000)), "SAGA1041"],
  ["holes in holes", inSaga(`lock ${'"${'.repeat(150)}1${'}"'.repeat(150)}}`), "SAGA1041"],
  ["holes that are not closed", flood('"${'), "SAGA1021"],
  ["negations", inSaga(`let x = ${flood("not ", 500_000)}`), "SAGA1041"],
  ["signs", inSaga(`let x = ${flood("-", 150_000)}`), "SAGA1041"],
  ["sums", inSaga(`let x = 1${flood("+1", 150_000)}}`), "SAGA1041"],
  ["members", inSaga(`let x = a${flood(".a", 150_000)}}`), "SAGA1041"],
  ["items", inSaga(`let x = a${flood("[]", 150_000)}}`), "SAGA1041"],
  ["choices in choices", inSaga(`let x = ${flood("a?", 100_000)}`), "SAGA1041"],
  ["choices after choices", inSaga(`let x = ${flood("a?b:", 150_000)}`), "SAGA1041"],
  ["`else if`", inSaga(`${flood("if a {} else ", 400_000)}`), "SAGA1041"],
  ["types in types", `type T = ${flood("record<", 500_000)}`, "SAGA1041"],
  ["lists of lists", `type T = a${flood("[]", 150_000)}`, "SAGA1041"],
  ["words", flood("hello "), "SAGA1012"],
  ["keywords", flood("step "), "SAGA1042"],
  ["one long name", flood("a"), "SAGA1044"],
  ["one long number", inSaga(`let x = ${flood("1", 500_000)}}`), "SAGA1024"],
  ["semicolons", flood(";"), "SAGA1026"],
  ["quotes", flood('"'), "SAGA1042"],
  ["comments that are not closed", `x${flood("/* ")}`, "SAGA1022"],
  ["doc comments", flood("/// x\n"), null],
  ["emptiness", flood("\n"), null],
  ["characters that begin nothing", flood("\u{1f600}"), "SAGA1020"],
  ["NUL", flood("\0"), "SAGA1029"],
  ["halves of characters", flood("\ud800"), "SAGA1029"],
  ["escapes", inSaga(`lock "${flood("\\q", 500_000)}" }`), "SAGA1023"],
  ["misplaced clauses", inSaga(`${flood("throws X ", 500_000)}}`), null],
  ["misspelt words", inSaga(`${flood("stp ", 400_000)}}`), "SAGA1012"],
  ["misspelt words and semicolons", inSaga(`${flood("stp ; ", 500_000)}}`), "SAGA1026"],
  ["misspelt words and braces", inSaga(`${flood("stp }\n", 400_000)}}`), "SAGA1003"],
  ["braces that close nothing", `saga S {}${flood("\n}", 300_000)}`, "SAGA1003"],
  ["one line without closing braces", inSaga(flood("input { a b ", 600)), "SAGA1002"],
];

describe("Too much of something", () => {
  it.each(FLOODS)("%s is answered, and soon", (_title, text, code) => {
    const before = performance.now();
    const { problems } = parseFile(text, "test.saga");
    const tookMs = performance.now() - before;
    if (code === null) expect(problems).toEqual([]);
    else expect(problems.map((problem) => problem.code)).toContain(code);
    expect(problems.length).toBeLessThanOrEqual(LIMITS.problems + 1);
    // A hundred times what it takes: only what grows with the square would be later.
    expect(tookMs).toBeLessThan(20_000);
  });

  const nested: readonly (readonly [title: string, open: string, inside: string, close: string])[] = [
    ["blocks", "if a { ", "", "} "],
    ["groups", "parallel { ", "", "} "],
    ["tries", "try { ", "", "} otherwise fail "],
    ["handlers of errors", "step a { on E { ", "", "} } "],
  ];
  it.each(nested)("%s in each other are read up to the limit, and not beyond", (_title, open, inside, close) => {
    const levels = (open.match(/\{/g) ?? []).length;
    const at = (depth: number): readonly string[] =>
      parseFile(inSaga(`${open.repeat(depth)}${inside}${close.repeat(depth)}}`), "test.saga").problems.map(({ code }) => code);
    expect(at(Math.floor((LIMITS.nesting - 1) / levels))).toEqual([]);
    expect(at(LIMITS.nesting)).toEqual(["SAGA1041"]);
  });

  it("in expressions is read up to the limit, and not beyond", () => {
    const at = (depth: number): readonly string[] =>
      parseFile(inSaga(`let x = ${"(".repeat(depth)}1${")".repeat(depth)} }`), "test.saga").problems.map(({ code }) => code);
    expect(at(LIMITS.nesting - 2)).toEqual([]);
    expect(at(LIMITS.nesting)).toEqual(["SAGA1041"]);
  });

  it("gives no tree deeper than the limit", () => {
    const { file, problems } = parseFile(inSaga(`let x = 1${"+1".repeat(LIMITS.treeDepth - 10)} }`), "test.saga");
    expect(problems).toEqual([]);
    const depthOf = (node: Parameters<typeof childrenOf>[0]): number => 1 + Math.max(0, ...childrenOf(node).map(depthOf));
    expect(depthOf(file)).toBeLessThanOrEqual(LIMITS.treeDepth + 1);
  });
});

/** Characters that no source may hold, and where they may not hide. */
const HIDDEN = [
  "\0",
  "\x07",
  "\x1b",
  "\x7f",
  "\x85",
  "\u061c",
  "\u200e",
  "\u200f",
  "\u202a",
  "\u202e",
  "\u2066",
  "\u2069",
  "\ud800",
  "\udfff",
];
const PLACES = [
  "/* % */ type T = int",
  "// %\ntype T = int",
  "/// %\ntype T = int",
  'type T = "%"',
  "type T% = int",
  "type T = %int",
  "%",
];

describe("Characters that cannot be seen", () => {
  const cases = HIDDEN.flatMap((hidden) =>
    PLACES.map((place) => ({ name: hidden.charCodeAt(0).toString(16), place, text: place.replace("%", hidden) })),
  );
  it.each(cases)("U+$name in: $place", ({ text, place }) => {
    const { problems } = parseFile(text, "test.saga");
    const [first] = problems;
    expect(first?.code).toBe("SAGA1029");
    expect(first?.start).toBe(place.indexOf("%"));
  });

  it("may be written as escapes", () => {
    expect(parseFile('type T = "\\u{202e}\\u{7}"', "test.saga").problems).toEqual([]);
  });

  it("do not include pairs, tabs, line breaks and the mark at the beginning of a file", () => {
    expect(parseFile('\ufeff\ttype T = "\u{1f600}" // \u{1f468}\u200d\u{1f469}\r\n', "test.saga").problems).toEqual([]);
  });
});

/** Whatever is read has its problems in the text, in order, with known codes and whole sentences. */
function check(text: string): void {
  const { file, problems } = parseFile(text, "test.saga");
  expect(file.span).toEqual({ file: "test.saga", start: 0, end: text.length });
  let last = 0;
  for (const { code, message, start, end } of problems) {
    expect(Object.keys(SYNTAX_CODES)).toContain(code);
    expect(message).toMatch(/[.?]$/);
    expect(start).toBeGreaterThanOrEqual(last);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(text.length);
    last = start;
  }
  const { cst, errors } = parse(text, "test.saga");
  expect(cst).not.toBeNull();
  expect(errors.length).toBeLessThanOrEqual(problems.length);
}

describe("Any text", () => {
  it("is read without an exception", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), check), { numRuns: 2000 });
  });

  it("of code units, also halves of characters, is read without an exception", () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 100 });
    fc.assert(
      fc.property(units, (codes) => check(String.fromCharCode(...codes))),
      { numRuns: 1000 },
    );
  });

  it("of words and signs of the language is read without an exception", () => {
    const signs =
      '{ } { } ( ) [ ] : , . .. ? ?? | == < > = + - * / % 1 2.5 3s name other "text" "a ${b}" "${ \'x ; \n \n /// doc\n /* c */'.split(
        " ",
      );
    const part = fc.oneof(fc.constantFrom(...WORDS.map(({ word }) => word)), fc.constantFrom(...signs));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 80 }), (parts) => check(parts.join(" "))),
      { numRuns: 3000 },
    );
  });

  it("gives the same result twice, whatever was read in between", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (one, other) => {
        const first = parseFile(inSaga(one), "test.saga");
        parseFile(other, "test.saga");
        expect(parseFile(inSaga(one), "test.saga")).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });
});
