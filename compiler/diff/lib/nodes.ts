import type { PlanNode, PlanSpan } from "../../plan/plan.ts";
import type { FoundChange, PlanPair } from "../rule.ts";
import { nodesOf } from "./order.ts";
import { factsOf } from "./same.ts";

/**
 * Nodes of some kinds that say another thing than any such node said before, or that are gone. What is equal on both sides is taken out first, so that
 * a new `if` above an old one changes only itself.
 */
export function changedNodes<Kind extends PlanNode["kind"]>(
  { before, after }: PlanPair,
  kinds: readonly Kind[],
  facts: (node: Extract<PlanNode, { kind: Kind }>) => unknown,
): readonly FoundChange[] {
  const old = chosen(nodesOf(before), kinds);
  const left = old.map((node) => factsOf(facts(node)));
  const changed = chosen(nodesOf(after), kinds).filter((node) => {
    const at = left.indexOf(factsOf(facts(node)));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
  const gone = left.length - changed.length;
  return [
    ...changed.map((node) => ({
      values: { what: `${WORDS[node.kind]} ${left.length > 0 ? "has changed" : "is new"}` },
      at: spanOf(node),
    })),
    ...(gone > 0 ? [{ values: { what: `${gone === 1 ? "one is" : `${gone} are`} gone` }, at: null }] : []),
  ];
}

const WORDS: Readonly<Record<PlanNode["kind"], string>> = {
  step: "a step",
  parallel: "a `parallel`",
  race: "a `race`",
  if: "an `if`",
  try: "a `try`",
  await: "an `await`",
  sleep: "a `sleep`",
  foreach: "a `foreach`",
  repeat: "a `repeat`",
  call: "a `call`",
  compute: "a compute",
  fail: "a `fail`",
};

function chosen<Kind extends PlanNode["kind"]>(
  nodes: readonly PlanNode[],
  kinds: readonly Kind[],
): readonly Extract<PlanNode, { kind: Kind }>[] {
  return nodes.filter((node): node is Extract<PlanNode, { kind: Kind }> => kinds.some((kind) => kind === node.kind));
}

function spanOf(node: PlanNode): PlanSpan | null {
  return "span" in node ? node.span : null;
}
