import { defineRule } from "../rule.ts";

/** Something is read that may not have run. */
export const mayNotHaveRun = defineRule(
  {
    code: "SAGA4020",
    slug: "may-not-have-run",
    severity: "error",
    message: "`{name}` may have no value here: it has none {when}.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { span, binding, missing } of program.findings.of("may-not-have-run")) {
      const { name, span: given } = binding.ident;
      const labels = [
        { span: missing.span, message: `on this way \`${name}\` has no value` },
        { span: given, message: binding.what === "step" ? "it runs only here" : "it is given only here" },
      ];
      const help =
        binding.what === "let"
          ? "Move the `let` up, to where all that read it come after it."
          : `Ask first, \`if ${name} != null { … }\`; or say what counts then: \`… ?? value\`; or let the other way \`fail\`.`;
      report(span, { name, when: missing.when }, { labels, help });
    }
  },
);
