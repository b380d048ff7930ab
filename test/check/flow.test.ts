import { describe, expect, it } from "vitest";
import { expectDiagnostics } from "../../compiler/testing/expect-diagnostics.ts";
import { PIVOT, saga, step } from "./kit/sagas.ts";

type Row = readonly [name: string, marked: string, ...codes: string[]];

function table(rows: readonly Row[]): void {
  it.each(rows.map(([name, marked, ...codes]) => ({ name, marked, codes })))("$name", ({ marked, codes }) => {
    expectDiagnostics(marked, { codes, only: "error" });
  });
}

const INPUT = { input: "orderId: uuid, n: int, b: boolean, note: string?, l: { sku: string, qty: int? }[], d: duration" };
const ERRORS = { before: "error E { why: string }\nerror F\n", ...INPUT };
const of = (statements: string, options: Parameters<typeof saga>[1] = INPUT): string => saga(statements, options);
const out = (name: string, clauses = ""): string => step(name, `output { x: int } ${clauses}`);
const reads = (name: string, value: string): string =>
  `step ${name} on inventory { input { v: ${value} } compensate release2 }\n`;

describe("what stands in an `if`", () => {
  table([
    ["is read in its arm", of(`if input.b { ${out("a")} ${reads("c", "a.x")} }`)],
    ["may be absent behind it", of(`if input.b { ${out("a")} } ${reads("c", "«a».x")}`), "SAGA4020"],
    ["may be absent, and it is said what counts then", of(`if input.b { ${out("a")} } ${reads("c", "a.x ?? 0")}`)],
    ["may be absent, and is asked for", of(`if input.b { ${out("a")} } ${reads("c", "a != null ? a.x : 0")}`)],
    ["… by a statement", of(`if input.b { ${out("a")} } if a != null { ${reads("c", "a.x")} }`)],
    ["… by a statement that fails", of(`if input.b { ${out("a")} } if a == null { fail F } ${reads("c", "a.x")}`, ERRORS)],
    ["is there where the other way fails", of(`if input.b { ${out("a")} } else { fail F } ${reads("c", "a.x")}`, ERRORS)],
    ["is not there in another arm", of(`if input.b { ${out("a")} } else { ${reads("c", "«a».x")} }`), "SAGA4021"],
    ["is not there before it", of(`${reads("c", "«a».x")} if input.b { ${out("a")} }`), "SAGA4001"],
    ["in a nested one is still absent", of(`if input.b { if input.n > 1 { ${out("a")} } ${reads("c", "«a».x")} }`), "SAGA4020"],
    ["is found by a condition with `and`", of(`if input.b { ${out("a")} } if a != null and a.x > 1 { ${reads("c", "a.x")} }`)],
    [
      "of three arms in all is still one of three",
      of(`if input.b { ${out("a")} } else if input.n > 1 { ${reads("c", "1")} } else { fail F } ${reads("e", "«a».x")}`, ERRORS),
      "SAGA4020",
    ],
  ]);

  it("is told with the way on which it has no value", () => {
    const [found] = expectDiagnostics(of(`if input.b { ${out("a")} } ${reads("c", "«a».x")}`), ["SAGA4020"]);
    expect(found?.message).toBe("`a` may have no value here: it has none when the condition of this `if` does not hold.");
    expect(found?.labels.map(({ message }) => message)).toEqual(["on this way `a` has no value", "it runs only here"]);
  });
});

describe("conditions find out", () => {
  table([
    ["that an input is there, for an arm", of(`if input.note != null { ${reads("c", "length(input.note)")} }`)],
    [
      "… not for the other",
      of(`if input.note != null { ${reads("c", "1")} } else { ${reads("e", "length(«input.note»)")} }`),
      "SAGA3013",
    ],
    ["… for all that follows a `fail`", of(`if input.note == null { fail F } ${reads("c", "length(input.note)")}`, ERRORS)],
    [
      "… not behind both arms",
      of(`if input.note != null { ${reads("c", "1")} } ${reads("e", "length(«input.note»)")}`),
      "SAGA3013",
    ],
    ["… not behind an `or`", of(`if input.note != null or input.b { ${reads("c", "length(«input.note»)")} }`), "SAGA3013"],
    ["a condition that is no truth value", of(`if «input.n» { ${reads("c", "1")} }`), "SAGA3012"],
  ]);
});

describe("let", () => {
  table([
    ["is a name for a value", of(`let v = input.n + 1 ${reads("c", "v")}`)],
    ["is read below only", of(`${reads("c", "«v»")} let v = 1`), "SAGA4001"],
    [
      "of an arm is read in the arm only",
      of(`if input.b { let v = 1 ${reads("c", "v")} } ${reads("e", "«v» ?? 2")}`),
      "SAGA4020",
    ],
    ["of nothing alone", of(`let v = «null» ${reads("c", "v")}`), "SAGA3003"],
    ["has a name of its own", of(`let v = 1 ${step("«v»")} ${reads("c", "v")}`), "SAGA2005"],
  ]);
});

describe("fail", () => {
  table([
    ["with its data", of(`if input.b { fail E { why: "no" } } ${step("a")}`, ERRORS)],
    ["without data that it needs", of(`if input.b { fail «E» } ${step("a")}`, ERRORS), "SAGA3050"],
    ["with data of another type", of(`if input.b { fail E { why: «input.n» } } ${step("a")}`, ERRORS), "SAGA3051"],
    ["with data that it has not", of(`if input.b { fail F { «why»: "no" } } ${step("a")}`, ERRORS), "SAGA3001"],
    ["with an error that there is not", of(`if input.b { fail «G» } ${step("a")}`, INPUT), "SAGA2003"],
    ["and what stands behind it", of(`fail F «step» a on inventory { compensate release }`, ERRORS), "SAGA2055"],
    ["behind two arms that fail", of(`if input.b { fail F } else { fail F } «let» x = 1`, ERRORS), "SAGA2055"],
    ["behind the pivot", of(`${PIVOT} if input.b { «fail» F }`, ERRORS), "SAGA4025"],
    ["where the pivot may have passed", of(`if input.b { ${PIVOT} } if input.n > 1 { «fail» F }`, ERRORS), "SAGA4025"],
    ["behind the pivot, caught", of(`${PIVOT} try { if input.b { fail F } } otherwise continue`, ERRORS)],
  ]);
});

describe("policies of errors", () => {
  const a = (policy: string): string => step("a", `output { x: int } throws E, F ${policy}`);
  table([
    ["fail, said", of(`${a('on E fail on F fail E { why: "f" }')} ${reads("c", "a.x")}`, ERRORS)],
    ["continue leaves the output out", of(`${a("on F continue")} ${reads("c", "«a».x")}`, ERRORS), "SAGA4020"],
    ["park does not", of(`${a("on E, F park")} ${reads("c", "a.x")}`, ERRORS)],
    ["a block may bring the output", of(`${a("on E { output { x: 0 } } on F fail")} ${reads("c", "a.x")}`, ERRORS)],
    ["… by its only step", of(`${a(`on E { ${out("b")} }`)} ${reads("c", "a.x")}`, ERRORS)],
    ["… or not", of(`${a(`on E { ${step("b")} ${step("e")} }`)} ${reads("c", "«a».x")}`, ERRORS), "SAGA4020"],
    ["… or fail", of(`${a(`on E { ${step("b")} fail F }`)} ${reads("c", "a.x")}`, ERRORS)],
    ["… of another type", of(`${a('on E { output «{ x: "no" }» }')} ${reads("c", "1")}`, ERRORS), "SAGA3017"],
    ["a block reads the error's data", of(`${a(`on E { ${reads("b", "E.why")} }`)}`, ERRORS)],
    ["… not behind it", of(`${a(`on E { ${reads("b", "E.why")} }`)} ${reads("c", "«E».why")}`, ERRORS), "SAGA2001"],
    ["a block does not read the step", of(`${a(`on E { ${reads("b", "«a».x")} }`)}`, ERRORS), "SAGA4021"],
    ["retry, then something else", of(`${a("on E retry 5 backoff 1m then park")} ${reads("c", "a.x")}`, ERRORS)],
    [
      "of an error that is not thrown",
      of(step("a", "throws E on «F» continue"), { before: "error E { why: string }\nerror F\n", ...INPUT }),
      "SAGA2054",
    ],
    ["twice", of(a("on E fail on «E» continue"), ERRORS), "SAGA2053"],
    ["of what nobody knows", of(a("on «Unknown» continue"), ERRORS), "SAGA2054"],
    [
      "fail behind the pivot",
      of(`${PIVOT} step s on inventory { throws E on E «fail» }`, ERRORS).replace("error F\n", ""),
      "SAGA4025",
    ],
    ["park behind the pivot", of(`${PIVOT} step s on inventory { throws E, F on E, F park }`, ERRORS)],
    ["nothing said behind the pivot", of(`${PIVOT} step s on inventory { «throws» E, F on E park }`, ERRORS), "SAGA4005"],
    ["a backoff that is never used", of(a("on E retry none «backoff 1s» then park"), ERRORS), "SAGA6005"],
    ["a `then` that is never used", of(a("on E retry forever then «park»"), ERRORS), "SAGA6013"],
  ]);
});

describe("after a step's own retry", () => {
  table([
    ["park", of(step("a", "retry 3 then park"))],
    ["fail", of(step("a", "retry 3 then fail"))],
    ["fail with an error", of(step("a", "retry 3 then fail F"), { before: "error F\n", ...INPUT })],
    ["… and its data", of(step("a", "retry 3 then fail F { x: input.n }"), { before: "error F { x: int }\n", ...INPUT })],
    ["… that is missing", of(step("a", "retry 3 then fail «F»"), { before: "error F { x: int }\n", ...INPUT }), "SAGA3050"],
    [
      "… that the step itself would bring",
      of(step("a", "output { x: int } retry 3 then fail F { «a».x }"), { before: "error F { x: int }\n", ...INPUT }),
      "SAGA4002",
    ],
    [
      "… behind the pivot",
      of(`${PIVOT} step a on inventory { retry 3 then «fail F» }`, { before: "error F\n", ...INPUT }),
      "SAGA4025",
    ],
    ["… of the pivot", of("pivot step a on inventory { retry «3 then fail F» }", { before: "error F\n", ...INPUT }), "SAGA4008"],
    [
      "… in a try behind the pivot",
      of(`${PIVOT} try { readonly step a on inventory { retry 3 then fail F } } otherwise continue`, {
        before: "error F\n",
        ...INPUT,
      }),
    ],
    ["continue", of(step("a", "retry 3 then «continue»")), "SAGA4023"],
    ["a block", of(step("a", `retry 3 then «{ ${step("b")} }»`)), "SAGA4023"],
    ["continue, of a compensation", of("step a on inventory { compensate c { retry 3 then «continue» } }"), "SAGA4023"],
    ["a limit behind the pivot that parks", of(`${PIVOT} step a on inventory { retry 3 then park }`)],
    ["a limit of the pivot that parks", of("pivot step a on inventory { retry 3 then park }")],
    ["a limit where the pivot may have passed", of(`if input.b { ${PIVOT} } ${step("a", "retry «3»")}`), "SAGA4007"],
    ["… that parks", of(`if input.b { ${PIVOT} } ${step("a", "retry 3 then park")}`)],
    ["no compensation where it may have passed", of(`if input.b { ${PIVOT} } step «a» on inventory { }`), "SAGA4003"],
  ]);
});

describe("best effort", () => {
  table([
    [
      "needs no compensation, and its output may be absent",
      of(`best effort step a on inventory { output { x: int } } ${reads("c", "a.x ?? 0")}`),
    ],
    ["… which must be asked for", of(`best effort step a on inventory { output { x: int } } ${reads("c", "«a».x")}`), "SAGA4020"],
    ["is not undone", of("best effort step a on inventory { «compensate» b }"), "SAGA4031"],
    [
      "does not fail",
      of("best effort step a on inventory { throws F on F «fail» }", { before: "error F\n", ...INPUT }),
      "SAGA4031",
    ],
    ["may stand behind the pivot with a limit", of(`${PIVOT} best effort step a on inventory { retry 3 }`)],
  ]);
});

describe("race", () => {
  table([
    ["has a winner's result", of(`race as w { ${out("a")} branch q { ${step("b")} output { x: 1 } } } ${reads("c", "w.x")}`)],
    ["its losers are absent", of(`race { ${out("a")} ${out("b")} } ${reads("c", "«a».x")}`), "SAGA4020"],
    [
      "results of two types",
      of(`race «as w» { ${out("a")} ${step("b", "output { x: string }")} } ${reads("c", "1")}`),
      "SAGA3017",
    ],
    [
      "a branch without a result",
      of(`race as w { ${out("a")} branch q { ${step("b")} ${step("e")} } } ${reads("c", "w.x ?? 0")}`),
    ],
    [
      "no result at all",
      of(`race «as w» { branch p { ${step("a")} ${step("e")} } branch q { ${step("b")} ${step("g")} } }`),
      "SAGA2052",
    ],
    ["a pivot in it", of(`race { ${out("a")} pivot step «b» on inventory { } }`), "SAGA4010"],
    ["waits for nobody", of(`race «on failure wait» { ${out("a")} ${out("b")} }`), "SAGA4024"],
    ["with an empty branch", of(`race { ${out("a")} branch «q» { } }`), "SAGA2018"],
    [
      "behind the pivot, of what would be undone",
      of(`${PIVOT} race { step «a» on inventory { } readonly step b on inventory { } }`),
      "SAGA4027",
    ],
  ]);
});

it("a race of one branch is no race", () => {
  expectDiagnostics(of(`«race» { ${out("a")} }`), ["SAGA2019"]);
});

describe("try", () => {
  table([
    ["what its block did is absent behind it", of(`try { ${out("a")} } otherwise continue ${reads("c", "«a».x")}`), "SAGA4020"],
    ["also where a person decides", of(`try { ${out("a")} } otherwise park ${reads("c", "«a».x")}`), "SAGA4020"],
    ["… but where the other path fails", of(`try { ${out("a")} } otherwise fail ${reads("c", "a.x")}`)],
    ["… and in the other path", of(`try { ${out("a")} } otherwise { ${reads("c", "«a».x")} }`), "SAGA4021"],
    ["both paths have a result", of(`try as t { ${out("a")} } otherwise { ${out("b")} } ${reads("c", "t.x")}`)],
    ["one path has none", of(`try as t { ${out("a")} } otherwise continue ${reads("c", "t.x ?? 0")}`)],
    ["a person may go on without it", of(`try as t { ${out("a")} } otherwise park ${reads("c", "t.x ?? 0")}`)],
    ["knows the failure", of(`try { ${out("a")} } otherwise { ${reads("c", "failure.summary")} }`)],
    [
      "of a repeat as well",
      of(
        `repeat max 3 { readonly step look on inventory { output { ok: boolean } } } until look.ok otherwise { ${reads("c", "failure.summary")} }`,
      ),
    ],
    ["… not in its block", of(`try { ${reads("c", "«failure».summary")} } otherwise fail`), "SAGA4034"],
    ["has a time", of(`try timeout input.d { ${out("a")} } otherwise fail`)],
    ["has a time that is none", of(`try timeout «5» { ${out("a")} } otherwise fail`), "SAGA3012"],
    ["longer than the saga", of(`try timeout «2h» { ${out("a")} } otherwise fail`), "SAGA6011"],
    ["a pivot in it", of("try { pivot step «a» on inventory { } } otherwise fail"), "SAGA4010"],
    [
      "behind the pivot fails by default",
      of(`${PIVOT} try { readonly step a on inventory { retry 3 } } otherwise «fail»`),
      "SAGA4025",
    ],
    [
      "behind the pivot, of what would be undone",
      of(`${PIVOT} try { step «a» on inventory { } } otherwise continue`),
      "SAGA4027",
    ],
    [
      "behind the pivot, of what need not be",
      of(`${PIVOT} try { step a on inventory { retry 3 compensate none because "x" } } otherwise continue`),
    ],
    ["empty", of("try «{ }» otherwise fail"), "SAGA2018"],
  ]);
});

describe("parallel on failure wait", () => {
  table([["is as any other", of(`parallel on failure wait { ${out("a")} ${out("b")} } ${reads("c", "a.x + b.x")}`)]]);
});

describe("foreach", () => {
  const each = (clauses: string, inside = step("r", "output { id: string }")): string =>
    `foreach line in input.l ${clauses} { ${inside} }`;
  table([
    ["gives the list of the results", of(`${each("as rs")} ${reads("c", "rs[].id")}`)],
    ["… of outputs", of(`${each("as rs", `${step("r")} output { line.sku }`)} ${reads("c", 'rs[0].sku ?? ""')}`)],
    [
      "… with a status, where items may fail alone",
      of(
        `${each("as rs on failure continue")} ${reads("c", "rs[].status")} ${reads("e", "rs[].output.id")} ${reads("g", "rs[].error.summary")}`,
      ),
    ],
    ["reads its item and all around it", of(each("", reads("r", "{ s: line.sku, q: line.qty, input.n }")))],
    ["for some items only", of(each("where line.qty != null", reads("r", "line.qty + 1")))],
    ["… by what is no condition", of(each("where «line.sku»")), "SAGA3012"],
    ["of what is no list", of(`foreach x in «input.n» { ${step("r")} }`), "SAGA3012"],
    ["is not read from outside", of(`${each("")} ${reads("c", "«r».id")}`), "SAGA4022"],
    ["nor its item", of(`${each("")} ${reads("c", "«line».sku")}`), "SAGA4022"],
    ["a pivot in it", of(each("", "pivot step «r» on inventory { }")), "SAGA4010"],
    ["none at a time", of(each("max «0»")), "SAGA6010"],
    ["an `output` that is read by nobody's name", of(each("", `${step("r")} output { line.sku }`))],
  ]);
});

describe("repeat", () => {
  const poll = "readonly step poll on inventory { output { ok: boolean, at: string } }";
  table([
    ["names stand for the last round", of(`repeat max 5 every 1m { ${poll} } until poll.ok ${reads("c", "poll.at")}`)],
    ["what may not have run in a round is asked for", of(`repeat max 5 { if input.b { ${poll} } } until «poll».ok`), "SAGA4020"],
    ["… and then found", of(`repeat max 5 { if input.b { ${poll} } } until poll != null and poll.ok ${reads("c", "poll.at")}`)],
    ["without an end", of(`«repeat» { ${poll} } until poll.ok`), "SAGA6012"],
    ["without a round", of(`repeat max «0» { ${poll} } until poll.ok`), "SAGA6010"],
    ["until what is no condition", of(`repeat max 5 { ${poll} } until «poll.at»`), "SAGA3012"],
    ["longer than the saga", of(`repeat max 100 every «5m» { ${poll} } until poll.ok`), "SAGA6011"],
    ["a result that nothing reads", of(`repeat max 5 { ${poll} «output» { poll.at } } until poll.ok`), "SAGA2051"],
    ["behind the pivot fails by default", of(`${PIVOT} «repeat» max 5 { ${poll} } until poll.ok`), "SAGA4025"],
    ["behind the pivot says what then", of(`${PIVOT} repeat max 5 { ${poll} } until poll.ok otherwise park`)],
    ["a pivot in it", of("repeat max 5 { pivot step «a» on inventory { } } until input.b"), "SAGA4010"],
    ["a pivot when no round is left", of(`repeat max 5 { ${poll} } until poll.ok otherwise { ${PIVOT} }`)],
  ]);
});

describe("call", () => {
  const ship = (statements: string): string =>
    `error E { why: string }\nsaga Ship { timeout 10m input { id: uuid } ${statements} }\n`;
  const plain = ship(
    "step send on shipping { input { input.id } output { t: string } throws E compensate fetch } output { send.t }",
  );
  const call = (clauses = "", as = ""): string => `call Ship ${as} { input { id: input.orderId } ${clauses} }`;
  const of = (statements: string, before = plain): string => saga(statements, { ...INPUT, before });
  table([
    ["has the saga's output", of(`${call("", "as s")} ${reads("c", "s.t")}`)],
    ["… not where it is gone on without", of(`${call("on failure continue", "as s")} ${reads("c", "«s».t")}`), "SAGA4020"],
    ["… or where it is made up for", of(`${call('on failure { output { t: "none" } }', "as s")} ${reads("c", "s.t")}`)],
    ["an error of it", of(call("on E continue retry 3"))],
    [
      "an error that it never fails with",
      of(`${step("a", "throws F")} ${call("on «F» continue")}`, `${plain}error F\n`),
      "SAGA2054",
    ],
    ["without its input", of("call «Ship» { }"), "SAGA3050"],
    ["with input that it has not", of("call Ship { input { id: input.orderId, «x»: 1 } }"), "SAGA3001"],
    ["with input of another type", of("call Ship { input { id: «input.n» } }"), "SAGA3051"],
    ["of what there is not", of("call «Shp» { input { id: input.orderId } }"), "SAGA2050"],
    ["of itself", saga(`${step("a")} call «Order» { input { input.orderId } }`), "SAGA4029"],
    ["with a `then` of its retry", of(call("retry 3 then «park»")), "SAGA4023"],
    [
      "of a saga with a pivot",
      of(
        `call «Ship» { input { id: input.orderId } }`,
        ship("pivot step send on shipping { }").replace("error E { why: string }\n", ""),
      ),
      "SAGA4028",
    ],
    [
      "… behind the pivot",
      of(`${PIVOT} ${call("on failure park")}`, ship("pivot step send on shipping { }").replace("error E { why: string }\n", "")),
    ],
    ["behind the pivot without a word on failure", of(`${PIVOT} call «Ship» { input { id: input.orderId } }`), "SAGA4030"],
    ["behind the pivot, forever", of(`${PIVOT} ${call("retry forever")}`)],
  ]);

  it("in a circle is told once, with the way round", () => {
    const text = `service s { fenced }
saga A { timeout 1h step a on s { compensate x } call «B» { } }
saga B { timeout 1h step b on s { compensate x } call C { } }
saga C { timeout 1h step c on s { compensate x } call A { } }`;
    const [found] = expectDiagnostics(text, ["SAGA4029"]);
    expect(found?.message).toBe("Saga `A` calls itself, by way of `B`, `C`.");
  });
});

describe("after the end", () => {
  const compensated = (statements: string): string => of(`${out("a")} on compensated { ${statements} }`);
  table([
    ["the failure is known", compensated("step t on inventory { input { failure.name, failure.at, failure.step } }")],
    ["what ran may be absent", compensated("step t on inventory { input { v: «a».x } }"), "SAGA4020"],
    ["all has run", of(`${out("a")} on completed { step t on inventory { input { v: a.x } } }`)],
    [
      "and nothing has failed",
      of(`${out("a")} on completed { step t on inventory { input { v: «failure».name } } }`),
      "SAGA4034",
    ],
    ["nothing is undone", of(`${out("a")} on completed { step t on inventory { «compensate» b } }`), "SAGA4032"],
    ["nothing is tried forever", of(`${out("a")} on completed { step t on inventory { retry «forever» } }`), "SAGA4032"],
    ["nothing fails", of(`${out("a")} on completed { «fail» F }`, { before: "error F\n", ...INPUT }), "SAGA4032"],
    ["nothing is a pivot", of(`${out("a")} on completed { pivot step «t» on inventory { } }`), "SAGA4010"],
    ["no other saga is called", of(`${out("a")} on completed { «race» { ${out("b")} ${out("c")} } }`), "SAGA4033"],
    ["no block fails alone", of(`${out("a")} on completed { «try» { step t on inventory { } } otherwise continue }`), "SAGA4033"],
    [
      "nothing runs once for each item",
      of(`${out("a")} on completed { «foreach» i in input.l { step t on inventory { } } }`),
      "SAGA4033",
    ],
    ["time may pass", of(`${out("a")} on completed { sleep 2h step t on inventory { } }`)],
    [
      "nothing is said of what follows",
      of(`${out("a")} on completed { step t on inventory { retry 3 then «park» } }`),
      "SAGA4023",
    ],
    ["undoing has a time of its own", saga(step("a"), { head: "undo within 2h" })],
    ["… that is a time", saga(step("a"), { head: "undo within «5»" }), "SAGA3002"],
  ]);
});

describe("pivots on ways that exclude each other", () => {
  table([
    ["are one on each", of(`if input.b { ${PIVOT} } else { pivot step p on inventory { } } step z on inventory { }`)],
    ["are two where one way has both", of(`if input.b { ${PIVOT} } pivot step «p» on inventory { }`), "SAGA4009"],
    [
      "in the block of an error of the pivot",
      of(`pivot step p on inventory { throws F on F { ${step("a")} } } ${step("z", "retry forever")}`, {
        before: "error F\n",
        ...INPUT,
      }),
    ],
  ]);
});
