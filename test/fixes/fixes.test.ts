import { LIMITS } from "@sagac/grammar";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { applyEdits } from "../../compiler/fixes/apply.ts";
import { FIX_MAKERS } from "../../compiler/fixes/index.ts";
import { diagnose } from "../../compiler/testing/expect-diagnostics.ts";
import { ERRORS, fixedBy, OTHERS, saga } from "./kit.ts";

/** `wrong` and `right`: what stands in the saga, or with `top` before it. */
interface Case {
  readonly title: string;
  readonly code: string;
  readonly wrong: string;
  readonly right: string;
  readonly top?: true;
  readonly unsafe?: true;
}

const LET = (value: string): string => `  let x = ${value}\n`;
const CLAUSE = (clauses: string): string => `  step other on stock {\n${clauses}\n    compensate undoOther\n  }\n`;

const CASES: readonly Case[] = [
  { title: "`;` at the end of a line", code: "SAGA1026", wrong: "  sleep 5s;\n", right: "  sleep 5s\n" },
  {
    title: "`;` between entries",
    code: "SAGA1026",
    wrong: CLAUSE("    input { a: 1;b: 2 }"),
    right: CLAUSE("    input { a: 1 b: 2 }"),
  },
  { title: "`;` in a list", code: "SAGA1026", wrong: LET("[1; 2]"), right: LET("[1, 2]") },
  { title: "`;` alone on its line", code: "SAGA1026", wrong: "  sleep 5s\n  ;\n", right: "  sleep 5s\n" },
  { title: "`;` before a comment", code: "SAGA1026", wrong: "  sleep 5s; // why\n", right: "  sleep 5s // why\n" },
  {
    title: "`;` between names of an import",
    code: "SAGA1026",
    wrong: 'import { Left; Right } from "./other.saga"\ntype T = { l: Left, r: Right }\n',
    right: 'import { Left, Right } from "./other.saga"\ntype T = { l: Left, r: Right }\n',
    top: true,
  },
  { title: "`,` behind a clause", code: "SAGA1011", wrong: CLAUSE("    timeout 5s,"), right: CLAUSE("    timeout 5s") },
  {
    title: "`:` behind the word of a clause",
    code: "SAGA1013",
    wrong: CLAUSE("    timeout: 5s"),
    right: CLAUSE("    timeout 5s"),
  },
  {
    title: "`=` behind the word of a clause",
    code: "SAGA1013",
    wrong: CLAUSE("    input = { a: 1 }"),
    right: CLAUSE("    input { a: 1 }"),
  },
  {
    title: "`=` for `:`",
    code: "SAGA1006",
    wrong: CLAUSE("    input { a = 1, b=2 }"),
    right: CLAUSE("    input { a: 1, b: 2 }"),
  },
  { title: "`:=` for `=`", code: "SAGA1006", wrong: "  let x := 1\n", right: LET("1") },
  { title: "`:` for `=`", code: "SAGA1006", wrong: "type T: int\n", right: "type T = int\n", top: true },
  {
    title: "a quoted name",
    code: "SAGA1005",
    wrong: CLAUSE('    input { "a": 1, "step": 2 }'),
    right: CLAUSE("    input { a: 1, step: 2 }"),
  },
  { title: "single quotes", code: "SAGA1027", wrong: LET(`'say "it\\'s $5"'`), right: LET(`"say \\"it's \\$5\\""`) },
  { title: "backquotes", code: "SAGA1027", wrong: LET("`a b`"), right: LET('"a b"') },
  {
    title: "backquotes with a hole",
    code: "SAGA1027",
    wrong: LET("`a ${input.count}`"),
    right: LET('"a ${input.count}"'),
    unsafe: true,
  },
  { title: "`&&` and `||`", code: "SAGA1028", wrong: LET("input.ok&&true || false"), right: LET("input.ok and true or false") },
  {
    title: "`===` and `!==`",
    code: "SAGA1028",
    wrong: LET("(input.count === 1) == (input.count !== 2)"),
    right: LET("(input.count == 1) == (input.count != 2)"),
  },
  { title: "`?.[`", code: "SAGA1028", wrong: LET("input.items?.[0]"), right: LET("input.items[0]") },
  {
    title: "`?.` before a field that is called `count`",
    code: "SAGA1028",
    wrong: LET("input?.count"),
    right: LET("input.count"),
  },
  { title: "`!.`", code: "SAGA1028", wrong: LET("input.items![0]"), right: LET("input.items[0]") },
  ...(
    [
      ["!", "", "not "],
      ["(!", ")", "(not "],
      ["true and !", "", "true and not "],
    ] as const
  ).map(([wrong, after, right]) => ({
    title: `\`!\` before a list: ${wrong}[`,
    code: "SAGA1028",
    wrong: `  if ${wrong}[input.ok][0] ?? true${after} { sleep 1s }\n`,
    right: `  if ${right}[input.ok][0] ?? true${after} { sleep 1s }\n`,
    unsafe: true as const,
  })),
  {
    title: "`!` right behind a word of the language",
    code: "SAGA1028",
    wrong: "  if![input.ok][0] ?? true { sleep 1s }\n",
    right: "  if not [input.ok][0] ?? true { sleep 1s }\n",
    unsafe: true,
  },
  { title: "`!` before a path", code: "SAGA1028", wrong: LET("!input.ok"), right: LET("not input.ok") },
  {
    title: "`!` before more",
    code: "SAGA1028",
    wrong: "  if !(input.count == 1) { sleep 1s }\n",
    right: "  if not (input.count == 1) { sleep 1s }\n",
    unsafe: true,
  },
  {
    title: "units of other languages",
    code: "SAGA1024",
    wrong: "  sleep 5min\n  sleep 90sec\n  sleep 2weeks\n  sleep 1.5h\n",
    right: "  sleep 5m\n  sleep 1m30s\n  sleep 14d\n  sleep 1h30m\n",
  },
  { title: "units in another order", code: "SAGA1024", wrong: "  sleep 30m1h\n", right: "  sleep 1h30m\n" },
  { title: "a `#` comment", code: "SAGA1030", wrong: "  ## why: { \n  sleep 1s\n", right: "  // why: { \n  sleep 1s\n" },
  {
    title: "a doc comment of another language",
    code: "SAGA2024",
    wrong: "  /**\n   * A nap.\n   *\n   * Short.\n   */\n  sleep 1s\n",
    right: "  /// A nap.\n  ///\n  /// Short.\n  sleep 1s\n",
  },
  {
    title: "a plain line among documentation",
    code: "SAGA2024",
    wrong: "  /// A nap,\n  // a short\n  /// one.\n  sleep 1s\n",
    right: "  /// A nap,\n  /// a short\n  /// one.\n  sleep 1s\n",
  },
  {
    title: "documentation of nothing",
    code: "SAGA2022",
    wrong: CLAUSE("    /// why\n    timeout 5s"),
    right: CLAUSE("    // why\n    timeout 5s"),
  },
  {
    title: "documentation behind something",
    code: "SAGA2022",
    wrong: CLAUSE("    timeout /// why\n    5s"),
    right: CLAUSE("    timeout // why\n    5s"),
    unsafe: true,
  },
  { title: "a misspelt member", code: "SAGA3001", wrong: LET("input.cuont"), right: LET("input.count"), unsafe: true },
  { title: "a member in other letter case", code: "SAGA3001", wrong: LET("input.Count"), right: LET("input.count") },
  { title: "a misspelt name", code: "SAGA2001", wrong: LET("inptu.count"), right: LET("input.count"), unsafe: true },
  {
    title: "a type of another language",
    code: "SAGA2002",
    wrong: "type T = { a: bool }\n",
    right: "type T = { a: boolean }\n",
    top: true,
    unsafe: true,
  },
  {
    title: "a type in other letter case",
    code: "SAGA2002",
    wrong: "type T = { a: String }\n",
    right: "type T = { a: string }\n",
    top: true,
  },
  {
    title: "a misspelt function",
    code: "SAGA2023",
    wrong: LET("lenght(input.items)"),
    right: LET("length(input.items)"),
    unsafe: true,
  },
  {
    title: "a misspelt service",
    code: "SAGA2004",
    wrong: "  step other on stokc { compensate undoOther }\n",
    right: "  step other on stock { compensate undoOther }\n",
    unsafe: true,
  },
  {
    title: "a misspelt import",
    code: "SAGA2042",
    wrong: 'import { Lefft as L } from "./other.saga"\ntype T = { l: L }\n',
    right: 'import { Left as L } from "./other.saga"\ntype T = { l: L }\n',
    top: true,
    unsafe: true,
  },
  { title: "a misspelt statement", code: "SAGA1012", wrong: "  sleeep 1s\n", right: "  sleep 1s\n", unsafe: true },
  { title: "a statement of another language", code: "SAGA1012", wrong: "  const x = 1\n", right: "  let x = 1\n", unsafe: true },
  { title: "an error twice", code: "SAGA2008", wrong: CLAUSE("    throws Gone, Gone"), right: CLAUSE("    throws Gone") },
  {
    title: "a text twice in a union",
    code: "SAGA3006",
    wrong: 'type T = "a" | "b" | "a"\n',
    right: 'type T = "a" | "b"\n',
    top: true,
  },
  { title: "`? ?` of a type", code: "SAGA3007", wrong: "type T = { a: int? ? }\n", right: "type T = { a: int? }\n", top: true },
  {
    title: "a reversed backoff",
    code: "SAGA6003",
    wrong: CLAUSE("    retry 3 backoff 5s..200ms"),
    right: CLAUSE("    retry 3 backoff 200ms..5s"),
  },
  {
    title: "an unused backoff",
    code: "SAGA6005",
    wrong: CLAUSE("    retry none backoff 5s"),
    right: CLAUSE("    retry none"),
    unsafe: true,
  },
  {
    title: "an unused import",
    code: "SAGA2016",
    wrong: 'import { Left } from "./other.saga"\n',
    right: "",
    top: true,
    unsafe: true,
  },
  {
    title: "an unused import among used ones",
    code: "SAGA2016",
    wrong: 'import { Left, Right } from "./other.saga"\ntype T = { r: Right }\n',
    right: 'import { Right } from "./other.saga"\ntype T = { r: Right }\n',
    top: true,
    unsafe: true,
  },
  { title: "an extra brace", code: "SAGA1003", wrong: "  sleep 1s }\n", right: "  sleep 1s\n", unsafe: true },
  { title: "a name with separate accents", code: "SAGA1025", wrong: "  let e\u0301 = 1\n", right: "  let \u00e9 = 1\n" },
  { title: "a bad escape", code: "SAGA1023", wrong: LET('"\\d"'), right: LET('"\\\\d"'), unsafe: true },
];

describe("fixes", () => {
  it.each(CASES)("$code: $title", ({ code, wrong, right, top = false, unsafe = false }) => {
    const [before, after] = top ? [wrong + saga(""), right + saga("")] : [saga(wrong), saga(right)];
    expect(codesOf(before)).toContain(code);
    expect(fixedBy(before, true)).toBe(after);
    if (unsafe) expect(fixedBy(before, false), "an unsafe fix is not applied unasked").not.toBe(after);
    else expect(fixedBy(before, false)).toBe(after);
    expect(codesOf(after).filter((each) => each === code).length).toBeLessThan(
      codesOf(before).filter((each) => each === code).length,
    );
    expect(diagnose(after, "test.saga", OTHERS).filter(ERRORS)).toEqual([]);
  });

  it("every code with a fix has a case", () => {
    const shown = new Set(CASES.map(({ code }) => code));
    const told = FIX_MAKERS.flatMap(({ codes }) => codes).filter((code) => !shown.has(code));
    // They share the fix of a misspelt name; the last two have their own tests.
    expect(told).toEqual(["SAGA2003", "SAGA2044", "SAGA2050", "SAGA2054", "SAGA2026", "SAGA2051"]);
  });

  it.each([
    ["of one kind", (count: number) => "  sleep 1s;\n".repeat(count)],
    ["of several kinds, one behind the other", (count: number) => "  sleep 1s;\n".repeat(count) + "  let x := 1\n".repeat(count)],
    ["of several kinds in turn", (count: number) => "  sleep 1s;\n  step a on stock { timeout: 1s; }\n".repeat(count / 2)],
  ])("mend more mistakes %s than are told of a file", (_, lines) => {
    const text = saga(lines(LIMITS.problems * 2 + 50));
    expect(codesOf(text)).toContain("SAGA1043");
    expect(codesOf(fixedBy(text, false)).filter((code) => code.startsWith("SAGA1"))).toEqual([]);
  });

  it.each(["5M", "1h5M", "1.5M"])("`%s` may be months or minutes: nothing is put in its place", (written) => {
    const text = saga(`  sleep ${written}\n`);
    expect(codesOf(text)).toContain("SAGA1024");
    expect(fixedBy(text, true)).toBe(text);
  });

  it("a fix of another file is left to whoever asks for that file", () => {
    const text = saga("  sleep 1s\n").replace("service", 'import { Left } from "./other.saga"\ntype T = Left\nservice');
    expect(fixedBy(text, true, { "other.saga": "type Left = { a: Strin }\n" })).toBe(text);
  });

  it("a fix never reaches out of its diagnostic's line by more than what it takes away", () => {
    for (const { wrong, top = false } of CASES) {
      const before = top ? wrong + saga("") : saga(wrong);
      for (const diagnostic of diagnose(before, "test.saga", OTHERS))
        for (const fix of diagnostic.fixes) expectPlace(before, diagnostic, fix.edits);
    }
  });
});

function expectPlace(text: string, { span }: Diagnostic, edits: Diagnostic["fixes"][number]["edits"]): void {
  const fixed = applyEdits(text, edits);
  expect(fixed).not.toBe(text);
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
  for (const edit of edits) expect(Math.abs(lineOf(edit.span.start) - lineOf(span.start))).toBeLessThanOrEqual(1);
}

function codesOf(text: string): string[] {
  return diagnose(text, "test.saga", OTHERS).map(({ code }) => code);
}
