import { defineRule } from "../rule.ts";

/** A `race` that waits for its losers. */
export const raceWaits = defineRule(
  {
    code: "SAGA4024",
    slug: "race-waits",
    severity: "error",
    message: "A `race` cannot wait for the branches that lose.",
    note: "It goes on as soon as one branch has won; the others are stopped and undone.",
    help: "Remove the `on failure`; or use a `parallel`, which waits for all.",
  },
  (program, report) => {
    for (const { span } of program.findings.of("race-waits")) report(span, {});
  },
);
