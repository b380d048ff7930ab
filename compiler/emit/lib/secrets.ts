import type { Plan, PlanField, PlanType } from "../../plan/plan.ts";
import { unitsOf } from "../../plan/units.ts";
import { callsOf } from "../machine/model.ts";

/** Paths to secrets: what the definition's `secrets` holds. Parts that have none are left out; `null`: there is none at all. */
export type SecretsTable = Readonly<Record<string, unknown>>;

/** From the top; a part is a field's name, `*` every item of a list or value of a record, `**` all that is below. */
export type SecretPath = readonly string[];

export function secretsOf(plan: Plan): SecretsTable | null {
  const of = (fields: readonly PlanField[]): readonly SecretPath[] => pathsIn({ kind: "object", fields }, plan, []);
  const steps = unitsOf(plan).flatMap((unit) => unit.steps);
  const bodies = plan.bodies.map(({ id, input, output }) => {
    return [id, filled({ input: of(input), output: of(output?.type ?? []) })] as const;
  });
  return filled({
    input: of(plan.input),
    output: of(plan.output?.type ?? []),
    calls: byName(steps.flatMap(callsOf), ({ id, call }) => [id, of(call.inputType)]),
    outputs: byName(steps, ({ name, output }) => [name, of(output)]),
    errors: byName(plan.errors, ({ name, fields }) => [name, of(fields)]),
    signals: byName(plan.signals, ({ name, fields }) => [name, of(fields)]),
    bodies: filled(Object.fromEntries(bodies)),
  });
}

function byName<Item>(
  items: readonly Item[],
  entryOf: (item: Item) => readonly [string, readonly SecretPath[]],
): SecretsTable | null {
  return filled(Object.fromEntries(items.map(entryOf)));
}

/** Without what is empty; `null` where nothing is left. */
function filled(table: Readonly<Record<string, readonly unknown[] | SecretsTable | null>>): SecretsTable | null {
  const entries = Object.entries(table).filter(([, value]) => value !== null && (!Array.isArray(value) || value.length > 0));
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** `open`: the named types that it stands in, as a type can hold itself; then all that is below counts as secret, if any of it is. */
function pathsIn(type: PlanType, plan: Plan, open: readonly string[]): readonly SecretPath[] {
  switch (type.kind) {
    case "scalar":
    case "literals":
      return [];
    case "optional":
      return pathsIn(type.type, plan, open);
    case "array":
      return below("*", pathsIn(type.element, plan, open));
    case "record":
      return below("*", pathsIn(type.value, plan, open));
    case "object":
      return type.fields.flatMap((field) => (field.secret ? [[field.name]] : below(field.name, pathsIn(field.type, plan, open))));
    case "named": {
      const declared = plan.types.find(({ name }) => name === type.name);
      if (declared === undefined) return [];
      if (open.includes(type.name)) return holdsSecret(declared.type, plan, new Set()) ? [["**"]] : [];
      return pathsIn(declared.type, plan, [...open, type.name]);
    }
  }
}

function below(part: string, paths: readonly SecretPath[]): readonly SecretPath[] {
  return paths.map((path) => [part, ...path]);
}

function holdsSecret(type: PlanType, plan: Plan, seen: Set<string>): boolean {
  switch (type.kind) {
    case "scalar":
    case "literals":
      return false;
    case "optional":
      return holdsSecret(type.type, plan, seen);
    case "array":
      return holdsSecret(type.element, plan, seen);
    case "record":
      return holdsSecret(type.value, plan, seen);
    case "object":
      return type.fields.some((field) => field.secret || holdsSecret(field.type, plan, seen));
    case "named": {
      if (seen.has(type.name)) return false;
      seen.add(type.name);
      const declared = plan.types.find(({ name }) => name === type.name);
      return declared !== undefined && holdsSecret(declared.type, plan, seen);
    }
  }
}
