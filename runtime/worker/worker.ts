import type { Meter } from "@opentelemetry/api";
import { Admission, type ServiceLoad } from "../engine/admission.ts";
import type { Logger } from "../engine/handlers.ts";
import { atWork, type Holding, hasRoomToBegin } from "../engine/holding.ts";
import { carried, type Implementation, refusedBy, registryOf, withOtherVersions } from "../engine/implement.ts";
import { Intake } from "../engine/intake.ts";
import { type HistoryMode, snapshotPolicy } from "../engine/kept.ts";
import { Loop } from "../engine/loop.ts";
import { pauseOf } from "../engine/reader.ts";
import { RESTING_MAX } from "../engine/resting.ts";
import type { RetryBudget } from "../engine/retry-budget.ts";
import type { TransitionKind } from "../engine/state.ts";
import { type Lateness, Timers } from "../engine/timers.ts";
import { SagaError } from "../errors.ts";
import { consoleLogger, steady } from "../observe/log.ts";
import { measuredStore } from "../observe/measured-store.ts";
import { Instruments, meterOf } from "../observe/meter.ts";
import { WaitTeller } from "../observe/waits.ts";
import { beginAtZero, measureWorker, measuringObserver } from "../observe/worker-metrics.ts";
import { checkRetentionNames } from "../option-names.ts";
import { type Clock, systemClock } from "../ports/clock.ts";
import { type Ids, systemIds } from "../ports/ids.ts";
import { type Random, systemRandom } from "../ports/random.ts";
import type { Store } from "../store/store.ts";
import { admissionLimits, type ServiceOptions } from "./admission-limits.ts";
import type { Unowned } from "./decide.ts";
import { Ownership } from "./ownership.ts";
import { type RetentionOption, retentionOf, Sweeper } from "./retention.ts";
import { checkArguments } from "./worker-arguments.ts";
import { checkWorkerOptions } from "./worker-limits.ts";

export interface WorkerOptions {
  readonly store: Store;
  readonly sagas: readonly Implementation[];
  /** Names this worker in leases and logs. Default: a new id. No two at once may have the same: they share nothing (`RT4003`). */
  readonly id?: string;
  /** How long its partitions stay its own when it falls silent; what another worker waits before it carries on. Default 10 s. */
  readonly leaseMs?: number;
  /** How long `stop` waits for running handlers before it tells them to abort. Default 10 s. */
  readonly graceMs?: number;
  /**
   * How long a partition that has become another worker's share stays for the sake of handlers that run. After it they are told to abort
   * (`RT4004`), as when the worker stops, and the next worker delivers them again. Default 5 min.
   */
  readonly handOverMs?: number;
  /** At most so long until a timer or a command is noticed whose hint was lost. Default 1 s. */
  readonly pollMs?: number;
  /** Handlers that run at once; calls beyond them wait for their turn. Default 1,000. */
  readonly concurrency?: number;
  /** How many calls services take from this worker, by name, in place of what their declarations say. */
  readonly services?: Readonly<Record<string, ServiceOptions>>;
  /** Of each service, unless `services` says otherwise; `null`: retries are not held back. Default 10 a second and a fifth of the first attempts. */
  readonly retryBudget?: RetryBudget | null;
  /**
   * Sagas in hand per partition before further starts are left in the store; what is due or asked of those that have begun has as much room again.
   * Default 1,000.
   */
  readonly inHandMax?: number;
  /** Sagas at rest, with all that they ran, that are kept at hand in each partition; beyond them they are read anew. Default 20,000. */
  readonly restingMax?: number;
  /** Drains on SIGTERM and SIGINT, then closes the store, so that the process can end. Default true. */
  readonly handleSignals?: boolean;
  /**
   * `compiled` (default): transitions are worked out by functions made of the machines. `xstate`: by XState, at many times the cost. Either takes
   * over from the other at any point.
   */
  readonly transition?: TransitionKind;
  /** This share of the transitions, 0 to 1, is worked out both ways: a difference sets that saga aside before it is committed (`RT3007`). Default 0. */
  readonly shadow?: number;
  /**
   * A commit writes what changed of a saga's snapshot, and every so many commits the whole of it. 1: always the whole. Left out: by size; small
   * ones always whole.
   */
  readonly snapshotEvery?: number;
  /**
   * `snapshots` (default): as said of `snapshotEvery`. `events`: a commit of a saga that is on its way writes its events alone, and the snapshot
   * whole every so many commits, when it rests, is parked or ends. Workers of both kinds may work in one store.
   */
  readonly history?: HistoryMode;
  /**
   * How long a saga is kept after its end: `"30d"` for all, or by name, `{ PlaceOrder: "30d" }`. Then its snapshot, history and family are removed.
   * What waits for a person stays. Default: for ever.
   */
  readonly retention?: RetentionOption;
  /**
   * How long after that its id, commands and their results are remembered, so that a late repeat starts nothing; no shorter than
   * `ctx.keepForMs` of its calls. Default `"90d"`.
   */
  readonly rememberFor?: number | string;
  /** Of OpenTelemetry, to measure with. Default: one of the SDK that the process has registered before; without one nothing is measured. */
  readonly meter?: Meter;
  readonly log?: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly ids?: Ids;
}

export interface Worker {
  readonly id: string;
  /** Partitions held now. */
  readonly partitions: number;
  /** Handlers running now. */
  readonly callsInFlight: number;
  /** Sagas in hand now: those that are at work, or whose calls wait for their turn. Not those that only a handler keeps that nobody waits for. */
  readonly inHand: number;
  /** Partitions of which as many sagas are in hand as may be: beyond them starts and timers wait in the store. */
  readonly full: number;
  /** Each service that its sagas call: what runs there now, what waits for its turn, and for what. */
  readonly services: readonly ServiceLoad[];
  /** Partitions of its sagas that have work and no owner, and for how long. For a moment that is usual; for longer it is an alarm. */
  readonly unowned: readonly Unowned[];
  /** How late timers fired, by the store's clock. */
  readonly lateness: Lateness;
  /** Takes no new work, waits for running handlers up to the grace, hands its partitions back. What it left is taken up by the next worker. */
  stop(): Promise<void>;
  /** Resolves when it has stopped, by `stop` or by a signal. */
  readonly stopped: Promise<void>;
}

/**
 * Starts a worker: takes the partitions of its sagas, takes up all that was in flight there, and carries it on.
 * Rejects when the store cannot be reached (`RT2001`), two implementations are of one saga and version (`RT1007`), one calls a saga that
 * is not among them (`RT1013`), it cannot work with an option (`RT1016`, `RT1019`), or there is none of that name (`RT1017`).
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  checkArguments(options);
  checkWorkerOptions(options);
  const meter = await meterOf(options.meter, "startWorker");
  const worker = new RunningWorker(options, meter === null ? null : new Instruments(meter));
  await worker.start();
  return worker;
}

class RunningWorker implements Worker {
  readonly id: string;
  readonly stopped: Promise<void>;
  readonly #options: WorkerOptions;
  readonly #instruments: Instruments | null;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #admission: Admission;
  readonly #waits: WaitTeller;
  readonly #loop: Loop;
  readonly #ownership: Ownership;
  readonly #intake: Intake;
  readonly #timers: Timers;
  readonly #sweeper: Sweeper;
  readonly #pollMs: number;
  readonly #graceMs: number;
  #resolveStopped: () => void = () => undefined;
  #stopping: Promise<void> | null = null;
  #unwatch: (() => void) | null = null;
  #cancelPoll: (() => void) | null = null;
  #unmeasure: (() => void) | null = null;
  readonly #onSignal = (): void => void this.#stopOnSignal();

  constructor(options: WorkerOptions, instruments: Instruments | null) {
    const { clock = systemClock, random = systemRandom, ids = systemIds } = options;
    const log = steady(options.log ?? consoleLogger);
    const { transition = "compiled", shadow = 0 } = options;
    const store = instruments === null ? options.store : measuredStore(options.store, instruments, clock);
    const sagas = withOtherVersions(options.sagas).map((saga) => carried(saga, { transition, shadow, random }));
    const registry = registryOf(sagas);
    const definitions = sagas.map(({ definition }) => definition);
    const names = new Set(definitions.map(({ saga }) => saga));
    checkRetentionNames(options.retention, names);
    for (const refused of sagas.flatMap(refusedBy)) {
      log.warn("a machine has no compiled transition: XState runs it, at many times the cost", refused);
    }
    this.#options = options;
    this.#instruments = instruments;
    this.#clock = clock;
    this.#log = log;
    this.#pollMs = options.pollMs ?? 1_000;
    this.#graceMs = options.graceMs ?? 10_000;
    this.id = options.id ?? ids.next();
    this.stopped = new Promise((resolve) => {
      this.#resolveStopped = resolve;
    });
    this.#waits = new WaitTeller(log);
    this.#admission = new Admission(clock, admissionLimits(sagas, options));
    this.#loop = new Loop(
      {
        store,
        clock,
        random,
        ids,
        log,
        registry,
        snapshots: snapshotPolicy(options.snapshotEvery, options.history, store.smallSnapshotChars),
        admission: this.#admission,
        observer: instruments === null ? null : measuringObserver(instruments),
      },
      {
        fenced: (holding) => this.#ownership.fenced(holding),
        ranOut: (holding) => this.#ownership.refused(holding),
        timerSet: (delayMs) => this.#timers.wakeIn(delayMs),
        released: (holding) => this.#intake.pollAll(holding),
        settled: (holding) => this.#intake.settled(holding),
      },
    );
    this.#ownership = new Ownership(
      { store, clock, log },
      sagas,
      {
        owner: this.id,
        leaseMs: options.leaseMs ?? 10_000,
        pollMs: this.#pollMs,
        handOverMs: options.handOverMs ?? HAND_OVER_MS,
        restingMax: options.restingMax ?? RESTING_MAX,
      },
      {
        taken: (holding) => this.#takeUp(holding),
        lost: (holding, why) => this.#loop.lose(holding, why),
        drain: (holding, must) => this.#drainOne(holding, must),
        closed: (error) => this.#stopOnClosed(error),
      },
    );
    const { inHandMax = IN_HAND_MAX } = options;
    this.#intake = new Intake({ store, clock, log }, this.#loop, inHandMax);
    this.#timers = new Timers({ store, clock, log }, this.#loop, this.#intake, () => this.#ownership.holdings.values(), {
      pollMs: this.#pollMs,
      inHandMax,
    });
    if (instruments !== null) beginAtZero(instruments, definitions);
    const retention = retentionOf(options.retention, options.rememberFor ?? "90d", definitions);
    this.#sweeper = new Sweeper({ store, clock, log }, names, retention, (saga, index) => this.#ownership.isMeant(saga, index));
  }

  get partitions(): number {
    return this.#ownership.holdings.size;
  }

  get unowned(): readonly Unowned[] {
    return this.#ownership.unowned;
  }

  get lateness(): Lateness {
    return this.#timers.lateness;
  }

  get inHand(): number {
    return [...this.#ownership.holdings.values()].reduce((sum, holding) => sum + atWork(holding), 0);
  }

  get full(): number {
    const max = this.#options.inHandMax ?? IN_HAND_MAX;
    return [...this.#ownership.holdings.values()].filter((holding) => !hasRoomToBegin(holding, max)).length;
  }

  get services(): readonly ServiceLoad[] {
    return this.#admission.load;
  }

  get callsInFlight(): number {
    return this.#loop.callsInFlight;
  }

  async start(): Promise<void> {
    this.#unwatch = this.#options.store.watch((hint) => {
      const holding = this.#ownership.holdings.get(hint.partition);
      if (holding === undefined) this.#ownership.heard(hint);
      else if (hint.what === "command") this.#intake.poll(holding, hint.sagaId);
      else if (hint.what === "start") this.#intake.pollStart(holding, hint.sagaId);
    });
    try {
      await this.#ownership.start();
    } catch (error) {
      this.#unwatch();
      throw error;
    }
    this.#timers.start();
    this.#sweeper.start();
    this.#schedulePoll();
    if (this.#instruments !== null) this.#unmeasure = measureWorker(this.#instruments, this);
    if (this.#options.handleSignals ?? true) {
      allowListeners(SIGNALS.length);
      for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#drain();
    return this.#stopping;
  }

  async #drain(): Promise<void> {
    this.#loop.draining = true;
    this.#intake.stopped = true;
    this.#timers.stop();
    this.#sweeper.stop();
    this.#ownership.retire();
    this.#unwatch?.();
    this.#cancelPoll?.();
    await this.#within(this.#loop.idle(), this.#graceMs);
    const left = this.#loop.callsInFlight;
    if (left > 0)
      this.#log.warn("handlers still run at the end of the grace: the next worker delivers them again", { calls: left });
    await this.#ownership.stop();
    this.#loop.stop();
    this.#admission.stop();
    const holdings = [...this.#ownership.holdings.values()];
    // First our own effects end, only then may somebody else begin.
    const why = new SagaError("RT4002", "the worker stops, and this handler runs for longer than its `graceMs`");
    for (const holding of holdings) this.#loop.lose(holding, why);
    await this.#ownership.release().catch((error: unknown) => {
      this.#log.warn("leases could not be handed back: they run out by themselves", { error: String(error) });
    });
    this.#unmeasure?.();
    if (process.listeners("SIGTERM").includes(this.#onSignal)) allowListeners(-SIGNALS.length);
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
    this.#resolveStopped();
  }

  async #stopOnSignal(): Promise<void> {
    if (this.#stopping !== null) return;
    this.#log.info("signal received: draining");
    await this.stop();
    await this.#options.store
      .close()
      .catch((error: unknown) => this.#log.warn("the store did not close", { error: String(error) }));
  }

  #stopOnClosed(error: SagaError): void {
    if (this.#stopping !== null) return;
    this.#log.error("the store of this worker was closed: it stops", { code: error.code, error: error.message });
    void this.stop();
  }

  #schedulePoll(): void {
    this.#cancelPoll = this.#clock.schedule(this.#pollMs, () => {
      for (const holding of this.#ownership.holdings.values()) this.#intake.poll(holding);
      this.#waits.look(this.#clock.monotonic(), this);
      this.#schedulePoll();
    });
  }

  /** Takes up what was under way in a partition, and what is due there. */
  #takeUp(holding: Holding): void {
    this.#timers.wakeIn(0);
    void this.#intake
      .takeOver(holding)
      .catch(async (error: unknown) => {
        // Without its sagas a partition is of no use here: give it up and ask anew, though not of a store that fails at once, again and again.
        this.#log.warn("a partition could not be taken up, trying again", { partition: holding.key, error: String(error) });
        await pauseOf(this.#clock, TAKE_UP_AGAIN);
        if (this.#ownership.holdings.get(holding.key) === holding) this.#ownership.refused(holding);
      })
      .then(() => this.#intake.pollAll(holding));
  }

  async #drainOne(holding: Holding, must: boolean): Promise<boolean> {
    // What is refused may be for long, and nothing else would begin meanwhile.
    if (holding.apart.size > 0 && !must) return false;
    holding.draining = true;
    if (await this.#within(this.#loop.idleOf(holding), this.#graceMs)) return true;
    if (must) {
      this.#log.warn("a partition is handed over while handlers run: the next worker delivers them again", {
        code: "RT4004",
        partition: holding.key,
      });
      return true;
    }
    // No call is made twice for the sake of balance.
    this.#loop.resume(holding);
    this.#takeUp(holding);
    return false;
  }

  /** Whether it was done by then. */
  #within(work: Promise<void>, limitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(limitMs, () => resolve(false), { ref: true });
      void work.then(() => {
        cancel();
        resolve(true);
      });
    });
  }
}

/** Node takes an eleventh listener of one event for a leak; here each is of a worker, and goes with it. */
function allowListeners(more: number): void {
  const max = process.getMaxListeners();
  if (max > 0) process.setMaxListeners(max + more);
}

const SIGNALS = ["SIGTERM", "SIGINT"] as const;
const IN_HAND_MAX = 1_000;
/** The round of pauses with which a partition is asked for again that could not be taken up: 1.3 seconds. */
const TAKE_UP_AGAIN = 6;
/** Longer than most handlers run. */
const HAND_OVER_MS = 300_000;
