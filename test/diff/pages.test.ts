import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CHANGE_CODES, diffPlans, OTHERWISE_CHANGED } from "../../compiler/diff/diff.ts";
import type { Plan } from "../../compiler/index.ts";
import { collectDiagnostics, compile, memorySources, renderText } from "../../compiler/index.ts";
import { readMarkdown } from "../tidy/markdown.ts";

// Every rule has a page with a saga as it was, the change, and another change that is not this one: they are the rule's cases.

describe("the pages of changes", () => {
  const rules = CHANGE_CODES.filter(([code]) => code !== OTHERWISE_CHANGED.code);

  it.each(rules)("%s %s: the change is found, and is not found where it is not", (code) => {
    const page = readMarkdown(code, readFileSync(join(import.meta.dirname, `../../docs/errors/${code}.md`), "utf8"));
    const plansOf = (mark: string): readonly Plan[] => {
      const block = page.blocks.find(({ marks }) => marks.includes(mark));
      if (block === undefined) throw new Error(`no \`\`\`saga ${mark}`);
      return plans(block.text);
    };
    const codes = (mark: string): string[] => diffPlans(plansOf("before"), plansOf(mark)).map(({ kind }) => kind.code);
    expect(codes("after")).toContain(code);
    expect(codes("fine")).not.toContain(code);
    // It is a change, and has a name.
    if (code !== "SAGA8003") expect(codes("fine")).not.toEqual([]);
    expect(codes("fine")).not.toContain(OTHERWISE_CHANGED.code);
  });
});

function plans(text: string): readonly Plan[] {
  const { sagas, diagnostics } = compile(memorySources({ "pay.saga": text }), ["pay.saga"]);
  const report = collectDiagnostics(diagnostics.filter(({ severity }) => severity === "error"));
  if (report.errors > 0) throw new Error(renderText(report, { source: () => null }));
  return sagas.map(({ plan }) => plan);
}
