import { partsOf } from "../../plan/expressions.ts";
import type { PlanExpr, PlanField, PlanType } from "../../plan/plan.ts";
import { literal, memberAccess, templateText } from "../lib/escape.ts";
import type { Layout } from "../lib/layout.ts";
import { isOptional, withoutOptional } from "../lib/type-text.ts";
import { entry, list, object } from "./config.ts";
import { mayBeAbsent } from "./expression-types.ts";
import type { MachineModel } from "./model.ts";
import { isReference, type Reference, reference } from "./references.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * The type of the place that a value goes to; `present`: any that is there; `null`: whatever the value is. What the checker knows to be there
 * in such a place is said to TypeScript with a `!`, which follows neither a function's answer nor a condition that stands elsewhere.
 */
export type Wanted = PlanType | "present" | null;

/** An expression of the language as TypeScript over a variable `context`. */
export function expression(expr: PlanExpr, model: MachineModel, words: Vocabulary, wanted: Wanted = null): Layout {
  const show = (part: PlanExpr, as: Wanted = null): Layout => expression(part, model, words, as);
  if (isReference(expr)) return present(expr, reference(expr, model, words), model, wanted);
  switch (expr.kind) {
    case "literal":
      return literal(expr.value);
    case "member": {
      const access = memberAccess(expr.name, expr.optional);
      return present(expr, [operand(expr.object, show, expr.optional ? null : "present"), access], model, wanted);
    }
    case "index": {
      const at = [expr.optional ? "?.[" : "[", show(expr.index, "present"), "]"];
      return present(expr, [operand(expr.list, show, expr.optional ? null : "present"), ...at], model, wanted);
    }
    case "entry": {
      const parts = [operand(expr.record, show, null), ", ", show(expr.key, "present")];
      return present(expr, [words.helper("entryOf"), "(", ...parts, ")"], model, wanted);
    }
    case "array": {
      const element = elementOf(wanted, model);
      return list(expr.items.map((item) => listItem(item, model, words, element)));
    }
    case "object": {
      const fields = fieldsOf(wanted, model);
      const typeOf = (name: string): Wanted => fields?.find((field) => field.name === name)?.type ?? null;
      return object(...expr.entries.map(({ name, value }) => entry(name, show(value, typeOf(name)))));
    }
    default:
      return operation(expr, show, words, wanted, elementOf(wanted, model));
  }
}

/** An item of a list: what is absent there is `null`, as a list has no holes. */
export function listItem(item: PlanExpr, model: MachineModel, words: Vocabulary, wanted: Wanted): Layout {
  const value = expression(item, model, words, wanted);
  return isPath(item) && !isPresent(wanted, model) && mayBeAbsent(item, model) ? [value, " ?? null"] : value;
}

type Show = (part: PlanExpr, as?: Wanted) => Layout;
type Operation = Exclude<PlanExpr, Reference | { kind: "literal" | "member" | "index" | "entry" | "array" | "object" }>;

/** What is made of parts by an operator or a function. `element`: the type of the items of the list that is wanted. */
function operation(expr: Operation, show: Show, words: Vocabulary, wanted: Wanted, element: Wanted): Layout {
  const there = (part: PlanExpr): Layout => show(part, "present");
  const part = (of: PlanExpr, as: Wanted = "present"): Layout => operand(of, show, as);
  switch (expr.kind) {
    case "item":
      return "item";
    case "every": {
      const select = expr.select.kind === "object" ? ["(", show(expr.select, element), ")"] : show(expr.select, element);
      return [part(expr.list), expr.flatten ? ".flatMap((item) => " : ".map((item) => ", select, ")"];
    }
    case "present":
      return [words.helper("present"), "(", there(expr.list), ")"];
    case "template":
      return ["`", ...expr.parts.map((each) => textPart(each, there)), "`"];
    case "conditional":
      return [part(expr.condition), " ? ", part(expr.whenTrue, wanted), " : ", part(expr.whenFalse, wanted)];
    case "coalesce":
      return [part(expr.left, null), " ?? ", part(expr.right, wanted)];
    case "not":
      if (expr.operand.kind === "absent") return [part(expr.operand.value, null), " != null"];
      return ["!", part(expr.operand)];
    case "logic":
      return [part(expr.left), expr.operator === "and" ? " && " : " || ", part(expr.right)];
    case "absent":
      return [part(expr.value, null), " == null"];
    case "equal":
      return [words.helper("equal"), "(", show(expr.left), ", ", show(expr.right), ")"];
    case "order":
      return [part(expr.left), ` ${expr.operator} `, part(expr.right)];
    case "arithmetic":
      return [words.helper(RANGES[expr.result]), "(", part(expr.left), ` ${expr.operator} `, part(expr.right), ")"];
    case "instant":
      return [
        words.helper(expr.optional ? "instantIfAny" : "instant"),
        "(",
        show(expr.value, expr.optional ? null : "present"),
        ")",
      ];
    case "datetime":
      return [words.helper("datetime"), "(", there(expr.ms), ")"];
    case "length":
      return [part(expr.list), ".length"];
    case "sum":
      return [words.helper("sum"), "(", there(expr.list), ", ", words.helper(RANGES[expr.result]), ")"];
    case "extreme":
      return [
        `Math.${expr.which}(`,
        ...expr.items.flatMap((item, index) => (index === 0 ? [there(item)] : [", ", there(item)])),
        ")",
      ];
    case "contains":
      return [words.helper("contains"), "(", there(expr.list), ", ", show(expr.item), ")"];
  }
}

const RANGES = { int: "whole", number: "finite", duration: "milliseconds" } as const;

/** A part of a template, between its backquotes. */
function textPart(part: PlanExpr, show: Show): Layout {
  return part.kind === "literal" && typeof part.value === "string" ? templateText(part.value) : ["${", show(part), "}"];
}

function operand(part: PlanExpr, show: Show, as: Wanted): Layout {
  return needsParentheses(part) ? ["(", show(part, as), ")"] : show(part, as);
}

function needsParentheses({ kind }: PlanExpr): boolean {
  return ["object", "conditional", "coalesce", "not", "logic", "absent", "order"].includes(kind);
}

/** What an arrow function answers: an object literal needs parentheses. */
export function arrowBody(expr: PlanExpr, model: MachineModel, words: Vocabulary, wanted: Wanted = null): Layout {
  const body = expression(expr, model, words, wanted);
  return expr.kind === "object" ? ["(", body, ")"] : body;
}

/** Whether its code says `context`. */
export function readsContext(expr: PlanExpr): boolean {
  return (isReference(expr) && expr.kind !== "candidate") || partsOf(expr).some(readsContext);
}

// ---- what is there

/** With a `!` where it has to be there and its type does not say so. */
function present(expr: PlanExpr, value: Layout, model: MachineModel, wanted: Wanted): Layout {
  return isPresent(wanted, model) && mayBeAbsent(expr, model) ? [value, "!"] : value;
}

function isPresent(wanted: Wanted, model: MachineModel): boolean {
  return wanted === "present" || (wanted !== null && !isOptional(wanted, model.plan));
}

function isPath(expr: PlanExpr): boolean {
  return isReference(expr) || expr.kind === "member" || expr.kind === "entry";
}

function elementOf(wanted: Wanted, model: MachineModel): Wanted {
  const type = resolved(wanted, model);
  return type?.kind === "array" ? type.element : null;
}

function fieldsOf(wanted: Wanted, model: MachineModel): readonly PlanField[] | null {
  const type = resolved(wanted, model);
  return type?.kind === "object" ? type.fields : null;
}

/** Without names around it, nor what says that it may be absent. */
function resolved(wanted: Wanted, { plan }: MachineModel): PlanType | null {
  if (wanted === null || wanted === "present") return null;
  let type = withoutOptional(wanted, plan);
  for (let depth = 0; type.kind === "named" && depth <= plan.types.length; depth++) {
    const { name } = type;
    type = withoutOptional(plan.types.find((each) => each.name === name)?.type ?? type, plan);
  }
  return type;
}
