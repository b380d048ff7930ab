import { defineRule } from "../rule.ts";

/** A `then` that a retry cannot lead to. */
export const spentOutcome = defineRule(
  {
    code: "SAGA4023",
    slug: "spent-outcome",
    severity: "error",
    message: "After the retries of {owner} nothing can be done but {only}.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { span, owner, instead } of program.findings.of("spent-outcome")) {
      const { only, note, help } = INSTEAD[instead];
      report(span, { owner, only }, { note, help });
    }
  },
);

const INSTEAD = {
  step: {
    only: "`then fail` and `then park`",
    note: "When its attempts are spent nobody knows whether it happened, so the saga cannot simply go on.",
    help: "Who wants to go on regardless says `best effort step`, which has no `then`.",
  },
  "goes-on": {
    only: "to go on without it",
    note: "Nothing that becomes of a `best effort step`, or of one after the end, stops the saga.",
    help: "Remove the `then`.",
  },
  handler: {
    only: "to park",
    note: "What could not be undone, or is not known, is a person's to decide.",
    help: "Remove the `then`: it parks anyway.",
  },
  call: {
    only: "what its `on failure` says",
    note: null,
    help: "Say it there: `on failure continue`, `on failure { … }`.",
  },
} as const;
