import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkId, decodeId, encodeId, fnv1a32, partitionKey, partitionOf } from "../../runtime/store/partition.ts";
import { NASTY_IDS } from "../conformance/kit.ts";

/** Anything that may be an id: well-formed, 1 to 255 bytes; half of it made of what breaks keys. */
const id = fc
  .oneof(
    fc.constantFrom(...NASTY_IDS),
    fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
    fc.string({ unit: fc.constantFrom("{", "}", ":", "/", "%", "@", "7", "B", "b", " ", "\0", "é"), minLength: 1, maxLength: 8 }),
  )
  .filter((text) => Buffer.byteLength(text) <= 255);

describe("ids in keys", () => {
  it("no two ids share a spelling, and each comes back", () => {
    fc.assert(
      fc.property(id, id, (a, b) => {
        expect(decodeId(encodeId(a))).toBe(a);
        expect(encodeId(a) === encodeId(b)).toBe(a === b);
      }),
      { numRuns: 2000 },
    );
  });

  it("only unreserved letters and % come out: no brace, separator, space, wildcard or control", () => {
    fc.assert(
      fc.property(id, (text) => {
        expect(encodeId(text)).toMatch(/^[A-Za-z0-9_.~%-]+$/);
      }),
      { numRuns: 2000 },
    );
    for (const text of NASTY_IDS) expect(encodeId(text)).toMatch(/^[A-Za-z0-9_.~%-]+$/);
  });

  it("a Redis hash tag with a partition's key in it ends where it should", () => {
    fc.assert(
      fc.property(id, id, (saga, sagaId) => {
        const name = partitionKey({ saga, version: 1, index: 3 });
        const key = `{saga:${name}}:saga:${encodeId(sagaId)}`;
        expect(hashTag(key)).toBe(`saga:${name}`);
      }),
      { numRuns: 2000 },
    );
  });

  it("no two partitions share a key", () => {
    const partition = fc.record({ saga: id, version: fc.nat(20), index: fc.nat(20) });
    fc.assert(
      fc.property(partition, partition, (a, b) => {
        const same = a.saga === b.saga && a.version === b.version && a.index === b.index;
        expect(partitionKey(a) === partitionKey(b)).toBe(same);
      }),
      { numRuns: 2000 },
    );
  });

  it("plain names stay readable", () => {
    expect(partitionKey({ saga: "PlaceOrder", version: 1, index: 3 })).toBe("PlaceOrder@1/3");
    expect(encodeId("order-42_a.b~c")).toBe("order-42_a.b~c");
    expect(encodeId("a b/{c}*'")).toBe("a%20b%2F%7Bc%7D%2A%27");
  });

  it("what is no id is refused with the reason", () => {
    const refusal = (text: unknown) => {
      try {
        checkId("saga id", text);
      } catch (error) {
        return String(error);
      }
      return "taken";
    };
    expect(refusal("")).toMatch(/RT2007 bad-store-id: the saga id "" .*empty/);
    expect(refusal("x".repeat(256))).toMatch(/256 bytes/);
    expect(refusal("é".repeat(128))).toMatch(/256 bytes/);
    expect(refusal("\ud800")).toMatch(/surrogate/);
    expect(refusal(undefined)).toMatch(/undefined/);
    expect(refusal(7)).toMatch(/number/);
    expect(refusal("é".repeat(127))).toBe("taken");
    expect(refusal("x".repeat(255))).toBe("taken");
  });
});

describe("which partition a saga belongs to", () => {
  it("the hash is FNV-1a with 32 bits", () => {
    // From the reference implementation's test vectors.
    expect(fnv1a32(Buffer.from(""))).toBe(0x811c9dc5);
    expect(fnv1a32(Buffer.from("a"))).toBe(0xe40c292c);
    expect(fnv1a32(Buffer.from("foobar"))).toBe(0xbf9cf968);
  });

  it("is stored data and may never change", () => {
    const index = (sagaId: string, partitions: number) => partitionOf("PlaceOrder", 1, sagaId, partitions).index;
    expect(["order-1", "order-2", "order-42", "名", "x".repeat(255)].map((sagaId) => index(sagaId, 8))).toEqual([2, 3, 0, 4, 7]);
    expect(["order-1", "order-2", "order-42", "名"].map((sagaId) => index(sagaId, 100))).toEqual([98, 47, 60, 96]);
  });

  it("does not depend on the version, and stays below the number of partitions", () => {
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: 4096 }), (sagaId, partitions) => {
        const { index } = partitionOf("A", 1, sagaId, partitions);
        expect(index).toBeGreaterThanOrEqual(0);
        expect(index).toBeLessThan(partitions);
        expect(partitionOf("A", 2, sagaId, partitions)).toEqual({ saga: "A", version: 2, index });
      }),
    );
  });

  it.each([2, 7, 8, 16, 100])("counted ids spread evenly over %i", (partitions) => {
    const counts = new Array<number>(partitions).fill(0);
    const total = partitions * 1000;
    for (let count = 0; count < total; count += 1) {
      const { index } = partitionOf("A", 1, `order-${count}`, partitions);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(250);
  });
});

/** What Redis hashes of a key: between the first brace and the next closing one, if there is something between. */
function hashTag(key: string): string {
  const open = key.indexOf("{");
  const close = key.indexOf("}", open + 1);
  return open === -1 || close === -1 || close === open + 1 ? key : key.slice(open + 1, close);
}
