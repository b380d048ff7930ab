import type { DiagnosticLabel } from "../../../diagnostics/diagnostic.ts";
import type { CheckedSaga } from "../../program.ts";

/** Points to the saga's pivot, if it has one. */
export function pivotLabel(saga: CheckedSaga): DiagnosticLabel[] {
  return saga.pivots.slice(0, 1).map((pivot) => ({ span: pivot.name.span, message: "the pivot is here" }));
}
