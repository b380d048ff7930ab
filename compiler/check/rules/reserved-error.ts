import { defineRule } from "../rule.ts";

/** An error has the name of a failure that the runtime itself reports. */
export const reservedError = defineRule(
  {
    code: "SAGA2013",
    slug: "reserved-error",
    severity: "error",
    message: "No error can be called `{name}`: the runtime reports a failure of that name.",
    note: "A saga's failure would not tell the two apart.",
    help: "Choose a name that says what happened in your business.",
  },
  (program, report) => {
    for (const { kind, names } of program.spaces) {
      if (kind !== "file") continue;
      for (const { ident, what } of names)
        if (what === "error" && RUNTIME_FAILURES.has(ident.name)) report(ident.span, { name: ident.name });
    }
  },
);

/** Failures that no step declared. */
export const RUNTIME_FAILURES: ReadonlySet<string> = new Set([
  "Unknown",
  "SignalTimeout",
  "RoundsExhausted",
  "NoCandidate",
  "LockTimeout",
  "ScopeTimeout",
  "Arithmetic",
  "KeyOwnedByOther",
  "Cancelled",
  "DeadlinePassed",
  "BadOutput",
]);
