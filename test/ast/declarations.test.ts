import { describe, expect, it } from "vitest";
import { parseFile } from "../../compiler/ast/parse.ts";
import { print } from "./print.ts";

/** Source of one declaration, and its tree as `print` has it. */
const DECLARATIONS: readonly (readonly [string, string])[] = [
  ['import { A, B as C, } from "./x.saga"', '(import names:[(import-name name:A) (import-name name:B alias:C)] from:"./x.saga")'],
  ['import type { T } from "./x.ts"', '(import typeOnly:true names:[(import-name name:T)] from:"./x.ts")'],
  ["type T = string", "(type-decl name:T type:string)"],
  ["type T = { a: int, b: string? c: uuid }", "(type-decl name:T type:{a:int b:(optional-type type:string) c:uuid})"],
  ['type T = "a" | "b"', '(type-decl name:T type:(union-type members:["a" "b"]))'],
  ["type T = Item[]?", "(type-decl name:T type:(optional-type type:(array-type element:T:Item)))"],
  ["type T = record<int[]>", "(type-decl name:T type:(record-type value:(array-type element:int)))"],
  ['type T = ("a" | "b")[]', '(type-decl name:T type:(array-type element:(union-type members:["a" "b"])))'],
  ["type T = { inner: { x: date } }", "(type-decl name:T type:{inner:{x:date}})"],
  [
    "type T = { card: secret string, secret: secret, b: secret { x: int } }",
    "(type-decl name:T type:{card:secret string secret:T:secret b:secret {x:int}})",
  ],
  ["type T = { s: secret  b: int }", "(type-decl name:T type:{s:T:secret b:int})"],
  ["type T = { record: record  r: record<record> }", "(type-decl name:T type:{record:T:record r:(record-type value:T:record)})"],
  ["error E", "(error-decl name:E)"],
  ["error E { sku: string }", "(error-decl name:E fields:{sku:string})"],
  ["signal s", "(signal-decl name:s)"],
  ["signal s { by: string }", "(signal-decl name:s fields:{by:string})"],
  ["compute f(): int", "(compute-decl name:f result:int)"],
  [
    "compute f(a: int, b: Item[],): Money?",
    "(compute-decl name:f parameters:[(parameter name:a type:int) (parameter name:b type:(array-type element:T:Item))] result:(optional-type type:T:Money))",
  ],
  ["service s { }", "(service-decl name:s)"],
  [
    "service s { idempotent for 24h fenced max 20 rate 100/s timeout 5s retry 3 backoff 1s..5s }",
    "(service-decl name:s clauses:[(idempotent duration:86400000ms) (fenced) (max value:20) (rate count:100 unit:s) (timeout value:5000ms) (retry-clause retry:(retry attempts:3 backoff:(from:1000ms to:5000ms)))])",
  ],
  [
    "service s { retry 3 then fail max 20 fenced }",
    "(service-decl name:s clauses:[(retry-clause retry:(retry attempts:3 whenExhausted:(fail-outcome))) (max value:20) (fenced)])",
  ],
  [
    "service s { retry 3 then fail idempotent for 1d }",
    "(service-decl name:s clauses:[(retry-clause retry:(retry attempts:3 whenExhausted:(fail-outcome))) (idempotent duration:86400000ms)])",
  ],
  ["saga S { }", "(saga-decl name:S)"],
  [
    "choreographed saga S { version 2 timeout 1d }",
    "(saga-decl choreographed:true name:S items:[(version value:2) (timeout value:86400000ms)])",
  ],
];

describe("Declarations and types", () => {
  it.each(DECLARATIONS)("%s", (text, expected) => {
    const { file, problems } = parseFile(text, "test.saga");
    expect(problems).toEqual([]);
    expect(file.declarations.map(print)).toEqual([expected]);
    expect(file.broken).toBe(false);
  });
});
