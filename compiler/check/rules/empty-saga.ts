import { defineRule } from "../rule.ts";

/** A saga without a statement. */
export const emptySaga = defineRule(
  {
    code: "SAGA2017",
    slug: "empty-saga",
    severity: "error",
    message: "Saga `{saga}` does nothing.",
    note: "It has no statement.",
    help: "Give it a step: `step reserve on inventory { … }`.",
  },
  (program, report) => {
    for (const { node, name, flow } of program.sagas)
      if (flow.length === 0 && !node.broken) report(name.span, { saga: name.name });
  },
);
