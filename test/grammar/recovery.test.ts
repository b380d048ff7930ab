import { describe, expect, it } from "vitest";
import { around, read } from "./marked.ts";

interface Case {
  readonly title: string;
  readonly text: string;
  /** All that is reported: line, column, code, message. */
  readonly problems: readonly string[];
  /** The steps that are still in the tree. */
  readonly steps: string;
}

/** Braces: bodies of a saga that are right but for one of them. */
const BRACES: readonly Case[] = [
  {
    title: "a step without its closing brace",
    text: "  step a on s {\n    input { input.id }\n    compensate b\n",
    problems: ["4:15 SAGA1002 This `{` is never closed."],
    steps: "a",
  },
  {
    title: "a record without its closing brace",
    text: "  step a on s {\n    input { input.id\n    output { x: int }\n  }",
    problems: ["5:11 SAGA1002 This `{` is never closed."],
    steps: "a",
  },
  {
    title: "a record without its closing brace, on one line",
    text: "  step a on s { input { input.id  retry 3 }",
    problems: ["4:23 SAGA1002 This `{` is never closed."],
    steps: "a",
  },
  {
    title: "a one-line step without its closing brace",
    text: "  parallel {\n    step a on s { input { input.id }\n    step b on s { }\n  }",
    problems: ["5:17 SAGA1002 This `{` is never closed."],
    steps: "a b",
  },
  {
    title: "a loop without its closing brace",
    text: "  repeat max 3 {\n    step a on s { }\n  until true",
    problems: ["4:16 SAGA1002 This `{` is never closed."],
    steps: "a",
  },
  {
    title: "one brace too many, on its own line",
    text: "  step a on s {\n    input { input.id }\n    }\n    compensate b\n  }",
    problems: ["6:5 SAGA1003 This `}` closes nothing."],
    steps: "a",
  },
  {
    title: "one brace too many, at a line's end",
    text: "  step a on s { } }",
    problems: ["4:19 SAGA1003 This `}` closes nothing."],
    steps: "a",
  },
  {
    title: "one brace too many in a record",
    text: "  step a on s {\n    input { input.id } }  retry 3\n    timeout 5s\n  }",
    problems: ["5:24 SAGA1003 This `}` closes nothing."],
    steps: "a",
  },
  {
    title: "a brace opened twice",
    text: "  step a on s { { input { input.id } }",
    problems: ["4:17 SAGA1003 This `{` opens nothing."],
    steps: "a",
  },
  {
    title: "a step without its opening brace",
    text: "  step a on s\n    input { input.id }\n    compensate b\n  }",
    problems: ["4:14 SAGA1001 A `{` is missing here: the `}` that closes it stands below."],
    steps: "a",
  },
  {
    title: "an `if` without its opening brace",
    text: "  if input.id == null\n    step a on s { }\n  }",
    problems: ["4:22 SAGA1001 A `{` is missing here: the `}` that closes it stands below."],
    steps: "a",
  },
  {
    title: "a record without its opening brace",
    text: "  step a on s {\n    input input.id, x: 1 }\n    timeout 5s\n  }",
    problems: ["5:10 SAGA1001 A `{` is missing here: the `}` that closes it stands below."],
    steps: "a",
  },
  {
    title: "a one-line step without its opening brace",
    text: "  step a on s input { input.id } }",
    problems: ["4:14 SAGA1001 A `{` is missing here: the `}` that closes it stands below."],
    steps: "a",
  },
];

/** Half a construct, with something right behind it. */
const HALVES: readonly Case[] = [
  {
    title: "a step without a name",
    text: "  step on s { input { input.id } }",
    problems: ["4:8 SAGA1001 Expected the name of the step after `step`, found `on`."],
    steps: "?",
  },
  {
    title: "a step without anything",
    text: "  step",
    problems: ["4:7 SAGA1001 Expected the name of the step after `step`."],
    steps: "?",
  },
  {
    title: "a step without a body",
    text: "  step a on s",
    problems: ["4:14 SAGA1001 Expected `{` after `s`."],
    steps: "a",
  },
  {
    title: "a step without a service",
    text: "  step a on { input { input.id } }",
    problems: ["4:13 SAGA1001 Expected the name of a service or operation after `on`, found `{`."],
    steps: "a",
  },
  {
    title: "a step whose `on` is misspelt",
    text: "  step a onn s { input { input.id } }",
    problems: ["4:10 SAGA1001 Expected `{` after `a`, found `onn`."],
    steps: "a",
  },
  {
    title: "a clause without its value",
    text: "  step a on s {\n    timeout\n    retry 3\n  }",
    problems: ["5:12 SAGA1001 Expected an expression after `timeout`."],
    steps: "a",
  },
  {
    title: "a retry without its number",
    text: "  step a on s { retry backoff 1s  timeout 5s }",
    problems: ["4:23 SAGA1001 Expected a number of attempts, `none` or `forever` after `retry`, found `backoff`."],
    steps: "a",
  },
  {
    title: "a compensation without its operation",
    text: "  step a on s {\n    compensate\n    timeout 5s\n  }",
    problems: ["5:15 SAGA1001 Expected an operation, or `none because` after `compensate`."],
    steps: "a",
  },
  {
    title: "an `on` without its policy",
    text: "  step a on s {\n    on E\n    timeout 5s\n  }",
    problems: ["5:9 SAGA1001 Expected `fail`, `continue`, `park`, `retry` or a block after `E`."],
    steps: "a",
  },
  {
    title: "a policy that there is not",
    text: "  step a on s {\n    on E ignore\n    timeout 5s\n  }",
    problems: ["5:10 SAGA1001 Expected `fail`, `continue`, `park`, `retry` or a block after `E`, found `ignore`."],
    steps: "a",
  },
  {
    title: "a `let` without its value",
    text: "  let x =\n  let y = 1",
    problems: ["4:10 SAGA1001 Expected an expression after `=`."],
    steps: "",
  },
  {
    title: "a path that ends with a dot",
    text: "  let x = input.\n  let y = 1",
    problems: ["4:17 SAGA1001 Expected the name of a member after `.`."],
    steps: "",
  },
  {
    title: "an operator without its right side",
    text: "  let x = 1 +\n  let y = 1",
    problems: ["4:14 SAGA1001 Expected an expression after `+`."],
    steps: "",
  },
  {
    title: "a bracket that is not closed",
    text: "  let x = [1, 2\n  let y = 1",
    problems: ["4:16 SAGA1001 Expected `]` after `2`."],
    steps: "",
  },
  {
    title: "a parenthesis that is not closed",
    text: "  if (input.id == null { step a on s { } }",
    problems: ["4:24 SAGA1001 Expected `)` after `null`, found `{`."],
    steps: "a",
  },
  {
    title: "a condition without its right side",
    text: "  if input.id == { step a on s { } }",
    problems: ["4:18 SAGA1001 Expected an expression after `==`, found `{`."],
    steps: "a",
  },
  {
    title: "an `if` without its condition",
    text: "  if { step a on s { } }",
    problems: ["4:6 SAGA1001 Expected an expression after `if`, found `{`."],
    steps: "a",
  },
  {
    title: "a `foreach` without `in`",
    text: "  foreach x input.xs { step a on s { } }",
    problems: ["4:13 SAGA1001 Expected `in` after `x`, found `input`."],
    steps: "a",
  },
  {
    title: "a `foreach` without its list",
    text: "  foreach x in { step a on s { } }",
    problems: ["4:16 SAGA1001 Expected an expression after `in`, found `{`."],
    steps: "a",
  },
  {
    title: "a `try` without its other path",
    text: "  try { step a on s { } }\n  step b on s { }",
    problems: ["4:26 SAGA1001 Expected `otherwise` after `}`."],
    steps: "a b",
  },
  {
    title: "a `repeat` without its end",
    text: "  repeat max 3 { step a on s { } }\n  step b on s { }",
    problems: ["4:35 SAGA1001 Expected `until` after `}`."],
    steps: "a b",
  },
  {
    title: "an `await` whose `on timeout` is misspelt",
    text: "  await x timeout 2d on timeot fail",
    problems: ["4:25 SAGA1001 Expected `timeout` after `on`, found `timeot`."],
    steps: "",
  },
  {
    title: "an entry without its value",
    text: "  step a on s { input { x: , y: 2 } }",
    problems: ["4:28 SAGA1001 Expected an expression after `:`, found `,`."],
    steps: "a",
  },
  {
    title: "an entry without its value at a line's end",
    text: "  step a on s {\n    input {\n      x:\n      y: 2\n    }\n  }",
    problems: ["6:9 SAGA1001 Expected an expression after `:`."],
    steps: "a",
  },
  {
    title: "an entry without its colon",
    text: "  step a on s { input { x 1, y: 2 } }",
    problems: ["4:27 SAGA1012 `1` cannot stand here: expected an entry (`name: value`), or `}`."],
    steps: "a",
  },
  {
    title: "a call that is not closed in a record",
    text: "  step a on s { input { x: f(1, y: 2 } }",
    problems: ["4:33 SAGA1001 Expected an expression after `,`, found `y`."],
    steps: "a",
  },
];

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

/** Reads the case inside a saga, with a step behind it that must be in the tree whatever is wrong before. */
function check({ text, problems, steps }: Case): void {
  expect(read(around(text))).toEqual({
    problems,
    steps: [...steps.split(" ").filter((name) => name !== ""), "last"],
    declarations: ["S"],
    misplaced: [],
  });
}

describe("One mistake is one problem, and the rest is still in the tree", () => {
  describe("braces", () => it.each(BRACES)("$title", check));
  describe("half a construct", () => it.each(HALVES)("$title", check));
  describe("strangers", () => it.each(STRANGERS)("$title", check));
  describe("habits and literals", () => it.each(HABITS)("$title", check));
});
