/** The one candidate that `written` is nearly, by a letter added, lost, changed or swapped (two in longer words); else `null`. */
export function nearest(written: string, candidates: Iterable<string>): string | null {
  if (written.length > LONGEST) return null;
  let best: string | null = null;
  let bestDistance = (written.length >= 7 ? 2 : written.length >= 3 ? 1 : 0) + 1;
  let isOnly = true;
  for (const candidate of candidates) {
    const distance = editDistance(written.toLowerCase(), candidate);
    if (distance === bestDistance) isOnly = false;
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
    isOnly = true;
  }
  return isOnly ? best : null;
}

/** No word of the language is nearly as long. */
const LONGEST = 20;

/** Optimal string alignment. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1;
      let distance = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + change);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) distance = Math.min(distance, (beforeLast[column - 2] ?? 0) + 1);
      current.push(distance);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
