import type { Envelope } from "../../runtime/engine/envelope.ts";
import type { HistoryRecord } from "../../runtime/engine/history.ts";

/** How a recorded run ended: `parked` waits for a person. */
export const ENDINGS = ["completed", "compensated", "parked"] as const;
export type Ending = (typeof ENDINGS)[number];

/** One run, as a store got it. */
export interface Recording {
  readonly saga: string;
  readonly version: number;
  readonly planHash: string;
  readonly ending: Ending;
  readonly seed: number;
  /** The saga, and what it ran: items and rounds. */
  readonly instances: readonly RecordedInstance[];
}

export interface RecordedInstance {
  readonly id: string;
  /** In the order in which they were committed. */
  readonly records: readonly HistoryRecord[];
  /** The last one. */
  readonly snapshot: Pick<Envelope, "format" | "body" | "state">;
}
