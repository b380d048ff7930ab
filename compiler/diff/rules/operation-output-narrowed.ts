import { misfit } from "../lib/fits.ts";
import { pairedUses } from "../lib/operations.ts";
import type { ChangeRule } from "../rule.ts";

export const operationOutputNarrowed: ChangeRule = {
  code: "SAGA8023",
  slug: "operation-output-narrowed",
  classes: ["source"],
  message: "`{saga}` wants more of `{operation}` than it answered: {what}.",
  note: "A handler that answers what was right so far does not compile; and if its service does not answer it, the call parks.",
  help: "Change the handler, and roll the service out first.",
  find({ before, after }) {
    return pairedUses(before, after).flatMap(([was, is]) => {
      const what = misfit({ fields: was.output, plan: before }, { fields: is.output, plan: after });
      return what === null || was.role !== is.role ? [] : [{ values: { operation: is.operation, what }, at: is.call.span }];
    });
  },
};
