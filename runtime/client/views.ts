import type { Failure } from "../engine/definition.ts";
import type { HistoryRecord } from "../engine/history.ts";
import type { SagaCondition, SagaStatus } from "../store/store.ts";

/** How a saga ended. */
export type SagaResult<Output> =
  | { readonly status: "completed"; readonly output: Output }
  | {
      readonly status: "compensated";
      readonly failure: Failure;
      /** Steps whose undo a person skipped: their effect may still stand. Those of children as `<child id>/<step>`. */
      readonly incomplete: readonly string[];
    };

export interface SagaView {
  readonly saga: string;
  readonly version: number;
  readonly id: string;
  readonly correlationId: string;
  /** `starting`: accepted, and no worker has taken it up yet. */
  readonly status: SagaStatus | "starting";
  readonly conditions: readonly SagaCondition[];
  /** Calls that wait for a person; those of its children (items, rounds, called sagas) as `<child id>/<call>`. */
  readonly parked: readonly string[];
  /** Signals that the saga itself waits for now. What its children wait for is in their histories. */
  readonly waitingFor: readonly string[];
  /** Calls of the saga itself that wait for their turn at a service that takes no more now, or for a worker: none of them has been made. */
  readonly queued: readonly string[];
  /** What its definition says that operators search by. */
  readonly tags: Readonly<Record<string, unknown>>;
  readonly failure: Failure | null;
}

export interface HistoryEntry {
  readonly number: number;
  readonly atMs: number;
  readonly record: HistoryRecord;
}

/** What a person decides of a parked call. */
export type Verdict =
  | { readonly verb: "retry" | "didNotHappen" | "skip" | "goBack" }
  | { readonly verb: "happened"; readonly output?: unknown };

export interface CancelOptions {
  readonly by?: string;
  readonly reason?: string;
  /** Of the cancel, 1 to 255 bytes. Default: a new one. */
  readonly id?: string;
  readonly timeout?: number | string;
}

export interface ResultOptions {
  /** `"30s"`, `"5m"` or milliseconds. Default: no limit. */
  readonly timeout?: number | string;
  /** Ends the wait, as of a request whose user has gone. */
  readonly signal?: AbortSignal | undefined;
}

export interface Signature {
  readonly by: string;
  readonly reason: string;
}

/** An instance that a saga runs: an item of a foreach, a round of a repeat, a called saga. */
export interface ChildView {
  readonly id: string;
  readonly status: SagaStatus;
  readonly conditions: readonly SagaCondition[];
}
