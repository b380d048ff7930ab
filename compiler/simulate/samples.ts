import type { Plan, PlanField, PlanType } from "../plan/plan.ts";

/** An input for a saga, made from its types: texts are named after their field, lists have two items. */
export function sampleInput(plan: Plan): Readonly<Record<string, unknown>> {
  return fields(plan.input, plan, 0);
}

/** What a step answers. `number`: of the call; texts end in it, so that two answers can be told apart. */
export function sampleOutput(plan: Plan, step: string, number: number): Readonly<Record<string, unknown>> | null {
  const output = [plan, ...plan.bodies].flatMap((unit) => unit.steps).find(({ name }) => name === step)?.output ?? [];
  return output.length === 0 ? null : fields(output, plan, number);
}

/** What a compute gives, where nobody brought it. */
export function sampleResult(plan: Plan, compute: string): unknown {
  const declared = plan.computes.find(({ name }) => name === compute);
  return declared === undefined ? null : sample(declared.result, compute, plan, 0, 0);
}

function fields(list: readonly PlanField[], plan: Plan, number: number, depth = 0): Readonly<Record<string, unknown>> {
  return Object.fromEntries(list.map(({ name, type }) => [name, sample(type, name, plan, number, depth)]));
}

function sample(type: PlanType, name: string, plan: Plan, number: number, depth: number): unknown {
  switch (type.kind) {
    case "scalar":
      return scalar(type.name, name, number);
    case "literals":
      return type.values[0];
    // Where a type is recursive, it is so through one of these.
    case "array":
      return depth >= DEPTH_MAX ? [] : [0, 1].map((at) => sample(type.element, name, plan, number * 2 + at, depth + 1));
    case "optional":
      return depth >= DEPTH_MAX ? null : sample(type.type, name, plan, number, depth + 1);
    case "record":
      return {};
    case "object":
      return fields(type.fields, plan, number, depth);
    case "named": {
      const found = plan.types.find((declared) => declared.name === type.name);
      return found === undefined ? null : sample(found.type, name, plan, number, depth);
    }
  }
}

function scalar(type: Extract<PlanType, { kind: "scalar" }>["name"], name: string, number: number): unknown {
  switch (type) {
    case "string":
      return `${name}-${number + 1}`;
    case "boolean":
      return true;
    // Not so small that it is below whatever bound the saga compares it with.
    case "int":
    case "number":
      return SAMPLE_NUMBER + number;
    case "uuid":
      return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
    // Not far from where virtual time begins.
    case "datetime":
      return "2026-01-02T00:00:00Z";
    case "date":
      return "2026-01-02";
    case "duration":
      return 1_000;
    case "json":
      return null;
  }
}

const SAMPLE_NUMBER = 50;
const DEPTH_MAX = 3;
