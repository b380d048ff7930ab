import { SYNTAX_CODES, type SyntaxProblem } from "@sagac/grammar";
import { type Diagnostic, docsPage } from "./diagnostic.ts";

/** What the lexer and the parser found, in the shape of all diagnostics. */
export function syntaxDiagnostic(problem: SyntaxProblem, file: string): Diagnostic {
  return {
    code: problem.code,
    slug: SYNTAX_CODES[problem.code].slug,
    severity: "error",
    message: problem.message,
    span: { file, start: problem.start, end: problem.end },
    labels: [],
    note: null,
    help: problem.help,
    fixes: [],
    ...(problem.replacement === undefined ? {} : { replacement: problem.replacement }),
    docs: docsPage(problem.code),
  };
}
