import type { Plan, PlanField, PlanType } from "../plan/plan.ts";

/** A value of each type, the smallest that there is: calls read the input and the outputs, and laws ask only whether they are there. */
export function sampleOf(fields: readonly PlanField[], plan: Plan): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fields.map((field) => [field.name, sample(field.type, plan)]));
}

function sample(type: PlanType, plan: Plan): unknown {
  switch (type.kind) {
    case "scalar":
      return SCALARS[type.name];
    case "literals":
      return type.values[0];
    case "array":
      return [];
    // Where a type is recursive, it is so through one of these.
    case "optional":
      return null;
    case "record":
      return {};
    case "object":
      return sampleOf(type.fields, plan);
    case "named": {
      const found = plan.types.find(({ name }) => name === type.name);
      return found === undefined ? null : sample(found.type, plan);
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
