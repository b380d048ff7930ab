import { skeleton } from "./look-alike.ts";

/**
 * The candidate that was probably meant by `name`, or `null`. Near is: the same but for case or look-alike characters, or few letters
 * added, lost, changed or swapped (one in three of its letters, at least one). Of equally near ones the first counts.
 */
export function suggest(name: string, candidates: Iterable<string>): string | null {
  const plain = skeleton(name).toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(Math.min(plain.length, LONGEST) / 3)) + 1;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    const distance = editDistance(plain, skeleton(candidate).toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** "Did you mean `x`?", or what else there is to say. */
export function didYouMean(name: string, candidates: readonly string[]): string | null {
  const near = suggest(name, candidates);
  return near === null ? null : `Did you mean \`${near}\`?`;
}

/** `a`, `b` and `c`; after `limit` of them "and n more". */
export function listNames(names: readonly string[], limit = 8): string {
  const quoted = names.slice(0, limit).map((name) => `\`${name}\``);
  if (names.length > limit) return `${quoted.join(", ")} and ${names.length - limit} more`;
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}

/** Names longer than this are compared by equality alone: the cost grows with the square. */
const LONGEST = 64;

/** Optimal string alignment distance; `bound` or more is all the same to the caller. */
function editDistance(a: string, b: string, bound: number): number {
  if (a === b) return 0;
  if (a.length > LONGEST || b.length > LONGEST || Math.abs(a.length - b.length) >= bound) return bound;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let distance = Math.min(
        (last[column] ?? bound) + 1,
        (current[column - 1] ?? bound) + 1,
        (last[column - 1] ?? bound) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        distance = Math.min(distance, (beforeLast[column - 2] ?? bound) + 1);
      current.push(distance);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? bound;
}
