import type { Plan, PlanField, PlanType } from "../plan/plan.ts";

/**
 * A value of each type: calls read the input and the outputs, and laws ask only whether they are there. What may be absent is there: where a
 * condition says that it is, the machine may read it, and where one says that it is not, it does not.
 */
export function sampleOf(fields: readonly PlanField[], plan: Plan): Readonly<Record<string, unknown>> {
  return sampleFields(fields, plan, []);
}

export function sampleValue(type: PlanType, plan: Plan): unknown {
  return sample(type, plan, []);
}

function sampleFields(fields: readonly PlanField[], plan: Plan, within: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fields.map((field) => [field.name, sample(field.type, plan, within)]));
}

/** `within`: the named types that it is part of. */
function sample(type: PlanType, plan: Plan, within: readonly string[]): unknown {
  switch (type.kind) {
    case "scalar":
      return SCALARS[type.name];
    case "literals":
      return type.values[0];
    case "array":
      return [];
    case "optional":
      return sample(type.type, plan, within);
    case "record":
      return {};
    case "object":
      return sampleFields(type.fields, plan, within);
    case "named": {
      const found = plan.types.find(({ name }) => name === type.name);
      // A type is recursive only through what may be absent, a list or a record.
      if (found === undefined || within.includes(type.name)) return null;
      return sample(found.type, plan, [...within, type.name]);
    }
  }
}

const SCALARS = {
  string: "text",
  boolean: true,
  int: 1,
  number: 1,
  uuid: "00000000-0000-4000-8000-000000000000",
  datetime: "2026-01-01T00:00:00Z",
  date: "2026-01-01",
  duration: 1000,
  json: null,
} as const;
