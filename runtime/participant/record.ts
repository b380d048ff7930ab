import type { StepContext } from "../engine/handlers.ts";
import { SagaError } from "../errors.ts";

/** What a fence takes of a handler's context; the whole of it fits. */
export type FenceContext = Pick<
  StepContext,
  "saga" | "sagaId" | "step" | "idempotencyKey" | "forwardKey" | "epoch" | "sequence" | "happened" | "keepForMs"
>;

/** What is known of one call, by its forward key: its undo and its inquiry look at the same record. */
export interface FenceRecord {
  /** `saga/id/step` of whoever used the key first. */
  readonly owner: string;
  /** The highest (epoch, sequence) of a forward call that was seen; `null`: none. */
  readonly highest: readonly [epoch: number, sequence: number] | null;
  /** An output is final; a declared error is not: a later attempt may do better. */
  readonly answer: FenceAnswer | null;
  /** Why no call is let through any more: it was undone, or an inquiry was told that it did not happen. */
  readonly closed: "undone" | "didNotHappen" | null;
}

export type FenceAnswer =
  | { readonly kind: "output"; readonly output: unknown }
  | { readonly kind: "error"; readonly name: string; readonly data: unknown };

export function recordText(record: FenceRecord): string {
  return JSON.stringify(record);
}

/** RT2004 for what no fence wrote. */
export function parseRecord(text: unknown, key: string): FenceRecord | null {
  if (text === null || text === undefined) return null;
  try {
    if (typeof text === "string") {
      const record = JSON.parse(text) as FenceRecord | null;
      if (typeof record?.owner === "string") return record;
    }
  } catch {
    // It is no JSON.
  }
  throw new SagaError("RT2004", `the fence's record of ${key} is not one that a fence writes. Was it changed by hand?`);
}

/** A value as JSON keeps it. RT1011 for what JSON cannot hold. */
export function asJson(value: unknown, key: string): unknown {
  try {
    return JSON.parse(JSON.stringify(value ?? null)) as unknown;
  } catch (error) {
    throw new SagaError("RT1011", `what ${key} answered cannot be kept, since it is no JSON: ${String(error)}`);
  }
}
