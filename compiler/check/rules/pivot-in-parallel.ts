import { headSpan } from "../opaque.ts";
import { defineRule } from "../rule.ts";

/** A pivot whose siblings could still fail. */
export const pivotInParallel = defineRule(
  {
    code: "SAGA4010",
    slug: "pivot-in-parallel",
    severity: "error",
    message: "The pivot `{step}` stands in a branch of a `parallel`.",
    note: "Another branch could still fail when the pivot has passed, and then there would be no way forward and none back.",
    help: "Move the pivot behind the `parallel`.",
  },
  (program, report) => {
    for (const { pivots } of program.sagas)
      for (const pivot of pivots) {
        const group = pivot.groups.at(-1);
        if (group === undefined) continue;
        const labels = [{ span: headSpan(group.node), message: "the group is here" }];
        report(pivot.name.span, { step: pivot.name.name }, { labels });
      }
  },
);
