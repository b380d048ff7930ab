/** What a fence does with a call, from its record alone. Pure: every database asks the same questions, under a lock on the record. */
import { asJson, type FenceAnswer, type FenceContext, type FenceRecord } from "./record.ts";
import { FenceRefusal, forgotten, KeyOwnedByOther } from "./refusal.ts";

/** `run`: have the effect take place, then write what `answered` says. `answer`: it has one already; `write`, where it is not `null`. */
export type Decision =
  | { readonly kind: "run" }
  | { readonly kind: "answer"; readonly answer: FenceAnswer; readonly write: FenceRecord | null };

/** Throws `FenceRefusal`, `KeyOwnedByOther`. */
export function decideCall(record: FenceRecord | null, ctx: FenceContext): Decision {
  if (record === null) return { kind: "run" };
  if (record.owner !== ownerOf(ctx)) throw new KeyOwnedByOther(ctx.idempotencyKey, record.owner);
  if (record.closed !== null) throw new FenceRefusal("undone", ctx.idempotencyKey);
  const order = compare(ctx, record);
  if (order < 0) throw new FenceRefusal("stale", ctx.idempotencyKey);
  if (record.answer?.kind === "output") {
    // The record moves up, so that an earlier delivery is refused from now on.
    return { kind: "answer", answer: record.answer, write: order > 0 ? { ...record, highest: highestOf(ctx) } : null };
  }
  return order === 0 && record.answer !== null ? { kind: "answer", answer: record.answer, write: null } : { kind: "run" };
}

/** The record after the effect took place. */
export function answered(ctx: FenceContext, output: unknown): FenceRecord {
  const answer = { kind: "output", output: asJson(output, ctx.idempotencyKey) } as const;
  return { owner: ownerOf(ctx), highest: highestOf(ctx), answer, closed: null };
}

/**
 * The effect was rolled back because of a declared error, and the record unlocked meanwhile. An earlier delivery may have come in between and
 * succeeded: then that is the answer, since it did happen.
 */
export function decideFailure(
  record: FenceRecord | null,
  ctx: FenceContext,
  error: { readonly name: string; readonly data: unknown },
): Extract<Decision, { kind: "answer" }> {
  if (record !== null) {
    const decision = decideCall(record, ctx);
    if (decision.kind === "answer") return decision;
  }
  const answer = { kind: "error", name: error.name, data: asJson(error.data, ctx.idempotencyKey) } as const;
  return { kind: "answer", answer, write: { owner: ownerOf(ctx), highest: highestOf(ctx), answer, closed: null } };
}

/** `effect`: what has to be undone, or `null` where there is nothing. `write` then, with it or without. Throws RT5002. */
export function decideUndo(
  record: FenceRecord | null,
  ctx: FenceContext,
): { readonly effect: { readonly output: unknown } | null; readonly write: FenceRecord | null } {
  const mine = record !== null && record.owner === ownerOf(ctx) ? record : null;
  if (ctx.happened && mine?.closed !== "undone" && mine?.answer?.kind !== "output") throw forgotten(ctx.forwardKey);
  // Another's: nothing of this saga took place under it.
  if (record !== null && mine === null) return { effect: null, write: null };
  if (mine?.closed === "undone") return { effect: null, write: null };
  const write: FenceRecord = { ...(mine ?? fresh(ctx)), closed: "undone" };
  return { effect: mine?.answer?.kind === "output" && mine.closed === null ? { output: mine.answer.output } : null, write };
}

/** Whether it happened. That it did not is a promise: it cannot happen any more, so the key is closed. */
export function decideInquiry(
  record: FenceRecord | null,
  ctx: FenceContext,
): {
  readonly answer: { readonly status: "happened"; readonly output: unknown } | { readonly status: "didNotHappen" };
  readonly write: FenceRecord | null;
} {
  const didNot = { status: "didNotHappen" } as const;
  if (record !== null && record.owner !== ownerOf(ctx)) return { answer: didNot, write: null };
  if (record !== null && record.closed !== null) return { answer: didNot, write: null };
  if (record?.answer?.kind === "output") return { answer: { status: "happened", output: record.answer.output }, write: null };
  return { answer: didNot, write: { ...(record ?? fresh(ctx)), closed: "didNotHappen" } };
}

function fresh(ctx: FenceContext): FenceRecord {
  return { owner: ownerOf(ctx), highest: null, answer: null, closed: null };
}

function highestOf({ epoch, sequence }: FenceContext): readonly [number, number] {
  return [epoch, sequence];
}

/** Whether this call comes after (above 0), is (0), or comes before (below 0) what was seen. */
function compare({ epoch, sequence }: FenceContext, { highest }: FenceRecord): number {
  return highest === null ? 1 : epoch - highest[0] || sequence - highest[1];
}

function ownerOf({ saga, sagaId, step }: FenceContext): string {
  return [saga, encodeURIComponent(sagaId), step].join("/");
}
