import { defineRule } from "../rule.ts";

/** A time of a saga or service that is made of what is not known where it counts. */
export const earlyTime = defineRule(
  {
    code: "SAGA6014",
    slug: "early-time",
    severity: "error",
    message: "A time of a {of} cannot read `{name}`.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { span, name, of } of program.findings.of("early-time")) report(span, { of, name }, WHY[of]);
  },
);

const WHY = {
  saga: {
    note: "It counts from the saga's start, when nothing of it has run: it is made of the saga's input alone.",
    help: "Read `input`; or limit a part of the saga: `try timeout …`.",
  },
  service: {
    note: "It holds for every saga that calls the service, so there is nothing that it could read.",
    help: "Write how long: `timeout 5s`; or say it in the step.",
  },
} as const;
