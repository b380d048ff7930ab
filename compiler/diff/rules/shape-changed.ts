import type { Plan, PlanField } from "../../plan/plan.ts";
import { usesOf } from "../lib/operations.ts";
import { match, same } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const shapeChanged: ChangeRule = {
  code: "SAGA8052",
  slug: "shape-changed",
  classes: ["behaviour"],
  message: "{what} of `{saga}` has another shape.",
  note: "Other rules say where that breaks something; what is only new is there for those who look.",
  help: "Nothing, if it is meant.",
  find({ before, after }) {
    const { both } = match(shapesOf(before), shapesOf(after), ({ what }) => what);
    return both.filter(([was, is]) => !same(was.shape, is.shape)).map(([, { what }]) => ({ values: { what }, at: null }));
  },
};

interface Named {
  readonly what: string;
  readonly shape: unknown;
}

function shapesOf(plan: Plan): readonly Named[] {
  const of = (what: string, fields: readonly PlanField[]): Named => ({ what, shape: fields });
  return [
    of("The input", plan.input),
    of("The output", plan.output?.type ?? []),
    ...plan.types.map(({ name, type }) => ({ what: `The type \`${name}\``, shape: type })),
    ...plan.errors.map(({ name, fields }) => of(`The error \`${name}\``, fields)),
    ...plan.signals.map(({ name, fields }) => of(`The signal \`${name}\``, fields)),
    ...usesOf(plan).flatMap(({ step, role, call, output }) => [
      of(`What \`${step.name}\` (${role}) is given`, call.inputType),
      ...(role === "forward" ? [of(`What \`${step.name}\` answers`, output)] : []),
    ]),
  ];
}
