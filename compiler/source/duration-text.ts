/** Milliseconds as the language writes a duration, from its largest unit on: `200ms`, `1h30m`, `7d`. */
export function durationText(ms: number): string {
  if (ms < 1) return "0ms";
  let rest = Math.round(ms);
  let text = "";
  for (const [unit, size] of DURATION_UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** In milliseconds, the largest first. */
export const DURATION_UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;
