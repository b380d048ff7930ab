import { describe, expect, it } from "vitest";
import { around, read } from "./marked.ts";

interface Case {
  readonly title: string;
  readonly text: string;
  /** All that is reported: line, column, code, message. */
  readonly problems: readonly string[];
  readonly steps: string;
  readonly declarations: string;
}

/** Whole files with a mistake. */
const FILES: readonly Case[] = [
  {
    title: "a type without `=`",
    text: "type T { a: int }\ntype U = string",
    problems: ["1:8 SAGA1001 Expected `=` after `T`, found `{`."],
    steps: "",
    declarations: "T U",
  },
  {
    title: "a type with a colon",
    text: "type T: { a: int }\ntype U = string",
    problems: ["1:7 SAGA1006 Expected `=`, found `:`."],
    steps: "",
    declarations: "T U",
  },
  {
    title: "a field without its type",
    text: "type T = {\n  a:\n  b: int\n}\ntype U = string",
    problems: ["2:5 SAGA1001 Expected a type after `:`."],
    steps: "",
    declarations: "T U",
  },
  {
    title: "a field without its colon",
    text: "type T = { a int, b: int }\ntype U = string",
    problems: ["1:14 SAGA1001 Expected `:` after `a`, found `int`."],
    steps: "",
    declarations: "T U",
  },
  {
    title: "a field with `=`",
    text: "type T = { a = int, b: int }\ntype U = string",
    problems: ["1:14 SAGA1006 Expected `:`, found `=`."],
    steps: "",
    declarations: "T U",
  },
  {
    title: "a type that is not there",
    text: "type T =\ntype U = string",
    problems: ["1:9 SAGA1001 Expected a type after `=`."],
    steps: "",
    declarations: "T U",
  },
  {
    title: "a type argument that is not closed",
    text: "type T = record<int\ntype U = string",
    problems: ["1:20 SAGA1001 Expected `>` after `int`."],
    steps: "",
    declarations: "T U",
  },
  {
    title: "words of the language as names",
    text: "type step = int\nerror fail { a: int }",
    problems: [
      "1:6 SAGA1004 `step` is a word of the language and cannot be the name of the type.",
      "2:7 SAGA1004 `fail` is a word of the language and cannot be the name of the error.",
    ],
    steps: "",
    declarations: "step fail",
  },
  {
    title: "an import without a comma",
    text: 'import { A B } from "./x.saga"\ntype T = int',
    problems: ["1:12 SAGA1001 Expected `,` or `}` after `A`, found `B`."],
    steps: "",
    declarations: "import T",
  },
  {
    title: "an import without `from`",
    text: 'import { A } "./x.saga"\ntype T = int',
    problems: ['1:14 SAGA1001 Expected `from` after `}`, found "./x.saga".'],
    steps: "",
    declarations: "import T",
  },
  {
    title: "an import without braces",
    text: 'import A from "./x.saga"\ntype T = int',
    problems: ["1:8 SAGA1001 Expected `{` after `import`, found `A`."],
    steps: "",
    declarations: "import T",
  },
  {
    title: "an import that is not closed",
    text: 'import { A, B from "./x.saga"\ntype T = int',
    problems: ["1:8 SAGA1002 This `{` is never closed."],
    steps: "",
    declarations: "import T",
  },
  {
    title: "a parameter without its colon",
    text: "compute f(a int, b: int): int\ntype T = int",
    problems: ["1:13 SAGA1001 Expected `:` after `a`, found `int`."],
    steps: "",
    declarations: "f T",
  },
  {
    title: "a function without its result",
    text: "compute f():\ntype T = int",
    problems: ["1:13 SAGA1001 Expected a type after `:`."],
    steps: "",
    declarations: "f T",
  },
  {
    title: "a saga that is never closed, and another",
    text: "saga A {\n  timeout 1d\n  step a on s {\n    input { }\n  }\n\nsaga B {\n  timeout 1d\n  step b on s { }\n}\n",
    problems: ["1:8 SAGA1002 This `{` is never closed."],
    steps: "a b",
    declarations: "A B",
  },
  {
    title: "a brace missing here and one too many there",
    text: "saga A {\n  timeout 1d\n  step a on s {\n    input { }\n}\n\nsaga B {\n  timeout 1d\n  step b on s { }\n  }\n}\n",
    problems: ["3:15 SAGA1002 This `{` is never closed.", "10:3 SAGA1003 This `}` closes nothing."],
    steps: "a b",
    declarations: "A B",
  },
  {
    title: "a file that breaks off",
    text: "saga A {\n  timeout 1d\n  step a on s {\n    input { input.id",
    problems: ["4:11 SAGA1002 This `{` is never closed."],
    steps: "a",
    declarations: "A",
  },
  {
    title: "one word",
    text: "saga",
    problems: ["1:5 SAGA1001 Expected the name of the saga after `saga`, found the end of the file."],
    steps: "",
    declarations: "?",
  },
  {
    title: "a comment that is not closed",
    text: "type T = int\n/* and so on\ntype U = int",
    problems: ["2:1 SAGA1022 This comment is never closed."],
    steps: "",
    declarations: "T",
  },
  {
    title: "a service with a bound of nothing",
    text: "service s {\n  max\n  rate 100/s\n}\ntype T = int",
    problems: ["2:6 SAGA1001 Expected a whole number after `max`."],
    steps: "",
    declarations: "s T",
  },
];

describe("One mistake at the top of a file is one problem", () => {
  it.each(FILES)("$title", ({ text, problems, steps, declarations }) => {
    const reading = read(text);
    expect(reading.problems).toEqual(problems);
    expect(reading.steps.join(" ")).toBe(steps);
    expect(reading.declarations.join(" ")).toBe(declarations);
  });
});

describe("Several mistakes", () => {
  it("are a problem each, in the order of the text", () => {
    const text = [
      "type T = { a: , b: int }",
      "error E { x int }",
      "service s {",
      "  max",
      "}",
      "saga S {",
      "  timeout",
      "  input { id: uuid; }",
      "  step a on { input { input.id } }",
      "  step b on s {",
      "    retry backoff 1s",
      "    compensate",
      "  }",
      "  let x = [1, 2",
      "  step last on s { key 'k' }",
      "}",
    ].join("\n");
    const { problems, steps } = read(text);
    expect(problems.map((problem) => problem.split(" ").slice(0, 2).join(" "))).toEqual([
      "1:15 SAGA1001",
      "2:13 SAGA1001",
      "4:6 SAGA1001",
      "7:10 SAGA1001",
      "8:19 SAGA1026",
      "9:13 SAGA1001",
      "11:11 SAGA1001",
      "12:15 SAGA1001",
      "14:16 SAGA1001",
      "15:24 SAGA1027",
    ]);
    expect(steps).toEqual(["a", "b", "last"]);
  });

  it("are cut off at two hundred, and that is said", () => {
    const { problems } = read(around("  let x = ;\n".repeat(500)));
    expect(problems).toHaveLength(201);
    expect(problems.at(-1)).toContain("SAGA1043");
  });
});

/** What has a place elsewhere: read whole, and left to the checker to report. */
const MISPLACED: readonly (readonly [title: string, text: string, words: string, steps: string])[] = [
  ["a step in a step", around("  step a on s { step b on s { }  timeout 5s }"), "step", "a b last"],
  [
    "a clause of a step in a saga",
    around("  throws E\n  retry 3 backoff 1s\n  compensate x { input { y: 1 } }"),
    "throws retry compensate",
    "last",
  ],
  ["a declaration in a saga", around("  error E { a: int }\n  type T = int"), "error type", "last"],
  ["a step at the top", "step a on s { }\nsaga S { timeout 1d }", "step", "a"],
  ["a clause of a saga in a block", around("  if true { version 1  on completed { } }"), "version on", "last"],
  ["an input in a block", around("  if true { input { a: 1, b: { c: 2 } } step a on s { } }"), "input", "a last"],
  ["a clause of a service in a saga", around("  idempotent for 5d"), "idempotent", "last"],
  ["a branch outside of a group", around("  branch b { step a on s { } }"), "branch", "a last"],
  ["a signal in a block", around("  if true { signal s { a: int } }"), "signal", "last"],
  ["a statement in a compensation", around("  step a on s { compensate b { sleep 5s  timeout 1s } }"), "sleep", "a last"],
  ["a policy outside of a step", around("  on E fail F { x: 1 }\n  on timeout park"), "on on", "last"],
];

describe("What is misplaced", () => {
  it.each(MISPLACED)("%s is in the tree as such, and no problem of form", (_title, text, words, steps) => {
    const reading = read(text);
    expect(reading.problems).toEqual([]);
    expect(reading.misplaced.join(" ")).toBe(words);
    expect(reading.steps.join(" ")).toBe(steps);
  });
});
