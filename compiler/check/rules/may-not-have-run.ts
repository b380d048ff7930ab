import type { Binding } from "../names.ts";
import { defineRule } from "../rule.ts";

/** Something is read that may not have run. */
export const mayNotHaveRun = defineRule(
  {
    code: "SAGA4020",
    slug: "may-not-have-run",
    severity: "error",
    message: "`{name}` may have no value here: it has none {when}.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { span, binding, missing } of program.findings.of("may-not-have-run")) {
      const { name, span: given } = binding.ident;
      const labels = [
        { span: missing.span, message: `on this way \`${name}\` has no value` },
        { span: given, message: binding.what === "step" ? "it runs only here" : "it is given only here" },
      ];
      report(span, { name, when: missing.when }, { labels, help: helpFor(binding) });
    }
  },
);

function helpFor({ what, node, ident: { name } }: Binding): string {
  if (what === "let") return "Move the `let` up, to where all that read it come after it.";
  if (what !== "branch" || node.kind !== "parallel")
    return `Ask first, \`if ${name} != null { … }\`; or say what counts then: \`… ?? value\`; or let the other way \`fail\`.`;
  // As a `let` it is worked out where it is named; what a step has answered is a record, and can be asked for.
  const branch = node.branches.find((each) => each.kind === "branch" && each.name?.name === name);
  const step = branch?.kind === "branch" ? branch.block.statements.find((each) => each.kind === "step") : undefined;
  const instead = step?.kind === "step" && step.name !== null ? `, \`${step.name.name}.… ?? value\`` : "";
  return `Read it where it surely ran, or let the other way \`fail\`; elsewhere read what a step of the branch has answered${instead}.`;
}
