import { CompilerBug } from "../bug.ts";
import type { FieldType, Type, TypeSymbol } from "../check/types.ts";
import { relativePath } from "../source/source-set.ts";
import type { PlanField, PlanType, PlanTypeDecl } from "./plan.ts";

export function lowerFields(fields: readonly FieldType[]): PlanField[] {
  return fields.map(({ name, type, secret, doc }) => ({ name, type: lowerType(type), secret, doc }));
}

export function lowerType(type: Type): PlanType {
  switch (type.kind) {
    case "scalar":
      return { kind: "scalar", name: type.name };
    case "literals":
      return { kind: "literals", values: type.values };
    case "array":
      return { kind: "array", element: lowerType(type.element) };
    case "optional":
      return { kind: "optional", type: lowerType(type.type) };
    case "record":
      return { kind: "record", value: lowerType(type.value) };
    case "object":
      return { kind: "object", fields: lowerFields(type.fields) };
    case "named":
      return { kind: "named", name: type.symbol.name };
    case "null":
    case "never":
    case "unknown":
      throw new CompilerBug(`a type of kind ${type.kind} has no plan`);
  }
}

/** By code units: the same on every machine. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** The named types that the types are made of, through each other, by name. `source`: the file whose saga they are of. */
export function reachableTypes(types: readonly Type[], source: string): PlanTypeDecl[] {
  const found = new Set<TypeSymbol>();
  const pending = types.flatMap(namesIn);
  for (let symbol = pending.pop(); symbol !== undefined; symbol = pending.pop()) {
    if (found.has(symbol)) continue;
    found.add(symbol);
    pending.push(...namesIn(symbol.type));
  }
  return [...found]
    .map((symbol) => ({
      name: symbol.name,
      doc: symbol.node?.doc ?? null,
      type: lowerType(symbol.type),
      from: symbol.module === null ? null : relativePath(source, symbol.module),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function namesIn(type: Type): TypeSymbol[] {
  switch (type.kind) {
    case "named":
      return [type.symbol];
    case "array":
      return namesIn(type.element);
    case "optional":
      return namesIn(type.type);
    case "record":
      return namesIn(type.value);
    case "object":
      return type.fields.flatMap((field) => namesIn(field.type));
    default:
      return [];
  }
}
