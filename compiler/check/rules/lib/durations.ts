import type { DurationLiteral, Expression, Node, Retry } from "../../../ast/nodes.ts";
import { nodesOf } from "../../nodes.ts";
import type { CheckedProgram } from "../../program.ts";

/** Every duration that is written in a clause, with the clause's word. */
export function durationsIn(program: CheckedProgram): { readonly word: string; readonly literal: DurationLiteral }[] {
  const found: { word: string; literal: DurationLiteral }[] = [];
  const add = (word: string, expression: Expression | null): void => {
    if (expression?.kind === "duration") found.push({ word, literal: expression });
  };
  for (const { clauses } of program.clauseLists)
    for (const clause of clauses) {
      if (clause.kind === "timeout") add("timeout", clause.value);
      else if (clause.kind === "undo-within") add("undo within", clause.value);
      else if (clause.kind === "every") add("every", clause.value);
      else if (clause.kind === "idempotent") add("idempotent for", clause.duration);
      const retry = retryIn(clause);
      add("backoff", retry?.backoff?.from ?? null);
      add("backoff", retry?.backoff?.to ?? null);
    }
  for (const node of program.sagas.flatMap(nodesOf))
    if (node.kind === "sleep" && !node.node.until) add("sleep", node.limit.value);
  return found;
}

/** Every `retry` that is written in a clause. */
export function retriesIn(program: CheckedProgram): Retry[] {
  return program.clauseLists.flatMap(({ clauses }) =>
    clauses.flatMap((clause) => ("broken" in clause && clause.broken ? [] : (retryIn(clause) ?? []))),
  );
}

/** Of a construct, or of one of its errors. */
function retryIn(clause: Node): Retry | null {
  if (clause.kind === "retry-clause") return clause.retry;
  return clause.kind === "on-error" && clause.policy.kind === "retry-policy" ? clause.policy.retry : null;
}
