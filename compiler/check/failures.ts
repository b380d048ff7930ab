import type { FlowNode, FlowOutcome } from "./flow-nodes.ts";
import type { ErrorSymbol } from "./program.ts";

/** The declared errors that statements can fail with: what a `try` around them may catch is among them. */
export function failuresOf(nodes: readonly FlowNode[]): ReadonlyMap<string, ErrorSymbol> {
  const found = new Map<string, ErrorSymbol>();
  const add = (symbol: ErrorSymbol | null): void => {
    if (symbol !== null) found.set(symbol.name, symbol);
  };
  const follow = (outcome: FlowOutcome, error: ErrorSymbol | null = null): void => {
    if (outcome.kind === "fail") add(outcome.failure === null ? error : outcome.failure.symbol);
  };
  for (const node of nodes) {
    switch (node.kind) {
      case "fail":
        add(node.failure.symbol);
        break;
      case "step":
        for (const { symbol, outcome } of node.step.policies) follow(outcome, symbol);
        if (node.step.spent !== null) follow(node.step.spent);
        break;
      case "try":
      case "repeat":
        follow(node.otherwise);
        break;
      case "await":
        follow(node.onTimeout);
        break;
      case "call":
        for (const { symbol, outcome, clause } of node.policies) follow(clause === null ? node.onFailure : outcome, symbol);
        follow(node.onFailure);
        break;
      default:
        break;
    }
  }
  return found;
}
