import type { Plan, PlanExpr, PlanType } from "../../plan/plan.ts";
import { literal, memberAccess } from "../lib/escape.ts";
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
      return isPath(expr.object) ? [object, access] : ["(", object, ")", access];
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
  }
}

/** What an arrow function answers: an object literal needs parentheses. */
export function arrowBody(expr: PlanExpr, model: MachineModel, words: Vocabulary): Layout {
  const body = expression(expr, model, words);
  return expr.kind === "object" ? ["(", body, ")"] : body;
}

export function readsContext(expr: PlanExpr): boolean {
  switch (expr.kind) {
    case "literal":
      return false;
    case "input":
    case "stepOutput":
      return true;
    case "member":
      return readsContext(expr.object);
    case "array":
      return expr.items.some(readsContext);
    case "object":
      return expr.entries.some(({ value }) => readsContext(value));
  }
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
      return { kind: "object", fields: model.plan.input };
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
