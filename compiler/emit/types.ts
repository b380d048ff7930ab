import type { Plan, PlanType } from "../plan/plan.ts";
import { propertyKey } from "./lib/escape.ts";
import { header } from "./lib/header.ts";
import { braces, type Layout, render } from "./lib/layout.ts";
import { moduleFile, type OperationType, type TypeNames, typeNames } from "./lib/names.ts";
import { fieldsText, typeText } from "./lib/type-text.ts";
import { docLines, Writer } from "./lib/writer.ts";
import type { Target } from "./target.ts";

/** `<saga>.types.ts`: the data of a saga as TypeScript types, and nothing else. It imports nothing. */
export const typesTarget: Target = {
  name: "types",
  emit(plan, options) {
    const text = header(plan, options, `Data types of the saga ${plan.saga}.`) + body(plan);
    return [{ path: moduleFile(plan.saga, "types"), text }];
  },
};

function body(plan: Plan): string {
  const names = typeNames(plan);
  const out = new Writer();
  for (const type of plan.types) declare(out, names.named(type.name), typeText(type.type, plan, names), type.doc);
  declare(out, names.saga.input, fieldsText(plan.input, plan, names), plan.doc, `What the saga ${plan.saga} is started with.`);
  const output = plan.output === null ? "null" : fieldsText(plan.output.type, plan, names);
  declare(out, names.saga.output, output, `What the saga ${plan.saga} answers when it has completed.`);
  for (const type of names.operationTypes) {
    declare(out, type.name, fieldsText(type.fields, plan, names), operationNote(type));
  }
  declare(out, names.saga.errors, errorsText(plan, names), `Declared errors of ${plan.saga}, and the data that each carries.`);
  if (usesJson(plan)) {
    const json = names.json;
    declare(out, json, `string | number | boolean | null | ${json}[] | { [key: string]: ${json} }`, "Any JSON value.");
  }
  return out.toString();
}

/** Aliases, not interfaces: only these can be given where a record of anything is wanted (a logger's fields, a query's values). */
function declare(out: Writer, name: string, type: Layout, ...doc: readonly (string | null)[]): void {
  const start = `export type ${name} = `;
  out
    .doc(...doc)
    .line(render([start, type, ";"], out.room))
    .line();
}

function operationNote(type: OperationType): string {
  const operations = type.operations.map((operation) => `\`${operation}\``).join(", ");
  return type.direction === "input" ? `What ${operations} is given.` : `What ${operations} answers.`;
}

function errorsText(plan: Plan, names: TypeNames): Layout {
  return braces(
    plan.errors.map((error) => ({
      doc: docLines(error.doc),
      layout: [propertyKey(error.name), ": ", fieldsText(error.fields, plan, names)],
    })),
    ";",
    true,
  );
}

function usesJson(plan: Plan): boolean {
  const calls = plan.steps.flatMap((step) => [
    step.call.inputType,
    step.output,
    step.inquire?.inputType ?? [],
    step.undo.kind === "compensate" ? step.undo.call.inputType : [],
  ]);
  const fields = [plan.input, plan.output?.type ?? [], ...plan.errors.map((error) => error.fields), ...calls].flat();
  return [...fields, ...plan.types].some(({ type }) => hasJson(type));
}

function hasJson(type: PlanType): boolean {
  switch (type.kind) {
    case "scalar":
      return type.name === "json";
    case "array":
      return hasJson(type.element);
    case "optional":
      return hasJson(type.type);
    case "record":
      return hasJson(type.value);
    case "object":
      return type.fields.some((field) => hasJson(field.type));
    case "literals":
    case "named":
      return false;
  }
}
