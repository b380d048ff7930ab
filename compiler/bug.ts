/**
 * Something inside sagac is wrong: an invariant between its parts does not hold. Never the user's fault, so the command line
 * answers it with exit code 70 and a report, not with a diagnostic.
 */
export class CompilerBug extends Error {
  override readonly name = "CompilerBug";
}
