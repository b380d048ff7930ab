import { SagaError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import { aroundStore, type StoreOperation } from "../store/around.ts";
import type { Store } from "../store/store.ts";
import type { Instruments } from "./meter.ts";

/** The same store, with its calls measured: how long each took, and what it failed with. */
export function measuredStore(store: Store, instruments: Instruments, clock: Clock): Store {
  async function measured<T>(operation: StoreOperation, _: readonly unknown[], run: () => Promise<T>): Promise<T> {
    const begunMs = clock.monotonic();
    try {
      return await run();
    } catch (error) {
      instruments.count("storeFailures", { "saga.store.operation": operation, "error.type": codeOf(error) });
      throw error;
    } finally {
      instruments.time("storeDuration", clock.monotonic() - begunMs, { "saga.store.operation": operation });
    }
  }

  // Not how long a store takes to close: whoever measures has gone by then.
  return { ...aroundStore(store, measured), close: () => store.close() };
}

/** A run-time code: whatever else is thrown has a text of its own each time. */
function codeOf(error: unknown): string {
  return error instanceof SagaError ? error.code : "other";
}
