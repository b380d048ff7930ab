import { defineRule } from "../rule.ts";
import { operationUses } from "./lib/operations.ts";

/** One operation does work in one place and undoes or inquires in another. */
export const operationRoles = defineRule(
  {
    code: "SAGA3010",
    slug: "operation-roles",
    severity: "error",
    message: "`{operation}` is used as {role} here and as {other} elsewhere.",
    note: "Handlers of the three are of different kinds: a step answers with its output, a compensation with nothing, an inquiry with what happened.",
    help: "Name another operation for one of the two.",
  },
  (program, report) => {
    for (const { first, again } of operationUses(program)) {
      if (first.call.role === again.call.role) continue;
      const labels = [{ span: first.call.operation.span, message: `${ROLES[first.call.role]} here` }];
      report(
        again.call.operation.span,
        { operation: again.call.operation.name, role: ROLES[again.call.role], other: ROLES[first.call.role] },
        { labels },
      );
    }
  },
);

const ROLES = { forward: "a step", undo: "a compensation", inquire: "an inquiry" } as const;
