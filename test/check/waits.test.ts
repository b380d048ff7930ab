import { describe, expect, it } from "vitest";
import { diagnose, expectDiagnostics } from "../../compiler/testing/expect-diagnostics.ts";
import { PIVOT, saga, step } from "./kit/sagas.ts";

const HEAD = "signal go { ok: boolean, by: string?, itemId: uuid, pin: secret string }";
const INPUT = "orderId: uuid, due: datetime, wait: duration, later: datetime?";

function waiting(statements: string, options: { readonly head?: string; readonly before?: string } = {}): string {
  return saga(step("a") + statements, { head: HEAD, input: INPUT, ...options });
}

type Row = readonly [name: string, marked: string, ...codes: string[]];

function table(rows: readonly Row[]): void {
  it.each(rows.map(([name, marked, ...codes]) => ({ name, marked, codes })))("$name", ({ marked, codes }) => {
    expectDiagnostics(marked, codes);
  });
}

/** Reads `value` behind what stands before it. */
function reading(value: string): string {
  return `step z on inventory { input { x: ${value} } compensate free }`;
}

describe("an await", () => {
  table([
    ["of a signal of the saga", waiting(`await go timeout 10m ${reading("go.ok")}`)],
    ["of a signal of the file", waiting(`await go timeout 10m ${reading("go.ok")}`, { head: "", before: `${HEAD}\n` })],
    ["under another name", waiting(`await go as answer timeout 10m ${reading("answer.ok")}`)],
    ["without a limit, before the pivot", waiting("await go")],
    ["until an instant", waiting("await go by input.due")],
    ["for a time that is worked out", waiting("await go timeout input.wait + 5m")],
    ["of one that fits", waiting("await go where go.itemId == input.orderId and go.ok timeout 10m")],
    ["of one that fits, by either name", waiting("await go as mine where go.ok and mine.itemId == input.orderId")],
    ["twice, by its name", waiting("await go timeout 1m await go timeout 1m output { go.ok }")],
    ["and then something else, when it does not come", waiting(`await go timeout 10m on timeout { ${step("b")} }`)],
    ["of an unknown signal", waiting("await «gone» timeout 10m await go"), "SAGA2044"],
    ["of a step", waiting("await «a» timeout 10m await go"), "SAGA2044"],
    ["with both kinds of limits", waiting("await go timeout 1m «by» input.due"), "SAGA2046"],
    ["with an end of no time", waiting("await go «on timeout» continue"), "SAGA2047"],
    ["for a number", waiting("await go timeout «5»"), "SAGA3002"],
    ["for a text", waiting('await go timeout «"5m"»'), "SAGA3012"],
    ["for an instant", waiting("await go timeout «input.due»"), "SAGA3012"],
    ["until a duration", waiting("await go by «5m»"), "SAGA3012"],
    ["until what may be absent", waiting("await go by «input.later»"), "SAGA3013"],
    ["for no time", waiting("await go timeout «0s»"), "SAGA6002"],
    ["longer than the saga may take", waiting("await go timeout «2h»"), "SAGA6011"],
    ["with a condition that is no truth value", waiting("await go where «go.by» timeout 1m"), "SAGA3012"],
    ["that reads a field that there is not", waiting("await go where go.«okay» timeout 1m"), "SAGA3001"],
    ["whose signal is read before it came", waiting(`${reading("«go».ok")} await go timeout 1m`), "SAGA4001"],
    ["with the name of a step", waiting("await go as «a» timeout 1m"), "SAGA2005"],
    ["with one `as` given twice", waiting("await go as x timeout 1m await go as «x» timeout 1m"), "SAGA2005"],
    ["clauses twice", waiting("await go timeout 1m «timeout» 2m"), "SAGA2009"],
    ["after the pivot, without a limit", saga(`${step("a") + PIVOT}«await» go`, { head: HEAD }), "SAGA4040"],
  ]);

  it("gives what it brought only where it has come", () => {
    const found = diagnose(waiting(`await go timeout 10m on timeout continue ${reading("go.ok")}`));
    expect(found.map(({ code }) => code)).toEqual([expect.stringMatching(/^SAGA4/)]);
    expect(diagnose(waiting(`await go timeout 10m on timeout continue ${reading("go.ok ?? false")}`))).toEqual([]);
  });
});

describe("an await of several", () => {
  const head = "signal yes { by: string } signal no { reason: string }";
  const any = (cases: string, more = "timeout 10m"): string => saga(`${step("a")}await any { ${cases} } ${more}`, { head });
  table([
    [
      "each with its block",
      any(`on yes { ${reading("yes.by")} } on no where no.reason != "" { fail E }`, "timeout 10m").replace(
        "saga Order",
        "error E\nsaga Order",
      ),
    ],
    [
      "with a case that is about nothing but its signal",
      any(`on yes { } on no where no.reason == "" { } on no { ${step("b")} }`),
    ],
    ["of nothing", saga(`${step("a")}«await any» { } timeout 1m`), "SAGA2018"],
    ["with a case that is never taken", any(`on yes { } on «yes» { ${step("b")} } on no { }`), "SAGA4041"],
    ["an unknown one", any(`on «maybe» { ${step("b")} } on yes { ${step("c")} } on no { ${step("d")} }`), "SAGA2044"],
  ]);
});

describe("a sleep", () => {
  table([
    ["for a while", waiting("sleep 10m await go")],
    ["for as long as somebody says", waiting("sleep input.wait await go")],
    ["until an instant", waiting("sleep until input.due - 2h await go")],
    ["for a number", waiting("sleep «5» await go"), "SAGA3002"],
    ["until a duration", waiting("sleep until «5m» await go"), "SAGA3012"],
    ["for no time", waiting("sleep «0s» await go"), "SAGA6002"],
    ["longer than the saga has", waiting("sleep «2h» await go"), "SAGA6011"],
  ]);
});

describe("signals", () => {
  table([
    ["that nobody awaits", saga(step("a"), { head: "signal «go»" }), "SAGA2045"],
    ["of a file that nobody awaits", saga(step("a"), { before: "signal «go»\n" }), "SAGA2016"],
    ["twice", waiting("await go", { head: "signal go signal «go»" }), "SAGA2005"],
    ["of the saga that hide one of the file", waiting("await go", { head: "signal «go»", before: "signal go\n" }), "SAGA2005"],
    ["with an unknown type", waiting("await go", { head: "signal go { x: «Nope» }" }), "SAGA2002"],
    ["that are called like a step", waiting("await go", { head: "signal go" }).replaceAll("step a ", "step «go» "), "SAGA2005"],
  ]);

  it("come from other files as well", () => {
    const text = `import { go } from "./signals.saga"\n${saga(`${step("a")}await go timeout 1m`)}`;
    expectDiagnostics(text, [], { "signals.saga": "signal go { ok: boolean }\n" });
  });
});
