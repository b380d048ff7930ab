import { unthrownErrors } from "../lib/operations.ts";
import type { ChangeRule } from "../rule.ts";

export const errorUnthrown: ChangeRule = {
  code: "SAGA8024",
  slug: "error-unthrown",
  classes: ["source"],
  message: "In `{saga}` `{operation}` may no longer answer with `{error}`.",
  note: "A handler that does so does not compile; at run time it would be taken for an unknown outcome.",
  help: "Take it out of the handler too, or let the step throw it again.",
  find({ before, after }) {
    return unthrownErrors(before, after).map(({ use: { operation, call }, error }) => ({
      values: { operation, error },
      at: call.span,
    }));
  },
};
