import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";

/** A branch reads what another branch of the same group makes. */
export const siblingOutput = defineRule(
  {
    code: "SAGA4006",
    slug: "sibling-output",
    severity: "error",
    message: "`{step}` runs in another branch at the same time, so its output is not there.",
    note: "Branches run in parallel: none of them can wait for another.",
    help: "Put both steps into one branch, in order: `branch name { … }`; or move this one behind the `parallel`.",
  },
  (program, report) => {
    for (const { span, binding, group } of program.findings.of("sibling-output"))
      report(
        span,
        { step: binding.ident.name },
        {
          labels: [
            { span: headSpan(group), message: "the branches of this group run at the same time" },
            { span: binding.ident.span, message: `\`${binding.ident.name}\` is here` },
          ],
        },
      );
  },
);
