import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { completion } from "../../compiler/service/completion.ts";
import { definition } from "../../compiler/service/definition.ts";
import { createChecker } from "../../compiler/service/diagnostics.ts";
import { folding } from "../../compiler/service/folding.ts";
import { formatting } from "../../compiler/service/formatting.ts";
import { hover } from "../../compiler/service/hover.ts";
import { references } from "../../compiler/service/references.ts";
import { rename, renameable } from "../../compiler/service/rename.ts";
import { type OutlineSymbol, symbols } from "../../compiler/service/symbols.ts";
import { ROOT } from "../kit/scratch.ts";
import { workspaceOf } from "./kit.ts";

// Whoever types a file writes each of its prefixes: every feature answers in each of them, at its end and somewhere before.

const examples = globSync(["test/grammar/examples/*.saga", "sagas/*/*.saga"], { cwd: ROOT }).sort();
/** Far more than an answer takes, and far less than a hang. */
const MOST_MS = 10_000;

describe("every feature", { timeout: 1_800_000 }, () => {
  it.each(examples)("answers at every prefix of %s", (example) => {
    const text = readFileSync(join(ROOT, example), "utf8");
    const path = basename(example);
    const workspace = workspaceOf({ [path]: "" });
    const checker = createChecker(workspace);
    for (let end = 0; end <= text.length; end += 1) {
      workspace.write(path, text.slice(0, end));
      const document = workspace.open(path);
      const beganMs = performance.now();
      for (const { span } of checker.diagnostics(path)) expect(isWithin(span, end)).toBe(true);
      for (const offset of new Set([(end * 7919) % (end + 1), end])) {
        completion(workspace, document, offset);
        hover(workspace, document, offset);
        definition(workspace, document, offset);
        renameable(workspace, document, offset);
        const renamed = rename(workspace, document, offset, "another");
        const places = [...references(workspace, document, offset), ...(renamed.ok ? renamed.changes : [])];
        expect(places.every((place) => isWithin(place, end))).toBe(true);
      }
      expect(
        folding(document).every(({ startLine, endLine }) => startLine < endLine && endLine <= document.lines.lineCount),
      ).toBe(true);
      expect(symbols(document).every((symbol) => isNested(symbol, { start: 0, end }))).toBe(true);
      formatting(document);
      expect(performance.now() - beganMs, `at ${end}`).toBeLessThan(MOST_MS);
    }
  });
});

function isWithin({ start, end }: { readonly start: number; readonly end: number }, length: number): boolean {
  return 0 <= start && start <= end && end <= length;
}

/** An editor refuses an outline in which a part sticks out of the whole, or a name out of what it names. */
function isNested(symbol: OutlineSymbol, around: { readonly start: number; readonly end: number }): boolean {
  const { start, end, nameStart, nameEnd, children } = symbol;
  return (
    around.start <= start &&
    end <= around.end &&
    start <= nameStart &&
    nameStart <= nameEnd &&
    nameEnd <= end &&
    children.every((child) => isNested(child, symbol))
  );
}
