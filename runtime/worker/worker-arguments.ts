import { checkFunctions, checkOptions, checkStore, unfit } from "../arguments.ts";
import type { WorkerOptions } from "./worker.ts";

/** Refuses what no worker can be started with (`RT1019`), and an option that there is not (`RT1017`). */
export function checkArguments(options: WorkerOptions): void {
  checkOptions("startWorker", options, Object.keys(OPTIONS));
  const { store, sagas, log } = options;
  checkStore("startWorker", store);
  if (log !== undefined) checkFunctions("startWorker", "a logger as `log`", log, ["info", "warn", "error"]);
  if (!Array.isArray(sagas)) throw unfit("startWorker", "a list as `sagas`", sagas);
  for (const saga of sagas as readonly unknown[]) {
    if (typeof saga !== "object" || saga === null || !("unit" in saga))
      throw unfit("startWorker", "what `implement(definition, steps)` gives, in `sagas`", saga);
  }
}

const OPTIONS = {
  store: true,
  sagas: true,
  id: true,
  leaseMs: true,
  graceMs: true,
  handOverMs: true,
  pollMs: true,
  concurrency: true,
  services: true,
  retryBudget: true,
  inHandMax: true,
  restingMax: true,
  handleSignals: true,
  transition: true,
  shadow: true,
  snapshotEvery: true,
  history: true,
  retention: true,
  rememberFor: true,
  meter: true,
  log: true,
  clock: true,
  random: true,
  ids: true,
} satisfies Record<keyof WorkerOptions, true>;
