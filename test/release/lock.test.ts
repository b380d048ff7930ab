import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lockText, type ReleasedVersion, readLock } from "../../compiler/release/lock.ts";

const HASH = "0123456789abcdef".repeat(4);

const version: fc.Arbitrary<ReleasedVersion> = fc.record({
  saga: fc.constantFrom("PlaceOrder", "_x", "Größe", "注文", "A1"),
  version: fc.oneof(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  planHash: fc.constant(HASH),
  stateShape: fc.constant(HASH),
  files: fc.constant(HASH),
  folder: fc.constantFrom("generated/a.v1", "with space/ü", "a=b/c%d"),
  retired: fc.boolean(),
});

describe("saga.lock", () => {
  const versions = fc.uniqueArray(version, { selector: ({ saga, version }) => `${saga}@${version}` });

  it("says what it was given, in whatever order", () => {
    fc.assert(
      fc.property(versions, (all) => {
        const { versions: read, problem } = readLock(lockText(all));
        expect(problem).toBeNull();
        expect(lockText(read)).toBe(lockText(all.toReversed()));
        expect(new Set(read.map((one) => JSON.stringify(one)))).toEqual(new Set(all.map((one) => JSON.stringify(one))));
      }),
    );
  });

  const line = `A@1 plan=${HASH} state=${HASH} files=${HASH} folder=generated/a.v1`;
  it.each([
    ["what is no line", "hello", /^it is not/],
    ["a merge's marks", "<<<<<<< HEAD", /left over from a merge/],
    ["a line that is there twice", `${line}\n${line} retired`, /A@1 stands there twice/],
    ["a hash of another length", line.replace(HASH, "ab"), /^it is not/],
    ["version 0", line.replace("@1", "@0"), /^it is not/],
    ["a version that no saga can have", line.replace("@1", "@9007199254740993"), /^it is not/],
    ["a folder outside", line.replace("generated/a.v1", "../a"), /not one below/],
    ["an absolute folder", line.replace("generated/a.v1", "/etc"), /not one below/],
    ["a folder that is no text", line.replace("generated/a.v1", "%ff"), /not one below/],
  ])("refuses %s", (_, text, why) => {
    const { versions: none, problem } = readLock(`# head\n\n${text}\n`);
    expect(none).toEqual([]);
    expect(problem?.why).toMatch(why);
  });
});
