import { describe, expect, it } from "vitest";
import { compile, memorySources } from "../../compiler/index.ts";
import { expectDiagnostics } from "../../compiler/testing/expect-diagnostics.ts";
import { step } from "./kit/sagas.ts";

const COMMON = `
type Money = { amount: int, currency: "EUR" | "USD" }
type Node = { value: Money, next: Node? }
error OutOfStock { sku: string }
service inventory { idempotent for 7d }
`;

const OTHER = `saga Other { timeout 1h input { orderId: uuid } ${step("a")} }\n`;

/** A saga that uses what it imports. */
function importing(head: string, options: { readonly input?: string; readonly clauses?: string } = {}): string {
  const { input = "orderId: uuid", clauses = "" } = options;
  return `${head}\nsaga Order {\n  timeout 1h\n  input { ${input} }\n  ${step("reserve", clauses)}}\n`;
}

type Row = readonly [name: string, marked: string, others: Readonly<Record<string, string>>, ...codes: string[]];

function table(rows: readonly Row[]): void {
  it.each(rows.map(([name, marked, others, ...codes]) => ({ name, marked, others, codes })))("$name", (row) => {
    expectDiagnostics(row.marked, row.codes, row.others);
  });
}

const CALLED = `error Full { hall: string }
service halls { fenced }
saga Book { timeout 1h  step book on halls { throws Full  compensate free } }
`;

function calling(head: string, error: string): string {
  return `${head}\nerror Gone\nsaga Show { timeout 1h  call Book { on ${error} fail Gone } }\n`;
}

describe("names of another file", () => {
  const others = { "common.saga": COMMON };
  table([
    [
      "an error of a called saga needs no import",
      calling('import { Book } from "./called.saga"', "Full"),
      { "called.saga": CALLED },
    ],
    [
      "one that is imported is used where a call is answered with it",
      calling('import { Book, Full } from "./called.saga"', "Full"),
      { "called.saga": CALLED },
    ],
    [
      "it has the name that the import gives it",
      calling('import { Book, Full as SoldOut } from "./called.saga"', "SoldOut"),
      { "called.saga": CALLED },
    ],
  ]);
  table([
    [
      "types, errors and services are taken over",
      importing('import { Money, OutOfStock, inventory } from "./common.saga"', {
        input: "orderId: uuid, m: Money",
        clauses: "throws OutOfStock",
      }),
      others,
    ],
    [
      "under another name",
      importing('import { Money as Cash, OutOfStock as Gone, inventory } from "./common.saga"', {
        input: "orderId: uuid, m: Cash",
        clauses: "throws Gone",
      }),
      others,
    ],
    [
      "members of an imported type are known",
      importing('import { Money, inventory } from "./common.saga"', {
        input: "orderId: uuid, m: Money",
        clauses: "inquire ask { input { x: input.m.«amuont» } }",
      }),
      others,
      "SAGA3001",
    ],
    ["an unknown file", importing('import { Money } from «"./comon.saga"»\nservice inventory { fenced }'), others, "SAGA2041"],
    [
      "a file that leads out of the project",
      importing('import { Money } from «"../common.saga"»\nservice inventory { fenced }'),
      others,
      "SAGA2041",
    ],
    [
      "an unknown name",
      importing('import { «Mony», inventory } from "./common.saga"', { input: "orderId: uuid, m: Mony" }),
      others,
      "SAGA2042",
    ],
    [
      "a name that the other file imports itself",
      importing('import { «Money», inventory } from "./other.saga"', { input: "orderId: uuid, m: Money" }),
      { ...others, "other.saga": 'import { Money } from "./common.saga"\ntype M = Money\nservice inventory { fenced }\n' },
      "SAGA2042",
    ],
    [
      "the wrong kind: an error is no type",
      importing('import { OutOfStock, inventory } from "./common.saga"', { input: "orderId: uuid, m: «OutOfStock»" }),
      others,
      "SAGA2002",
    ],
    [
      "the wrong kind: a type is no error",
      importing('import { Money, inventory } from "./common.saga"', { clauses: "throws «Money»" }),
      others,
      "SAGA2003",
    ],
    [
      "a name that is taken",
      importing('import { Money, «Money», inventory } from "./common.saga"', { input: "orderId: uuid, m: Money" }),
      others,
      "SAGA2005",
    ],
    [
      "a name that the file declares as well",
      importing('import { Money, inventory } from "./common.saga"\ntype «Money» = int', { input: "orderId: uuid, m: Money" }),
      others,
      "SAGA2005",
    ],
    [
      "an alias beside a declaration of the imported name",
      importing('import { «Money» as Cash, inventory } from "./common.saga"\ntype Money = int', {
        input: "orderId: uuid, m: Money, c: Cash",
      }).replace("«Money» as Cash", "Money as «Cash»"),
      others,
      "SAGA2043",
    ],
    [
      "an alias of a saga beside one of that name",
      'import { Order as «Other», inventory } from "./order.saga"\nsaga Order { timeout 2h input { id: uuid } call Other { input { orderId: input.id } } step x on inventory { compensate y } }',
      { "order.saga": `service inventory { fenced }\n${OTHER.replace("saga Other", "saga Order")}` },
      "SAGA2043",
    ],
    [
      "an error that only the policy of a call names, by its own name or by another one",
      'import { Other, OutOfStock as Gone, Late } from "./fails.saga"\nsaga Order { timeout 2h input { id: uuid } call Other { input { orderId: input.id } on Gone, Late continue } }',
      {
        ...others,
        "fails.saga": `${COMMON}error Late\nsaga Other { timeout 1h input { orderId: uuid } ${step("a", "throws OutOfStock, Late")} }\n`,
      },
    ],
    ["what is not used", importing('import { «Money», inventory } from "./common.saga"'), others, "SAGA2016"],
    [
      "a path that is not relative",
      importing('import { Money } from «"common.saga"»\nservice inventory { fenced }'),
      others,
      "SAGA2040",
    ],
    ["an absolute path", importing('import { Money } from «"/common.saga"»\nservice inventory { fenced }'), others, "SAGA2040"],
    ["no `.saga` file", importing('import { Money } from «"./common"»\nservice inventory { fenced }'), others, "SAGA2040"],
    ["the file itself", importing('import { Money } from «"./test.saga"»\nservice inventory { fenced }'), others, "SAGA2040"],
    ["TypeScript without `type`", importing('import { T } from «"./t.ts"»\nservice inventory { fenced }'), others, "SAGA2040"],
    [
      "`import type` of a saga file",
      importing('import type { Money } from «"./common.saga"»\nservice inventory { fenced }'),
      others,
      "SAGA2040",
    ],
  ]);

  it.each([
    ["with one between its parts", "./sub\\common.saga", "./sub/common.saga"],
    ["with two", "./sub\\\\common.saga", "./sub/common.saga"],
    ["that looks like a tab", "./sub\\types.saga", "./sub/types.saga"],
    ["that looks like another character", "./sub\\users.saga", "./sub/users.saga"],
    ["without a dot", "sub\\x.saga", "./sub/x.saga"],
    ["of a disk", "C:\\sub\\x.saga", "./x.saga"],
    ["to the folder above", "..\\x.saga", "../x.saga"],
  ])("a path with `\\`, %s, is told once, with what to write", (_, written, meant) => {
    const source = importing(`import { Money } from «"${written}"»\nservice inventory { fenced }`);
    const [found] = expectDiagnostics(source, ["SAGA2040"], others);
    expect(found?.message).toBe(`\`${written.replaceAll("\\\\", "\\")}\` cannot be imported: it has a \`\\\`.`);
    expect(found?.help).toBe(`Paths are written with \`/\`, on every system: \`"${meant}"\`.`);
  });

  it("may have escapes in its path that are none of `\\`", () => {
    expectDiagnostics(
      importing('import { Money, inventory } from "./comm\\u{6f}n.saga"', { input: "orderId: uuid, m: Money" }),
      [],
      others,
    );
  });

  it("of an error is the one by which a failure goes, whatever it is called here", () => {
    const sources = memorySources({
      "a.saga": `import { OutOfStock as Gone } from "./b.saga"\nsaga A { timeout 1h input { n: int, orderId: uuid } ${step("x")} if input.n > 1 { fail Gone { sku: "s" } } }`,
      "b.saga": COMMON,
    });
    const { diagnostics, sagas } = compile(sources, ["a.saga"]);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(JSON.stringify(sagas[0]?.plan.forward)).toContain('"summary":"failed with OutOfStock"');
    expect(JSON.stringify(sagas[0]?.plan)).not.toContain("Gone");
  });

  it("mistakes of the imported file are told at their place, what is only doubtful there is not", () => {
    const sources = memorySources({
      "a.saga": importing('import { Money, inventory } from "./b.saga"', { input: "orderId: uuid, m: Money" }),
      "b.saga": `${COMMON}type Bad = Nothing\ntype Unused = int\n${OTHER}`,
    });
    const { diagnostics, sagas } = compile(sources, ["a.saga"]);
    expect(diagnostics.map(({ code, span }) => `${span.file} ${code}`)).toEqual(["b.saga SAGA2002"]);
    expect(sagas).toEqual([]);
  });

  it("suggest what was meant", () => {
    const help = (head: string, code: string): string | null | undefined =>
      expectDiagnostics(importing(`${head}\nservice inventory { fenced }`), [code], { "common.saga": COMMON })[0]?.help;
    expect(help('import { Money } from «"./comon.saga"»', "SAGA2041")).toBe("Did you mean `./common.saga`?");
    expect(help('import { «Mony» } from "./common.saga"', "SAGA2042")).toBe("Did you mean `Money`?");
  });
});

describe("circles of files", () => {
  it("are fine, also of types", () => {
    const sources = memorySources({
      "a.saga": importing('import { B, inventory } from "./b.saga"\ntype A = { b: B? }', { input: "orderId: uuid, b: B, a: A" }),
      "b.saga": 'import { A } from "./a.saga"\ntype B = { a: A[] }\nservice inventory { fenced }\n',
    });
    const { diagnostics, sagas } = compile(sources, ["a.saga", "b.saga"]);
    expect(diagnostics).toEqual([]);
    expect(sagas[0]?.plan.types.map(({ name }) => name)).toEqual(["A", "B"]);
  });

  it("of types that always hold each other are told once", () => {
    const sources = memorySources({
      "a.saga": 'import { B } from "./b.saga"\ntype A = { b: B }\n',
      "b.saga": 'import { A } from "./a.saga"\ntype B = { a: A }\n',
    });
    expect(compile(sources, ["a.saga"]).diagnostics.map(({ code }) => code)).toEqual(["SAGA3008"]);
  });
});

describe("a compilation of one file", () => {
  const sources = memorySources({
    "orders/a.saga": importing('import { Money, Pay, inventory } from "../pay/pay.saga"', { input: "orderId: uuid, m: Money" }),
    "pay/pay.saga": COMMON + OTHER.replace("saga Other", "saga Pay"),
  });

  it("makes plans of what was asked for, and says what it imports beside that", () => {
    const { sagas, unbuilt } = compile(sources, ["orders/a.saga"]);
    expect(sagas.map(({ plan }) => plan.saga)).toEqual(["Order"]);
    expect(unbuilt).toEqual([{ saga: "Pay", file: "pay/pay.saga" }]);
    const both = compile(sources, ["orders/a.saga", "pay/pay.saga"]);
    expect(both.sagas.map(({ plan }) => plan.saga)).toEqual(["Order", "Pay"]);
    expect(both.unbuilt).toEqual([]);
  });

  it("has the declared names in the plan, whatever the file calls them", () => {
    const { sagas, diagnostics } = compile(
      memorySources({
        "a.saga": importing('import { Money as Cash, OutOfStock as Gone, inventory as stock } from "./common.saga"', {
          input: "orderId: uuid, m: Cash",
          clauses: "throws Gone",
        }).replace("on inventory", "on stock"),
        "common.saga": COMMON,
      }),
      ["a.saga"],
    );
    expect(diagnostics).toEqual([]);
    const [plan] = sagas.map((each) => each.plan);
    expect(plan?.types.map(({ name }) => name)).toEqual(["Money"]);
    expect(plan?.errors.map(({ name }) => name)).toEqual(["OutOfStock"]);
    expect(plan?.services.map(({ name }) => name)).toEqual(["inventory"]);
    expect(plan?.steps[0]).toMatchObject({ throws: ["OutOfStock"], call: { service: "inventory" } });
  });
});
