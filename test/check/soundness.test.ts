import { describe, expect, it } from "vitest";
import { expectDiagnostics } from "../../compiler/testing/expect-diagnostics.ts";
import { PIVOT, saga, step } from "./kit/sagas.ts";

type Row = readonly [name: string, marked: string, ...codes: string[]];

function table(rows: readonly Row[]): void {
  it.each(rows.map(([name, marked, ...codes]) => ({ name, marked, codes })))("$name", ({ marked, codes }) => {
    expectDiagnostics(marked, codes);
  });
}

const OPEN = "error E { ids: string[], o: string?, all: { l: int[], m: string? }[] }\n";
const COMPUTED = `type K = { kind: "a" | "b", l: int[], n: int? }\ncompute f(ids: string[], o: string?, k: K, all: K[]): int\n`;
const WORDS = 'type K = { kind: "a" | "b", n: int? }\nerror W { one: K, all: K[] }\n';
const CALLED = `service log { idempotent for 7d }
saga Child { timeout 1h input { ids: string[], n: int? } step c on log { input { input.ids, input.n } compensate d } }\n`;
const AFTER = "step ship on shipping { input { input.orderId } }\n";

describe("types of mappings and outputs", () => {
  table([
    ["a member that is not there", saga("step a on inventory { input { input.«other» } compensate b }"), "SAGA3001"],
    ["a member of a text", saga("step a on inventory { input { x: input.orderId.«length» } compensate b }"), "SAGA3001"],
    [
      "a member of a list",
      saga("step a on inventory { input { x: input.l.«x» } compensate b }", { input: "l: { x: int }[]" }),
      "SAGA3001",
    ],
    ["a member of json", saga("step a on inventory { input { x: input.j.«x» } compensate b }", { input: "j: json" }), "SAGA3001"],
    [
      "a member that every object has, of a record",
      saga("step a on inventory { input { x: input.r.«toString» } compensate b }", { input: "r: record<int>" }),
      "SAGA3001",
    ],
    [
      "a member of a record may be anything else",
      saga("step a on inventory { input { x: input.r.left.y } compensate b }", { input: "r: record<{ y: int }>" }),
    ],
    [
      "a member of what may be absent",
      saga("step a on inventory { input { x: input.o.p.q } compensate b }", { input: "o: { p: { q: int } }?" }),
    ],
    [
      "a member through named types",
      saga("step a on inventory { input { x: input.t.u.v } compensate b }", {
        before: "type T = U?\ntype U = { u: { v: int } }\n",
        input: "t: T",
      }),
    ],
    ["an output that the step does not have", saga(`${step("a")} output { a.«x» }`), "SAGA3001"],
    ["the saga's output", saga(`${step("a", "output { x: int }")} output { a.x, all: a, given: input }`)],
    ["nothing alone", saga("step a on inventory { input { x: «null» } compensate b }"), "SAGA3003"],
    ["an empty list", saga("step a on inventory { input { x: «[]», y: { z: «[null]» } } compensate b }"), "SAGA3003", "SAGA3003"],
    [
      "… of an error's data, whose type is declared",
      saga(`${step("a")} fail E { ids: [], o: null, all: [{ l: [], m: null }] }`, { before: OPEN }),
    ],
    [
      "… of what an error or spent attempts lead to",
      saga(step("a", "throws E on E fail E { ids: [], all: [] } retry 2 then fail E { ids: «[null]», all: [] }"), {
        before: OPEN,
      }),
      "SAGA3051",
    ],
    ["… which must fit", saga(`${step("a")} fail E { ids: «null», all: «1» }`, { before: OPEN }), "SAGA3051", "SAGA3051"],
    ["… and be declared", saga(`${step("a")} fail E { ids: [], all: [], «x»: [] }`, { before: OPEN }), "SAGA3001"],
    ["… of a called saga's input", saga(`${step("a")} call Child { input { ids: [], n: null } }`, { before: CALLED })],
    [
      "… of a compute's arguments",
      saga(
        'let x = f([], null, { kind: "a", l: [] }, [{ kind: "a", l: [] }, { kind: "b", l: [1], n: 1 }]) step a on inventory { input { x } compensate b }',
        { before: COMPUTED },
      ),
    ],
    [
      "… which must fit",
      saga(
        'let x = f([], null, «{ kind: "c", l: [] }», «[{ kind: "a", l: [] }, { kind: "b" }]») step a on inventory { input { x } compensate b }',
        { before: COMPUTED },
      ),
      "SAGA3012",
      "SAGA3012",
    ],
    [
      "words that are written in records of declared data",
      saga(`${step("a")} fail W { one: { kind: "a" }, all: [{ kind: "a" }, { kind: "b", n: 1 }, { kind: "a", n: null }] }`, {
        before: WORDS,
      }),
    ],
    [
      "… also in one of two values, and where another is absent",
      saga(
        `${step("a")} let v = f([], null, input.k ?? { kind: "a", l: [] }, input.b ? [] : [{ kind: "b", l: [] }]) if v > 1 { fail W { one: input.b ? { kind: "a" } : { kind: "b", n: 1 }, all: [] } }`,
        { before: `${COMPUTED}${WORDS.replace(/K/g, "L")}`, input: "orderId: uuid, b: boolean, k: K?" },
      ),
    ],
    [
      "… which must be among them",
      saga(`${step("a")} fail W { one: «{ kind: "c" }», all: «[{ kind: "a" }, { kind: "c" }]» }`, { before: WORDS }),
      "SAGA3051",
      "SAGA3051",
    ],
    [
      "… not of what is worked out for it",
      saga(`${step("a")} fail E { ids: contains([{ l: «[]» }], null) ? [] : [], all: [] }`, { before: OPEN }),
      "SAGA3003",
    ],
    ["a list of nothing and something", saga("step a on inventory { input { x: [null, 1, 2.5] } compensate b }")],
    ["a list of lists, one empty", saga("step a on inventory { input { x: [[], [1]] } compensate b }")],
    ["a mixed list", saga('step a on inventory { input { x: [1, «"a"», 2] } compensate b }'), "SAGA3004"],
    ["a union of types", "type T = «int» | string", "SAGA3005"],
    ["a union with a name", 'type U = string\ntype T = "a" | «U»', "SAGA3005"],
    ["a text twice", 'type T = "a" | "b" | «"a"»', "SAGA3006"],
    ["optional twice", "type T = { a: (int?)«?» }", "SAGA3007"],
    ["a type of itself", "type «T» = { t: T }", "SAGA3008"],
    ["a type of itself by way of another", "type «A» = { b: B }\ntype B = { a: { a: A } }", "SAGA3008"],
    ["a type that is but its own name", "type «A» = B?\ntype B = A", "SAGA3008"],
    ["a type of itself in a list, a record, or absent", "type A = { a: A[] }\ntype B = { b: record<B> }\ntype C = { c: C? }"],
    [
      "an operation with two inputs",
      saga("step a on inventory { input { x: 1 } compensate c } step b on inventory.«a» { input { x: 2.5 } compensate d }"),
      "SAGA3009",
    ],
    [
      "an operation with two outputs",
      saga(
        `${step("a", "output { x: int }")} step b on inventory.«a» { input { input.orderId } output { x: string } compensate release }`,
      ),
      "SAGA3009",
    ],
    [
      "a compensation with two inputs",
      saga("step a on inventory { input { x: 1 } compensate c } step b on inventory { input { x: 1, y: 1 } compensate «c» }"),
      "SAGA3009",
    ],
    [
      "an operation used twice alike",
      saga(
        "step a on inventory { input { x: 1, y: true } compensate c } step b on inventory.a { input { y: false, x: 2 } compensate c }",
      ),
    ],
    [
      "the same name in two services",
      saga("step a on inventory { input { x: 1 } compensate c } step b on shipping.a { input { x: true } compensate c }"),
    ],
    [
      "an operation in two roles",
      saga(`${step("a")} step b on inventory.«release» { input { input.orderId } compensate c }`),
      "SAGA3010",
    ],
    [
      "secret in one of two uses",
      saga(
        'step a on inventory { input { input.card } compensate c } step b on inventory.«a» { input { card: "none" } compensate d }',
        { input: "card: secret string" },
      ),
      "SAGA3009",
    ],
  ]);
});

describe("outputs of steps", () => {
  table([
    [
      "of a later step",
      saga(`step a on inventory { input { x: «b».x } compensate c } ${step("b", "output { x: int }")}`),
      "SAGA4001",
    ],
    [
      "of a later step, in a compensation",
      saga(`step a on inventory { compensate c { input { x: «b».x } } } ${step("b", "output { x: int }")}`),
      "SAGA4001",
    ],
    ["of an earlier step", saga(`${step("b", "output { x: int }")} step a on inventory { input { x: b.x } compensate c }`)],
    ["of its own", saga("step a on inventory { input { x: «a».x } output { x: int } compensate c }"), "SAGA4002"],
    [
      "of its own, in an inquiry",
      saga("step a on inventory { output { x: int } inquire q { input { x: «a».x } } compensate c }"),
      "SAGA4002",
    ],
    ["of its own, in its compensation", saga("step a on inventory { output { x: int } compensate c { input { a.x } } }")],
    [
      "of a sibling",
      saga(`parallel { ${step("b", "output { x: int }")} step a on inventory { input { x: «b».x } compensate c } }`),
      "SAGA4006",
    ],
    [
      "of a sibling above, from deep inside",
      saga(
        `parallel { ${step("b", "output { x: int }")} branch y { parallel { ${step("d")} step a on inventory { input { x: «b».x } compensate c } } } }`,
      ),
      "SAGA4006",
    ],
    [
      "of a later sibling",
      saga(`parallel { step a on inventory { input { x: «b».x } compensate c } ${step("b", "output { x: int }")} }`),
      "SAGA4006",
    ],
    [
      "of the same branch",
      saga(
        `parallel { ${step("d")} branch y { ${step("b", "output { x: int }")} step a on inventory { input { x: b.x } compensate c } } }`,
      ),
    ],
    [
      "of an earlier group",
      saga(`parallel { ${step("b", "output { x: int }")} ${step("d")} } step a on inventory { input { x: b.x } compensate c }`),
    ],
  ]);
});

describe("before, at and after the pivot", () => {
  table([
    ["a step without a compensation", saga("step «a» on inventory { }"), "SAGA4003"],
    ["… in a branch", saga(`parallel { ${step("b")} step «a» on inventory { } } ${PIVOT}`), "SAGA4003"],
    ["a reason, a readonly step", saga('step a on inventory { compensate none because "x" } readonly step b on inventory { }')],
    ["a compensation behind the pivot", saga(`${PIVOT} step a on inventory { «compensate b» }`), "SAGA4004"],
    [
      "… in a group behind it",
      saga(`${PIVOT} parallel { ${AFTER} step a on inventory { «compensate none because "x"» } }`),
      "SAGA4004",
    ],
    [
      "an error behind the pivot",
      saga(`${PIVOT} step a on inventory { «throws» E, F }`, { before: "error E\nerror F\n" }),
      "SAGA4005",
    ],
    ["a limit behind the pivot", saga(`${PIVOT} step a on inventory { retry «3 backoff 1s» }`), "SAGA4007"],
    ["no retry behind the pivot", saga(`${PIVOT} step a on inventory { retry «none» }`), "SAGA4007"],
    [
      "a limit of the service behind the pivot",
      saga(`${PIVOT} step «a» on inventory { }`, { before: "service inventory { fenced retry 5 }\n" }),
      "SAGA4007",
    ],
    ["forever behind the pivot", saga(`${PIVOT} step a on inventory { retry forever backoff 1s..5m }`)],
    ["a pivot with a limit", saga("pivot step a on inventory { retry «3» }"), "SAGA4008"],
    ["two pivots", saga(`${PIVOT} ${step("b")} pivot step «a» on inventory { } ${step("c")}`), "SAGA4009"],
    [
      "a pivot in a group",
      saga(`${step("z")} parallel { ${step("b")} pivot step «a» on inventory { } } ${step("c")} step d on inventory { }`),
      "SAGA4010",
    ],
    [
      "… before it all is as before",
      saga(`step «z» on inventory { } parallel { ${step("b")} pivot step «a» on inventory { } }`),
      "SAGA4003",
      "SAGA4010",
    ],
    ["a compensation, and none", saga('step a on inventory { compensate b «compensate none» because "x" }'), "SAGA4014"],
    ["a readonly step that is compensated", saga("readonly step a on inventory { «compensate» b }"), "SAGA4015"],
    ["… behind the pivot", saga(`${PIVOT} readonly step a on inventory { «compensate» b }`), "SAGA4015"],
    ["a pivot that is compensated", saga("pivot step a on inventory { «compensate» b }"), "SAGA4016"],
    ["… and is not", saga('pivot step a on inventory { «compensate none» because "x" }'), "SAGA4016"],
    ["pivot and readonly", saga("pivot «readonly» step a on inventory { }"), "SAGA4017"],
    ["pivot twice", saga("pivot «pivot» step a on inventory { }"), "SAGA4017"],
  ]);
});

describe("what cannot be known", () => {
  const bare = { before: "service inventory { timeout 5s }\n" };
  table([
    [
      "a refusal of the pivot",
      saga("pivot step a on inventory { «throws» E }", { before: `error E\n${bare.before}` }),
      "SAGA4011",
    ],
    ["… not with an inquiry", saga("pivot step a on inventory { throws E inquire q }", { before: `error E\n${bare.before}` })],
    ["… not with a fence", saga("pivot step a on inventory { throws E }", { before: "error E\nservice inventory { fenced }\n" })],
    [
      "a step that outlives its undo, once a service",
      saga(`${step("«a»")} ${step("b")} ${step("«c»", "", "shop")}`, bare),
      "SAGA4012",
      "SAGA4012",
    ],
    ["… not with an inquiry", saga(step("a", "inquire q"), bare)],
    ["… not what has nothing to undo", saga("readonly step a on inventory { }", bare)],
    ["… of a step without a service", saga("step «a» { compensate b }"), "SAGA4012"],
    ["a doubled effect behind the pivot", saga("pivot step a on payments { } step «b» on inventory { }", bare), "SAGA4013"],
    ["… of the pivot", saga("pivot step «a» on inventory { }", bare), "SAGA4013"],
    ["… of what is never undone", saga('step «a» on inventory { compensate none because "x" }', bare), "SAGA4013"],
    ["… not without repetition", saga('step a on inventory { retry none compensate none because "x" }', bare)],
    ["… told with the other of the same service", saga(`${step("«a»")} pivot step b on inventory { }`, bare), "SAGA4012"],
  ]);

  it("is told with what to do about the service", () => {
    const help = (marked: string): string | null | undefined => expectDiagnostics(marked, ["SAGA4012"])[0]?.help;
    expect(help(saga(step("«a»", "", "shop")))).toContain("`service shop { idempotent for 24h }`");
    expect(help(saga(step("«a»"), bare))).toContain("say so in `service inventory`");
    expect(help(saga("step «a» { compensate b }"))).toContain("`on name`");
  });
});

describe("time", () => {
  table([
    ["no timeout", saga(step("a")).replace("  timeout 1h\n", "").replace("Order", "«Order»"), "SAGA6001"],
    ["a number for a duration", saga(step("a", "timeout «5»")), "SAGA3002"],
    ["a text for a pause", saga(step("a", 'retry 3 backoff «"1s"»')), "SAGA3002"],
    ["zero", saga(step("a", "timeout «0s» retry 3 backoff «0ms»..1s")), "SAGA6002", "SAGA6002"],
    [
      "zero for ever",
      saga(step("a"), { before: "service inventory { idempotent for «0h» timeout «0s» }\n" }),
      "SAGA6002",
      "SAGA6002",
    ],
    ["zero that is worked out", saga(step("a", "timeout «5s - 5s» retry 3 backoff «10ms * 0»")), "SAGA6002", "SAGA6002"],
    ["less than a millisecond, which the machine rounds to nothing", saga(step("a", "timeout «1s / 5000»")), "SAGA6002"],
    ["less than nothing", saga(step("a", "retry 3 backoff «1s-10s»")), "SAGA6002"],
    ["less than nothing, as the end", saga(step("a", "retry 3 backoff 1s..«5s - 10s»")), "SAGA6002"],
    ["not: more than nothing", saga(step("a", "timeout 10s - 5s retry 3 backoff 2s / 2..1m * 2 - 5s"))],
    ["not: what is not known beforehand", saga(step("a", "timeout input.d - 5s"), { input: "orderId: uuid, d: duration" })],
    ["a duration with a sign", saga(step("a", "timeout -«5s»")), "SAGA3012"],
    ["longer than any saga, worked out", saga(step("a", "timeout «9999d * 2»")), "SAGA6008"],
    ["zero for the saga", saga(step("a")).replace("timeout 1h", "timeout «0s»"), "SAGA6002"],
    ["a backoff the wrong way round", saga(step("a", "retry 3 «backoff 5s..1s»")), "SAGA6003"],
    [
      "… in a compensation, a service",
      saga("step a on inventory { compensate b { retry 3 «backoff 5s..1s» } }", {
        before: "service inventory { fenced retry 2 «backoff 2s..1s» }\n",
      }),
      "SAGA6003",
      "SAGA6003",
    ],
    ["a step beyond the saga", saga(step("a", "timeout «30m»")), "SAGA6004"],
    ["… by its retries", saga(step("a", "retry «100 backoff 1m»")), "SAGA6004"],
    ["… by default", saga(step("«a»")).replace("timeout 1h", "timeout 1m"), "SAGA6004"],
    ["… by its service", saga(step("«a»"), { before: "service inventory { fenced timeout 25m }\n" }), "SAGA6004"],
    ["… just not", saga(step("a", "timeout 20m retry 3 backoff 1ms..1ms")).replace("timeout 1h", "timeout 3600002ms")],
    [
      "… by a millisecond",
      saga(step("a", "timeout «20m» retry 3 backoff 1ms..1ms")).replace("timeout 1h", "timeout 3600001ms"),
      "SAGA6004",
    ],
    ["… not for ever", saga(step("a", "timeout 30m retry forever"))],
    ["… not behind the pivot", saga(`${PIVOT} step a on inventory { timeout 2h }`)],
    ["a backoff without a second attempt", saga(step("a", "retry none «backoff 1s»")), "SAGA6005"],
    ["… of one attempt", saga(step("a", "retry 1 «backoff 1s»")), "SAGA6005"],
    [
      "retries beyond the memory of keys",
      saga(step("a", "retry «20 backoff 30s»"), { before: "service inventory { idempotent for 15m }\n" }),
      "SAGA6006",
    ],
    [
      "… not with an inquiry",
      saga(step("a", "retry 20 backoff 30s inquire q"), { before: "service inventory { idempotent for 15m }\n" }),
    ],
    [
      "… not with a fence",
      saga(step("a", "retry 20 backoff 30s"), { before: "service inventory { idempotent for 15m fenced }\n" }),
    ],
    [
      "… of a compensation",
      saga("step a on inventory { compensate «b» }", { before: "service inventory { idempotent for 5m }\n" }),
      "SAGA6006",
    ],
    ["no attempt at all", saga(step("a", "retry «0»")), "SAGA6007"],
    ["longer than any saga", saga(step("a")).replace("timeout 1h", "timeout «9999d»"), "SAGA6008"],
  ]);
});
