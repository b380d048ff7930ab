import { isOutcomeUnknown, SagaError } from "../../errors.ts";

/**
 * Waits for all. When one failed, the whole call is unknown (RT2002) as soon as anything of it may have happened, else it failed as the
 * first did.
 */
export async function settleAll<T>(calls: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(calls);
  const values: T[] = [];
  const errors: unknown[] = [];
  for (const outcome of settled) {
    if (outcome.status === "fulfilled") values.push(outcome.value);
    else errors.push(outcome.reason);
  }
  if (errors.length === 0) return values;
  const unknown = errors.find(isOutcomeUnknown);
  if (unknown !== undefined) throw unknown;
  if (values.length === 0) throw errors[0];
  const said = errors[0] instanceof Error ? errors[0].message : String(errors[0]);
  throw new SagaError("RT2002", `a part of the call happened, another did not (${said}). Read again, then decide.`, {
    cause: errors[0],
  });
}
