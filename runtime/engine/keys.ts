import type { CallSite, SagaContext, ScopeRecord, StepRecord, WaitRecord } from "./definition.ts";

/** Whose call it is. */
export interface KeyOwner {
  readonly saga: string;
  readonly sagaId: string;
  readonly context: SagaContext;
}

/**
 * The idempotency key of a call: saga, id, step, direction, generation. The same for every attempt and delivery; the generation grows only
 * after a definite 'it did not happen'. A key of its own stands, with its service, in place of saga, id and step. What comes from outside is
 * percent-encoded, so that no two calls can share a key.
 */
export function idempotencyKey(owner: KeyOwner, site: CallSite, generation: number): string {
  return keyOf(owner, site, site.kind, generation);
}

/** The key under which the step's forward call ran, or would have run. `site`: of that call. */
export function forwardKey(owner: KeyOwner, site: Pick<CallSite, "step" | "service" | "key">, generation: number): string {
  return keyOf(owner, site, "forward", generation);
}

function keyOf(
  { saga, sagaId, context }: KeyOwner,
  { step, service, key }: Pick<CallSite, "step" | "service" | "key">,
  kind: CallSite["kind"],
  generation: number,
): string {
  const whose = key === undefined ? [saga, encodeURIComponent(sagaId), step] : [service, encoded(key(context as never))];
  return [...whose, kind, generation].join("/");
}

/** As `encodeURIComponent`, which throws for half a surrogate pair: that becomes `%ud800`, which comes of no other text. */
function encoded(text: string): string {
  if (text.isWellFormed()) return encodeURIComponent(text);
  const each = (char: string): string =>
    char.isWellFormed() ? encodeURIComponent(char) : `%u${char.charCodeAt(0).toString(16)}`;
  return Array.from(text, each).join("");
}

/** A step's record, found by its place below `context.steps`. */
export function recordAt(context: SagaContext, place: readonly string[]): StepRecord {
  return found(context, place) as StepRecord;
}

/** The same of what waits or has a timer of its own. */
export function waitAt(context: SagaContext, place: readonly string[]): Pick<WaitRecord, "entry"> {
  return found(context, place) as WaitRecord;
}

/** Whether it is a scope's place, and the scope has failed. */
export function scopeFailed(context: SagaContext, place: readonly string[]): boolean {
  const record = found(context, place) as Partial<ScopeRecord>;
  return record.failure !== undefined && record.failure !== null;
}

function found(context: SagaContext, place: readonly string[]): unknown {
  let here: unknown = context.steps;
  for (const name of place) here = (here as Record<string, unknown>)[name];
  return here;
}

/** The idempotency key of a compensation that is called once more, since its step answered after it: what the first one did is not its answer. */
export function lateUndoKey(key: string): string {
  return `${key}/late`;
}

/** Names of the steps whose undo a person skipped, found wherever the records are nested: their effect may still stand. */
export function skippedSteps(steps: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(steps).flatMap(([name, value]) => {
    if (typeof value !== "object" || value === null) return [];
    const record = value as Partial<StepRecord> & Readonly<Record<string, unknown>>;
    if (record.undo === undefined || record.forward === undefined) return skippedSteps(record);
    return record.undo.outcome === "skipped" ? [name] : [];
  });
}
