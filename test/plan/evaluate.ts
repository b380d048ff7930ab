import type { NumberRange, PlanExpr, PlanLet } from "../../compiler/plan/plan.ts";

/** What an expression can name. Outputs, results and signals that are not there are left out. */
export interface World {
  readonly input: unknown;
  readonly lets?: readonly PlanLet[];
  /** Of steps and children, by name; of computes, by id. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** By wait. */
  readonly signals?: Readonly<Record<string, { readonly case: string; readonly value: unknown }>>;
  readonly candidate?: unknown;
  /** Data of errors, by step or child. */
  readonly caught?: Readonly<Record<string, unknown>>;
  /** By scope; of the saga `saga`. */
  readonly failures?: Readonly<Record<string, object>>;
  /** `$try1 body`, `$race1 $branch2`: ways that were gone to their end. */
  readonly took?: ReadonlySet<string>;
}

/** What an expression of a plan means, written down once more and on its own: emitted code is held against it. Absent is `null`. */
export function evaluate(expr: PlanExpr, world: World, item: unknown = null): unknown {
  const value = (part: PlanExpr): unknown => evaluate(part, world, item);
  const number = (part: PlanExpr): number => value(part) as number;
  const list = (part: PlanExpr): readonly unknown[] => value(part) as readonly unknown[];
  switch (expr.kind) {
    case "literal":
      return expr.value;
    case "input":
      return world.input;
    case "item":
      return item;
    case "stepOutput":
      return world.outputs?.[expr.step] ?? null;
    case "childOutput":
      return world.outputs?.[expr.child] ?? null;
    case "computed":
      return world.outputs?.[expr.compute] ?? null;
    case "received": {
      const signal = world.signals?.[expr.wait];
      return signal?.case === expr.case ? signal.value : null;
    }
    case "candidate":
      return world.candidate ?? null;
    case "caught":
      return world.caught?.[expr.of] ?? null;
    case "failure":
      return world.failures?.[expr.scope ?? "saga"] ?? null;
    case "took":
      return world.took?.has(`${expr.node} ${expr.path}`) ?? false;
    case "let": {
      const found = world.lets?.find(({ name }) => name === expr.name);
      if (found === undefined) throw new Error(`there is no let ${expr.name}`);
      return evaluate(found.value, world);
    }
    case "array":
      return expr.items.map(value);
    case "object":
      return Object.fromEntries(expr.entries.map((entry) => [entry.name, value(entry.value)]));
    case "member": {
      const holder = value(expr.object);
      return holder === null ? null : ((holder as Record<string, unknown>)[expr.name] ?? null);
    }
    case "index":
      return value(expr.list) === null ? null : (list(expr.list)[number(expr.index)] ?? null);
    case "entry": {
      const holder = value(expr.record) as Record<string, unknown> | null;
      const key = String(value(expr.key));
      return holder === null || !Object.hasOwn(holder, key) ? null : (holder[key] ?? null);
    }
    case "every": {
      const all = list(expr.list).map((each) => evaluate(expr.select, world, each));
      return expr.flatten ? all.flat(1) : all;
    }
    case "present":
      return list(expr.list).filter((each) => each !== null && each !== undefined);
    case "template":
      return expr.parts.map((part) => String(value(part))).join("");
    case "conditional":
      return value(expr.condition) === true ? value(expr.whenTrue) : value(expr.whenFalse);
    case "coalesce":
      return value(expr.left) ?? value(expr.right);
    case "not":
      return value(expr.operand) === false;
    case "logic":
      return value(expr.left) === (expr.operator === "or") ? value(expr.left) : value(expr.right);
    case "absent":
      return value(expr.value) === null;
    case "equal":
      return value(expr.left) === value(expr.right);
    case "order":
      return compare(value(expr.left) as number, expr.operator, value(expr.right) as number);
    case "arithmetic":
      return within(expr.result, reckon(number(expr.left), expr.operator, number(expr.right)));
    case "instant":
      return value(expr.value) === null ? null : new Date(value(expr.value) as string).getTime();
    case "datetime":
      return new Date(Math.max(-62_167_219_200_000, Math.min(253_402_300_799_999, number(expr.ms)))).toISOString();
    case "length":
      return (value(expr.list) as { length: number }).length;
    case "sum": {
      let total = 0;
      for (const each of list(expr.list)) total = within(expr.result, total + (each as number));
      return total;
    }
    case "extreme":
      return expr.items.map(number).reduce((a, b) => ((expr.which === "min") === a < b ? a : b));
    case "contains":
      return list(expr.list).some((each) => (each ?? null) === value(expr.item));
  }
}

function compare(a: number | string, operator: string, b: number | string): boolean {
  if (operator === "<") return a < b;
  if (operator === ">") return a > b;
  return a === b || compare(a, operator.charAt(0), b);
}

function reckon(a: number, operator: string, b: number): number {
  if (operator === "+") return a + b;
  if (operator === "-") return a - b;
  if (operator === "*") return a * b;
  return operator === "/" ? a / b : a % b;
}

function within(range: NumberRange, value: number): number {
  const most = range === "number" ? Number.MAX_VALUE : Number.MAX_SAFE_INTEGER;
  const least = range === "duration" ? 0 : -most;
  const held = value > most ? most : value < least ? least : range === "duration" ? Math.round(value) : value;
  return held === 0 ? 0 : held;
}
