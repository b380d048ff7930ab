import type { Span } from "../../../source/span.ts";
import type { FlowNode, FlowOutcome } from "../../flow-nodes.ts";
import { headSpan } from "../../opaque.ts";
import type { Zone } from "../../program.ts";

/** A place that fails the saga, said or by default; not what a `try` around it catches, nor the errors of steps of which nothing is said. */
export interface FailPlace {
  readonly span: Span;
  readonly zone: Zone;
  /** The `then fail` of a step's own retry, a `fail` that is a statement, or what is done then of something else. */
  readonly by: "retry" | "statement" | "outcome";
}

export function failuresAt(nodes: readonly FlowNode[]): FailPlace[] {
  return nodes.flatMap((node) => {
    if (node.kind === "step") {
      const { tried, zone, policies, spent } = node.step;
      if (tried) return [];
      const said = policies.flatMap(({ clause, outcome }) => (clause === null ? [] : [outcome]));
      // Said once of several errors, it is told once.
      return [
        ...[...new Set(said)].flatMap((outcome) => fails(outcome, zone)),
        ...(spent === null ? [] : fails(spent, zone, "retry")),
      ];
    }
    if (!("tried" in node) || node.tried) return [];
    const { zone } = node;
    switch (node.kind) {
      case "fail":
        return [{ span: headSpan(node.node), zone, by: "statement" }];
      case "try":
      case "repeat":
        return fails(node.otherwise, zone);
      case "await":
        return node.limit === null ? [] : fails(node.onTimeout, zone);
      case "call":
        return [...new Set(node.policies.flatMap(({ clause, outcome }) => (clause === null ? [] : [outcome])))].flatMap(
          (outcome) => fails(outcome, zone),
        );
      default:
        return [];
    }
  });
}

function fails(outcome: FlowOutcome, zone: Zone, by: FailPlace["by"] = "outcome"): FailPlace[] {
  return outcome.kind === "fail" ? [{ span: headOf(outcome), zone, by }] : [];
}

/** Where nothing is said, it is the statement that fails. */
function headOf({ node, span }: FlowOutcome): Span {
  return node === null ? { ...span, end: Math.min(span.end, span.start + "repeat".length) } : span;
}
