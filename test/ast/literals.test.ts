import { describe, expect, it } from "vitest";
import type { Expression } from "../../compiler/ast/nodes.ts";
import { parseFile } from "../../compiler/ast/parse.ts";
import { walk } from "../../compiler/ast/walk.ts";

/** The value of `let value = …`, and the codes of what is reported. */
function read(literal: string): { readonly value: Expression | undefined; readonly codes: readonly string[] } {
  const { file, problems } = parseFile(`saga S { let value = ${literal} }`, "test.saga");
  let value: Expression | undefined;
  walk(file, (node) => {
    if (node.kind === "let") value = node.value;
    return true;
  });
  return { value, codes: problems.map(({ code }) => code) };
}

describe("Durations", () => {
  const right: readonly (readonly [text: string, ms: number])[] = [
    ["0s", 0],
    ["200ms", 200],
    ["5s", 5000],
    ["10m", 600_000],
    ["2h", 7_200_000],
    ["7d", 604_800_000],
    ["1h30m", 5_400_000],
    ["1d2h3m4s5ms", 93_784_005],
    ["090s", 90_000],
    ["104249991d", 104249991 * 86_400_000],
  ];
  it.each(right)("%s is %d ms", (text, ms) => {
    expect(read(text)).toMatchObject({ value: { kind: "duration", ms, text }, codes: [] });
  });

  it.each(["5s1h", "1m1m", "5ms1s", "104249992d", "99999999999999999999d", "5sec", "5S", "1.5s", "1h30", "1_000ms"])(
    "%s is none",
    (text) => {
      const { value, codes } = read(text);
      expect(codes).toContain("SAGA1024");
      expect(value?.kind).toBe("invalid");
    },
  );
});

describe("Numbers", () => {
  const right: readonly (readonly [text: string, kind: string, value: number])[] = [
    ["0", "int", 0],
    ["007", "int", 7],
    ["1_000_000", "int", 1_000_000],
    ["9007199254740991", "int", Number.MAX_SAFE_INTEGER],
    ["1.5", "decimal", 1.5],
    ["1_0.2_5", "decimal", 10.25],
  ];
  it.each(right)("%s", (text, kind, value) => {
    expect(read(text)).toMatchObject({ value: { kind, value, text }, codes: [] });
  });

  it.each(["9007199254740992", "1e5", "0x10", `${"9".repeat(400)}.0`])("%s is too large or none", (text) => {
    const { value, codes } = read(text);
    expect(codes).toEqual(["SAGA1024"]);
    expect(value?.kind).toBe("invalid");
  });

  it("do not swallow the dots of a range", () => {
    const { problems } = parseFile("saga S { step a { retry 3 backoff 1s..5s } output { a: b[0].c, d: 1.5 } }", "test.saga");
    expect(problems).toEqual([]);
  });
});

describe("Texts", () => {
  const right: readonly (readonly [text: string, value: string])[] = [
    ['""', ""],
    ['"a \\" b"', 'a " b'],
    ['"\\\\"', "\\"],
    ['"\\n\\r\\t"', "\n\r\t"],
    ['"\\u{41}\\u{1F600}\\u{10ffff}"', "A\u{1f600}\u{10ffff}"],
    ['"a $ b $$ {c} \\${d}"', "a $ b $$ {c} ${d}"],
    ['"// no comment /* none */"', "// no comment /* none */"],
    ['"\u{1f600}"', "\u{1f600}"],
  ];
  it.each(right)("%s", (text, value) => {
    expect(read(text)).toMatchObject({ value: { kind: "string", value }, codes: [] });
  });

  it.each(['"\\q"', '"\\u41"', '"\\u{}"', '"\\u{110000}"', '"\\u{d800}"', '"\\u{0}"', '"\\u{41"', '"\\x41"', '"\\0"', '"\\\'"'])(
    "%s has an escape that there is not",
    (text) => {
      expect(read(text).codes).toEqual(["SAGA1023"]);
    },
  );

  it.each(['"a', '"', '"a\\"', '"a ${b', '"a ${b"', '"a ${"b"', '"${{}"'])("%s is not closed", (text) => {
    expect(read(`${text}\n`).codes).toEqual(["SAGA1021"]);
  });

  it("hold expressions with braces, texts and comments of their own", () => {
    expect(read('"${f({ a: "}" })} ${a /* } */} ${"x ${"y"}"}"').codes).toEqual([]);
  });

  it("have their expressions where they are written", () => {
    const text = 'saga S { lock "é ${input.id} ${f("a ${deep}")}" }';
    const names: string[] = [];
    walk(parseFile(text, "test.saga").file, (node) => {
      if (node.kind === "name" || node.kind === "ident" || node.kind === "input")
        names.push(text.slice(node.span.start, node.span.end));
      return true;
    });
    expect(names).toEqual(["S", "input", "id", "f", "deep"]);
  });
});

describe("Names", () => {
  it.each(["straße", "名前", "_x", "नमस्ते", "x1"])("%s may be one", (name) => {
    expect(parseFile(`error ${name}`, "test.saga").problems).toEqual([]);
  });

  it("are kept in the composed form, and the other is reported", () => {
    const { file, problems } = parseFile("error E\u0301tat", "test.saga");
    expect(problems.map(({ code }) => code)).toEqual(["SAGA1025"]);
    expect(file.declarations[0]).toMatchObject({ name: { name: "\u00c9tat" } });
  });

  it("may be 128 units long", () => {
    expect(parseFile(`error ${"a".repeat(128)}`, "test.saga").problems).toEqual([]);
    expect(parseFile(`error ${"a".repeat(129)}`, "test.saga").problems.map(({ code }) => code)).toEqual(["SAGA1044"]);
  });
});
