import { describe, expect, it } from "vitest";
import { mergeSteps, type StepsMerge } from "../../compiler/merge/merge-steps.ts";
import { compile } from "../../compiler/pipeline.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { memorySources } from "../../compiler/source/source-set.ts";
import { caseFolders } from "../kit/cases.ts";
import { keepsAll } from "./keeps-all.ts";

function planOf(text: string): Plan {
  const { sagas, diagnostics } = compile(memorySources({ "shop.saga": text }), ["shop.saga"]);
  const [saga] = sagas;
  if (saga === undefined) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
  return saga.plan;
}

function reportOf(merge: StepsMerge): string {
  if (merge.refused !== null) return `refused at ${merge.refused.offset}: ${merge.refused.why}\n`;
  return merge.notes.map(({ kind, line, message }) => `${kind}${line === null ? "" : ` (line ${line})`}: ${message}\n`).join("");
}

describe.each(caseFolders("merge").map((folder) => [folder.name, folder] as const))("%s", (_name, folder) => {
  const before = folder.need("before.ts");
  const plan = planOf(folder.need("new.saga"));
  const old = folder.read("old.saga");
  const merge = mergeSteps(before, plan, old === null ? null : planOf(old));

  it("merges to the text and the report that are expected", () => {
    folder.expectFile("expected.ts", merge.text);
    folder.expectFile("report.txt", reportOf(merge));
  });

  it("only inserts", () => {
    if (merge.notes.some((note) => note.kind === "added")) expect(merge.text).not.toBe(before);
    else expect(merge.text).toBe(before);
    expect(keepsAll(before, merge.text)).toBe(true);
  });

  it("merges twice as it does once", () => {
    const again = mergeSteps(merge.text, plan, plan);
    expect(again.text).toBe(merge.text);
    expect(again.notes.filter((note) => note.kind === "added" || note.kind === "changed")).toEqual([]);
  });
});
