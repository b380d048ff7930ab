import { describe, expect, it } from "vitest";
import { around, type Case, check, read } from "./marked.ts";

/** What begins nothing of ours. */
const STRANGERS: readonly Case[] = [
  {
    title: "words that are no statement",
    text: "  hello world 5 * 3\n  step a on s { }",
    problems: ["4:3 SAGA1012 `hello` cannot stand here: expected a clause or statement of the saga, or `}`."],
    steps: "a",
  },
  {
    title: "a statement of another language",
    text: "  transaction foo { begin; commit }\n  step a on s { }",
    problems: [
      "4:3 SAGA1012 `transaction` cannot stand here: expected a clause or statement of the saga, or `}`.",
      "4:26 SAGA1026 There is no `;` in this language.",
    ],
    steps: "a",
  },
  {
    title: "a clause that is misspelt",
    text: "  step a on s {\n    compensat b { input { input.id } }\n    timeout 5s\n  }",
    problems: ["5:5 SAGA1012 `compensat` cannot stand here: expected a clause of the step, or `}`."],
    steps: "a",
  },
  {
    title: "an `else` without its `if`",
    text: "  else { step a on s { } }",
    problems: ["4:3 SAGA1012 `else` cannot stand here: expected a clause or statement of the saga, or `}`."],
    steps: "",
  },
  {
    title: "commas between clauses",
    text: "  step a on s {\n    timeout 5s,\n    retry 3\n  }",
    problems: ["5:15 SAGA1011 Nothing has to separate declarations, statements and clauses."],
    steps: "a",
  },
  {
    title: "a word written twice",
    text: "  parallel parallel { step a on s { } }",
    problems: ["4:12 SAGA1001 Expected `{` after `parallel`, found `parallel`."],
    steps: "a",
  },
  {
    title: "a character that begins nothing",
    text: "  step a$b on s { }",
    problems: ["4:9 SAGA1020 The character `$` begins nothing in this language."],
    steps: "a",
  },
  {
    title: "semicolons",
    text: "  step a on s { timeout 5s; }",
    problems: ["4:27 SAGA1026 There is no `;` in this language."],
    steps: "a",
  },
];

/** Habits of other languages, and literals that are wrong. */
const HABITS: readonly Case[] = [
  {
    title: "an `=` in a record",
    text: "  step a on s { input { x = 1, y: 2 } }",
    problems: ["4:27 SAGA1006 Expected `:`, found `=`."],
    steps: "a",
  },
  {
    title: "a quoted name",
    text: '  step "a" on s { }',
    problems: ['4:8 SAGA1005 A name is written without quotes, not as "a".'],
    steps: "a",
  },
  {
    title: "a quoted key",
    text: '  step a on s { input { "x": 1 } }',
    problems: ['4:25 SAGA1005 A name is written without quotes, not as "x".'],
    steps: "a",
  },
  {
    title: "single quotes",
    text: "  step a on s { key 'x' }",
    problems: ["4:21 SAGA1027 A text is written in double quotes, not in single ones."],
    steps: "a",
  },
  {
    title: "`&&`",
    text: "  if input.id == 1 && true { step a on s { } }",
    problems: ["4:20 SAGA1028 `&&` is not an operator of this language."],
    steps: "a",
  },
  {
    title: "`===`",
    text: "  if input.id === 1 { step a on s { } }",
    problems: ["4:15 SAGA1028 `===` is not an operator of this language."],
    steps: "a",
  },
  {
    title: "`!`",
    text: "  if !input.ok { step a on s { } }",
    problems: ["4:6 SAGA1028 `!` is not an operator of this language."],
    steps: "a",
  },
  {
    title: "`!.` behind a member that is called as a word is",
    text: "  let x = input.if!.x",
    problems: ["4:19 SAGA1028 `!` is not an operator of this language."],
    steps: "",
  },
  {
    title: "`?.`",
    text: "  let x = input?.id",
    problems: ["4:16 SAGA1028 `?.` is not an operator of this language."],
    steps: "",
  },
  {
    title: "`=` as a comparison",
    text: "  if input.id = 1 { step a on s { } }",
    problems: ["4:15 SAGA1028 `=` gives a name to a value; it does not compare."],
    steps: "a",
  },
  {
    title: "a colon in a `let`",
    text: "  let x: 1",
    problems: ["4:8 SAGA1006 Expected `=`, found `:`."],
    steps: "",
  },
  {
    title: "a word of the language as a name",
    text: "  step timeout on s { }",
    problems: ["4:8 SAGA1004 `timeout` is a word of the language and cannot be the name of the step."],
    steps: "timeout",
  },
  {
    title: "a word of the language as a value",
    text: "  step a on s { input { step, x: 1 } }",
    problems: ["4:25 SAGA1001 Expected an entry (`name: value`, or the path of a value) after `{`, found `step`."],
    steps: "a",
  },
  {
    title: "a text that is not closed",
    text: '  step a on s { compensate none because "x }\n  step b on s { }',
    problems: ["4:41 SAGA1021 This text is not closed on its line."],
    steps: "a b",
  },
  {
    title: "a hole that is not closed",
    text: '  lock "a ${input.id b"',
    problems: ["4:8 SAGA1021 The `${` in this text is not closed on its line."],
    steps: "",
  },
  {
    title: "an empty hole",
    text: '  lock "a ${} b"',
    problems: ["4:13 SAGA1001 Expected an expression, found `}`."],
    steps: "",
  },
  {
    title: "a mistake in a hole",
    text: '  lock "a ${1 + } b"',
    problems: ["4:17 SAGA1001 Expected an expression after `+`, found `}`."],
    steps: "",
  },
  {
    title: "a word too many in a hole",
    text: '  lock "a ${x y} b"',
    problems: ["4:15 SAGA1001 Expected an operator or the end of the expression, found `y`."],
    steps: "",
  },
  {
    title: "an escape that there is not",
    text: '  lock "a \\q"',
    problems: ["4:11 SAGA1023 `\\q` is not an escape that texts have."],
    steps: "",
  },
  {
    title: "a duration in words",
    text: "  step a on s { timeout 5sec }",
    problems: ["4:25 SAGA1024 `5sec` is neither a number nor a duration."],
    steps: "a",
  },
  {
    title: "a duration with a fraction",
    text: "  step a on s { timeout 1.5s }",
    problems: ["4:25 SAGA1024 `1.5s` is neither a number nor a duration."],
    steps: "a",
  },
  {
    title: "a duration with its units in disorder",
    text: "  step a on s { timeout 5s1h }",
    problems: ["4:25 SAGA1024 The units of `5s1h` are not in order."],
    steps: "a",
  },
  {
    title: "a duration without end",
    text: "  step a on s { timeout 999999999999d }",
    problems: ["4:25 SAGA1024 The duration `999999999999d` is too long."],
    steps: "a",
  },
  {
    title: "a number without end",
    text: "  step a on s { retry 99999999999999999999 }",
    problems: ["4:23 SAGA1024 99999999999999999999 is too large for a whole number."],
    steps: "a",
  },
  {
    title: "a chain of comparisons",
    text: "  let x = 1 < 2 < 3",
    problems: ["4:17 SAGA1007 Comparisons cannot be chained with `<`."],
    steps: "",
  },
  {
    title: "a `not` behind a tighter operator",
    text: "  let x = 1 + not y",
    problems: ["4:15 SAGA1009 `not` binds less than the operator before it."],
    steps: "",
  },
  {
    title: "an entry that cannot name itself",
    text: "  step a on s { input { xs[0], y: 1 } }",
    problems: ["4:25 SAGA1008 This entry has no name of its own."],
    steps: "a",
  },
  {
    title: "a hole where a plain text is needed",
    text: '  step a on s { compensate none because "x ${y}" }',
    problems: ["4:41 SAGA1010 Here only a plain text can stand, without `${ }`."],
    steps: "a",
  },
];

describe("One mistake is one problem, and the rest is still in the tree", () => {
  describe("strangers", () => it.each(STRANGERS)("$title", check));
  describe("habits and literals", () => it.each(HABITS)("$title", check));

  // All of them are right; what a safe fix would take away is a part of an expression or of a record.
  describe("a colon behind a word of a clause that is none", () =>
    it.each([
      "  sleep input.fast ? input.timeout : 5s",
      "  let w = input.f ? input.timeout : 5s",
      "  let w = input.f ? input : x",
      "  let w = input.f ? input.g ? x : input : y",
      "  let w = input.f ? x ?? input : y",
      "  let w = input.f ? not input : y",
      "  let w = input.f ? x == input : y",
      "  let w = input.f ? x and input : y",
      "  let w = input.f\n    ? input\n    : y",
      '  let w = "${input.f ? input : x}"',
      "  publish when = input.f ? input.version : 1",
      "  fail X { timeout: 5s }",
      "  step a on s { input { input.id } key input.f ? input.key : input.id }",
      "  step a on s { timeout input.f ? input.timeout : 5s }",
      "  step a on s { input { timeout: 5s, input: { key: 1 } } throws X on X fail Y { key: 1 } }",
    ])("%s", (text) => expect(read(around(text)).problems).toEqual([])));
});
