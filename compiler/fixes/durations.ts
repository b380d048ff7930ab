import { durationText } from "../source/duration-text.ts";
import { edit, type FixMaker } from "./fix.ts";

/** `5min`, `2weeks`, `1.5h`, `5 s`, and units in another order than from the largest. */
export const duration: FixMaker = {
  codes: ["SAGA1024"],
  make(diagnostic, text) {
    const written = /^[0-9][0-9_]*(?:\.[0-9_]+)?[ \t]*[A-Za-z][A-Za-z0-9_]*/.exec(text.slice(diagnostic.span.start))?.[0];
    if (written === undefined) return null;
    const ms = millisecondsOf(written.replace(/[_ \t]/g, ""));
    if (ms === null || !Number.isSafeInteger(ms) || ms <= 0) return null;
    const ours = durationText(ms);
    return edit(diagnostic, `Write \`${ours}\``, ours, { safe: true, end: diagnostic.span.start + written.length });
  },
};

/** `null` for what has a unit that nobody knows. `M` is none: months and minutes are both called so. */
function millisecondsOf(written: string): number | null {
  let total = 0;
  let read = 0;
  for (const [image, count = "", unit = ""] of written.matchAll(/(\d+(?:\.\d+)?)([A-Za-z]+)/g)) {
    const unitMs = unit === "M" ? undefined : (UNITS.get(unit) ?? UNITS.get(unit.toLowerCase()));
    if (unitMs === undefined) return null;
    total += Number(count) * unitMs;
    read += image.length;
  }
  return read === written.length ? total : null;
}

const UNITS: ReadonlyMap<string, number> = new Map(
  [
    ["ms msec msecs millis millisecond milliseconds", 1],
    ["s sec secs second seconds", 1000],
    ["m min mins minute minutes", 60_000],
    ["h hr hrs hour hours", 3_600_000],
    ["d day days", 86_400_000],
    ["w wk week weeks", 604_800_000],
  ].flatMap(([names, ms]) =>
    String(names)
      .split(" ")
      .map((name): [string, number] => [name, Number(ms)]),
  ),
);
