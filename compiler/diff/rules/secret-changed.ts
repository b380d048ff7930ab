import type { Plan, PlanField } from "../../plan/plan.ts";
import { usesOf } from "../lib/operations.ts";
import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const secretChanged: ChangeRule = {
  code: "SAGA8051",
  slug: "secret-changed",
  classes: ["behaviour"],
  message: "In `{saga}` `{field}` is {what} a secret.",
  note: "Secrets are masked in histories, logs and views; those written before stay as they were written.",
  help: "Look at who can read what was written before.",
  find({ before, after }) {
    const { both } = match(fieldsOf(before), fieldsOf(after), ({ path }) => path);
    return both
      .filter(([was, is]) => was.secret !== is.secret)
      .map(([, { path, secret }]) => ({ values: { field: path, what: secret ? "now" : "no longer" }, at: null }));
  },
};

interface Secrecy {
  readonly path: string;
  readonly secret: boolean;
}

/** The fields that a saga speaks of by name, with what they belong to. */
function fieldsOf(plan: Plan): Secrecy[] {
  const of = (what: string, fields: readonly PlanField[]): Secrecy[] =>
    fields.map(({ name, secret }) => ({ path: `${what}.${name}`, secret }));
  const types = plan.types.flatMap(({ name, type }) => (type.kind === "object" ? of(name, type.fields) : []));
  const outputs = usesOf(plan).flatMap(({ step, role }) => (role === "forward" ? of(step.name, step.output) : []));
  const named = [...plan.errors, ...plan.signals].flatMap(({ name, fields }) => of(name, fields));
  return [...of("input", plan.input), ...of("output", plan.output?.type ?? []), ...types, ...outputs, ...named];
}
