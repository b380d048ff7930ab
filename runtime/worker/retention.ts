import { keepForMs } from "../engine/calls.ts";
import type { SagaDefinition } from "../engine/definition.ts";
import type { Logger } from "../engine/handlers.ts";
import { nameOf } from "../engine/implement.ts";
import { calledSagas } from "../engine/unit.ts";
import type { Clock } from "../ports/clock.ts";
import { durationMs } from "../ports/duration.ts";
import type { Partition, Retention, SagaVersion, Store } from "../store/store.ts";

/** How long sagas are kept after their end: one time for all, or one for each by its name; who is not named is kept. */
export type RetentionOption = number | string | Readonly<Record<string, number | string>>;

/**
 * The retention of a saga; `null`: it is kept. An id is remembered no shorter than participants are told to remember its calls: begun anew before
 * that, its calls would be taken for repeats, and do nothing.
 */
export function retentionOf(
  option: RetentionOption | undefined,
  rememberFor: number | string,
  definitions: readonly SagaDefinition[],
): (saga: string) => Retention | null {
  if (option === undefined) return () => null;
  const atLeastMs = durationMs(rememberFor);
  const everyMs = typeof option === "object" ? undefined : durationMs(option);
  const keptMs = new Map(
    typeof option === "object" ? Object.entries(option).map(([saga, keep]) => [saga, durationMs(keep)]) : [],
  );
  return (saga) => {
    const keepMs = everyMs ?? keptMs.get(saga);
    if (keepMs === undefined) return null;
    return { keepMs, rememberMs: Math.max(atLeastMs, ...familyOf(saga, definitions).map(keepForMs)) };
  };
}

/** All versions of a saga, with all that they call: their keys are made of its id. */
function familyOf(saga: string, definitions: readonly SagaDefinition[]): SagaDefinition[] {
  const byName = new Map(definitions.map((definition) => [nameOf(definition), definition]));
  const family = new Set(definitions.filter((definition) => definition.saga === saga));
  // What is added meanwhile is come to as well.
  for (const definition of family) {
    for (const called of calledSagas(definition)) {
      const found = byName.get(nameOf(called));
      if (found !== undefined) family.add(found);
    }
  }
  return [...family];
}

/**
 * Takes away, from time to time, what is over for long enough: of every version of the sagas that this worker serves, those too that nobody
 * serves any more. Each partition is one worker's to sweep; that two do so does no harm.
 */
export class Sweeper {
  readonly #ports: { readonly store: Store; readonly clock: Clock; readonly log: Logger };
  readonly #serves: ReadonlySet<string>;
  readonly #retentionOf: (saga: string) => Retention | null;
  /** Whether this worker sweeps the shares of a saga with this index. */
  readonly #isMine: (saga: string, index: number) => boolean;
  #cancel: (() => void) | null = null;
  #stopped = false;

  constructor(
    ports: { readonly store: Store; readonly clock: Clock; readonly log: Logger },
    serves: ReadonlySet<string>,
    retention: (saga: string) => Retention | null,
    isMine: (saga: string, index: number) => boolean,
  ) {
    this.#ports = ports;
    this.#serves = serves;
    this.#retentionOf = retention;
    this.#isMine = isMine;
  }

  start(): void {
    const kept = [...this.#serves].flatMap((saga) => this.#retentionOf(saga)?.keepMs ?? []);
    if (kept.length > 0) this.#schedule(Math.max(SWEEP_MIN_MS, Math.min(SWEEP_MAX_MS, ...kept)));
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #schedule(everyMs: number): void {
    this.#cancel = this.#ports.clock.schedule(everyMs, () => {
      void this.#sweep()
        .catch((error: unknown) => {
          this.#ports.log.warn("what is over could not be removed, trying again later", { error: String(error) });
        })
        .then(() => {
          if (!this.#stopped) this.#schedule(everyMs);
        });
    });
  }

  async #sweep(): Promise<void> {
    const { store, log } = this.#ports;
    for (const saga of await store.sagas()) {
      const retention = this.#serves.has(saga.saga) ? this.#retentionOf(saga.saga) : null;
      if (retention === null) continue;
      const sums = await this.#sweepSaga(saga, retention);
      if (sums.removed + sums.forgotten > 0) log.info("sagas were removed after their end", { ...saga, ...sums });
    }
  }

  async #sweepSaga({ saga, version }: SagaVersion, retention: Retention): Promise<{ removed: number; forgotten: number }> {
    const sums = { removed: 0, forgotten: 0 };
    for (let index = 0; index < this.#ports.store.partitions; index++) {
      const partition: Partition = { saga, version, index };
      while (!this.#stopped && this.#isMine(saga, index)) {
        const { removed, forgotten, more } = await this.#ports.store.remove(partition, retention, BATCH);
        sums.removed += removed;
        sums.forgotten += forgotten;
        if (!more) break;
      }
    }
    return sums;
  }
}

/** Rows of one call: few enough that nobody waits for it. */
const BATCH = 200;
const SWEEP_MIN_MS = 1_000;
const SWEEP_MAX_MS = 60_000;
