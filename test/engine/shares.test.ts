import fc from "fast-check";
import { expect, test } from "vitest";
import { meantFor } from "../../runtime/worker/shares.ts";

const workers = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 9 });
const partitions = fc.integer({ min: 1, max: 64 });

function counts(owners: readonly string[], among: readonly string[]): number[] {
  return among.map((worker) => owners.filter((owner) => owner === worker).length);
}

test("every partition is meant for one of the workers, and no worker has more than one above another", () => {
  fc.assert(
    fc.property(workers, partitions, (here, count) => {
      const owners = meantFor("PlaceOrder@1", count, here);
      expect(owners).toHaveLength(count);
      const shares = counts(owners, here);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(count);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }),
  );
});

test("it is the same in whatever order the workers are told", () => {
  fc.assert(
    fc.property(workers, partitions, (here, count) => {
      expect(meantFor("PlaceOrder@1", count, [...here].reverse())).toEqual(meantFor("PlaceOrder@1", count, here));
    }),
  );
});

test("when one comes, few of the others change hands", () => {
  const here = Array.from({ length: 8 }, (_, index) => `worker-${index}`);
  const before = meantFor("PlaceOrder@1", 256, here);
  const after = meantFor("PlaceOrder@1", 256, [...here, "worker-new"]);
  const moved = before.filter((owner, index) => owner !== after[index]).length;
  expect(moved).toBeGreaterThanOrEqual(28);
  // The 28 of the one who came, and a few that find another place because a load is bounded; dealt out in turn it would be most of them.
  expect(moved).toBeLessThan(64);
});

test("with nobody here it is meant for nobody; another saga's shares are others", () => {
  expect(meantFor("PlaceOrder@1", 2, [])).toEqual(["", ""]);
  const here = ["a", "b", "c"];
  expect(meantFor("PlaceOrder@1", 32, here)).not.toEqual(meantFor("PlaceTrip@1", 32, here));
});
