import type { CallKind, Failure, SagaEvent } from "./definition.ts";

/**
 * The event log of one saga. Records with an `event` are what the machine took, in order: folding them from `started` gives the
 * snapshot again. The others are facts that follow from them, kept so that a log can be read without the saga's definition.
 * The store numbers the records and gives them its time.
 */
export type HistoryRecord =
  | AttemptRecord
  | AttemptsRecord
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
  /** An answer to a call that is no longer wanted. It changed nothing; its effect may have to be looked at. */
  | ({
      readonly type: "late";
      readonly outcome: "completed" | "declared" | "badOutput" | "unknown" | "refused";
      readonly answer: unknown;
    } & CallRef)
  /** The step's compensation was called once more for such an answer: how that ended. */
  | ({ readonly type: "lateUndone"; readonly message: string | null } & CallRef)
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
  /** Its family was set aside. `timers`: when those were due that were taken away with it, by the store's clock. */
  | { readonly type: "quarantined"; readonly message: string; readonly timers?: Readonly<Record<string, number>> }
  /** And a person had it go on. */
  | { readonly type: "released"; readonly id: string; readonly by: string | null; readonly reason: string | null }
  | { readonly type: "ended"; readonly status: "completed" | "compensated"; readonly output: unknown };

/** What an attempt consists of: the end of the pause before it, its call, what became of that, and what was asked about it. */
export type AttemptRecord =
  | ({ readonly type: "called"; readonly redelivered: boolean } & CallRef)
  | ({
      readonly type: "answered";
      /** `refused`: by a participant's fence. `failed` and `stopped`: of what runs as instances of its own. */
      readonly outcome: "completed" | "declared" | "badOutput" | "unknown" | "refused" | "failed" | "stopped";
      readonly event: SagaEvent;
    } & CallRef)
  /** Told to abort: its answer is still waited for. */
  | ({ readonly type: "aborted" } & CallRef)
  | { readonly type: "timer"; readonly timer: string; readonly event: SagaEvent };

/**
 * Attempts in a row that came to the same, as one record, which stands in the place of all of theirs (`attempts.ts`). The call that it names is the
 * last of them; its number of the attempt less `times` is that of the one before the first.
 */
export interface AttemptsRecord extends CallRef {
  readonly type: "attempts";
  readonly times: number;
  /** When the first of them was called, by the store's clock. */
  readonly firstMs: number;
  /** When the records of the last one were written, by the same; those that are left out at the end were written with this one. */
  readonly lastMs: readonly number[];
  /** Of the first of them, as they were. Those of the others differ from them in nothing but what names the attempt, and the time. */
  readonly records: readonly AttemptRecord[];
}

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
    case "attempts":
      return true;
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
