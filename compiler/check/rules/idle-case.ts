import type { Span } from "../../source/span.ts";
import { nodesOf } from "../nodes.ts";
import { defineRule } from "../rule.ts";

/** A case of an `await any` behind one that takes every signal of its name. */
export const idleCase = defineRule(
  {
    code: "SAGA4041",
    slug: "idle-case",
    severity: "error",
    message: "This case is never taken: an earlier one takes every `{signal}`.",
    note: "A signal goes to the first case of its name whose `where` holds.",
    help: "Give the earlier one a `where`, or let it stand last.",
  },
  (program, report) => {
    for (const node of program.sagas.flatMap(nodesOf)) {
      if (node.kind !== "await") continue;
      const all = new Map<string, Span>();
      for (const { signal, symbol, where } of node.cases) {
        if (signal === null || symbol === null) continue;
        const first = all.get(symbol.name);
        if (first !== undefined) {
          const labels = [{ span: first, message: "it takes all of them" }];
          report(signal.span, { signal: signal.name }, { labels });
        } else if (where === null) all.set(symbol.name, signal.span);
      }
    }
  },
);
