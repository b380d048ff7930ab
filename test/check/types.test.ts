import { describe, expect, it } from "vitest";
import { assignable, join, sameType } from "../../compiler/check/assignable.ts";
import {
  type FieldType,
  objectType,
  optional,
  scalar,
  showType,
  type Type,
  type TypeSymbol,
} from "../../compiler/check/types.ts";

const int = scalar("int");
const number = scalar("number");
const string = scalar("string");
const json = scalar("json");
const nothing: Type = { kind: "null" };
const list = (element: Type): Type => ({ kind: "array", element });
const record = (value: Type): Type => ({ kind: "record", value });
const words = (...values: string[]): Type => ({ kind: "literals", values });
const field = (name: string, type: Type, secret = false): FieldType => ({ name, type, secret, doc: null });
const object = (...fields: FieldType[]): Type => objectType(fields);
const named = (name: string, type: (self: Type) => Type): Type => {
  const symbol: TypeSymbol = { name, node: null, module: null, type: nothing };
  const self: Type = { kind: "named", symbol };
  symbol.type = type(self);
  return self;
};

const tree = named("Tree", (self) => object(field("value", int), field("children", list(self))));
const sameTree = named("SameTree", (self) => object(field("value", int), field("children", list(self))));
const otherTree = named("OtherTree", (self) => object(field("value", string), field("children", list(self))));

describe("what may stand for what", () => {
  const yes: [string, Type, Type][] = [
    ["the same", string, string],
    ["a whole number for a number", int, number],
    ["a uuid for a text", scalar("uuid"), string],
    ["a date for a text", scalar("date"), string],
    ["a word for a text", words("a"), string],
    ["fewer words for more", words("a"), words("b", "a")],
    ["a value for what may be absent", int, optional(number)],
    ["nothing for what may be absent", nothing, optional(int)],
    ["what may be absent for what may be absent", optional(int), optional(number)],
    ["a list for a list", list(int), list(number)],
    ["an empty list for any list", list({ kind: "never" }), list(string)],
    ["more fields for fewer", object(field("a", int), field("b", int)), object(field("a", number))],
    ["no field for an optional one", object(), object(field("a", optional(int)))],
    ["an object for a record", object(field("a", int), field("b", int)), record(number)],
    ["anything for json", object(field("a", list(int))), json],
    ["a recursive type for one of the same shape", tree, sameTree],
    ["what was reported already, for anything", { kind: "unknown" }, int],
  ];
  it.each(yes)("%s", (_, from, to) => {
    expect(assignable(from, to)).toBe(true);
  });

  const no: [string, Type, Type][] = [
    ["a number for a whole number", number, int],
    ["a text for a uuid", string, scalar("uuid")],
    ["a duration for a number", scalar("duration"), number],
    ["a text for a word", string, words("a")],
    ["another word", words("a", "c"), words("a", "b")],
    ["what may be absent for what may not", optional(int), int],
    ["nothing for a value", nothing, int],
    ["what may be absent for json", optional(json), json],
    ["a list for its item", list(int), int],
    ["fewer fields for more", object(field("a", int)), object(field("a", int), field("b", int))],
    ["a record for an object", record(int), object(field("a", int))],
    ["a recursive type for one of another shape", tree, otherTree],
  ];
  it.each(no)("not: %s", (_, from, to) => {
    expect(assignable(from, to)).toBe(false);
  });
});

describe("types that agree", () => {
  it("have the same fields in any order, the same words in any order, the same secrets", () => {
    expect(sameType(object(field("a", int), field("b", string)), object(field("b", string), field("a", int)))).toBe(true);
    expect(sameType(words("a", "b"), words("b", "a"))).toBe(true);
    expect(sameType(tree, sameTree)).toBe(true);
    expect(sameType(object(field("a", int)), object(field("a", int, true)))).toBe(false);
  });

  it("do not when one holds more than the other", () => {
    expect(sameType(int, number)).toBe(false);
    expect(sameType(int, optional(int))).toBe(false);
    expect(sameType(words("a"), words("a", "b"))).toBe(false);
    expect(sameType(tree, otherTree)).toBe(false);
    expect(sameType(list(int), record(int))).toBe(false);
  });

  it("are compared without running out of stack, however long the chain of names", () => {
    const chain = (): Type => {
      let type: Type = int;
      for (let index = 0; index < 50_000; index++) {
        const inner = type;
        type = named(`N${index}`, () => object(field("next", inner)));
      }
      return type;
    };
    expect(sameType(chain(), chain())).toBe(false);
    expect(assignable(chain(), chain())).toBe(false);
  });
});

describe("the type of both", () => {
  it.each<[string, Type, Type, string | null]>([
    ["a whole number and a number", int, number, "number"],
    ["two words", words("a"), words("b"), '"a" | "b"'],
    ["a word and a text", words("a"), string, "string"],
    ["nothing and a value", nothing, int, "int?"],
    ["a value and what may be absent", int, optional(number), "number?"],
    ["a uuid and a date", scalar("uuid"), scalar("date"), null],
    ["a text and a number", string, int, null],
  ])("%s", (_, a, b, shown) => {
    for (const joined of [join(a, b), join(b, a)])
      expect(joined === null ? null : showType(joined).split(" | ").toSorted().join(" | ")).toBe(shown);
  });
});

describe("types as they are shown", () => {
  it.each<[Type, string]>([
    [list(words("a", "b")), '("a" | "b")[]'],
    [optional(list(int)), "int[]?"],
    [record(tree), "record<Tree>"],
    [object(), "{}"],
    [object(field("a", object(field("b", object(field("c", int)))))), "{ a: { b: { … } } }"],
    [object(...["a", "b", "c", "d", "e"].map((name) => field(name, int))), "{ a: int, b: int, c: int, d: int, … }"],
  ])("%#: %s", (type, shown) => {
    expect(showType(type)).toBe(shown);
  });
});
