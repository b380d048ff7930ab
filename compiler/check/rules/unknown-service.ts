import { defineRule } from "../rule.ts";
import { misspeltServices } from "./lib/services.ts";

/** A service that is not declared, but nearly has the name of one that is. */
export const unknownService = defineRule(
  {
    code: "SAGA2004",
    slug: "unknown-service",
    severity: "warning",
    message: "No service `{name}` is declared, but there is a `{near}`.",
    note: "A service need not be declared; but then nothing is known of it: no promise about repeated keys, no defaults.",
    help: "Write `{near}`, or declare `service {name}` if it is another one.",
  },
  (program, report) => {
    for (const { ident, near, declared } of misspeltServices(program))
      report(
        ident.span,
        { name: ident.name, near },
        { labels: [{ span: declared, message: `\`${near}\` is declared here` }], replacement: near },
      );
  },
);
