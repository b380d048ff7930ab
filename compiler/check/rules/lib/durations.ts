import type { Expression, Node, Retry } from "../../../ast/nodes.ts";
import type { Span } from "../../../source/span.ts";
import { nodesOf } from "../../nodes.ts";
import type { CheckedProgram } from "../../program.ts";

/** A duration in a clause that is known beforehand: written, or worked out of what is written. */
export interface KnownDuration {
  /** The clause's word. */
  readonly word: string;
  readonly span: Span;
  readonly ms: number;
  /** `null`: it is worked out. */
  readonly written: string | null;
  /** Of a lone pause that is a difference of two that are written: these two. */
  readonly ends: readonly [from: string, to: string] | null;
}

/** Every such duration. */
export function durationsIn(program: CheckedProgram): KnownDuration[] {
  const found: KnownDuration[] = [];
  const add = (word: string, expression: Expression | null, isRange = true): void => {
    const value = expression === null ? null : known(expression);
    if (expression === null || value?.of !== "duration") return;
    const written = expression.kind === "duration" ? expression.text : null;
    found.push({ word, span: expression.span, ms: value.value, written, ends: isRange ? null : endsOf(expression) });
  };
  for (const { clauses } of program.clauseLists)
    for (const clause of clauses) {
      if (clause.kind === "timeout") add("timeout", clause.value);
      else if (clause.kind === "undo-within") add("undo within", clause.value);
      else if (clause.kind === "every") add("every", clause.value);
      else if (clause.kind === "idempotent") add("idempotent for", clause.duration);
      const retry = retryIn(clause);
      add("backoff", retry?.backoff?.from ?? null, retry?.backoff?.to !== null);
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

interface Known {
  readonly of: "duration" | "number";
  /** Of a duration in milliseconds, never below zero: what would be is held there. */
  readonly value: number;
}

/** What an expression of literals comes to; `null`: it reads something, or is no duration or number. */
function known(expression: Expression): Known | null {
  switch (expression.kind) {
    case "duration":
      return { of: "duration", value: expression.ms };
    case "int":
    case "decimal":
      return { of: "number", value: expression.value };
    case "unary": {
      const operand = expression.operator === "-" ? known(expression.operand) : null;
      return operand?.of === "number" ? { of: "number", value: -operand.value } : null;
    }
    case "binary": {
      const [left, right] = [known(expression.left), known(expression.right)];
      return left === null || right === null ? null : operated(expression.operator, left, right);
    }
    default:
      return null;
  }
}

function operated(operator: string, left: Known, right: Known): Known | null {
  const of = left.of === "duration" || right.of === "duration" ? "duration" : "number";
  const result = (value: number): Known | null =>
    // As the machine has it: whole milliseconds.
    Number.isFinite(value) ? { of, value: of === "duration" ? Math.max(0, Math.round(value)) : value } : null;
  switch (operator) {
    case "+":
      return left.of === right.of ? result(left.value + right.value) : null;
    case "-":
      return left.of === right.of ? result(left.value - right.value) : null;
    case "*":
      return left.of === "number" || right.of === "number" ? result(left.value * right.value) : null;
    case "/":
      return right.of === "number" ? result(left.value / right.value) : null;
    default:
      return null;
  }
}

function endsOf(expression: Expression): KnownDuration["ends"] {
  if (expression.kind !== "binary" || expression.operator !== "-") return null;
  const { left, right } = expression;
  return left.kind === "duration" && right.kind === "duration" ? [left.text, right.text] : null;
}
