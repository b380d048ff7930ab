import { didYouMean, listNames, suggest } from "../../diagnostics/suggest.ts";
import { defineRule } from "../rule.ts";
import { capital } from "./lib/words.ts";
import { RUNTIME_FAILURES } from "./reserved-error.ts";

/** A policy for an error that is never thrown. */
export const neverThrown = defineRule(
  {
    code: "SAGA2054",
    slug: "never-thrown",
    severity: "error",
    message: "{owner} is never answered with `{error}`.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { ident, owner, candidates } of program.findings.of("never-thrown")) {
      const note = RUNTIME_FAILURES.has(ident.name)
        ? "The runtime reports a failure of that name when nobody knows what happened: it is no answer."
        : null;
      const help = RUNTIME_FAILURES.has(ident.name)
        ? "What happens when the attempts are spent is said by `retry … then`."
        : (didYouMean(ident.name, candidates) ??
          (candidates.length === 0
            ? `Remove the \`on\`, or declare the answer: \`throws ${ident.name}\`.`
            : `Remove the \`on\`. There are: ${listNames(candidates)}.`));
      report(
        ident.span,
        { owner: capital(owner), error: ident.name },
        { note, help, replacement: RUNTIME_FAILURES.has(ident.name) ? null : suggest(ident.name, candidates) },
      );
    }
  },
);
