import { SagaError } from "../../errors.ts";

/** Whether a client may be told this: there is no such saga yet, no answer in time, the store is away, refused by the saga. */
export function isAnswer(error: unknown): error is SagaError {
  return error instanceof SagaError && ANSWERS.has(error.code);
}

/** Whether it says that the saga was removed: it may only be said where that is so. */
export function saysRemoved(error: unknown): boolean {
  return error instanceof SagaError && error.code === "RT3010";
}

const ANSWERS: ReadonlySet<string> = new Set([
  "RT1004",
  "RT1008",
  "RT2001",
  "RT2002",
  "RT3003",
  "RT3004",
  "RT3005",
  "RT3006",
  "RT3010",
]);
