import type { BinaryExpr, Expression, FunctionExpr, MemberExpr, ObjectExpr } from "../ast/nodes.ts";
import { CompilerBug } from "../bug.ts";
import { familyOf, literalNumber, valueType } from "../check/operators.ts";
import type { NameUse, TypedExpr } from "../check/program.ts";
import { isOptional, present, type Type, underlying } from "../check/types.ts";
import type { NumberRange, PlanEntry, PlanExpr } from "./plan.ts";

/** What the names of an expression stand for where it stands. */
export interface NameLowering {
  input(): PlanExpr;
  name(use: NameUse): PlanExpr;
  /** The value of a whole path, where it comes from elsewhere; `null`: it is read member by member. */
  carried(path: NamedPath): PlanExpr | null;
  failure(): PlanExpr;
  /** A call of a compute with its arguments, in order. */
  compute(node: FunctionExpr, args: readonly PlanExpr[]): PlanExpr;
}

/** `input.shipTo.city`: members below the input (`root` is `null`) or a name. */
export interface NamedPath {
  readonly root: NameUse | null;
  readonly members: readonly string[];
}

/**
 * An expression as the plan has it: what may be absent, instants and ranges of numbers are said, so that no reader needs the types.
 *
 * @throws CompilerBug for what the rules should have refused.
 */
export function lowerExpression(
  typed: ReadonlyMap<Expression, TypedExpr>,
  names: NameLowering,
  expression: Expression,
  as: Type | null = null,
): PlanExpr {
  return new Lowering(typed, names).expression(expression, as);
}

const NULL: PlanExpr = { kind: "literal", value: null };
const ITEM: PlanExpr = { kind: "item" };

class Lowering {
  readonly #all: ReadonlyMap<Expression, TypedExpr>;
  readonly #names: NameLowering;

  constructor(typed: ReadonlyMap<Expression, TypedExpr>, names: NameLowering) {
    this.#all = typed;
    this.#names = names;
  }

  /** `as`: the type that the value has where it goes to, where that is not its own: records lose what it has no field for. */
  expression(node: Expression, as: Type | null): PlanExpr {
    const typed = this.#typed(node);
    if (typed.absent) return NULL;
    switch (node.kind) {
      case "int":
      case "decimal":
      case "string":
      case "boolean":
        return { kind: "literal", value: node.value };
      case "duration":
        return { kind: "literal", value: node.ms };
      case "null":
        return NULL;
      case "input":
        return this.#names.input();
      case "name": {
        if (typed.output === undefined) throw new CompilerBug(`the name ${node.name} stands for nothing`);
        return this.#names.name(typed.output);
      }
      case "member":
        return this.#member(node);
      case "object":
        return this.#object(node, as);
      case "array": {
        const element = elementOf(as) ?? elementOf(typed.type);
        return { kind: "array", items: node.elements.map((part) => this.#item(part, element)) };
      }
      case "index": {
        const list = this.expression(node.object, null);
        if (isNull(list)) return NULL;
        const index = this.expression(node.index, null);
        const optional = this.#mayBeAbsent(node.object);
        return this.#isRecord(node.object)
          ? { kind: "entry", record: list, key: index, optional }
          : { kind: "index", list, index, optional };
      }
      case "every-item":
        return this.#everyItem(node.object);
      case "template":
        return {
          kind: "template",
          parts: node.parts.map((part) =>
            typeof part === "string" ? { kind: "literal", value: part } : this.expression(part, null),
          ),
        };
      case "unary": {
        const value = literalNumber(node);
        if (value !== null) return { kind: "literal", value: value + 0 };
        const operand = this.expression(node.operand, null);
        if (node.operator === "not") return not(operand);
        return {
          kind: "arithmetic",
          operator: "-",
          result: rangeOf(typed.type),
          left: { kind: "literal", value: 0 },
          right: operand,
        };
      }
      case "binary":
        return this.#binary(node, as ?? typed.type);
      case "conditional": {
        const whenTrue = this.expression(node.whenTrue, as ?? typed.type);
        const whenFalse = this.expression(node.whenFalse, as ?? typed.type);
        if (isNull(whenTrue) && isNull(whenFalse)) return NULL;
        const condition = this.expression(node.condition, null);
        if (condition.kind === "literal") return condition.value === true ? whenTrue : whenFalse;
        return { kind: "conditional", condition, whenTrue, whenFalse };
      }
      case "function":
        return this.#function(node, typed.type);
      case "failure":
        return this.#names.failure();
      case "invalid":
        throw new CompilerBug(`an expression of kind ${node.kind} has no plan`);
    }
  }

  #member(node: MemberExpr): PlanExpr {
    if (node.member === null) throw new CompilerBug("a member without a name");
    const path = this.#pathOf(node);
    const carried = path === null ? null : this.#names.carried(path);
    if (carried !== null) return carried;
    const object = this.#typed(node.object);
    const lowered = this.expression(node.object, null);
    if (isNull(lowered)) return NULL;
    const { name } = node.member;
    if (object.each) return everyMember(lowered, name, isOptional(memberType(elementOf(object.type), name)));
    if (lowered.kind === "object") return lowered.entries.find((entry) => entry.name === name)?.value ?? NULL;
    return { kind: "member", object: lowered, name, optional: this.#mayBeAbsent(node.object) };
  }

  /** `null`: it is no path, or a condition has found some part of it absent. */
  #pathOf(node: Expression): NamedPath | null {
    const typed = this.#typed(node);
    if (typed.absent) return null;
    if (node.kind === "input") return { root: null, members: [] };
    if (node.kind === "name") return typed.output === undefined ? null : { root: typed.output, members: [] };
    if (node.kind !== "member" || node.member === null) return null;
    const object = this.#pathOf(node.object);
    return object === null ? null : { root: object.root, members: [...object.members, node.member.name] };
  }

  #object(node: ObjectExpr, as: Type | null): PlanExpr {
    const wanted = as === null ? null : underlying(present(as));
    const fields = wanted?.kind === "object" ? wanted.fields : null;
    const entries = node.entries.flatMap((entry): PlanEntry[] => {
      if (entry.name === null) throw new CompilerBug("an entry without a name");
      const { name } = entry.name;
      const field = fields?.find((candidate) => candidate.name === name);
      if (fields !== null && field === undefined) return [];
      return [{ name, value: this.expression(entry.value, field?.type ?? null) }];
    });
    return { kind: "object", entries };
  }

  /** An item of a list: what is absent in a list is `null`. */
  #item(node: Expression, element: Type | null): PlanExpr {
    const value = this.expression(node, element);
    if (isNull(value) || isPath(value) || !this.#mayBeAbsent(node)) return value;
    return { kind: "coalesce", left: value, right: NULL };
  }

  #everyItem(node: Expression): PlanExpr {
    const typed = this.#typed(node);
    const list = this.#orEmpty(node);
    const element = elementOf(typed.type);
    if (isEmpty(list)) return list;
    if (!typed.each) return element !== null && isOptional(element) ? { kind: "present", list } : list;
    const inner = elementOf(element);
    const items: PlanExpr =
      list.kind === "every" && !list.flatten ? { ...list, flatten: true } : { kind: "every", list, select: ITEM, flatten: true };
    return inner !== null && isOptional(inner) ? { kind: "present", list: items } : items;
  }

  #orEmpty(node: Expression): PlanExpr {
    const list = this.expression(node, null);
    const empty: PlanExpr = { kind: "array", items: [] };
    if (isNull(list)) return empty;
    return this.#mayBeAbsent(node) ? { kind: "coalesce", left: list, right: empty } : list;
  }

  #binary(node: BinaryExpr, as: Type): PlanExpr {
    const { operator } = node;
    switch (operator) {
      case "and":
      case "or":
        return logic(operator, this.expression(node.left, null), this.expression(node.right, null));
      case "==":
        return this.#equal(node);
      case "!=":
        return not(this.#equal(node));
      case "??": {
        const left = this.expression(node.left, as);
        if (isNull(left)) return this.expression(node.right, as);
        if (!this.#mayBeAbsent(node.left)) return left;
        return { kind: "coalesce", left, right: this.expression(node.right, as) };
      }
      case "<":
      case "<=":
      case ">":
      case ">=":
        return { kind: "order", operator, left: this.#comparable(node.left), right: this.#comparable(node.right) };
      default: {
        const [left, right] = [this.#comparable(node.left), this.#comparable(node.right)];
        const type = present(this.#typed(node).type);
        if (familyOf(type) !== "datetime") {
          const result: PlanExpr = { kind: "arithmetic", operator, result: rangeOf(type), left, right };
          if (!mayBeByZero(node)) return result;
          const byZero: PlanExpr = { kind: "equal", left: right, right: { kind: "literal", value: 0 } };
          return { kind: "conditional", condition: byZero, whenTrue: NULL, whenFalse: result };
        }
        return { kind: "datetime", ms: { kind: "arithmetic", operator, result: "number", left, right } };
      }
    }
  }

  #equal(node: BinaryExpr): PlanExpr {
    const [left, right] = [this.#comparable(node.left), this.#comparable(node.right)];
    if (!isNull(left) && !isNull(right)) return { kind: "equal", left, right };
    if (isNull(left) && isNull(right)) return { kind: "literal", value: true };
    const [value, of] = isNull(left) ? [right, node.right] : [left, node.left];
    return this.#mayBeAbsent(of) ? { kind: "absent", value } : { kind: "literal", value: false };
  }

  /** Datetimes are compared, and reckoned with, as the instants that they are. */
  #comparable(node: Expression): PlanExpr {
    const value = this.expression(node, null);
    if (isNull(value) || familyOf(this.#typed(node).type) !== "datetime") return value;
    return { kind: "instant", value, optional: this.#mayBeAbsent(node) };
  }

  #function(node: FunctionExpr, type: Type): PlanExpr {
    const [first, second] = node.args;
    if (first === undefined) return this.#names.compute(node, []);
    switch (node.callee.name) {
      case "length":
        return { kind: "length", list: this.expression(first, null) };
      case "sum":
        return { kind: "sum", list: this.expression(first, null), result: rangeOf(type) };
      case "min":
      case "max":
        return { kind: "extreme", which: node.callee.name, items: node.args.map((each) => this.expression(each, null)) };
      case "contains": {
        if (second === undefined) throw new CompilerBug("contains without an item");
        const list = this.expression(first, null);
        const element = elementOf(this.#typed(first).type);
        if (isEmpty(list) || element === null || familyOf(element) !== "datetime")
          return { kind: "contains", list, item: this.expression(second, null) };
        const select: PlanExpr = { kind: "instant", value: ITEM, optional: isOptional(element) };
        return { kind: "contains", list: { kind: "every", list, select, flatten: false }, item: this.#comparable(second) };
      }
      default:
        return this.#names.compute(
          node,
          node.args.map((each) => this.expression(each, null)),
        );
    }
  }

  #isRecord(node: Expression): boolean {
    return underlying(present(this.#typed(node).type)).kind === "record";
  }

  #mayBeAbsent(node: Expression): boolean {
    return isOptional(valueType(this.#typed(node)));
  }

  #typed(node: Expression): TypedExpr {
    const typed = this.#all.get(node);
    if (typed === undefined) throw new CompilerBug(`an expression of kind ${node.kind} has no type`);
    return typed;
  }
}

/** Nothing decides on a written truth value: TypeScript takes what stands behind it for unreachable, and narrows nothing there. */
function logic(operator: "and" | "or", left: PlanExpr, right: PlanExpr): PlanExpr {
  const deciding = operator === "or";
  if (left.kind === "literal") return left.value === deciding ? left : right;
  if (right.kind === "literal") return right.value === deciding ? right : left;
  return { kind: "logic", operator, left, right };
}

function not(operand: PlanExpr): PlanExpr {
  return operand.kind === "literal" ? { kind: "literal", value: operand.value !== true } : { kind: "not", operand };
}

function everyMember(list: PlanExpr, name: string, optional: boolean): PlanExpr {
  if (isEmpty(list)) return list;
  const inOne = list.kind === "every" && !list.flatten;
  const select: PlanExpr = { kind: "member", object: inOne ? list.select : ITEM, name, optional: false };
  const every: PlanExpr = { kind: "every", list: inOne ? list.list : list, select, flatten: false };
  return optional ? { kind: "present", list: every } : every;
}

function memberType(holder: Type | null, name: string): Type {
  const type = holder === null ? null : underlying(present(holder));
  if (type?.kind === "record") return { kind: "optional", type: type.value };
  const field = type?.kind === "object" ? type.fields.find((candidate) => candidate.name === name) : undefined;
  if (field === undefined) throw new CompilerBug(`there is no member ${name}`);
  return field.type;
}

function elementOf(type: Type | null): Type | null {
  const list = type === null ? null : underlying(present(type));
  return list?.kind === "array" ? list.element : null;
}

function rangeOf(type: Type): NumberRange {
  const found = underlying(present(type));
  if (found.kind === "scalar" && (found.name === "int" || found.name === "number" || found.name === "duration"))
    return found.name;
  throw new CompilerBug("a number of no kind");
}

function isNull(expression: PlanExpr): boolean {
  return expression.kind === "literal" && expression.value === null;
}

function isEmpty(expression: PlanExpr): boolean {
  return expression.kind === "array" && expression.items.length === 0;
}

/** A path from the input or an output: its emitter sees for itself whether it may be absent. */
function isPath(expression: PlanExpr): boolean {
  if (expression.kind === "member") return isPath(expression.object);
  return expression.kind === "input" || expression.kind === "stepOutput";
}

/** Whether a quotient is absent where its divisor is zero: a written divisor never is. */
function mayBeByZero({ operator, right }: BinaryExpr): boolean {
  return (operator === "/" || operator === "%") && literalNumber(right) === null;
}
