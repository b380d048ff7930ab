import type { Plan, PlanField, PlanType } from "../../compiler/plan/plan.ts";
import { Dice } from "./dice.ts";

/** A value of each field, drawn by a name: the same name gives the same values. */
export function valuesOf(fields: readonly PlanField[], plan: Plan, name: string): Readonly<Record<string, unknown>> {
  let seed = 0;
  for (let at = 0; at < name.length; at++) seed = (Math.imul(seed, 31) + name.charCodeAt(at)) | 0;
  const dice = new Dice(seed >>> 1);
  return object(fields, plan, dice);
}

function object(fields: readonly PlanField[], plan: Plan, dice: Dice): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fields.map((field) => [field.name, value(field.type, plan, dice)]));
}

function value(type: PlanType, plan: Plan, dice: Dice): unknown {
  switch (type.kind) {
    case "scalar":
      return scalar(type.name, dice);
    case "literals":
      return dice.pick(type.values);
    case "array":
      return Array.from({ length: dice.between(0, 3) }, () => value(type.element, plan, dice));
    case "optional":
      return dice.percent(40) ? null : value(type.type, plan, dice);
    case "record":
      return {};
    case "object":
      return object(type.fields, plan, dice);
    case "named": {
      const found = plan.types.find((declared) => declared.name === type.name);
      if (found === undefined) throw new TypeError(`no type ${type.name}`);
      return value(found.type, plan, dice);
    }
  }
}

function scalar(type: Extract<PlanType, { kind: "scalar" }>["name"], dice: Dice): unknown {
  switch (type) {
    case "string":
      return dice.pick(["red", "green", "blue", ""]);
    case "boolean":
      return dice.percent(50);
    case "int":
    case "number":
      return dice.between(0, 9);
    case "uuid":
      return `00000000-0000-4000-8000-${String(dice.between(0, 999_999)).padStart(12, "0")}`;
    case "datetime":
      return `2026-01-0${dice.between(1, 9)}T00:00:00Z`;
    case "date":
      return `2026-01-0${dice.between(1, 9)}`;
    case "duration":
      return dice.between(1, 100_000);
    case "json":
      return null;
  }
}
