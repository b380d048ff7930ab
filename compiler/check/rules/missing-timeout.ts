import { defineRule } from "../rule.ts";

/** A saga that may take for ever. */
export const missingTimeout = defineRule(
  {
    code: "SAGA6001",
    slug: "missing-timeout",
    severity: "error",
    message: "Saga `{saga}` does not say how long it may take.",
    note: "Without a limit a saga whose participant never answers would hold what it has reserved for ever.",
    help: "Add a `timeout` behind its version: `timeout 3d`. What is not done by then is undone.",
  },
  (program, report) => {
    for (const { node, name } of program.sagas)
      if (!node.broken && !node.items.some((item) => item.kind === "timeout")) report(name.span, { saga: name.name });
  },
);
