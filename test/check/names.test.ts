import { describe, expect, it } from "vitest";
import { diagnose, expectDiagnostics, readMarks } from "../../compiler/testing/expect-diagnostics.ts";
import { PIVOT, saga, step } from "./kit/sagas.ts";

type Row = readonly [name: string, marked: string, ...codes: string[]];

function table(rows: readonly Row[]): void {
  it.each(rows.map(([name, marked, ...codes]) => ({ name, marked, codes })))("$name", ({ marked, codes }) => {
    expectDiagnostics(marked, codes);
  });
}

describe("sound sources have nothing to say", () => {
  table([
    ["an empty file", ""],
    ["a file of declarations only", "type A = string\nerror E\nservice s { fenced }\n"],
    ["a small saga", saga(step("reserve"))],
    ["a saga with a pivot", saga(`${step("reserve") + PIVOT}step ship on shipping { input { input.orderId } }`)],
    [
      "steps and types of one name do not meet",
      saga(step("Money"), { before: "type Money = int\n", input: "orderId: uuid, m: Money" }),
    ],
    ["a field may be called like a keyword or a reserved word", "type T = { step: int, class: int, delete: int, input: int }"],
    ["an operation may be called like a reserved word", saga("step remove on inventory.delete { compensate insert }")],
    ["types may be used before they are declared", "type A = B[]\ntype B = { a: A? }"],
  ]);
});

describe("unknown names", () => {
  table([
    ["in an expression", saga("step a on inventory { input { x: «order».id } compensate b }"), "SAGA2001"],
    ["a service is no value", saga("step a on inventory { input { x: «inventory» } compensate b }"), "SAGA2001"],
    ["in the saga's output", saga(`${step("a")} output { x: «b».id }`), "SAGA2001"],
    ["a type", saga(step("a"), { input: "orderId: uuid, m: «Mony»" }), "SAGA2002"],
    ["a type in a list in a record", "type T = { a: record<«U»[]> }", "SAGA2002"],
    ["an error", saga(step("a", "throws «E»")), "SAGA2003"],
    ["a type is no error", saga(step("a", "throws «E»"), { before: "type E = int\n" }), "SAGA2003"],
    ["an error is no type", saga(step("a"), { before: "error E\n", input: "orderId: uuid, m: «E»" }), "SAGA2002"],
    [
      "a service near a declared one, once",
      saga(`${step("a")}${step("b", "", "«inventori»")}${step("c", "", "inventori")}`, {
        before: "service inventory { fenced }\n",
      }),
      "SAGA2004",
    ],
    ["a service like no other is fine", saga(step("a", "inquire ask", "warehouse"))],
  ]);

  it("suggest what was meant, or list what there is", () => {
    const help = (marked: string): string | null | undefined => expectDiagnostics(saga(marked), ["SAGA2001"])[0]?.help;
    expect(help(`${step("reserve")} output { x: «reserv».y }`)).toBe("Did you mean `reserve`?");
    expect(help(`${step("reserve")} output { x: «elsewhere».y }`)).toBe("There are: `input` and `reserve`.");
  });

  it.each([
    ["Text", "text", "Text"],
    ["Money", "text", "string"],
    ["Money", "Date", "datetime"],
    ["Dates", "Date", "datetime"],
    ["DATE", "Date", "DATE"],
    ["Money", "DATETIME", "datetime"],
    ["Money", "mony", "Money"],
  ])("suggest a type, where %s is one, for `%s`: `%s`", (declared, written, meant) => {
    const source = saga(step("a"), { before: `type ${declared} = int\n`, input: `orderId: uuid, m: «${written}»` });
    expect(expectDiagnostics(source, { codes: ["SAGA2002"], only: "error" })[0]?.help).toBe(`Did you mean \`${meant}\`?`);
  });
});

describe("names that are taken", () => {
  table([
    ["two types", "type A = int\ntype «A» = string", "SAGA2005"],
    ["a type and an error", "type A = int\nerror «A»", "SAGA2005"],
    [
      "two sagas",
      saga(step("a")) +
        saga(step("a"))
          .replace("Order", "«Order»")
          .replace(/service.*\n/, ""),
      "SAGA2005",
    ],
    ["two steps", saga(`${step("a")} step «a» on inventory.b { compensate c }`), "SAGA2005"],
    [
      "steps in different branches",
      saga(`parallel { ${step("a")} branch x { step «a» on inventory.b { compensate c } } }`),
      "SAGA2005",
    ],
    ["a step and a branch", saga(`parallel { branch a { ${step("b")} } ${step("«a»")} }`), "SAGA2005"],
    ["two fields", "type T = { a: int, «a»: string }", "SAGA2006"],
    ["two fields of an input", saga(step("a"), { input: "orderId: uuid, «orderId»: string" }), "SAGA2006"],
    ["two fields of an output", saga(step("a", "output { x: int, «x»: int }")), "SAGA2006"],
    ["two entries", saga("step a on inventory { input { input.orderId, «orderId»: 1 } compensate b }"), "SAGA2007"],
    ["two entries of an inner object", saga("step a on inventory { input { o: { x: 1, «x»: 2 } } compensate b }"), "SAGA2007"],
    ["an error thrown twice", saga(step("a", "throws E, «E»"), { before: "error E\n" }), "SAGA2008"],
    ["a third time is told too", "type T = { a: int, «a»: string, «a»: string }", "SAGA2006", "SAGA2006"],
  ]);

  it("point to the first one", () => {
    const { text, places } = readMarks("type «A» = int\nerror A");
    expect(diagnose(text)[0]?.labels.map(({ span }) => [span.start, span.end])).toEqual(
      places.map(({ start, end }) => [start, end]),
    );
  });
});

describe("names that cannot be", () => {
  table([
    ["reserved: a step", saga(step("«delete»")), "SAGA2012"],
    ["reserved: a type", "type «class» = int", "SAGA2012"],
    ["reserved: a type that TypeScript has", "type «Promise» = int", "SAGA2012"],
    ["reserved: a saga", saga(step("a")).replace("saga Order", "saga «new»"), "SAGA2012"],
    ["reserved: a service without declaration", saga(step("a", "inquire ask", "«default»")), "SAGA2012"],
    ["reserved: where steps without a service stand", "service «local» { fenced }", "SAGA2012"],
    ["every object's: a field", "type T = { «constructor»: int, ok: int, «__proto__»: int }", "SAGA2012", "SAGA2012"],
    ["every object's: then", "type T = { «then»: int }", "SAGA2012"],
    ["every object's: an operation", saga("step a on inventory.«toString» { compensate b }"), "SAGA2012"],
    ["every object's: a compensation", saga("step a on inventory { compensate «valueOf» }"), "SAGA2012"],
    ["every object's: an entry", saga("step a on inventory { input { «prototype»: 1 } compensate b }"), "SAGA2012"],
    [
      "every object's: a field is told once, not where it is passed on",
      saga("step a on inventory { input { input.toJSON } compensate b }", { input: "«toJSON»: int" }),
      "SAGA2012",
    ],
    ["of the runtime: an error", "error «DeadlinePassed»", "SAGA2013"],
    ["of the runtime: only errors", "type DeadlinePassed = int"],
    ["mixed scripts: a type", "type «Оrder» = int", "SAGA2014"],
    [
      "mixed scripts: a field, once",
      saga("step a on inventory { input { input.iтem } compensate b }", { input: "«iтem»: int" }),
      "SAGA2014",
    ],
    ["mixed scripts: a service", saga(step("a", "inquire ask", "«pаyments»")), "SAGA2014"],
    ["one script: Cyrillic", "type Заказ = int"],
    ["look-alike: types", "type A1 = int\ntype «Al» = int", "SAGA2015"],
    ["look-alike: steps", saga(step("lO") + step("«l0»")), "SAGA2015"],
    ["look-alike: a name of another script", saga(step("сор") + step("«cop»")), "SAGA2015"],
    ["look-alike: not in different records", "type A = { l0: int }\ntype B = { lO: int }"],
  ]);
});

describe("what nothing refers to", () => {
  table([
    ["a type", saga(step("a"), { before: "type «T» = int\n" }), "SAGA2016"],
    ["an error", saga(step("a"), { before: "error «E»\n" }), "SAGA2016"],
    ["a service", saga(step("a"), { before: "service «other» { fenced }\n" }), "SAGA2016"],
    [
      "not: a type used by another one",
      saga(step("a"), { before: "type T = int\ntype U = T[]\n", input: "orderId: uuid, u: U" }),
    ],
    [
      "not: a service that only undoes",
      saga("step a on inventory { compensate other.b }", { before: "service other { fenced }\n" }),
    ],
    [
      "not: something named where it cannot be",
      saga(step("a"), { before: "error E\n", input: "orderId: uuid, x: «E»" }),
      "SAGA2002",
    ],
    ["not: in what is not available yet", saga(`${step("a")} «on undo» { fail E }`, { before: "error E\n" }), "SAGA5001"],
  ]);

  it("is not asked in a file that could not be read whole", () => {
    expect(
      diagnose(saga(`step a on inventory { throws `, { before: "error E\n" })).filter(({ code }) => code === "SAGA2016"),
    ).toEqual([]);
  });
});

describe("structure", () => {
  table([
    ["a clause twice in a saga", saga(step("a"), { head: "«timeout» 2h" }), "SAGA2009"],
    ["a clause twice in a step", saga(step("a", "timeout 1s «timeout» 2s")), "SAGA2009"],
    ["a clause twice in a compensation", saga("step a on inventory { compensate b { timeout 1s «timeout» 2s } }"), "SAGA2009"],
    ["a clause twice in a service", saga(step("a"), { before: "service inventory { fenced «fenced» }\n" }), "SAGA2009"],
    ["two compensations", saga("step a on inventory { compensate b «compensate» c }"), "SAGA2009"],
    ["two throws", saga(step("a", "throws E «throws» F"), { before: "error E\nerror F\n" }), "SAGA2009"],
    ["a clause of a step in a saga", saga(step("a"), { head: "«retry» 3" }), "SAGA2010"],
    ["a clause of a saga in a step", saga(step("a", "«version» 2")), "SAGA2010"],
    ["a clause of a step in a service", saga(step("a"), { before: "service inventory { fenced «throws» E }\n" }), "SAGA2010"],
    ["a declaration in a saga", saga(step("a"), { head: "«type» T = int" }), "SAGA2010"],
    ["a clause of a saga behind a step", saga(`${step("a")} «version» 2`).replace("version 1\n", "\n"), "SAGA2011"],
    ["the output before a step", saga(`«output» { x: 1 } ${step("a")}`), "SAGA2011"],
    ["no statement", saga("").replace("Order", "«Order»"), "SAGA2017"],
    ["an empty group", saga(`${step("a")} «parallel» { }`), "SAGA2018"],
    ["an empty branch", saga(`parallel { ${step("a")} branch «x» { } }`), "SAGA2018"],
    ["a lone branch", saga(`«parallel» { ${step("a")} }`), "SAGA2019"],
    ["64 branches", saga(`parallel { ${Array.from({ length: 64 }, (_, at) => step(`s${"x".repeat(at)}`)).join("")} }`)],
    [
      "65 branches",
      saga(`«parallel» { ${Array.from({ length: 65 }, (_, at) => step(`s${"x".repeat(at)}`)).join("")} }`),
      "SAGA2020",
    ],
    ["version 0", saga(step("a")).replace("version 1", "version «0»"), "SAGA2021"],
    ["a comment that documents nothing", `${saga(step("a"))}«/// the end»\n`, "SAGA2022"],
  ]);
});
