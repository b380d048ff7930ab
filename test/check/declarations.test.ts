import { describe, expect, it } from "vitest";
import { diagnose, expectDiagnostics } from "../../compiler/testing/expect-diagnostics.ts";
import { saga, step } from "./kit/sagas.ts";

type Row = readonly [name: string, marked: string, ...codes: string[]];

function table(rows: readonly Row[]): void {
  it.each(rows.map(([name, marked, ...codes]) => ({ name, marked, codes })))("$name", ({ marked, codes }) => {
    expectDiagnostics(marked, codes);
  });
}

describe("tags", () => {
  const input = "orderId: uuid, customer: { id: string, name: string? }, card: secret string, at: datetime, items: int[]";
  const tagged = (tags: string): string => saga(step("a"), { head: `tags { ${tags} }`, input });
  table([
    [
      "are made of the input",
      tagged('customer: input.customer.id, input.orderId, day: input.at, n: length(input.items), x: "${input.orderId}!"'),
    ],
    ["may be absent", tagged("input.customer.name")],
    ["read no step", tagged("x: «a».id"), "SAGA2048"],
    ["are no records", tagged("x: «input.customer»"), "SAGA3041"],
    ["are no lists", tagged("x: «input.items»"), "SAGA3041"],
    ["are no secrets", tagged("x: «input.card»"), "SAGA3042"],
    ["are no parts of secrets", tagged("x: «input.card == input.orderId»"), "SAGA3042"],
    ["have names of their own", tagged("input.orderId, «orderId»: 1"), "SAGA2007"],
  ]);
});

describe("`undo within`", () => {
  table([
    ["is a duration", saga(step("a"), { head: "undo within 30m" })],
    ["is no number", saga(step("a"), { head: "undo within «30»" }), "SAGA3002"],
    ["is not nothing", saga(step("a"), { head: "undo within «0s»" }), "SAGA6002"],
  ]);
});

describe("a compute", () => {
  const before = "type Item = { sku: string, quantity: int }\ncompute price(items: Item[], factor: number): int\n";
  const input = "orderId: uuid, items: Item[], other: int?, pin: secret string";
  const computing = (statements: string): string => saga(statements, { before, input });
  const value = (expression: string): string => `step a on inventory { input { x: ${expression} } compensate release }`;
  table([
    ["is called with what it takes", computing(value("price(input.items, 2) + 1"))],
    ["is called in the saga's output", computing(`${step("a")} output { total: price(input.items, 1) }`)],
    ["of a declaration with one too few", computing(value("«price(input.items)»")), "SAGA3011"],
    ["of a declaration with one too many", computing(value("«price(input.items, 1, 2)»")), "SAGA3011"],
    ["with something else", computing(value("price(«input.orderId», 1)")), "SAGA3012"],
    ["with what may be absent", computing(value("price(input.items, «input.other»)")), "SAGA3013"],
    ["that is misspelt", computing(value("«prize»(input.items, 1)")), "SAGA2023"],
    ["that is not used", saga(step("a"), { before: "compute «f»(x: int): int\n" }), "SAGA2016"],
    ["with a name that the language has", `compute ««min»»(x: int): int\n${saga(value("min(1, 2)"))}`, "SAGA2012", "SAGA2016"],
    ["with one parameter twice", `compute f(x: int, «x»: int): int\n${saga(value("f(1, 2)"))}`, "SAGA2006"],
    ["of an unknown type", `compute f(x: «Nope»): int\n${saga(value("f(1)"))}`, "SAGA2002"],
    ["called on condition", computing(value("input.other == null ? «price»(input.items, 1) : 1")), "SAGA2049"],
    ["called where the left side decides", computing(value("input.other ?? «price»(input.items, 1)")), "SAGA2049"],
    [
      "called in the input of a compensation",
      computing("step a on inventory { compensate release { input { x: «price»(input.items, 1) } } }"),
      "SAGA2049",
    ],
    [
      "called in the input of an inquiry",
      computing("step a on inventory { inquire ask { input { x: «price»(input.items, 1) } } compensate release }"),
      "SAGA2049",
    ],
    [
      "called in a tag",
      saga(value("price(input.items, 1)"), { before, input, head: "tags { x: «price»(input.items, 1) }" }),
      "SAGA2049",
    ],
    [
      "called in a `where`",
      saga(`${value("price(input.items, 1)")} await go where go.x == «price»(input.items, 1)`, {
        before,
        input,
        head: "signal go { x: int }",
      }),
      "SAGA2049",
    ],
  ]);

  it("comes from other files as well, and keeps a secret", () => {
    const text = `import { mask } from "./c.saga"\n${saga(value('"${«mask(input.pin)»}"'), { input })}`.replace(
      "items: Item[], ",
      "",
    );
    const found = expectDiagnostics(text, ["SAGA3015"], { "c.saga": "compute mask(pin: string): string\n" });
    expect(found[0]?.labels.map(({ message }) => message)).toEqual(["`pin` is a secret"]);
  });
});

describe("a secret", () => {
  const input = "orderId: uuid, card: secret string, customer: { name: string, pin: secret string }, bag: json";
  const failing = (error: string, data: string): string =>
    saga(`${step("a")} if input.orderId == "x" { fail E { ${data} } }`, { before: `error E { ${error} }\n`, input });
  table([
    ["stays in a field that is known to hold one", failing("x: secret string", "x: input.card")],
    ["does not flow into another one", failing("x: string", "x: «input.card»"), "SAGA3042"],
    ["does not flow into another one in a record", failing("x: { card: string }", "x: «{ input.card }»"), "SAGA3042"],
    ["does not flow into another one within what holds it", failing("x: { pin: string }", "x: «input.customer»"), "SAGA3042"],
    ["may be left out", failing("x: { name: string }", "x: input.customer")],
    ["does not flow into JSON", failing("x: json", "x: «input.customer»"), "SAGA3042"],
    [
      "that was computed of a record with one is one",
      `compute f(x: { pin: string }): string\n${failing("x: string", "x: «y»").replace("if input", "let y = f(input.customer) if input")}`,
      "SAGA3042",
    ],
  ]);

  const either = (value: string): string =>
    saga(
      `if input.b { fail Bad }
${value} step z on inventory { input { orderId: "\${«x.card»}" } compensate release }`,
      {
        before: "type Shown = { card: string, n: int }\nerror Bad\n",
        input: "b: boolean, card: secret string, open: Shown, l: { card: secret string, n: int }[]",
      },
    );
  const gives = (name: string, type: string): string =>
    `step ${name} on inventory { output { card: ${type} } throws Bad compensate undo${name} }`;
  describe("of one of two values is one in whichever it is", () => {
    table([
      ["a condition", either("let x = input.b ? { input.card } : { card: input.open.card }"), "SAGA3015"],
      ["a condition, the other way round", either("let x = input.b ? input.open : { input.card, n: 1 }"), "SAGA3015"],
      ["what counts where it is absent", either("let x = input.l[0] ?? input.open"), "SAGA3015"],
      [
        "items of a list",
        either("let l = [input.open, { input.card, n: 1 }] let x = l[0]").replace("«x.card»", '«x.card ?? ""»'),
        "SAGA3015",
      ],
      ["the winners of a race", either(`race as x { ${gives("a", "string")} ${gives("c", "secret string")} }`), "SAGA3015"],
      [
        "either way of a try",
        either(`try as x { ${gives("a", "string")} } otherwise { ${gives("c", "secret string")} }`),
        "SAGA3015",
      ],
      [
        "what stands for a step's output",
        either(gives("x", "string").replace("throws Bad", `throws Bad on Bad { ${gives("c", "secret string")} }`)),
        "SAGA3015",
      ],
      ["but not of two without", either('let x = input.b ? input.open : { card: "none", n: 1 }').replace(/[«»]/g, "")],
    ]);

    const written = (given: string): string =>
      saga(`if input.flag { fail W { ${given} } }\n${step("z")}`, {
        before:
          "type Inner = { a: int, b: string? }\ntype Small = { a: int }\ntype Deep = { p: Inner? }\nerror W { one: Inner?, rest: Inner?[], deep: Deep[] }\n",
        input: "orderId: uuid, flag: boolean, other: boolean, small: Small, sec: secret string",
      });
    const [none, some] = ["rest: [], deep: []", "one: null"];
    table([
      [
        "written into a record, or nothing",
        written(`one: «input.flag ? { a: 1 } : (input.other ? { a: 1, b: input.sec } : null)», ${none}`),
        "SAGA3042",
      ],
      [
        "written beside what has a type",
        written(`one: «input.flag ? input.small : { a: 1, b: input.sec }», ${none}`),
        "SAGA3042",
      ],
      [
        "written beside nothing in a list",
        written(`${some}, rest: «[null, { a: 1 }, { a: 2, b: input.sec }]», deep: []`),
        "SAGA3042",
      ],
      [
        "written where another one leaves the whole out",
        written(`${some}, rest: [], deep: «[{ p: { a: 1 } }, {}, { p: { a: 1, b: input.sec } }]»`),
        "SAGA3042",
      ],
      [
        "but not of such without",
        written(
          `one: input.flag ? input.small : { a: 1, b: "x" }, rest: [null, { a: 1 }, { a: 2, b: "x" }], deep: [{ p: { a: 1 } }, {}]`,
        ),
      ],
    ]);

    it("also of types that hold themselves, each of many fields", () => {
      const fields = (type: string): string => Array.from({ length: 60 }, (_, at) => `f${at}: ${type}?`).join(", ");
      const text = saga(`let x = input.b ? input.a : input.c ${step("s", 'key "${«x.f1.f2.f3.f4.f5.f6.card ?? "none"»}"')}`, {
        before: `type A = { card: secret string, ${fields("A")} }\ntype C = { card: string, ${fields("C")} }\n`,
        input: "orderId: uuid, b: boolean, a: A, c: C",
      });
      expectDiagnostics(text, ["SAGA3015"]);
    });
  });

  it("is told with the way that it took", () => {
    const text = saga(`let a1 = { card: input.card } let b1 = a1.card ${step("a", 'inquire ask { input { x: "${b1}" } }')}`, {
      input: "orderId: uuid, card: secret string",
    });
    const [found] = diagnose(text).filter(({ code }) => code === "SAGA3015");
    expect(found?.labels.map(({ message }) => message)).toEqual(["`b1` is made of it here", "`card` is a secret"]);
  });
});
