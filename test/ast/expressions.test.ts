import { describe, expect, it } from "vitest";
import type { SagaDecl } from "../../compiler/ast/nodes.ts";
import { parseFile } from "../../compiler/ast/parse.ts";
import { print } from "./print.ts";

/** An expression, and its tree as `print` has it. */
const EXPRESSIONS: readonly (readonly [string, string])[] = [
  ["1", "1"],
  ["1_000", "1000"],
  ["1.5", "1.5"],
  ["1h30m", "5400000ms"],
  ["200ms", "200ms"],
  ['"a"', '"a"'],
  ['"a ${b.c} d ${1 + 2}"', '(template "a " b.c " d " (+ 1 2))'],
  ['"${a}"', "(template a)"],
  ['"x ${"y ${z}"}"', '(template "x " (template "y " z))'],
  ['"\\" \\\\ \\$ \\n \\r \\t \\u{e9} $ {"', '"\\" \\\\ $ \\n \\r \\t é $ {"'],
  ["true", "true"],
  ["false", "false"],
  ["null", "null"],
  ["input", "input"],
  ["failure", "failure"],
  ["a", "a"],
  ["input.a.b", "input.a.b"],
  ["a.step.and", "a.step.and"],
  ["a[0].b", "a[0].b"],
  ["a[].b", "a[].b"],
  ["a[]", "a[]"],
  ["f()", "f()"],
  ["f(1, b,)", "f(1 b)"],
  ["max(1, 2)", "max(1 2)"],
  ["{}", "{}"],
  ["{ a: 1, b.c d: 2 e }", "{a:1 c=b.c d:2 e=e}"],
  ["{ input, failure.name, input: 1, step: 2 }", "{input=input name=failure.name input:1 step:2}"],
  ["[]", "[]"],
  ["[1, 2, ]", "[1 2]"],
  ["(a)", "a"],
  ["-a", "(- a)"],
  ["- -a", "(- (- a))"],
  ["not a", "(not a)"],
  ["not not a", "(not (not a))"],
  ["not a == b", "(not (== a b))"],
  ["not a and not b", "(and (not a) (not b))"],
  ["a or b and c", "(or a (and b c))"],
  ["a and b or c", "(or (and a b) c)"],
  ["a == b", "(== a b)"],
  ["a <= b", "(<= a b)"],
  ["a ?? b > 5", "(> (?? a b) 5)"],
  ["a ?? b ?? c", "(?? (?? a b) c)"],
  ["1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)"],
  ["1 - 2 - 3", "(- (- 1 2) 3)"],
  ["-a * b % c / d", "(/ (% (* (- a) b) c) d)"],
  ["a + b == c - d", "(== (+ a b) (- c d))"],
  ["a ? b : c", "(? a b c)"],
  ["a ? b : c ? d : e", "(? a b (? c d e))"],
  ["a ? b ? 1 : 2 : 3", "(? a (? b 1 2) 3)"],
  ["(a ? b : c) + 1", "(+ (? a b c) 1)"],
  ["a ? { b: c } : { d }", "(? a {b:c} {d=d})"],
  ["{ x: a ? b : c y: d }", "{x:(? a b c) y:d}"],
  ["input.day - 6h", "(- input.day 21600000ms)"],
  ["(-1)", "(- 1)"],
];

describe("Expressions", () => {
  it.each(EXPRESSIONS)("%s", (text, expected) => {
    const { file, problems } = parseFile(`saga S { let value = ${text} }`, "test.saga");
    expect(problems).toEqual([]);
    const [saga] = file.declarations.filter((declaration): declaration is SagaDecl => declaration.kind === "saga-decl");
    const [item] = saga?.items ?? [];
    expect(item?.kind === "let" ? print(item.value) : item).toBe(expected);
  });
});
