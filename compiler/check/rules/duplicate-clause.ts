import { CONSTRUCTS } from "@sagac/grammar";
import type { Node } from "../../ast/nodes.ts";
import { headSpan, headWord } from "../opaque.ts";
import { defineRule } from "../rule.ts";

/** A clause stands twice in one construct. */
export const duplicateClause = defineRule(
  {
    code: "SAGA2009",
    slug: "duplicate-clause",
    severity: "error",
    message: "`{clause}` stands twice in {owner}.",
    note: "Only one of the two could count, and nothing says which.",
    help: "Remove one of the two, or join them into one.",
  },
  (program, report) => {
    for (const { owner, clauses } of program.clauseLists) {
      const firsts = new Map<string, Node>();
      for (const clause of clauses) {
        if (REPEATABLE.has(clause.kind)) continue;
        const key = clause.kind === "ending" ? headWord(clause) : clause.kind;
        const first = firsts.get(key);
        if (first === undefined) firsts.set(key, clause);
        else {
          const labels = [{ span: headSpan(first), message: "the first one is here" }];
          report(headSpan(clause), { clause: headWord(clause), owner }, { labels });
        }
      }
    }
  },
);

/** What may stand several times, each for something else. */
const REPEATABLE: ReadonlySet<string> = new Set(
  CONSTRUCTS.flatMap(({ clauses }) => clauses.filter((clause) => clause.times === "many").map((clause) => clause.node)),
);
