import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Random } from "../ports/random.ts";
import type { Store } from "../store/store.ts";
import type { Admission } from "./admission.ts";
import type { Logger } from "./handlers.ts";
import type { Holding } from "./holding.ts";
import type { Registry } from "./implement.ts";
import type { SnapshotPolicy } from "./kept.ts";
import type { Observer } from "./observer.ts";

export interface LoopPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly log: Logger;
  readonly registry: Registry;
  readonly snapshots: SnapshotPolicy;
  /** Which calls may be made now. */
  readonly admission: Admission;
  readonly observer: Observer | null;
}

export interface LoopEvents {
  /** The store refused this holding's lease: it was given up, ask anew. */
  fenced(holding: Holding): void;
  /** The same where it ran out before a call. */
  ranOut(holding: Holding): void;
  /** A commit set a timer that is due in so long. */
  timerSet(delayMs: number): void;
  /** A saga that was set aside goes on: what was asked of it meanwhile is in the store. */
  released(holding: Holding): void;
  /** Something ended, was let go, or consumed commands: there may be room for what was left in the store. */
  settled(holding: Holding): void;
}
