import type { SagaDefinition } from "../../engine/definition.ts";
import type { Store } from "../../store/store.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import type { Met } from "./met.ts";
import type { Schedule } from "./schedule.ts";
import type { Broken } from "./watch.ts";

/** A saga that runs in a simulated world. */
export interface SimulatedSaga {
  readonly definition: SagaDefinition;
  readonly input: unknown;
  /** Signals that clients send it, with their data. */
  readonly signals?: Readonly<Record<string, unknown>>;
  /** Sagas that it calls. */
  readonly callees?: readonly SagaDefinition[];
}

export interface SimulateWorkersOptions {
  readonly sagas: readonly SimulatedSaga[];
  /** Services that do not remember their keys. Default: none. */
  readonly forgets?: readonly string[];
  /** Default: a store in memory with two partitions. It is closed at the end of its world. */
  readonly open?: (clock: VirtualClock) => Promise<Store>;
}

export interface Simulator {
  /** What happens under a seed, before it happens. */
  schedule(seed: number): Schedule;
  /** One world. `story`: what happened is told, line by line, which costs time. */
  run(schedule: Schedule, options?: { readonly story?: boolean }): Promise<Simulation>;
  /**
   * The same world with as little going wrong in it as breaks the same law: what can be left out is left out, many at once, then one at a
   * time. `null`: nothing breaks.
   */
  shrunk(schedule: Schedule): Promise<Schedule | null>;
}

/** How a world went. */
export interface Simulation {
  readonly schedule: Schedule;
  /** What did not hold; a world ends at the first. Empty for a good one. */
  readonly broken: readonly Broken[];
  readonly story: readonly string[];
  readonly sagas: number;
  readonly commits: number;
  readonly calls: number;
  readonly timers: number;
  readonly met: Met;
  /** Virtual time until all had ended. */
  readonly tookMs: number;
}
