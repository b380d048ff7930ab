import { misfit } from "../lib/fits.ts";
import { pairedUses } from "../lib/operations.ts";
import type { ChangeRule } from "../rule.ts";

export const operationInputChanged: ChangeRule = {
  code: "SAGA8022",
  slug: "operation-input-changed",
  classes: ["source"],
  message: "`{saga}` gives `{operation}` not all that it gave: {what}.",
  note: "A handler that reads it does not compile, and the handlers of one version no longer do for the other.",
  help: "Change the handler; give the old version its own until it is retired.",
  find({ before, after }) {
    return pairedUses(before, after).flatMap(([was, is]) => {
      const what = misfit({ fields: is.call.inputType, plan: after }, { fields: was.call.inputType, plan: before });
      return what === null ? [] : [{ values: { operation: is.operation, what }, at: is.call.span }];
    });
  },
};
