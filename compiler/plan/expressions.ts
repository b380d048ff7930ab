import type { PlanExpr } from "./plan.ts";

/** The expressions that an expression is made of, in source order. */
export function partsOf(expression: PlanExpr): readonly PlanExpr[] {
  switch (expression.kind) {
    case "literal":
    case "input":
    case "stepOutput":
    case "childOutput":
    case "received":
    case "candidate":
    case "computed":
    case "caught":
    case "failure":
    case "took":
    case "let":
    case "item":
      return [];
    case "array":
    case "extreme":
      return expression.items;
    case "object":
      return expression.entries.map(({ value }) => value);
    case "member":
      return [expression.object];
    case "index":
      return [expression.list, expression.index];
    case "entry":
      return [expression.record, expression.key];
    case "every":
      return [expression.list, expression.select];
    case "present":
    case "length":
    case "sum":
      return [expression.list];
    case "template":
      return expression.parts;
    case "conditional":
      return [expression.condition, expression.whenTrue, expression.whenFalse];
    case "coalesce":
    case "logic":
    case "equal":
    case "order":
    case "arithmetic":
      return [expression.left, expression.right];
    case "not":
      return [expression.operand];
    case "absent":
    case "instant":
      return [expression.value];
    case "datetime":
      return [expression.ms];
    case "contains":
      return [expression.list, expression.item];
  }
}
