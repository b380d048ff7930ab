import type { Expression, Node, Retry, RetryClause, TimeoutClause } from "../ast/nodes.ts";
import type { Draft, FileScope } from "./draft.ts";
import { type ReadLength, readDuration } from "./durations.ts";
import { countAsUsed, headSpan, refuse } from "./opaque.ts";
import type { CheckedRetry, Duration, ServiceSymbol, Setting, WrittenRetry, Zone } from "./program.ts";

/** Of every attempt of a step, compensation or inquiry that says nothing. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** Retries of calls that say nothing, by what is called and where. An unknown zone counts as before the pivot. */
export function defaultRetry(role: "forward" | "undo" | "inquire", zone: Zone): CheckedRetry {
  if (role === "undo") return { attempts: 10, backoffMinMs: 1000, backoffMaxMs: 60_000 };
  if (role === "forward" && zone !== "before" && zone !== "unknown" && zone !== "ending")
    return { attempts: null, backoffMinMs: 200, backoffMaxMs: 60_000 };
  return { attempts: 3, backoffMinMs: 200, backoffMaxMs: 10_000 };
}

/** The first clause of a kind. That there are more is reported by a rule. */
export function firstClause<All extends Node, Kind extends All["kind"]>(
  clauses: readonly All[],
  kind: Kind,
): Extract<All, { kind: Kind }> | null {
  return clauses.find((clause): clause is Extract<All, { kind: Kind }> => clause.kind === kind) ?? null;
}

export function readTimeout(draft: Draft, clause: TimeoutClause | null, readLength: ReadLength): Setting<Duration> | null {
  return clause === null ? null : readSpan(draft, clause.value, "`timeout`", readLength);
}

/** A duration; `null`: it is none, which was noted. */
export function readSpan(draft: Draft, expression: Expression, what: string, readLength: ReadLength): Setting<Duration> | null {
  const value = readDuration(draft, expression, what, readLength);
  return value === null ? null : { value, origin: "own", span: expression.span };
}

/** `null`: no clause, or one that cannot be read, which was noted. `broken`: the construct around it could not be read whole. */
export function readRetry(
  draft: Draft,
  clause: RetryClause | null,
  broken: boolean,
  readLength: ReadLength,
): WrittenRetry | null {
  if (clause === null || clause.broken) return null;
  const { retry } = clause;
  // A lone name there may be the beginning of what could not be read.
  if (broken && (retry.backoff?.from.kind === "name" || retry.backoff?.to?.kind === "name")) return null;
  return readWritten(draft, retry, readLength);
}

/** What stands after the word `retry`, but for its `then`. */
export function readWritten(draft: Draft, retry: Retry, readLength: ReadLength): WrittenRetry | null {
  const attempts = readAttempts(draft, retry);
  const backoff = readBackoff(draft, retry, readLength);
  if (attempts === undefined || backoff === undefined) return null;
  return { attempts, backoff, none: retry.attempts === "none", span: retry.span };
}

/** Notes a `then` that such a retry cannot lead to: of a compensation any but `park`, which happens anyway, of others every one. */
export function refuseThen(
  draft: Draft,
  scope: FileScope,
  clause: RetryClause | null,
  owner: string,
  instead: "compensation" | "inquiry" | "service",
): void {
  const then = clause?.retry.whenExhausted ?? null;
  if (then === null || then.kind === "invalid-outcome" || (instead === "compensation" && then.kind === "park-outcome")) return;
  draft.findings.add("spent-outcome", { span: then.span, owner, instead });
  countAsUsed(scope, then);
}

function readAttempts(draft: Draft, { attempts }: Retry): number | null | undefined {
  if (attempts === null) return undefined;
  if (attempts === "none") return 1;
  if (attempts === "forever") return null;
  if (attempts.value >= 1) return attempts.value;
  draft.findings.add("too-few-attempts", { span: attempts.span, written: attempts.text });
  return undefined;
}

function readBackoff(draft: Draft, { backoff }: Retry, readLength: ReadLength): WrittenRetry["backoff"] | undefined {
  if (backoff === null) return null;
  const minMs = readDuration(draft, backoff.from, "`backoff`", readLength);
  const maxMs = backoff.to === null ? minMs : readDuration(draft, backoff.to, "`backoff`", readLength);
  return minMs === null || maxMs === null ? undefined : { minMs, maxMs, span: backoff.span };
}

/** The time-out of a call: its own, its service's (of steps alone), or the default. */
export function callTimeout(own: Setting<Duration> | null, service: ServiceSymbol | null): Setting<Duration> {
  if (own !== null) return own;
  if (service?.timeout) return { ...service.timeout, origin: "service" };
  return { value: DEFAULT_TIMEOUT_MS, origin: "default", span: null };
}

/** The retry of a call: its own, its service's (of steps alone), or the default; a backoff not written comes from the default. */
export function callRetry(
  own: WrittenRetry | null,
  service: ServiceSymbol | null,
  fallback: CheckedRetry,
): Setting<CheckedRetry> {
  const written = own ?? service?.retry ?? null;
  if (written === null) return { value: fallback, origin: "default", span: null };
  const value: CheckedRetry = {
    attempts: written.attempts,
    backoffMinMs: written.backoff?.minMs ?? fallback.backoffMinMs,
    backoffMaxMs: written.backoff?.maxMs ?? fallback.backoffMaxMs,
  };
  return { value, origin: own === null ? "service" : "own", span: written.span };
}

/** Refuses the clauses of a construct that are not available yet. */
export function refuseClauses(
  draft: Draft,
  scope: FileScope,
  clauses: readonly Node[],
  names: ReadonlyMap<string, string>,
): void {
  for (const clause of clauses) {
    const construct = names.get(clause.kind);
    if (construct !== undefined) refuse(draft, scope, clause, construct, headSpan(clause));
  }
}
