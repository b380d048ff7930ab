import { CompilerBug } from "../bug.ts";
import { partsOf } from "./expressions.ts";
import type { PlanExpr, PlanLet } from "./plan.ts";

/**
 * A `let` as it is read where it may not have been come to: absent unless all is there that it is made of. Gives the name of a further let,
 * which stands in `lets` from then on.
 */
export function guardedLet(name: string, lets: PlanLet[]): string {
  const guarded = `$${name}`;
  if (lets.some((each) => each.name === guarded)) return guarded;
  const found = lets.find((each) => each.name === name);
  if (found === undefined) throw new CompilerBug(`the let ${name} is read before it is there`);
  const needed = [...referencesIn(found.value, lets).values()];
  const [first, ...others] = needed.map(isThere);
  if (first === undefined) return name;
  const condition = others.reduce<PlanExpr>((left, right) => ({ kind: "logic", operator: "and", left, right }), first);
  const whenTrue: PlanExpr = { kind: "let", name };
  const value: PlanExpr = { kind: "conditional", condition, whenTrue, whenFalse: { kind: "literal", value: null } };
  const type: PlanLet["type"] = found.type.kind === "optional" ? found.type : { kind: "optional", type: found.type };
  lets.push({ name: guarded, type, value });
  return guarded;
}

type Reference = Extract<PlanExpr, { readonly kind: "stepOutput" | "childOutput" | "received" | "computed" }>;

/** What it takes for granted, by other lets too. */
function referencesIn(value: PlanExpr, lets: readonly PlanLet[]): ReadonlyMap<string, Reference> {
  const found = new Map<string, Reference>();
  const seen = new Set<string>();
  const pending = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const expression = next;
    if (isReference(expression)) {
      if (!expression.optional) found.set(JSON.stringify(expression), expression);
    } else if (expression.kind === "let" && !seen.has(expression.name)) {
      seen.add(expression.name);
      pending.push(...lets.flatMap((each) => (each.name === expression.name ? [each.value] : [])));
    } else pending.push(...partsOf(expression));
  }
  return found;
}

function isReference(expression: PlanExpr): expression is Reference {
  const { kind } = expression;
  return kind === "stepOutput" || kind === "childOutput" || kind === "received" || kind === "computed";
}

function isThere(reference: Reference): PlanExpr {
  return { kind: "not", operand: { kind: "absent", value: { ...reference, optional: true } } };
}
