import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@sagac/grammar";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../compiler/fixes/apply.ts";
import { diagnose } from "../../compiler/testing/expect-diagnostics.ts";
import { ROOT } from "../kit/scratch.ts";
import { ERRORS, fixedBy } from "./kit.ts";

const PAGES = join(ROOT, "docs/errors");
const WRONG = readdirSync(PAGES)
  .filter((name) => name.startsWith("SAGA"))
  .flatMap((name) =>
    [...readFileSync(join(PAGES, name), "utf8").matchAll(/^```saga wrong\n([\s\S]*?)^```/gm)].map(([, text = ""]) => ({
      name,
      text,
    })),
  );

/** Sound, and without imports. */
const SOUND = globSync("sagas/*/*.saga", { cwd: ROOT })
  .map((path) => readFileSync(join(ROOT, path), "utf8"))
  .filter((text) => !/^import /m.test(text) && diagnose(text).filter(ERRORS).length === 0);

describe("a fix never makes a source worse", () => {
  it("each fix of each wrong example on the pages: its diagnostic is gone, and no other error came", () => {
    let tried = 0;
    for (const { name, text } of WRONG) {
      const before = diagnose(text);
      for (const diagnostic of before)
        for (const fix of diagnostic.fixes) {
          tried += 1;
          const after = diagnose(applyEdits(text, fix.edits));
          const count = (list: typeof before, code: string): number => list.filter((each) => each.code === code).length;
          const what = `${name}: ${fix.title}`;
          expect(count(after, diagnostic.code), what).toBeLessThan(count(before, diagnostic.code));
          for (const { code } of after.filter(ERRORS))
            expect(count(after, code), `${what} brings ${code}`).toBeLessThanOrEqual(count(before, code));
        }
    }
    expect(tried).toBeGreaterThan(15);
  });

  it("what a habit of another language did to a sound saga, the safe fixes undo", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SOUND),
        fc.array(fc.tuple(fc.constantFrom(...HABITS), fc.nat()), { minLength: 1, maxLength: 4 }),
        (text, habits) => {
          const wrong = habits.reduce((so, [habit, seed]) => habit(so, seed), text);
          const fixed = fixedBy(wrong, false, {});
          expect(diagnose(fixed).filter(ERRORS)).toEqual([]);
          expect(words(fixed)).toEqual(words(text));
          expect(fixedBy(fixed, false, {}), "once is enough").toBe(fixed);
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  });

  it("whatever was done to a source, fixes only lessen its errors", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SOUND),
        fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom("", ";", "=", "'", "}", "{", "&&", "#", "x", "/**", ",")), {
          minLength: 1,
          maxLength: 3,
        }),
        (text, cuts) => {
          const wrong = cuts.reduce((so, [at, length, put]) => {
            const start = at % so.length;
            return so.slice(0, start) + put + so.slice(start + length);
          }, text);
          const fixed = fixedBy(wrong, true, {});
          const form = (source: string): number => diagnose(source).filter(({ code }) => code.startsWith("SAGA1")).length;
          expect(form(fixed)).toBeLessThanOrEqual(form(wrong));
          if (form(wrong) === 0)
            expect(diagnose(fixed).filter(ERRORS).length).toBeLessThanOrEqual(diagnose(wrong).filter(ERRORS).length);
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  });
});

type Habit = (text: string, seed: number) => string;

/** Replaces one of the matches that begin at a token. */
function habit(pattern: RegExp, by: (match: string) => string): Habit {
  return (text, seed) => {
    const starts = new Set(parse(text, "test.saga").tokens.map(({ startOffset }) => startOffset));
    const matches = [...text.matchAll(pattern)].filter(({ index }) => starts.has(index));
    const match = matches[seed % Math.max(1, matches.length)];
    if (match === undefined) return text;
    return text.slice(0, match.index) + by(match[0]) + text.slice(match.index + match[0].length);
  };
}

const HABITS: readonly Habit[] = [
  // At the ends of lines that end a clause, a field or a statement.
  habit(/[\w}]+$/gm, (word) => `${word};`),
  habit(/(?<=^ *(?:timeout|version|retry) [^\n/]*)\b\w+$/gm, (word) => `${word},`),
  habit(/\b(?:version|timeout)(?= \d)/g, (word) => `${word}:`),
  habit(/\b(?:compensate|retry)(?= \w)/g, (word) => `${word} =`),
  habit(/(?<=[{,] *\w+): /g, () => " = "),
  habit(/(?<=[{,] )\w+(?=: )/g, (name) => `"${name}"`),
  habit(/"[^"$\\\n]*"/g, (text) => `'${text.slice(1, -1)}'`),
  habit(/(?<=\w )and(?= )/g, () => "&&"),
  habit(/(?<=\w )or(?= )/g, () => "||"),
  habit(/(?<![=!])==(?!=)/g, () => "==="),
  habit(/\b(\d+)m\b(?!\d)/g, (duration) => `${duration}in`),
  habit(/\b(\d+)s\b/g, (duration) => `${duration}ec`),
  (text, seed) => {
    const lines = text.split("\n");
    const free = lines.flatMap((line, at) => (/^\s*(?:step|saga|service|readonly|pivot)\b/.test(line) ? [at] : []));
    lines.splice(free[seed % free.length] ?? 0, 0, "# a note { of } ours");
    return lines.join("\n");
  },
];

function words(text: string): readonly string[] {
  return parse(text, "test.saga").tokens.map(({ image }) => image);
}
