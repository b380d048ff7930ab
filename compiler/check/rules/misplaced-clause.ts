import { homesOf } from "@sagac/grammar";
import { defineRule } from "../rule.ts";

/** A clause, statement or declaration stands where its kind has no place. */
export const misplacedClause = defineRule(
  {
    code: "SAGA2010",
    slug: "misplaced-clause",
    severity: "error",
    message: "`{keyword}` has no place in {owner}.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { owner, node } of program.misplaced)
      report(node.keywordSpan, { keyword: node.keyword, owner }, { help: `Move it to where it belongs: ${home(node.keyword)}.` });
  },
);

/** "a saga, a step or a service" */
function home(keyword: string): string {
  const labels = [...new Set(homesOf(keyword).map(({ label }) => label))];
  // A word that begins no clause begins a statement.
  if (labels.length === 0) return "a saga or a branch";
  const last = labels.pop() ?? "";
  return labels.length === 0 ? last : `${labels.join(", ")} or ${last}`;
}
