import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { applyFixes } from "../../compiler/fixes/apply.ts";
import { diagnose } from "../../compiler/testing/expect-diagnostics.ts";

/** Files beside the one that is fixed. */
export const OTHERS = { "other.saga": "type Left = { a: int }\ntype Right = { a: int }\n" };

/** A sound saga with `statements` in it. */
export function saga(statements: string): string {
  return `service stock { idempotent for 30d }
error Gone
saga Order {
  timeout 30d
  input { count: int, ok: boolean, items: string[] }
  step reserve on stock {
    input { input.count }
    throws Gone
    compensate release
  }
${statements}}
`;
}

export const ERRORS = ({ severity }: Diagnostic): boolean => severity === "error";

/** The text with its fixes. */
export function fixedBy(text: string, unsafe: boolean, others: Readonly<Record<string, string>> = OTHERS): string {
  const { texts } = applyFixes(
    (file) => (file === "test.saga" ? text : null),
    (changed) => diagnose(changed.get("test.saga") ?? text, "test.saga", others),
    { unsafe, mine: new Set(["test.saga"]) },
  );
  return texts.get("test.saga") ?? text;
}
