import type { PlanSubSaga } from "../../../plan/plan.ts";

/** The pause before the next attempt. */
export function backoffOf({ name }: PlanSubSaga): string {
  return `${name}.backoff`;
}

/** Whether it is ever called again. */
export function hasBackoff({ retry }: PlanSubSaga): boolean {
  return retry !== null && retry.attempts !== 1;
}
