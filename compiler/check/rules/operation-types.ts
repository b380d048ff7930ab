import { sameType } from "../assignable.ts";
import type { CheckedCall } from "../program.ts";
import { defineRule } from "../rule.ts";
import { type FieldType, isUncertain, objectType, showType } from "../types.ts";
import { operationUses } from "./lib/operations.ts";

/** One operation is used with different types. */
export const operationTypes = defineRule(
  {
    code: "SAGA3009",
    slug: "operation-types",
    severity: "error",
    message: "`{operation}` is used twice, with different types: {difference}.",
    note: "Both uses call one handler, which has one type.",
    help: "Give both the same fields, or name another operation: `on {service}.other`.",
  },
  (program, report) => {
    for (const { first, again } of operationUses(program)) {
      if (first.call.role !== again.call.role) continue;
      const difference =
        differenceOf("input", first.call.input.fields, again.call.input.fields) ??
        (again.call.role === "undo" ? null : differenceOf("output", first.step.output, again.step.output));
      if (difference === null) continue;
      const labels = [{ span: first.call.operation.span, message: "it is first used here" }];
      report(again.call.operation.span, { operation: title(again.call), service: again.call.service, difference }, { labels });
    }
  },
);

function title(call: CheckedCall): string {
  return call.serviceIdent === null ? call.operation.name : `${call.service}.${call.operation.name}`;
}

/** `null`: they agree, or nothing certain is known. */
function differenceOf(what: string, first: readonly FieldType[], again: readonly FieldType[]): string | null {
  if (isUncertain(objectType(first)) || isUncertain(objectType(again))) return null;
  for (const field of first) {
    const other = again.find((candidate) => candidate.name === field.name);
    if (other === undefined) return `its ${what} has no \`${field.name}\` here`;
    if (other.secret !== field.secret) return `\`${field.name}\` of its ${what} is secret in one of them only`;
    if (!sameType(field.type, other.type))
      return `\`${field.name}\` of its ${what} is \`${showType(other.type)}\` here and \`${showType(field.type)}\` there`;
  }
  const added = again.find((field) => !first.some((candidate) => candidate.name === field.name));
  return added === undefined ? null : `its ${what} has a \`${added.name}\` here only`;
}
