import { pairedUses } from "../lib/operations.ts";
import type { ChangeRule } from "../rule.ts";

export const errorUnthrown: ChangeRule = {
  code: "SAGA8024",
  slug: "error-unthrown",
  classes: ["source"],
  message: "In `{saga}` `{operation}` may no longer answer with `{error}`.",
  note: "A handler that does so does not compile; at run time it would be taken for an unknown outcome.",
  help: "Take it out of the handler too, or let the step throw it again.",
  find({ before, after }) {
    return pairedUses(before, after)
      .filter(([was, is]) => was.role === is.role)
      .flatMap(([was, is]) => {
        const gone = was.throws.filter((error) => !is.throws.includes(error));
        return gone.map((error) => ({ values: { operation: is.operation, error }, at: is.call.span }));
      });
  },
};
