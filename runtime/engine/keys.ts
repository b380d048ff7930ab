import type { CallSite, SagaContext, StepRecord } from "./definition.ts";

/**
 * The idempotency key of a call: saga, id, step, direction, generation. The same for every attempt and delivery; the generation grows only
 * after a definite 'it did not happen'. The id is percent-encoded, so that no two calls can share a key.
 */
export function idempotencyKey(saga: string, sagaId: string, site: CallSite, generation: number): string {
  return `${saga}/${encodeURIComponent(sagaId)}/${site.step}/${site.kind}/${generation}`;
}

/** The key under which the step's forward call ran, or would have run. */
export function forwardKey(saga: string, sagaId: string, site: CallSite, generation: number): string {
  return `${saga}/${encodeURIComponent(sagaId)}/${site.step}/forward/${generation}`;
}

/** A step's record, found by its place below `context.steps`. */
export function recordAt(context: SagaContext, place: readonly string[]): StepRecord {
  let found: unknown = context.steps;
  for (const name of place) found = (found as Record<string, unknown>)[name];
  return found as StepRecord;
}
