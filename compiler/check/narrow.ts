import type { Expression } from "../ast/nodes.ts";

/** What a condition says of paths below the saga's input or a name, by their keys. */
export interface Facts {
  readonly present: ReadonlySet<string>;
  readonly absent: ReadonlySet<string>;
}

export const NO_FACTS: Facts = { present: new Set(), absent: new Set() };

/** `input.a.b`, `reserve.a` as a text that is the same wherever the path is; `null`: it is no such path. */
export function pathKey(expression: Expression): string | null {
  if (expression.kind === "input") return "input";
  if (expression.kind === "name") return expression.name;
  if (expression.kind !== "member" || expression.member === null) return null;
  const object = pathKey(expression.object);
  return object === null ? null : `${object}.${expression.member.name}`;
}

/** What is known where the condition has the given value. */
export function factsOf(condition: Expression, value: boolean): Facts {
  if (condition.kind === "unary" && condition.operator === "not") return factsOf(condition.operand, !value);
  if (condition.kind !== "binary") return NO_FACTS;
  const { operator, left, right } = condition;
  if (operator === "and" || operator === "or") {
    const [a, b] = [factsOf(left, value), factsOf(right, value)];
    // Of `and` that holds, and of `or` that does not, both sides are known.
    return value === (operator === "and") ? both(a, b) : either(a, b);
  }
  if (operator !== "==" && operator !== "!=") return NO_FACTS;
  const key = right.kind === "null" ? pathKey(left) : left.kind === "null" ? pathKey(right) : null;
  if (key === null) return NO_FACTS;
  if (value === (operator === "==")) return { present: new Set(), absent: new Set([key]) };
  return { present: new Set(prefixes(key)), absent: new Set() };
}

/** What is known by one and by the other. */
export function both(a: Facts, b: Facts): Facts {
  return { present: new Set([...a.present, ...b.present]), absent: new Set([...a.absent, ...b.absent]) };
}

function either(a: Facts, b: Facts): Facts {
  return { present: shared(a.present, b.present), absent: shared(a.absent, b.absent) };
}

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...a].filter((key) => b.has(key)));
}

/** A member is only there where what it is a member of is. */
function prefixes(key: string): string[] {
  return key.split(".").map((_, index, parts) => parts.slice(0, index + 1).join("."));
}

/** Without what is known of a name: from here on it stands for something else. */
export function withoutName({ present, absent }: Facts, name: string): Facts {
  const others = (keys: ReadonlySet<string>): Set<string> =>
    new Set([...keys].filter((key) => key !== name && !key.startsWith(`${name}.`)));
  return { present: others(present), absent: others(absent) };
}
