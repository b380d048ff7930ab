import { defineRule } from "../rule.ts";
import { circularCalls } from "./lib/circles.ts";

/** Sagas that call each other in a circle. */
export const callsItself = defineRule(
  {
    code: "SAGA4029",
    slug: "calls-itself",
    severity: "error",
    message: "Saga `{saga}` calls itself{way}.",
    note: "Each call would begin another one, without end.",
    help: "Repeat what is to be done again: `repeat`, or `foreach`.",
  },
  (program, report) => {
    for (const { call, saga, path } of circularCalls(program.sagas)) {
      const way =
        path.length < 2
          ? ""
          : `, by way of ${path
              .slice(0, -1)
              .map((name) => `\`${name}\``)
              .join(", ")}`;
      report(call, { saga, way });
    }
  },
);
