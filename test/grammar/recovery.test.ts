import { describe, it } from "vitest";
import { type Case, check } from "./marked.ts";

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

describe("One mistake is one problem, and the rest is still in the tree", () => {
  describe("braces", () => it.each(BRACES)("$title", check));
  describe("half a construct", () => it.each(HALVES)("$title", check));
});
