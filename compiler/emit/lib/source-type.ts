import type { PlanType } from "../../plan/plan.ts";

/** A type as a source would write it: `Money`, `int?`, `("a" | "b")[]`. Nothing here is escaped. */
export function sourceText(type: PlanType): string {
  switch (type.kind) {
    case "scalar":
    case "named":
      return type.name;
    case "literals":
      return type.values.map((value) => JSON.stringify(value)).join(" | ");
    case "array":
      return `${grouped(type.element)}[]`;
    case "optional":
      return `${grouped(type.type)}?`;
    case "record":
      return `record<${sourceText(type.value)}>`;
    case "object":
      return `{ ${type.fields.map((field) => `${field.name}: ${sourceText(field.type)}`).join(", ")} }`;
  }
}

function grouped(type: PlanType): string {
  return type.kind === "literals" && type.values.length > 1 ? `(${sourceText(type)})` : sourceText(type);
}
