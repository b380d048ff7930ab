import { SagaError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../store/store.ts";
import type { Instruments } from "./meter.ts";

/** The same store, with its calls measured: how long each took, and what it failed with. */
export function measuredStore(store: Store, instruments: Instruments, clock: Clock): Store {
  async function measured<T>(operation: Operation, run: () => Promise<T>): Promise<T> {
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

  return {
    kind: store.kind,
    partitions: store.partitions,
    smallSnapshotChars: store.smallSnapshotChars,
    now: () => measured("now", () => store.now()),
    lease: (...args) => measured("lease", () => store.lease(...args)),
    release: (...args) => measured("release", () => store.release(...args)),
    attend: (...args) => measured("attend", () => store.attend(...args)),
    occupied: (...args) => measured("occupied", () => store.occupied(...args)),
    append: (...args) => measured("append", () => store.append(...args)),
    pending: (...args) => measured("pending", () => store.pending(...args)),
    commit: (...args) => measured("commit", () => store.commit(...args)),
    load: (...args) => measured("load", () => store.load(...args)),
    active: (...args) => measured("active", () => store.active(...args)),
    children: (...args) => measured("children", () => store.children(...args)),
    list: (...args) => measured("list", () => store.list(...args)),
    count: (...args) => measured("count", () => store.count(...args)),
    sagas: () => measured("sagas", () => store.sagas()),
    remove: (...args) => measured("remove", () => store.remove(...args)),
    due: (...args) => measured("due", () => store.due(...args)),
    history: (...args) => measured("history", () => store.history(...args)),
    commandResult: (...args) => measured("commandResult", () => store.commandResult(...args)),
    watch: (listener) => store.watch(listener),
    close: () => store.close(),
  };
}

type Operation = Exclude<keyof Store, "kind" | "partitions" | "smallSnapshotChars" | "watch" | "close">;

/** A run-time code: whatever else is thrown has a text of its own each time. */
function codeOf(error: unknown): string {
  return error instanceof SagaError ? error.code : "other";
}
