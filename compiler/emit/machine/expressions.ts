import { CompilerBug } from "../../bug.ts";
import { partsOf } from "../../plan/expressions.ts";
import type { Plan, PlanExpr, PlanType } from "../../plan/plan.ts";
import { literal, memberAccess, templateText } from "../lib/escape.ts";
import type { Layout } from "../lib/layout.ts";
import { isOptional, withoutOptional } from "../lib/type-text.ts";
import { entry, list, object } from "./config.ts";
import type { MachineModel } from "./model.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** An expression of the language as TypeScript over a variable `context`. */
export function expression(expr: PlanExpr, model: MachineModel, words: Vocabulary): Layout {
  switch (expr.kind) {
    case "literal":
      return literal(expr.value);
    case "input":
      return "context.input";
    case "stepOutput": {
      const record = recordPath(model.step(expr.step).place);
      return expr.optional ? `${record}.forward.output` : `${words.helper("outputOf")}(${record})`;
    }
    case "member": {
      const object = expression(expr.object, model, words);
      const access = memberAccess(expr.name, expr.optional);
      return isPath(expr.object) || !needsParentheses(expr.object) ? [object, access] : ["(", object, ")", access];
    }
    case "array":
      // What is absent in a list is `null`: a list has no holes.
      return list(
        expr.items.map((item) => {
          const value = expression(item, model, words);
          return isPath(item) && mayBeAbsent(item, model) ? [value, " ?? null"] : value;
        }),
      );
    case "object":
      return object(...expr.entries.map(({ name, value }) => entry(name, expression(value, model, words))));
    default:
      return operation(expr, (part) => expression(part, model, words), words);
  }
}

type Operation = Exclude<PlanExpr, { kind: "literal" | "input" | "stepOutput" | "member" | "array" | "object" }>;

/** What is made of parts by an operator or a function. */
function operation(expr: Operation, show: (part: PlanExpr) => Layout, words: Vocabulary): Layout {
  const operand = (part: PlanExpr): Layout => (needsParentheses(part) ? ["(", show(part), ")"] : show(part));
  switch (expr.kind) {
    case "index":
      return [operand(expr.list), expr.optional ? "?.[" : "[", show(expr.index), "]"];
    case "item":
      return "item";
    case "every": {
      const select = expr.select.kind === "object" ? ["(", show(expr.select), ")"] : show(expr.select);
      return [operand(expr.list), expr.flatten ? ".flatMap((item) => " : ".map((item) => ", select, ")"];
    }
    case "present":
      return [words.helper("present"), "(", show(expr.list), ")"];
    case "template":
      return ["`", ...expr.parts.map((part) => textPart(part, show)), "`"];
    case "conditional":
      return [operand(expr.condition), " ? ", operand(expr.whenTrue), " : ", operand(expr.whenFalse)];
    case "coalesce":
      return [operand(expr.left), " ?? ", operand(expr.right)];
    case "not":
      if (expr.operand.kind === "absent") return [operand(expr.operand.value), " != null"];
      return ["!", operand(expr.operand)];
    case "logic":
      return [operand(expr.left), expr.operator === "and" ? " && " : " || ", operand(expr.right)];
    case "absent":
      return [operand(expr.value), " == null"];
    case "equal":
      return [words.helper("equal"), "(", show(expr.left), ", ", show(expr.right), ")"];
    case "order":
      return [operand(expr.left), ` ${expr.operator} `, operand(expr.right)];
    case "arithmetic":
      return [words.helper(RANGES[expr.result]), "(", operand(expr.left), ` ${expr.operator} `, operand(expr.right), ")"];
    case "instant":
      return [words.helper(expr.optional ? "instantIfAny" : "instant"), "(", show(expr.value), ")"];
    case "datetime":
      return [words.helper("datetime"), "(", show(expr.ms), ")"];
    case "length":
      return [operand(expr.list), ".length"];
    case "sum":
      return [words.helper("sum"), "(", show(expr.list), ", ", words.helper(RANGES[expr.result]), ")"];
    case "extreme":
      return [
        `Math.${expr.which}(`,
        ...expr.items.flatMap((item, index) => (index === 0 ? [show(item)] : [", ", show(item)])),
        ")",
      ];
    case "contains":
      return [words.helper("contains"), "(", show(expr.list), ", ", show(expr.item), ")"];
    default:
      throw new CompilerBug(`an expression of kind ${expr.kind} has no code`);
  }
}

const RANGES = { int: "whole", number: "finite", duration: "milliseconds" } as const;

/** A part of a template, between its backquotes. */
function textPart(part: PlanExpr, show: (part: PlanExpr) => Layout): Layout {
  return part.kind === "literal" && typeof part.value === "string" ? templateText(part.value) : ["${", show(part), "}"];
}

function needsParentheses({ kind }: PlanExpr): boolean {
  return ["object", "conditional", "coalesce", "not", "logic", "absent", "order"].includes(kind);
}

/** What an arrow function answers: an object literal needs parentheses. */
export function arrowBody(expr: PlanExpr, model: MachineModel, words: Vocabulary): Layout {
  const body = expression(expr, model, words);
  return expr.kind === "object" ? ["(", body, ")"] : body;
}

export function readsContext(expr: PlanExpr): boolean {
  return expr.kind === "input" || expr.kind === "stepOutput" || partsOf(expr).some(readsContext);
}

/** `context.steps.$group1.$branch1.reserveStock` */
export function recordPath(place: readonly string[], from = "context.steps"): string {
  return from + place.map((name) => memberAccess(name)).join("");
}

function isPath(expr: PlanExpr): boolean {
  return expr.kind === "input" || expr.kind === "stepOutput" || expr.kind === "member";
}

function mayBeAbsent(expr: PlanExpr, model: MachineModel): boolean {
  if (expr.kind === "stepOutput") return expr.optional;
  if (expr.kind !== "member") return false;
  const type = typeOf(expr, model);
  return expr.optional || mayBeAbsent(expr.object, model) || (type !== null && isOptional(type, model.plan));
}

/** `null` where the plan does not say: a literal's type is whatever it is assigned to. */
function typeOf(expr: PlanExpr, model: MachineModel): PlanType | null {
  switch (expr.kind) {
    case "input":
      return { kind: "object", fields: model.unit.input };
    case "stepOutput":
      return { kind: "object", fields: model.step(expr.step).output };
    case "member": {
      const object = typeOf(expr.object, model);
      return object === null ? null : memberType(object, expr.name, model.plan);
    }
    default:
      return null;
  }
}

function memberType(type: PlanType, name: string, plan: Plan): PlanType | null {
  const present = withoutOptional(type, plan);
  if (present.kind === "object") return present.fields.find((field) => field.name === name)?.type ?? null;
  if (present.kind === "record") return { kind: "optional", type: present.value };
  if (present.kind !== "named") return null;
  const declared = plan.types.find((each) => each.name === present.name);
  return declared === undefined || declared.type === type ? null : memberType(declared.type, name, plan);
}
