import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@sagac/grammar";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { format } from "../../compiler/format/format.ts";
import { LINE_WIDTH } from "../../compiler/format/printer.ts";
import { ROOT } from "../kit/scratch.ts";

const EXAMPLES = join(ROOT, "test", "grammar", "examples");
const examples = readdirSync(EXAMPLES).map((name) => ({ name, text: readFileSync(join(EXAMPLES, name), "utf8") }));

describe("the one layout", () => {
  const cases: readonly (readonly [what: string, before: string, after: string])[] = [
    ["of an empty file is nothing", "  \n\n", ""],
    ["takes what stands too close apart", 'error E{a:string,b:"x"|"y"}', 'error E { a: string, b: "x" | "y" }\n'],
    ["draws together what belongs together", "type T = record < int > [ ] ?", "type T = record<int>[]?\n"],
    ["leaves one empty line where there are several", "error A\n\n\n\nerror B\nerror C\n", "error A\n\nerror B\nerror C\n"],
    ["breaks a saga always", "saga S { timeout 1h }", "saga S {\n  timeout 1h\n}\n"],
    [
      "keeps braces on one line, and clauses apart",
      "service s { idempotent for 7d timeout 5s }",
      "service s { idempotent for 7d  timeout 5s }\n",
    ],
    ["breaks braces that are broken behind the first", "error E {\na: int, b: int }", "error E {\n  a: int,\n  b: int\n}\n"],
    ["joins those that are broken later", "error E { a: int,\n  b: int\n}", "error E { a: int, b: int }\n"],
    ["joins statements", "saga S {\n  if a\n    and b\n  { }\n}", "saga S {\n  if a and b {}\n}\n"],
    ["knows a difference from a sign", "saga S { let a = - b - - 1 }", "saga S {\n  let a = -b - -1\n}\n"],
    [
      "has calls, items and lists close",
      "saga S { let a = max ( b [ 0 ] , c [ ] . d , [ 1 , 2 ] ) }",
      "saga S {\n  let a = max(b[0], c[].d, [1, 2])\n}\n",
    ],
    ["leaves texts as they are", 'saga S { let a = "x  ${ b } y" }', 'saga S {\n  let a = "x  ${ b } y"\n}\n'],
    ["has comments behind what they stand behind", "error E     // why\nerror F", "error E // why\nerror F\n"],
    [
      "has comments above what they stand above",
      "saga S {\n      // first\n   timeout 1h\n}",
      "saga S {\n  // first\n  timeout 1h\n}\n",
    ],
    ["breaks braces with such a comment", "error E { a: int // why\n}", "error E {\n  a: int // why\n}\n"],
    ["keeps block comments in their line", "error E /* a */ { a: int }", "error E /* a */ { a: int }\n"],
    ["keeps the ends of lines of Windows", "error A\r\nerror B { a : int }\r\n", "error A\r\nerror B { a: int }\r\n"],
    ["ends the last line", "error A", "error A\n"],
  ];
  it.each(cases)("%s", (_, before, after) => {
    expect(format(before, "a.saga").text).toBe(after);
  });

  it("breaks what does not fit", () => {
    const names = Array.from({ length: 30 }, (_, at) => `field${at}: string`);
    const { text } = format(`error Long { ${names.join(", ")} }`, "a.saga");
    expect(text.split("\n")).toHaveLength(33);
    expect(text).toContain("\n  field29: string\n}\n");
  });

  it("keeps line breaks only in lines that are too long without", () => {
    const terms = Array.from({ length: 20 }, (_, at) => `input.number${at}`);
    const broken = `saga S {\n  let a = ${terms.join("\n+ ")}\n}\n`;
    const lines = format(broken, "a.saga").text.split("\n");
    expect(lines.slice(0, 3)).toEqual(["saga S {", "  let a = input.number0", "      + input.number1"]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(LINE_WIDTH);
  });
});

describe("what cannot be read", () => {
  it("stays byte for byte, and what stands around it is laid out", () => {
    const broken = "saga   Broken {\n   step  =  {\n }\n}";
    const { text, problems } = format(`error A{a:int}\n\n${broken}\n\nerror   B\n`, "a.saga");
    expect(text).toBe(`error A { a: int }\n\n${broken}\n\nerror B\n`);
    expect(problems.length).toBeGreaterThan(0);
  });

  it.each([
    ["a brace too many", "error A{a:int}}\nerror   B"],
    ["a brace too few", "error A{a:int\nerror   B"],
    ["junk before everything", "§§ error   A"],
    ["a text that does not end", 'saga S { let a = "x }\n'],
    ["half a file", "saga S { step a on b {"],
  ])("%s", (_, text) => {
    const formatted = format(text, "a.saga");
    expect(formatted.problems.length).toBeGreaterThan(0);
    expect(words(formatted.text)).toEqual(words(text));
  });

  it("has no place where it stands: the second time it stands as the first", () => {
    const text = "compensate Order {\n  step a on b {\n    input { input.x }\n    compensate c\n  }\n}\n";
    const once = format(text, "a.saga").text;
    expect(words(once)).toEqual(words(text));
    expect(format(once, "a.saga").text).toBe(once);
  });

  it("stays whole where there are more mistakes than are told: they may stand anywhere", () => {
    const text = `error   A\n${"} ".repeat(250)}\nerror   B{{\n`;
    expect(format(text, "a.saga").text).toBe(text);
  });

  it.each([
    ["a comment that is never closed", "error A{a:int}\n/* to be", "error A{a:int}\n/* to be\n"],
    ["a comment of another language", "error A{a:int}# \nerror   B", "error A{a:int}#\nerror B\n"],
    ["a sign that begins nothing", "error A{a:int} §\nerror   B", "error A{a:int} §\nerror B\n"],
    ["a blank that is none", "error   B\nerror A{a:int}\u00a0 \n", "error B\nerror A{a:int}\u00a0\n"],
    ["a comment right behind what cannot be read", "error   A { § }///b\nerror   B", "error   A { § }\n///b\nerror B\n"],
    ["a sign before everything", "§ error   A", "§ error   A"],
    ["a semicolon at the end", "error   A\nerror   B;\n", "error A\nerror   B;\n"],
  ])("keeps %s", (_, text, after) => {
    const once = format(text, "a.saga").text;
    expect(once).toBe(after);
    expect(format(once, "a.saga").text).toBe(once);
  });
});

describe.each(examples)("$name", ({ text }) => {
  it("keeps its words and comments, and is the same the second time", () => {
    const once = format(text, "a.saga").text;
    expect(words(once)).toEqual(words(text));
    expect(format(once, "a.saga").text).toBe(once);
  });

  it("however it was laid out before", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.constantFrom(" ", "  ", "\n", "\n\n", "\t", "\n   ")), (gaps) => {
        const shaken = shake(text, gaps);
        const once = format(shaken, "a.saga").text;
        expect(words(once)).toEqual(words(text));
        expect(format(once, "a.saga").text).toBe(once);
      }),
      { numRuns: 15 },
    );
  });

  it("also cut off anywhere", () => {
    fc.assert(
      fc.property(fc.nat(text.length), (end) => {
        const part = text.slice(0, end);
        const once = format(part, "a.saga").text;
        expect(words(once)).toEqual(words(part));
        expect(format(once, "a.saga").text).toBe(once);
      }),
      { numRuns: 40 },
    );
  });
});

it("looks at each word of a long line only so often, however many it has", () => {
  const asked = (count: number): number => {
    const text = `type T = "x"\n${Array.from({ length: count }, (_, at) => `  | "v${at}"\n`).join("")}`;
    const has = vi.spyOn(Set.prototype, "has");
    try {
      format(text, "a.saga");
      return has.mock.calls.length;
    } finally {
      has.mockRestore();
    }
  };
  asked(1);
  expect(asked(400)).toBeLessThan(5 * asked(100));
});

/** Tokens and comments, in order. */
function words(text: string): readonly string[] {
  const { tokens, comments } = parse(text, "a.saga");
  const all = [
    ...tokens.map(({ startOffset, image }) => ({ start: startOffset, text: image })),
    ...comments.map(({ start, text: said }) => ({ start, text: said.trimEnd() })),
  ];
  return all.sort((a, b) => a.start - b.start).map((word) => word.text);
}

/** The same words with other gaps. */
function shake(text: string, gaps: Iterator<string>): string {
  const { tokens, comments } = parse(text, "a.saga");
  const pieces = [
    ...tokens.map(({ startOffset: start, image }) => ({ start, text: image, ends: false })),
    ...comments.map(({ start, text: said, kind }) => ({ start, text: said, ends: kind !== "block" })),
  ].sort((a, b) => a.start - b.start);
  return pieces.map(({ text: word, ends }) => word + (ends ? "\n" : "") + gaps.next().value).join("");
}
