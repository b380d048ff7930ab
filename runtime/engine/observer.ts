import type { SagaStatus, SagaVersion } from "../store/store.ts";
import type { AnswerOutcome } from "./family.ts";
import type { CallRef } from "./history.ts";

/**
 * Is told what the engine does, to measure it. No method may throw. What a commit says is told once, after the store has taken it: not when it is
 * drafted, not when it was refused, and not again by the worker that takes over. Times are ms.
 */
export interface Observer {
  /** A root began. `waitedMs`: since its start was accepted. */
  started(saga: SagaVersion, waitedMs: number): void;
  /** A root ended. `tookMs`: since it began. */
  finished(saga: SagaVersion, outcome: SagaStatus, tookMs: number): void;
  /** An attempt is over: by its answer, or since none came in time. */
  attempted(call: ObservedCall, outcome: AnswerOutcome | "timedOut"): void;
  /** It was answered when nobody waited for it any more. */
  answeredLate(call: ObservedCall, outcome: AnswerOutcome): void;
  parked(saga: string, step: string): void;
  alarmed(saga: string, step: string): void;
  quarantined(saga: string): void;
  /** A timer of the store has taken effect, so long after it was due. */
  timerFired(saga: string, lateMs: number): void;
  /** A call is made. `waitedMs`: for its turn. */
  callBegan(service: string, retry: boolean, waitedMs: number): void;
  /** Its handler has settled, wanted or not. */
  callEnded(call: ObservedCall, outcome: AnswerOutcome, tookMs: number): void;
  /** The store refuses what a saga writes (`RT2011`). */
  commitRefused(saga: string): void;
  /** The store refused a commit since the lease is another worker's. */
  commitFenced(saga: string): void;
}

/** One call of a saga, without what tells one saga from another. */
export interface ObservedCall extends Pick<CallRef, "step" | "kind"> {
  readonly saga: string;
}
