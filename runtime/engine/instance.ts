import type { PendingCommand } from "../store/store.ts";
import type { SagaEvent } from "./definition.ts";
import type { CallRef } from "./history.ts";
import type { Standing } from "./step.ts";

/** One saga that a worker has in hand. Only the loop changes it. */
export interface Instance {
  readonly sagaId: string;
  correlationId: string;
  /** As last committed; 0: it does not exist yet. */
  version: number;
  /** As last committed; `null` until it is loaded or begun. */
  standing: Standing | null;
  /** Text of the last snapshot, where a saga that cannot be read has to be written back as it is. */
  snapshot: string | null;
  quarantined: boolean;
  /** Why its snapshot cannot be read, for the commit that sets it aside. */
  unreadable: string | null;
  ended: boolean;
  /** Inputs that are not yet taken, oldest first. */
  queue: Input[];
  /** A cancel that waits for the pivot: consumed when the pivot is settled. */
  latchedCancels: PendingCommand[];
  phase: "loading" | "idle" | "committing";
  /** Calls that this worker is making, by identity. */
  readonly running: Map<string, RunningCall>;
  /** Calls that were wanted when this saga was taken over: their delivery is a repeat. */
  readonly redelivered: Set<string>;
}

export interface RunningCall {
  readonly controller: AbortController;
}

/** Something that happened to a saga, not yet taken. */
export type Input =
  | { readonly kind: "start"; readonly command: PendingCommand }
  | { readonly kind: "command"; readonly command: PendingCommand }
  | {
      readonly kind: "answer";
      readonly identity: string;
      readonly call: CallRef;
      readonly outcome: AnswerOutcome;
      readonly event: SagaEvent;
    }
  | { readonly kind: "timer"; readonly key: string }
  /** Taken over from a worker that is gone. `undelivered`: calls whose first delivery is yet to come. */
  | { readonly kind: "takeOver"; readonly undelivered: readonly string[] };

export type AnswerOutcome = "completed" | "declared" | "badOutput" | "unknown";

export function newInstance(sagaId: string, phase: "loading" | "idle"): Instance {
  return {
    sagaId,
    correlationId: sagaId,
    version: 0,
    standing: null,
    snapshot: null,
    quarantined: false,
    unreadable: null,
    ended: false,
    queue: [],
    latchedCancels: [],
    phase,
    running: new Map(),
    redelivered: new Set(),
  };
}
