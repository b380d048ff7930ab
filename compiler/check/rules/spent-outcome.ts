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
  compensation: {
    only: "to park",
    note: "What could not be undone is a person's to decide.",
    help: "Remove the `then`: it parks anyway.",
  },
  inquiry: {
    only: "to go on with the step as unknown",
    note: "An inquiry that was not answered has found out nothing: the attempt stays unknown, and the step's own `retry` goes on.",
    help: "Remove the `then`: what happens then is said by the step's own `retry … then`.",
  },
  service: {
    only: "what each of its steps says",
    note: "A service has how often its steps are tried; what becomes of a saga then is said by the step.",
    help: "Say it in the step: `retry 5 … then park`.",
  },
  call: {
    only: "what its `on failure` says",
    note: null,
    help: "Say it there: `on failure continue`, `on failure { … }`.",
  },
} as const;
