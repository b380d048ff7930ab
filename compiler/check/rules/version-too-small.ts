import { defineRule } from "../rule.ts";

/** A version below 1. */
export const versionTooSmall = defineRule(
  {
    code: "SAGA2021",
    slug: "version-too-small",
    severity: "error",
    message: "A saga's version is at least 1, not {version}.",
    note: null,
    help: "Begin with `version 1`, and raise it when a released saga changes.",
  },
  (program, report) => {
    for (const { node } of program.sagas)
      for (const item of node.items)
        if (item.kind === "version" && item.value !== null && item.value.value < 1)
          report(item.value.span, { version: item.value.text });
  },
);
