import type { Store } from "../../runtime/store/store.ts";
import type { VirtualClock } from "../../runtime/testing/index.ts";
import type { StorePlace } from "./kit.ts";

export interface CaseContext {
  /** Opened under `clock`. */
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly place: StorePlace;
}

/** Registers one case: the sentence it shows, and how. */
export type Cases = (sentence: string, body: (context: CaseContext) => Promise<void>) => void;
