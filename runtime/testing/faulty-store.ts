import { SagaError } from "../errors.ts";
import type { Store } from "../store/store.ts";
import type { StoreCall } from "./observe-store.ts";
import { observeStore } from "./observe-store.ts";

/**
 * - `unreachable`: nothing happens, the caller is told so (RT2001)
 * - `lost-request`: nothing happens, the caller is told that it may have (RT2002)
 * - `lost-reply`: it happens, the caller is told that it may have (RT2002)
 */
export type StoreFault = "unreachable" | "lost-request" | "lost-reply";

/** Which call fails how: by its number (from 1), or decided by looking at it. */
export type FaultPlan = ReadonlyMap<number, StoreFault> | ((call: StoreCall) => StoreFault | null | undefined);

/** A store whose calls fail by plan, in the three ways in which a real one does. */
export function faultyStore(store: Store, plan: FaultPlan): Store {
  // A plan that is a function is asked once a call: it may count.
  const decided = new Map<number, StoreFault>();
  return observeStore(store, {
    before(call) {
      const fault = typeof plan === "function" ? plan(call) : plan.get(call.number);
      if (fault === null || fault === undefined) return;
      if (fault === "unreachable") throw new SagaError("RT2001", `planned fault: ${name(call)} never left. Try again.`);
      if (fault === "lost-request") throw outcomeUnknown(call);
      decided.set(call.number, fault);
    },
    after(call) {
      if (decided.delete(call.number)) throw outcomeUnknown(call);
    },
  });
}

function outcomeUnknown(call: StoreCall): SagaError {
  return new SagaError("RT2002", `planned fault: no answer to ${name(call)}. It may have happened: read again, then decide.`);
}

function name(call: StoreCall): string {
  return `call ${call.number} (${call.operation})`;
}
