import { describe, expect, it } from "vitest";
import { compile, memorySources } from "../../compiler/index.ts";
import { diagnose, expectDiagnostics } from "../../compiler/testing/expect-diagnostics.ts";
import { step } from "./kit/sagas.ts";

function importing(head: string, input: string, clauses = ""): string {
  return `${head}\nservice inventory { fenced }\nsaga Order {\n  timeout 1h\n  input { orderId: uuid, ${input} }\n  ${step("reserve", clauses)}}\n`;
}

/** The type `T` of a text of TypeScript as the plan has it, and the types beside it. */
function planned(typescript: string, others: Readonly<Record<string, string>> = {}) {
  const text = importing('import type { T } from "./types.ts"', "t: T");
  const { diagnostics, sagas } = compile(memorySources({ "a.saga": text, "types.ts": typescript, ...others }), ["a.saga"]);
  expect(diagnostics.map(({ message, help }) => `${message} ${help}`)).toEqual([]);
  return sagas[0]?.plan.types;
}

/** Where and what the import of `T` is refused for. */
function refused(typescript: string): string[] {
  const text = importing('import type { T } from "./types.ts"', "t: T");
  return diagnose(text, "test.saga", { "types.ts": typescript }).map(({ code, message }) => `${code} ${message}`);
}

const text = { kind: "scalar", name: "string" };
const number = { kind: "scalar", name: "number" };
const field = (name: string, type: object, doc: string | null = null) => ({ name, type, secret: false, doc });

describe("types of TypeScript", () => {
  it("are what they are made of", () => {
    const typescript = `
      import type { Zip } from "./zip.js";
      interface Base {
        /** As on the letter. */
        street: string;
        zip: Zip;
      }
      export interface T extends Base {
        floor?: number;
        kind: "home" | "work" | null;
        tags: readonly string[];
        extra: Record<string, { ok: boolean }>;
        picked: Pick<{ a: number; b: string }, "a"> & { c: string | undefined };
      }`;
    expect(planned(typescript, { "zip.ts": "export type Zip = string;" })).toEqual([
      {
        name: "T",
        doc: null,
        from: "./types.ts",
        type: {
          kind: "object",
          fields: [
            field("floor", { kind: "optional", type: number }),
            field("kind", { kind: "optional", type: { kind: "literals", values: ["home", "work"] } }),
            field("tags", { kind: "array", element: text }),
            field("extra", {
              kind: "record",
              value: { kind: "object", fields: [field("ok", { kind: "scalar", name: "boolean" })] },
            }),
            field("picked", { kind: "object", fields: [field("a", number), field("c", { kind: "optional", type: text })] }),
            field("street", text, "As on the letter."),
            field("zip", text),
          ],
        },
      },
    ]);
  });

  it("may hold themselves, where a value can end", () => {
    expect(planned("export type T = { value: number; children: T[] }")).toMatchObject([
      { name: "T", type: { fields: [{ name: "value" }, { type: { element: { kind: "named", name: "T" } } }] } },
    ]);
    expect(planned("interface Tree { up?: Tree }\nexport type T = { trees: Tree[], one: Tree }")).toMatchObject([
      { name: "T", from: "./types.ts" },
      { name: "TTree", from: null, type: { fields: [{ type: { type: { kind: "named", name: "TTree" } } }] } },
    ]);
    expect(planned("export type T = { more: T }[]")).toMatchObject([
      { type: { element: { fields: [{ type: { name: "T" } }] } } },
    ]);
  });

  it("are named from the saga's file, also through another file", () => {
    const { sagas } = compile(
      memorySources({
        "a/a.saga": importing('import { Parcel } from "../b/b.saga"', "p: Parcel"),
        "b/b.saga": 'import type { Address } from "./types.ts"\ntype Parcel = { to: Address }\n',
        "b/types.ts": "export interface Address { street: string }",
      }),
      ["a/a.saga"],
    );
    expect(sagas[0]?.plan.types).toMatchObject([
      { name: "Address", from: "../b/types.ts" },
      { name: "Parcel", from: null },
    ]);
  });

  it("have members that are checked", () => {
    expectDiagnostics(
      importing('import type { T as Address } from "./types.ts"', "a: Address", "inquire ask { input { x: input.a.«stret» } }"),
      ["SAGA3001"],
      { "types.ts": "export interface T { street: string }" },
    );
  });
});

describe("what JSON cannot carry, or the language cannot say, is refused where it stands", () => {
  it.each([
    ["a function", "export type T = { a: { f: () => void } }", "`T.a.f` is a function"],
    ["a method", "export interface T { f(): void }", "`T.f` is a function"],
    ["a date", "export type T = { items: { at: Date }[] }", "`T.items[].at` is a `Date`"],
    ["a map", "export type T = { m: Map<string, number> }", "`T.m` is a `Map`"],
    ["a class", "class C { x = 1 }\nexport type T = { c: C }", "`T.c` is an instance of the class `C`"],
    ["a generic", "export type T<A> = { a: A }", "`T` is a generic type"],
    ["a bigint", "export type T = { a?: bigint }", "`T.a` is a `bigint`"],
    ["a symbol", "export type T = { a: symbol }", "`T.a` is a symbol"],
    ["any", "export type T = { a: any }", "`T.a` is `any`"],
    ["unknown", "export type T = { a: Record<string, unknown> }", "`T.a[…]` is `unknown`"],
    ["a union of records", "export type T = { a: 1 } | { b: 2 }", "`T` is a union of more than texts"],
    ["a tuple", "export type T = { a: [number, string] }", "`T.a` is a tuple"],
    ["an enum", 'enum E { A = "a", B = "b" }\nexport type T = { e: E }', "`T.e` is an `enum`"],
    ["a branded text", 'export type T = { id: string & { __brand: "id" } }', '`T.id` is `string & { __brand: "id"; }`'],
    ["a package's type", 'import type { X } from "x";\nexport type T = { x: X }', "`T.x` is a type that cannot be found"],
    ["what never ends", "export interface T { a: { t: T } }", "`T.a.t` is what it is a part of, and so never ends"],
    ["a number as written", "export type T = { a: 1 }", "`T.a` is `1`"],
  ])("%s", (_, typescript, said) => {
    expect(refused(typescript)).toEqual([`SAGA3040 This type cannot be imported: ${said}.`]);
  });

  it.each([
    ["what there is not", "export type Elsewhere = string", "SAGA2042", "There are: `Elsewhere`."],
    ["what is misspelt", "export type Tt = string", "SAGA2042", "Did you mean `Tt`?"],
    ["what is not exported", "type T = string\nexport {}", "SAGA2042", "It is declared there: put `export` before it."],
    ["a value", "export const T = 1", "SAGA2042", "What it exports under this name is a value, no type."],
  ])("%s", (_, typescript, code, help) => {
    const found = diagnose(importing('import type { T } from "./types.ts"', "t: T"), "test.saga", { "types.ts": typescript });
    expect(found.map((each) => [each.code, each.help])).toEqual([[code, help]]);
  });

  it.each([
    ["nonsense", "export type T = ((((("],
    ["a circle of aliases", "export type T = T"],
    ["a type that grows", "type G<A> = { a?: G<A[]> }\nexport type T = G<string>"],
    ["an empty file", ""],
    ["a very deep one", `export type T = ${"{ a: ".repeat(2000)}string${" }".repeat(2000)}`],
  ])("%s is told and not thrown", (_, typescript) => {
    expect(refused(typescript).length).toBeGreaterThan(0);
  });

  it("a file that is not there is told once", () => {
    expectDiagnostics(importing('import type { T, U } from «"./types.ts"»', "t: T, u: U"), ["SAGA2041"]);
  });
});
