import { type DiagnosticDetails, type DiagnosticKind, type DiagnosticValues, makeDiagnostic } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../source/span.ts";
import type { CheckedProgram } from "./program.ts";

/** One thing the compiler refuses or warns of: its code and texts, and how it is found. */
export interface Rule extends DiagnosticKind {
  /** Pure; diagnostics in any order. */
  check(program: CheckedProgram): readonly Diagnostic[];
}

/** Reports one case at `span`, with a value for each placeholder of the rule's texts. */
export type Report<Kind extends DiagnosticKind> = (
  span: Span,
  values: DiagnosticValues<Kind>,
  details?: DiagnosticDetails,
) => void;

export function defineRule<const Kind extends DiagnosticKind>(
  kind: Kind,
  check: (program: CheckedProgram, report: Report<Kind>) => void,
): Rule {
  return {
    code: kind.code,
    slug: kind.slug,
    severity: kind.severity,
    message: kind.message,
    note: kind.note,
    help: kind.help,
    check(program) {
      const found: Diagnostic[] = [];
      check(program, (span, values, details) => found.push(makeDiagnostic(kind, span, values, details)));
      return found;
    },
  };
}
