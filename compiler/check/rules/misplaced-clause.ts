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
    for (const { owner, node } of program.misplaced) {
      const place = PLACES.get(node.keyword);
      report(node.keywordSpan, { keyword: node.keyword, owner }, { help: place === undefined ? null : `It belongs ${place}.` });
    }
  },
);

/** Where the words of the language belong that are most often put elsewhere. */
const PLACES: ReadonlyMap<string, string> = new Map([
  ["version", "in a saga"],
  ["input", "in a saga, a step or a handler: `input { … }`"],
  ["output", "in a saga or a step: `output { … }`"],
  ["throws", "in a step"],
  ["timeout", "in a saga, a step, a handler or a service"],
  ["retry", "in a step, a handler or a service"],
  ["compensate", "in a step"],
  ["confirm", "in a step"],
  ["inquire", "in a step"],
  ["key", "in a step"],
  ["idempotent", "in a service"],
  ["fenced", "in a service"],
  ["step", "in a saga, a branch or a block"],
  ["pivot", "in a saga, before `step`"],
  ["readonly", "before `step`"],
  ["parallel", "in a saga, a branch or a block"],
  ["branch", "in a `parallel`"],
  ["tags", "in a saga"],
  ["type", "outside of sagas, at the top of a file"],
  ["error", "outside of sagas, at the top of a file"],
  ["service", "outside of sagas, at the top of a file"],
  ["saga", "at the top of a file"],
  ["import", "at the top of a file"],
]);
