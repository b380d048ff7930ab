import { SagaError } from "../errors.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `"30s"`, `"1h30m"`, or of a number as it is. Throws `RT1002` for anything else. */
export function durationMs(value: number | string): number {
  if (typeof value === "number" && value >= 0) return value;
  const text = String(value);
  if (!/^(\d+(ms|s|m|h|d))+$/.test(text)) {
    throw new SagaError("RT1002", `"${text.slice(0, 40)}" is no duration: write milliseconds, or a text like "30s" or "1h30m"`);
  }
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g)) sum += Number(count) * (UNITS[unit ?? ""] ?? 0);
  return sum;
}
