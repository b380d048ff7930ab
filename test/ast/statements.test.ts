import { describe, expect, it } from "vitest";
import type { SagaDecl } from "../../compiler/ast/nodes.ts";
import { parseFile } from "../../compiler/ast/parse.ts";
import { print } from "./print.ts";

/** What stands in a saga, and its items as `print` has them. */
const ITEMS: readonly (readonly [string, string])[] = [
  ["version 1 timeout 3d undo within 1h", "(version value:1) (timeout value:259200000ms) (undo-within value:3600000ms)"],
  ["input { id: uuid }", "(input-fields fields:{id:uuid})"],
  ["tags { customer: input.id, input.id }", "(tags value:{customer:input.id id=input.id})"],
  ["signal go { a: int }", "(signal-decl name:go fields:{a:int})"],
  ["output { a.b, c: 1 }", "(output value:{b=a.b c:1})"],
  ["on completed { fail E }", "(ending when:completed block:(block statements:[(fail error:E)]))"],
  ["on compensated { }", "(ending when:compensated block:(block))"],
  ["step a { }", "(step name:a)"],
  ["step a on s { }", "(step name:a on:(operation service:s))"],
  ["pivot step a on s.op { }", "(step stepKinds:[(name:pivot)] name:a on:(operation service:s operation:op))"],
  ["readonly step a on s.step { }", "(step stepKinds:[(name:readonly)] name:a on:(operation service:s operation:step))"],
  ["best effort step a on s { }", "(step stepKinds:[(name:best-effort)] name:a on:(operation service:s))"],
  ["pivot readonly step a { }", "(step stepKinds:[(name:pivot) (name:readonly)] name:a)"],
  [
    "step a { input { x: 1, input.y } output { z: int } throws E, F timeout 2s retry 3 }",
    "(step name:a clauses:[(input-object value:{x:1 y=input.y}) (output-fields fields:{z:int}) (throws errors:[E F]) (timeout value:2000ms) (retry-clause retry:(retry attempts:3))])",
  ],
  ["step a { retry none }", "(step name:a clauses:[(retry-clause retry:(retry attempts:none))])"],
  [
    "step a { retry forever backoff 1s }",
    "(step name:a clauses:[(retry-clause retry:(retry attempts:forever backoff:(from:1000ms)))])",
  ],
  [
    "step a { retry 5 backoff 200ms..10s then park }",
    "(step name:a clauses:[(retry-clause retry:(retry attempts:5 backoff:(from:200ms to:10000ms) whenExhausted:(park-outcome)))])",
  ],
  [
    "step a { retry 2 then fail E { x: 1 } }",
    "(step name:a clauses:[(retry-clause retry:(retry attempts:2 whenExhausted:(fail-outcome error:E data:{x:1})))])",
  ],
  [
    "step a { retry 2 then { undo b } }",
    "(step name:a clauses:[(retry-clause retry:(retry attempts:2 whenExhausted:(block-outcome block:(block statements:[(undo target:b)]))))])",
  ],
  ["step a { on E fail }", "(step name:a clauses:[(on-error errors:[E] policy:(fail-outcome))])"],
  [
    "step a { on E, F fail G { x: 1 } }",
    "(step name:a clauses:[(on-error errors:[E F] policy:(fail-outcome error:G data:{x:1}))])",
  ],
  [
    "step a { on E continue on F park }",
    "(step name:a clauses:[(on-error errors:[E] policy:(continue-outcome)) (on-error errors:[F] policy:(park-outcome))])",
  ],
  [
    "step a { on E retry 5 backoff 1m then park }",
    "(step name:a clauses:[(on-error errors:[E] policy:(retry-policy retry:(retry attempts:5 backoff:(from:60000ms) whenExhausted:(park-outcome))))])",
  ],
  [
    "step a { on E { output { x: 1 } } }",
    "(step name:a clauses:[(on-error errors:[E] policy:(block-outcome block:(block statements:[(output value:{x:1})])))])",
  ],
  ["step a { compensate b }", "(step name:a clauses:[(compensate handler:(handler operation:(operation operation:b)))])"],
  [
    'step a { compensate s.b first { input { a.x } timeout 1s retry 20 key "k" } }',
    '(step name:a clauses:[(compensate first:true handler:(handler operation:(operation service:s operation:b) clauses:[(input-object value:{x=a.x}) (timeout value:1000ms) (retry-clause retry:(retry attempts:20)) (key value:"k")]))])',
  ],
  ['step a { compensate none because "no" }', '(step name:a clauses:[(compensate-none reason:"no")])'],
  [
    "step a { confirm b inquire s.c { input { x } } }",
    "(step name:a clauses:[(confirm handler:(handler operation:(operation operation:b))) (inquire handler:(handler operation:(operation service:s operation:c) clauses:[(input-object value:{x=x})]))])",
  ],
  ['step a { key "k" lock input.id wait 5s }', '(step name:a clauses:[(key value:"k") (lock key:input.id wait:5000ms)])'],
  ["step a { emits A fails B undone C }", "(step name:a clauses:[(emits done:A fails:B undone:C)])"],
  ["step a { emits A undone C }", "(step name:a clauses:[(emits done:A undone:C)])"],
  [
    "parallel { step a { } branch b { step c { } output { x: 1 } } }",
    "(parallel branches:[(step name:a) (branch name:b block:(block statements:[(step name:c) (output value:{x:1})]))])",
  ],
  ["parallel first 2 as x on failure wait { }", "(parallel first:2 clauses:[(as name:x) (on-failure mode:wait)])"],
  ["race as r { branch a { } }", "(race clauses:[(as name:r)] branches:[(branch name:a block:(block))])"],
  ["if a { } ", "(if condition:a whenTrue:(block))"],
  [
    "if a == 1 { undo b } else { undo c }",
    "(if condition:(== a 1) whenTrue:(block statements:[(undo target:b)]) whenFalse:(block statements:[(undo target:c)]))",
  ],
  [
    "if a { } else if b { } else if c { } else { undo d }",
    "(if condition:a whenTrue:(block) whenFalse:(if condition:b whenTrue:(block) whenFalse:(if condition:c whenTrue:(block) whenFalse:(block statements:[(undo target:d)]))))",
  ],
  ["foreach x in input.xs { }", "(foreach item:x list:input.xs block:(block))"],
  [
    "foreach x in xs as ys where x.ok max 10 on failure continue { step a { } }",
    "(foreach item:x list:xs clauses:[(as name:ys) (where condition:x.ok) (max value:10) (on-failure mode:continue)] block:(block statements:[(step name:a)]))",
  ],
  [
    'first x in xs as y where x > 1 { } otherwise fail E { z: xs[0] ?? "n" }',
    '(first item:x list:xs clauses:[(as name:y) (where condition:(> x 1))] block:(block) otherwise:(fail-outcome error:E data:{z:(?? xs[0] "n")}))',
  ],
  ["first x in xs { }", "(first item:x list:xs block:(block))"],
  [
    "repeat max 3 every 5s { } until a.done otherwise park",
    "(repeat clauses:[(max value:3) (every value:5000ms)] block:(block) until:a.done otherwise:(park-outcome))",
  ],
  ["repeat { } until true", "(repeat block:(block) until:true)"],
  ["try { } otherwise continue", "(try block:(block) otherwise:(continue-outcome))"],
  [
    "try as r timeout 2h { } otherwise { undo a }",
    "(try clauses:[(as name:r) (timeout value:7200000ms)] block:(block) otherwise:(block-outcome block:(block statements:[(undo target:a)])))",
  ],
  ["await s", "(await signal:s)"],
  [
    "await s as t where s.x == 1 timeout 2d on timeout fail",
    "(await signal:s clauses:[(as name:t) (where condition:(== s.x 1)) (timeout value:172800000ms) (on-timeout outcome:(fail-outcome))])",
  ],
  [
    "await s by input.at - 1h on timeout { undo a }",
    "(await signal:s clauses:[(by value:(- input.at 3600000ms)) (on-timeout outcome:(block-outcome block:(block statements:[(undo target:a)])))])",
  ],
  [
    "await any { on a where a.x { undo b } on c { } } timeout 1d on timeout continue",
    "(await-any cases:[(await-case signal:a where:a.x block:(block statements:[(undo target:b)])) (await-case signal:c block:(block))] clauses:[(timeout value:86400000ms) (on-timeout outcome:(continue-outcome))])",
  ],
  ["await s on undo { }", "(await signal:s) (on-undo block:(block))"],
  ["await s on completed { }", "(await signal:s) (ending when:completed block:(block))"],
  ["collect bid for 2h as bids", "(collect signal:bid clauses:[(for value:7200000ms) (as name:bids)])"],
  [
    "collect bid by t where bid.x max 3 until sum(bids[].n) > 3",
    "(collect signal:bid clauses:[(by value:t) (where condition:bid.x) (max value:3) (until condition:(> sum(bids[].n) 3))])",
  ],
  ["sleep 5s", "(sleep value:5000ms)"],
  ["sleep until input.at", "(sleep until:true value:input.at)"],
  ["call Other { input { x: 1 } }", "(call saga:Other clauses:[(input-object value:{x:1})])"],
  [
    "call Other as o { retry 3 on failure park on E, F fail on G retry 2 }",
    "(call saga:Other as:o clauses:[(retry-clause retry:(retry attempts:3)) (call-failure outcome:(park-outcome)) (on-error errors:[E F] policy:(fail-outcome)) (on-error errors:[G] policy:(retry-policy retry:(retry attempts:2)))])",
  ],
  ['start Other { input { x: 1 } key "k" }', '(start saga:Other clauses:[(input-object value:{x:1}) (key value:"k")])'],
  ["undo a", "(undo target:a)"],
  ["on undo { undo b }", "(on-undo block:(block statements:[(undo target:b)]))"],
  ["publish link = a.url", "(publish name:link value:a.url)"],
  ['lock "c:${input.id}" wait 5s', '(lock key:(template "c:" input.id) wait:5000ms)'],
  ["lock a", "(lock key:a)"],
  ["let x = 1", "(let name:x value:1)"],
  ["fail E", "(fail error:E)"],
  ["fail E { a.b, c: 2 }", "(fail error:E data:{b=a.b c:2})"],
];

describe("Clauses and statements", () => {
  it.each(ITEMS)("%s", (text, expected) => {
    const { file, problems } = parseFile(`saga S { ${text} }`, "test.saga");
    expect(problems).toEqual([]);
    const [saga] = file.declarations.filter((declaration): declaration is SagaDecl => declaration.kind === "saga-decl");
    expect(saga?.items.map(print).join(" ")).toBe(expected);
    expect(saga?.misplaced).toEqual([]);
    expect(saga?.broken).toBe(false);
  });
});
