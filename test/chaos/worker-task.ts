import type { StoreOptions } from "./fault.ts";

/** What a worker's process is told, as its only argument. */
export interface WorkerTask {
  readonly id: string;
  readonly store: string;
  readonly partitions: number;
  readonly options: StoreOptions;
  /** The port of the participants. */
  readonly participants: number;
  readonly leaseMs: number;
}
