import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PAYLOAD_MAX_BYTES, toJson } from "../../runtime/engine/limits.ts";

const through = (value: unknown): unknown => {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
};

describe("what a store would keep of a value", () => {
  test("is what comes back from JSON, and a copy", () => {
    const values = fc.anything({
      withDate: true,
      withNullPrototype: true,
      withSparseArray: true,
      withBoxedValues: true,
      withMap: true,
    });
    fc.assert(
      fc.property(values, (value) => {
        let kept: unknown;
        try {
          kept = toJson(value, "it");
        } catch (error) {
          expect((error as { code?: string }).code).toBe("RT1011");
          return;
        }
        expect(kept).toEqual(through(value));
        expect(JSON.stringify(kept)).toBe(JSON.stringify(value));
        if (typeof kept === "object" && kept !== null) expect(kept).not.toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each<[string, unknown, unknown]>([
    ["a date", { at: new Date(0) }, { at: "1970-01-01T00:00:00.000Z" }],
    ["its own way to be written", { toJSON: () => [1] }, [1]],
    [
      "a class",
      Object.assign(
        new (class Some {
          b = 2;
        })(),
        { a: 1 },
      ),
      { b: 2, a: 1 },
    ],
    ["nothing in a list", Object.assign([undefined], { 2: 1 }), [null, null, 1]],
    ["nothing in a record", { a: undefined, b: 1 }, { b: 1 }],
    ["nothing at all", undefined, undefined],
    ["a negative nought", [-0], [0]],
    ["a map", { m: new Map([[1, 2]]) }, { m: {} }],
  ])("%s", (_, value, expected) => {
    expect(toJson(value, "it")).toStrictEqual(expected);
  });

  test.each<[string, unknown, string]>([
    ["no number", { a: [Number.NaN] }, "RT1011"],
    ["a function", { a: () => 1 }, "RT1011"],
    ["a big one", { a: 1n }, "RT1011"],
    ["a prototype", JSON.parse('{"a":{"__proto__":1}}'), "RT1011"],
    ["a prototype that something makes of itself", { a: [{ toJSON: () => JSON.parse('{"__proto__":1}') }] }, "RT1011"],
    ["what makes itself too deep", { toJSON: () => JSON.parse(`${"[".repeat(70)}${"]".repeat(70)}`) }, "RT1011"],
    ["too deep", Array.from({ length: 70 }).reduce<unknown>((inner) => [inner], 1), "RT1011"],
    ["too long", { a: "x".repeat(PAYLOAD_MAX_BYTES) }, "RT1010"],
    ["too long once it is written", { a: "\u0000".repeat(PAYLOAD_MAX_BYTES / 6 + 1) }, "RT1010"],
    ["too many times nothing", { a: Array.from({ length: PAYLOAD_MAX_BYTES / 4 }, () => null) }, "RT1010"],
    ["too many that are empty", [{ a: Array.from({ length: PAYLOAD_MAX_BYTES / 2 }, () => []) }], "RT1010"],
    ["too many", Array.from({ length: PAYLOAD_MAX_BYTES / 8 }, () => 1_234_567.5), "RT1010"],
  ])("%s is refused", (_, value, code) => {
    expect(() => toJson(value, "it")).toThrow(expect.objectContaining({ code }));
  });
});
