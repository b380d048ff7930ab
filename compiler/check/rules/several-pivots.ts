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
    for (const { name, pivots } of program.sagas) {
      const [first, ...others] = pivots;
      for (const pivot of others)
        report(
          pivot.name.span,
          { saga: name.name },
          { labels: first === undefined ? [] : [{ span: first.name.span, message: "the first pivot is here" }] },
        );
    }
  },
);
