import type { Clock } from "../ports/clock.ts";
import type { Store } from "../store/store.ts";
import { observeStore } from "./observe-store.ts";

/**
 * A worker's life, as far as it can be seen from outside: once it is over, the store hears no more of it, its timers do not fire, and whoever
 * waits for it waits for ever, as for a process that was killed.
 */
export class Life {
  readonly #reach: (name: string) => boolean;
  #over = false;

  /** `reach`: told of each point that is come to; true where this life ends there. */
  constructor(reach: (name: string) => boolean) {
    this.#reach = reach;
  }

  get isOver(): boolean {
    return this.#over;
  }

  end(): void {
    this.#over = true;
  }

  /** A point where it can end; past its end nothing goes on. */
  point(name: string): Promise<void> {
    if (!this.#over && this.#reach(name)) this.#over = true;
    return this.#over ? new Promise(() => undefined) : Promise.resolve();
  }

  store(store: Store): Store {
    const mortal = observeStore(store, {
      before: (call) => (call.operation === "commit" ? this.point("before a commit") : this.#breath()),
      after: (call) => (call.operation === "commit" ? this.point("after a commit") : this.#breath()),
    });
    return { ...mortal, watch: (listener) => mortal.watch((hint) => void (this.#over || listener(hint))) };
  }

  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      schedule: (delayMs, callback, options) => clock.schedule(delayMs, () => void (this.#over || callback()), options),
    };
  }

  #breath(): Promise<void> | undefined {
    return this.#over ? new Promise(() => undefined) : undefined;
  }
}
