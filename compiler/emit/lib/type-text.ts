import type { Plan, PlanField, PlanType, ScalarName } from "../../plan/plan.ts";
import { propertyKey, stringLiteral } from "./escape.ts";
import { braces, type Item, type Layout, union } from "./layout.ts";
import type { TypeNames } from "./names.ts";
import { docLines } from "./writer.ts";

/** The TypeScript type of a type of the language. `names` may put a namespace in front of named types. */
export function typeText(type: PlanType, plan: Plan, names: Pick<TypeNames, "named" | "json">): Layout {
  switch (type.kind) {
    case "scalar":
      return type.name === "json" ? names.json : SCALARS[type.name];
    case "literals":
      return union(type.values.map(stringLiteral));
    case "array":
      return [
        needsParentheses(type.element) ? ["(", typeText(type.element, plan, names), ")"] : typeText(type.element, plan, names),
        "[]",
      ];
    case "optional":
      return [typeText(withoutOptional(type, plan), plan, names), " | null"];
    case "record":
      return ["{ [key: string]: ", typeText(type.value, plan, names), " }"];
    case "object":
      return fieldsText(type.fields, plan, names);
    case "named":
      return names.named(type.name);
  }
}

/** An object type; a field that may be absent is `name?: T | null | undefined`, which also holds under `exactOptionalPropertyTypes`. */
export function fieldsText(fields: readonly PlanField[], plan: Plan, names: Pick<TypeNames, "named" | "json">): Layout {
  return braces(
    fields.map((field): Item => {
      const optional = isOptional(field.type, plan);
      const text = typeText(optional ? withoutOptional(field.type, plan) : field.type, plan, names);
      const layout = optional
        ? [propertyKey(field.name), "?: ", text, " | null | undefined"]
        : [propertyKey(field.name), ": ", text];
      return { doc: docLines(field.doc, formatNote(field.type), field.secret ? SECRET_NOTE : null), layout };
    }),
    ";",
  );
}

/** Whether a value of this type may be absent, also by way of a named type. */
export function isOptional(type: PlanType, plan: Plan): boolean {
  return resolve(type, plan).kind === "optional";
}

/** What remains when it is there: the type itself where it cannot be absent. */
export function withoutOptional(type: PlanType, plan: Plan): PlanType {
  const resolved = resolve(type, plan);
  return resolved.kind === "optional" ? withoutOptional(resolved.type, plan) : type;
}

/** Follows names until a type of another kind; a name that only leads to itself stays. */
function resolve(type: PlanType, plan: Plan): PlanType {
  const seen = new Set<string>();
  let current = type;
  while (current.kind === "named" && !seen.has(current.name)) {
    const { name } = current;
    seen.add(name);
    current = plan.types.find((declared) => declared.name === name)?.type ?? current;
  }
  return current.kind === "named" ? type : current;
}

function needsParentheses(type: PlanType): boolean {
  return type.kind === "optional" || (type.kind === "literals" && type.values.length > 1);
}

/** How a scalar is written that TypeScript knows as a string or number only. */
function formatNote(type: PlanType): string | null {
  if (type.kind === "optional") return formatNote(type.type);
  return type.kind === "scalar" ? (FORMAT_NOTES[type.name] ?? null) : null;
}

const SCALARS: Readonly<Record<Exclude<ScalarName, "json">, string>> = {
  string: "string",
  boolean: "boolean",
  int: "number",
  number: "number",
  uuid: "string",
  datetime: "string",
  date: "string",
  duration: "number",
};

const FORMAT_NOTES: Partial<Record<ScalarName, string>> = {
  datetime: "ISO 8601, with its offset: `2026-03-01T09:30:00Z`.",
  date: "ISO 8601: `2026-03-01`.",
  duration: "In milliseconds.",
};

const SECRET_NOTE = "Secret: may not flow into a text, a tag or a key. Histories show it masked; the store holds it as it is.";
