import { defineRule } from "../rule.ts";

/** More than one point of no return. */
export const severalPivots = defineRule(
  {
    code: "SAGA4009",
    slug: "several-pivots",
    severity: "error",
    message: "Saga `{saga}` has a pivot already.",
    note: "There is one point of no return: before it everything can be undone, after it nothing is. A step after it needs no `pivot` to be final.",
    help: "Keep the `pivot` of the step that decides, and remove the other.",
  },
  (program, report) => {
    for (const { name, laterPivots } of program.sagas)
      for (const [later, first] of laterPivots)
        report(later.name.span, { saga: name.name }, { labels: [{ span: first.name.span, message: "the first pivot is here" }] });
  },
);
