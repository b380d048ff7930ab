import type { AsClause } from "../ast/nodes.ts";
import type { FlowBlock, NamedResult } from "./flow-nodes.ts";
import { eitherType } from "./operators.ts";
import type { SagaScope } from "./reading.ts";
import type { FlowState } from "./state.ts";
import { isOptional, optional, present, type Type } from "./types.ts";

/**
 * The name of an `as`: the result of whichever block was taken. `without`: the way may go on with none of them taken. A block without a result
 * leaves the name without a value.
 */
export function namedResult(
  saga: SagaScope,
  clause: AsClause | null,
  blocks: readonly FlowBlock[],
  without: boolean,
  state: FlowState,
): NamedResult | null {
  const binding = clause?.name ? saga.flow.byIdent.get(clause.name) : undefined;
  if (clause === null || binding === undefined) return null;
  const ends = blocks.filter(({ ends }) => ends);
  const results = ends.flatMap(({ result }) => result ?? []);
  let type: Type | null = null;
  for (const result of results) {
    const next = present(result.type);
    type =
      type === null
        ? next
        : eitherType(saga.draft, clause.span, `the results that \`${binding.ident.name}\` stands for`, type, next);
  }
  if (type === null) {
    if (!blocks.some(({ node }) => "broken" in node && node.broken))
      saga.draft.findings.add("no-result", { span: clause.span, name: binding.ident });
    type = { kind: "unknown" };
  }
  const absent = without || results.length < ends.length || results.some((result) => isOptional(result.type));
  const whole = absent ? optional(type) : type;
  state.give(
    binding,
    whole,
    results.some(({ secret }) => secret),
  );
  return { binding, type: whole };
}
