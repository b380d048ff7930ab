import type { CallKind, Failure, SagaEvent } from "./definition.ts";

/**
 * The event log of one saga. Records with an `event` are what the machine took, in order: folding them from `started` gives the
 * snapshot again. The others are facts that follow from them, kept so that a log can be read without the saga's definition.
 * The store numbers the records and gives them its time.
 */
export type HistoryRecord =
  | {
      readonly type: "started";
      readonly saga: string;
      readonly version: number;
      readonly correlationId: string;
      readonly seed: number;
      readonly input: unknown;
      /** Of an item or a round: which body of the saga; left out of what runs a saga's own machine. */
      readonly body?: string;
    }
  | ({ readonly type: "called"; readonly redelivered: boolean } & CallRef)
  | ({
      readonly type: "answered";
      /** `refused`: by a participant's fence. `failed` and `stopped`: of what runs as instances of its own. */
      readonly outcome: "completed" | "declared" | "badOutput" | "unknown" | "refused" | "failed" | "stopped";
      readonly event: SagaEvent;
    } & CallRef)
  /** An answer to a call that is no longer wanted. It changed nothing; its effect may have to be looked at. */
  | ({
      readonly type: "late";
      readonly outcome: "completed" | "declared" | "badOutput" | "unknown" | "refused";
      readonly answer: unknown;
    } & CallRef)
  /** The step's compensation was called once more for such an answer: how that ended. */
  | ({ readonly type: "lateUndone"; readonly message: string | null } & CallRef)
  /** Told to abort: its answer is still waited for. */
  | ({ readonly type: "aborted" } & CallRef)
  | { readonly type: "timer"; readonly timer: string; readonly event: SagaEvent }
  /** Another worker took over while calls were in flight. */
  | { readonly type: "recovered"; readonly event: SagaEvent }
  | {
      readonly type: "command";
      readonly kind: "cancel" | "operator" | "signal";
      readonly id: string;
      readonly by: string | null;
      readonly reason: string | null;
      readonly event: SagaEvent;
    }
  /** The first failure among the instances that a call runs. */
  | { readonly type: "childFailed"; readonly call: string; readonly event: SagaEvent }
  /** It had completed, and is undone as a whole: replaces `completed` by `reopened`, where the event is taken. */
  | { readonly type: "reopened"; readonly event: SagaEvent }
  | { readonly type: "waiting"; readonly wait: string; readonly signals: readonly string[] }
  /** A signal that nothing waits for yet: it stays in the mailbox. */
  | { readonly type: "signalKept"; readonly id: string; readonly signal: string }
  | { readonly type: "failed"; readonly failure: Failure }
  | { readonly type: "pivotPassed" }
  | { readonly type: "undoing" }
  | { readonly type: "parked"; readonly call: string }
  | { readonly type: "unparked"; readonly call: string }
  | { readonly type: "overdue" }
  /** Something needs to be looked at, and the saga does not wait for it. */
  | { readonly type: "alarm"; readonly step: string; readonly message: string }
  | { readonly type: "quarantined"; readonly message: string }
  | { readonly type: "ended"; readonly status: "completed" | "compensated"; readonly output: unknown };

/**
 * Whether a record is one of those that trying again makes: of what comes after a call's second attempt, or tells of a pause, a time-out or a
 * question between two. They bound nothing: a step may be tried for as long as it takes.
 */
export function isOfRetries(record: HistoryRecord): boolean {
  switch (record.type) {
    case "called":
    case "aborted":
    case "late":
      return record.attempt > 2 || record.kind === "inquire";
    case "answered":
      return (record.attempt > 2 && record.outcome !== "completed") || record.kind === "inquire";
    case "timer":
      return /\.(?:backoff|timeout|grace)#\d+$/.test(record.timer);
    default:
      return false;
  }
}

/** Names one attempt of one call. */
export interface CallRef {
  readonly call: string;
  readonly step: string;
  readonly kind: CallKind;
  readonly service: string;
  readonly operation: string;
  readonly entry: number;
  readonly attempt: number;
}
