import type { Expression } from "../../ast/nodes.ts";
import { durationText } from "../../source/duration-text.ts";
import type { Span } from "../../source/span.ts";
import type { FlowNode } from "../flow-nodes.ts";
import { nodesOf } from "../nodes.ts";
import { defineRule } from "../rule.ts";

/** A time before the pivot that is longer than the whole saga may take. */
export const waitBeyondDeadline = defineRule(
  {
    code: "SAGA6011",
    slug: "wait-beyond-deadline",
    severity: "error",
    message: "This can take {time}, but the saga only has {limit}.",
    note: "The saga's deadline would end it before.",
    help: "Make it shorter, or give the saga a longer `timeout`.",
  },
  (program, report) => {
    for (const saga of program.sagas) {
      const { timeout } = saga;
      if (typeof timeout?.value !== "number" || timeout.value === 0) continue;
      const limitMs = timeout.value;
      const labels = timeout.span === null ? [] : [{ span: timeout.span, message: "the saga's timeout is here" }];
      for (const node of nodesOf(saga)) {
        const found = timeOf(node);
        if (found === null || found.ms <= limitMs) continue;
        report(found.span, { time: durationText(found.ms), limit: durationText(limitMs) }, { labels });
      }
    }
  },
);

/** How long a statement waits, where that is written. */
function timeOf(node: FlowNode): { readonly ms: number; readonly span: Span } | null {
  if (!("zone" in node) || node.zone !== "before") return null;
  switch (node.kind) {
    case "try":
      return written(node.timeout);
    case "sleep":
    case "await":
      return node.limit?.kind === "for" ? written(node.limit.value) : null;
    case "repeat":
      return written(node.every, Math.max(0, (node.max ?? 1) - 1));
    default:
      return null;
  }
}

function written(value: Expression | null, times = 1): { readonly ms: number; readonly span: Span } | null {
  return value?.kind === "duration" ? { ms: value.ms * times, span: value.span } : null;
}
