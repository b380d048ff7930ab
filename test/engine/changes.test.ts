import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changesOf, withChanges } from "../../runtime/engine/change.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Keys that are shared by many, so that edits meet; some that were trouble for others. */
const key = fc.constantFrom("a", "b", "c", "1", "0", "", "__proto__", "constructor", "length", "toJSON");
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>(null, undefined, true, 0, -0, 1.5, Number.NaN, "", "text", "é\u0000\ud83d"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map(fromEntries),
  ),
})).value;
const fields = fc.array(fc.tuple(key, value), { maxLength: 5 }).map((entries) => fromEntries(entries) as Fields);

/** With own keys of every name. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): object {
  const object = {};
  for (const [name, inner] of entries) {
    Object.defineProperty(object, name, { value: inner, enumerable: true, writable: true, configurable: true });
  }
  return object;
}

/** Replaces what is at a place, or puts it there; all else is shared. Past a leaf it does nothing. */
function edited(before: unknown, path: readonly string[], inner: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return inner;
  if (Array.isArray(before)) return before.length === 0 ? [inner] : before.with(0, edited(before[0], rest, inner));
  if (typeof before !== "object" || before === null) return before;
  const next = fromEntries(Object.entries(before));
  const was: unknown = Object.hasOwn(before, first) ? (before as Fields)[first] : undefined;
  return fromEntries([
    ...Object.entries(next).filter(([name]) => name !== first || rest.length > 0),
    [first, edited(was, rest, inner)],
  ]);
}

/** An object that holds something for each key at every level, so that long paths lead somewhere. */
const deep = fromEntries(
  ["a", "b", "c"].map((one) => [one, fromEntries(["c", "a", "b"].map((two) => [two, { b: 1, a: [2], c: null }]))]),
);

const edits = fc.array(fc.tuple(fc.array(key, { minLength: 1, maxLength: 4 }), value), { maxLength: 12 });

describe("what changed of an object, put onto it again,", () => {
  test("gives what it became, as text to the last key, over any sequence of edits", () => {
    let within = 0;
    fc.assert(
      fc.property(fc.oneof(fields, fc.constant(deep as Fields)), edits, (start, list) => {
        let now = asFields(start);
        let kept: unknown = JSON.parse(JSON.stringify(now));
        for (const [path, inner] of list) {
          const next = asFields(edited(now, path, inner));
          const text = JSON.stringify(changesOf(now, next));
          if (text.includes(':{"')) within++;
          kept = withChanges(kept, JSON.parse(text));
          now = next;
          expectSame(kept as Fields, JSON.parse(JSON.stringify(now)) as Fields);
        }
      }),
      { numRuns: 1_000 },
    );
    // Edits that were told by less than a whole field.
    expect(within).toBeGreaterThan(200);
  });

  test("of two that have nothing in common too", () => {
    fc.assert(
      fc.property(fields, fields, (before, after) => {
        const [was, is] = [asFields(before), asFields(after)];
        const changes = JSON.parse(JSON.stringify(changesOf(was, is))) as unknown;
        expectSame(withChanges(JSON.parse(JSON.stringify(was)), changes), JSON.parse(JSON.stringify(is)) as Fields);
      }),
    );
  });

  test("of nothing is nothing, and of what is shared nothing is looked into", () => {
    const shared = new Proxy({}, { ownKeys: () => expect.fail("looked into") });
    expect(changesOf({ a: shared, b: [1, { c: 2 }] }, { a: shared, b: [1, { c: 2 }] })).toEqual({});
    expect(changesOf({ a: { x: shared, y: 1 } }, { a: { x: shared, y: 2 } })).toEqual({ a: { y: [2] } });
  });
});

const MISFITS: readonly (readonly [name: string, before: unknown, changes: unknown])[] = [
  ["of a key that is not there", { a: { b: 1 } }, { a: { c: [1] } }],
  ["within what is no object", { a: 1 }, { a: { b: [1] } }],
  ["within a list", { a: [1] }, { a: { 0: [2] } }],
  ["within a field that is not there", {}, { a: { b: [1] } }],
  ["without a value", { a: 1 }, { a: [] }],
  ["with two values", { a: 1 }, { a: [1, 2] }],
  ["that is a number", { a: 1 }, { a: 1 }],
  ["of a prototype", { a: 1 }, JSON.parse('{"__proto__":[{"a":1}]}')],
  ["of nothing", null, {}],
  ["that is none", { a: 1 }, null],
  ["that is a list", { a: 1 }, [{}]],
];

test.each(MISFITS)("a change %s is refused", (_, before, changes) => {
  expect(() => withChanges(before, changes)).toThrow("does not fit");
});

/** Outermost keys have no order. */
function expectSame(left: Fields, right: Fields): void {
  expect(Object.keys(left).sort()).toEqual(Object.keys(right).sort());
  for (const name of Object.keys(left)) expect(JSON.stringify(left[name])).toBe(JSON.stringify(right[name]));
}

/** Without the one key that no envelope has. */
function asFields(object: unknown): Fields {
  return fromEntries(Object.entries(object as object).filter(([name]) => name !== "__proto__")) as Fields;
}
