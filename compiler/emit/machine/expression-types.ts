import type { Plan, PlanExpr, PlanType } from "../../plan/plan.ts";
import { isOptional, withoutOptional } from "../lib/type-text.ts";
import type { MachineModel } from "./model.ts";
import { isReference, typeOfReference } from "./references.ts";

/** Whether TypeScript takes a path, or an item of a list, for what may be absent. */
export function mayBeAbsent(expr: PlanExpr, model: MachineModel): boolean {
  if (isReference(expr)) return isOptionalReference(expr) || isOptionalType(typeOf(expr, model), model);
  if (expr.kind === "index" || expr.kind === "entry") return true;
  return expr.kind === "member" && (expr.optional || isOptionalType(typeOf(expr, model), model));
}

function isOptionalReference(expr: PlanExpr): boolean {
  return "optional" in expr && expr.optional;
}

function isOptionalType(type: PlanType | null, { plan }: MachineModel): boolean {
  return type !== null && isOptional(type, plan);
}

/** `null` where the plan does not say: a literal's type is whatever it is assigned to. */
export function typeOf(expr: PlanExpr, model: MachineModel): PlanType | null {
  if (isReference(expr)) return typeOfReference(expr, model);
  if (expr.kind === "member") {
    const object = typeOf(expr.object, model);
    return object === null ? null : memberType(object, expr.name, model.plan);
  }
  if (expr.kind === "entry") {
    const record = typeOf(expr.record, model);
    const there = record === null ? null : withoutOptional(record, model.plan);
    return there?.kind === "record" ? { kind: "optional", type: there.value } : null;
  }
  if (expr.kind !== "index") return null;
  const list = typeOf(expr.list, model);
  const present = list === null ? null : withoutOptional(list, model.plan);
  return present?.kind === "array" ? present.element : null;
}

function memberType(type: PlanType, name: string, plan: Plan): PlanType | null {
  const present = withoutOptional(type, plan);
  if (present.kind === "object") return present.fields.find((field) => field.name === name)?.type ?? null;
  if (present.kind === "record") return { kind: "optional", type: present.value };
  if (present.kind !== "named") return null;
  const declared = plan.types.find((each) => each.name === present.name);
  return declared === undefined || declared.type === type ? null : memberType(declared.type, name, plan);
}
