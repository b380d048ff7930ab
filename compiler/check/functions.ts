import type { FunctionExpr } from "../ast/nodes.ts";
import { assignable } from "./assignable.ts";
import type { Draft, FileScope } from "./draft.ts";
import { holdsSecret } from "./exposed.ts";
import { markMeant } from "./opaque.ts";
import { comparable, familyOf, needsFamily, needsValue, numberType, type Operand, of, valueType } from "./operators.ts";
import type { TypedExpr } from "./program.ts";
import type { ComputeSymbol } from "./symbols.ts";
import { isOptional, isUncertain, present, scalar, showType, type Type, UNKNOWN, underlying } from "./types.ts";

/** The functions that the language has, with the number of their arguments. */
export const FUNCTIONS = {
  length: { least: 1, most: 1 },
  sum: { least: 1, most: 1 },
  min: { least: 2, most: Number.POSITIVE_INFINITY },
  max: { least: 2, most: Number.POSITIVE_INFINITY },
  contains: { least: 2, most: 2 },
} as const;

type FunctionName = keyof typeof FUNCTIONS;

/** The type of a call; `null`: it calls what is not available yet. */
export function functionType(draft: Draft, scope: FileScope, node: FunctionExpr, args: readonly Operand[]): TypedExpr | null {
  const { name } = node.callee;
  if (!isFunction(name)) {
    const compute = scope.computes.get(name);
    if (compute !== undefined) return computeType(draft, scope, node, compute, args);
    if (scope.opaque.has(name)) return null;
    if (scope.unread.has("compute-decl")) return of(UNKNOWN, ...args);
    draft.findings.add("unknown-function", {
      ident: node.callee,
      candidates: [...scope.computes.keys(), ...Object.keys(FUNCTIONS)],
    });
    markMeant(scope, name, scope.computes.keys());
    return of(UNKNOWN, ...args);
  }
  const { least, most } = FUNCTIONS[name];
  const result = resultOf(name, args);
  if (args.length < least || args.length > most) {
    const wanted = `${least}${most > least ? " or more" : ""} argument${most === 1 ? "" : "s"}`;
    draft.findings.add("argument-count", { span: node.span, name, wanted, given: args.length });
    return of(result, ...args);
  }
  checkArguments(draft, name, args);
  return of(result, ...args);
}

/** A function of the user's: each argument must fit its parameter. */
function computeType(
  draft: Draft,
  scope: FileScope,
  node: FunctionExpr,
  compute: ComputeSymbol,
  args: readonly Operand[],
): TypedExpr {
  scope.used.add(compute);
  const { parameters, result } = compute;
  // Of a declaration that could not be read whole, or names one twice, nobody knows which parameters were meant.
  const isSound = !compute.node.broken && compute.node.parameters.length === parameters.length;
  if (args.length !== parameters.length && isSound) {
    const wanted = `${parameters.length} argument${parameters.length === 1 ? "" : "s"}`;
    draft.findings.add("argument-count", { span: node.span, name: node.callee.name, wanted, given: args.length });
  } else if (isSound)
    for (const [at, field] of parameters.entries()) {
      const arg = args[at];
      if (arg === undefined) continue;
      const [type, what] = [valueType(arg.typed), `\`${field.name}\` of \`${node.callee.name}\``];
      if (isUncertain(type) || assignable(type, field.type)) continue;
      if (assignable(present(type), field.type)) needsValue(draft, arg, what);
      else
        draft.findings.add("operand-type", {
          span: arg.node.span,
          what,
          wanted: `a \`${showType(field.type)}\``,
          type,
          help: null,
        });
    }
  const typed = of(result, ...args);
  // What was made of a part that is secret is so as well.
  return args.some((arg) => holdsSecret(arg.typed.type)) ? { ...typed, secret: true } : typed;
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}

function resultOf(name: FunctionName, args: readonly Operand[]): Type {
  const [first] = args;
  if (name === "contains") return scalar("boolean");
  if (name === "length" || first === undefined) return scalar("int");
  if (name === "sum") {
    const element = elementOf(first);
    return element === null ? UNKNOWN : kindOf(element, { ...first, typed: { type: element, secret: false } });
  }
  return kindOf(first.typed.type, ...args);
}

function kindOf(type: Type, ...operands: readonly Operand[]): Type {
  const family = familyOf(type);
  if (family === "duration") return scalar("duration");
  return family === "number" || type.kind === "never" ? numberType(...operands) : UNKNOWN;
}

function elementOf({ typed }: Operand): Type | null {
  const list = underlying(present(typed.type));
  return list.kind === "array" ? list.element : null;
}

function checkArguments(draft: Draft, name: FunctionName, args: readonly Operand[]): void {
  const what = `\`${name}\``;
  const [first, second] = args;
  if (name === "min" || name === "max") {
    const sound = args.map((each) => needsFamily(draft, each, ["number", "duration"], what, "numbers or durations"));
    const families = new Set(args.map(({ typed }) => familyOf(typed.type)));
    if (sound.every(Boolean) && families.size > 1 && first !== undefined)
      draft.findings.add("operand-type", {
        span: first.node.span,
        what,
        wanted: "all of a kind",
        type: valueType(first.typed),
        help: null,
      });
    return;
  }
  if (first === undefined) return;
  const type = valueType(first.typed);
  const isText = name === "length" && familyOf(type) === "text";
  const element = elementOf(first);
  if (element === null && !isText) {
    const wanted = name === "length" ? "a list or a text" : "a list";
    if (familyOf(type) !== "unknown" || type.kind === "null")
      draft.findings.add("operand-type", { span: first.node.span, what, wanted, type, help: null });
    return;
  }
  needsValue(draft, first, what);
  if (element === null) return;
  if (name === "sum") checkSummed(draft, first, element);
  if (name === "contains" && second !== undefined && !comparable(element, valueType(second.typed)))
    draft.findings.add("never-equal", { span: second.node.span, left: element, right: valueType(second.typed) });
}

function checkSummed(draft: Draft, { node }: Operand, element: Type): void {
  const family = familyOf(element);
  if (isOptional(element))
    draft.findings.add("operand-type", {
      span: node.span,
      what: "`sum`",
      wanted: "a list of numbers or durations that are there",
      type: { kind: "array", element },
      help: "`list[]` is the list without what is absent.",
    });
  else if (family !== "number" && family !== "duration" && family !== "unknown")
    draft.findings.add("operand-type", {
      span: node.span,
      what: "`sum`",
      wanted: "a list of numbers or durations",
      type: { kind: "array", element },
      help: null,
    });
}
