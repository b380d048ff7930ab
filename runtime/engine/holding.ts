import type { Lease } from "../store/store.ts";
import type { Family } from "./family.ts";
import type { Implementation } from "./implement.ts";
import { Resting } from "./resting.ts";

/** A partition that this worker holds, with the families it has in hand there. */
export interface Holding {
  readonly key: string;
  readonly implementation: Implementation;
  lease: Lease;
  /** By the monotonic clock: no handler is called after it. Counted from before the lease was asked for. */
  validUntilMs: number;
  /** Another worker has it, or may have: nothing more is committed or called for it. */
  lost: boolean;
  /** By the root's id. */
  readonly instances: Map<string, Family>;
  /** Families at rest. */
  readonly resting: Resting;
  /** Positions of commands that are in some family's queue. */
  readonly taken: Set<string>;
}

export function newHolding(key: string, implementation: Implementation, lease: Lease, validUntilMs: number): Holding {
  return {
    key,
    implementation,
    lease,
    validUntilMs,
    lost: false,
    instances: new Map(),
    resting: new Resting(),
    taken: new Set(),
  };
}
