import type { SagaHandle } from "../client/handle.ts";
import type { HistoryEntry, SagaResult, SagaView, Verdict } from "../client/views.ts";
import type { Failure, SagaDefinition } from "../engine/definition.ts";
import { implement } from "../engine/implement.ts";
import { silentLogger } from "../observe/log.ts";
import { timeline } from "../observe/timeline.ts";
import { durationMs } from "../ports/duration.ts";
import { openStore } from "../store/open.ts";
import type { SagaCondition, Store } from "../store/store.ts";
import { startWorker } from "../worker/worker.ts";
import { faultsOf } from "./faults.ts";
import type { Effect } from "./ledger.ts";
import { Life } from "./mortal.ts";
import { ODDS, type Odds, type Scripts } from "./outcomes.ts";
import { type MadeCall, Participants } from "./participants.ts";
import { SeededRandom } from "./seeded-random.ts";
import { Stage } from "./stage.ts";
import { VirtualClock } from "./virtual-clock.ts";

export interface RunSagaOptions<Input, Steps, Signals = Readonly<Record<string, unknown>>> {
  readonly input: Input;
  /** Default `run-1`. */
  readonly id?: string;
  /** Handlers or scripted outcomes, by service and operation. What is left out succeeds, with a sample of its output. */
  readonly steps?: Scripts<Steps>;
  /** What is left out goes at random instead, by these odds or the default ones. */
  readonly random?: boolean | Partial<Odds>;
  /** Of the random outcomes and of every backoff: the same seed, the same run. Default 1. */
  readonly seed?: number;
  /** What happens from outside, each at its time from the start (`"2h"` or ms). */
  readonly events?: readonly RunEvent<Signals>[];
  /** What a person says of each call that parks; `null`: nothing, and it stays parked. Default: nothing. */
  readonly person?: Verdict | ((call: string) => Verdict | null);
  /** Sagas that this one calls. */
  readonly callees?: readonly Callee[];
  /** What a call answers that succeeds and whose answer is not said; `undefined`: a sample. */
  readonly answers?: (call: MadeCall) => unknown;
  /** Whether the called service does not remember what it did, and may refuse at random what took place before. Default: all remember. */
  readonly forgets?: (call: MadeCall) => boolean;
  /** The run ends here, in virtual time, also if the saga has not. Default: twice the saga's timeout and a day, from the last event. */
  readonly limit?: number | string;
  /** For handlers that wait in virtual time themselves. Default: a new one. */
  readonly clock?: VirtualClock;
  /** How long a handler may take for real before it counts as waiting for virtual time. Default 20 ms. */
  readonly patienceMs?: number;
  /** Default: a memory store. It is closed at the end. */
  readonly open?: (clock: VirtualClock) => Promise<Store>;
  /** The worker dies at the point of this number (from 1: before and after each commit and each call), and another one carries on. */
  readonly killAt?: number;
}

export type RunEvent<Signals = Readonly<Record<string, unknown>>> =
  | SignalEvent<unknown extends Signals ? Readonly<Record<string, unknown>> : Signals>
  | { readonly at: number | string; readonly cancel: string }
  | { readonly at: number | string; readonly decide: string; readonly verdict: Verdict };

type SignalEvent<Signals> = {
  readonly [Name in keyof Signals & string]: {
    readonly at: number | string;
    readonly signal: Name;
    readonly payload: Signals[Name];
  };
}[keyof Signals & string];

/** A saga that is called by another one, and how its own calls go. */
export interface Callee {
  readonly definition: SagaDefinition;
  /** Its own handlers, or how their calls go: whatever their types are. The interface that a build writes has no index signature. */
  readonly steps?: object;
}

/** How a saga went. */
export type SagaRun<Output> = RunEnd<Output> & {
  /** What is not as it should be: an effect that stands although the saga is compensated, an undo that came too early … Empty for a good run. */
  readonly faults: readonly string[];
  readonly conditions: readonly SagaCondition[];
  /** Calls that wait for a person. */
  readonly parked: readonly string[];
  /** Every call that reached a participant, in order. */
  readonly calls: readonly MadeCall[];
  /** What took place at the participants, and what of it was undone. */
  readonly effects: readonly Effect[];
  readonly history: readonly HistoryEntry[];
  /** Histories of items, rounds and called sagas, by id. */
  readonly children: Readonly<Record<string, readonly HistoryEntry[]>>;
  /** The history for reading, a line each. */
  readonly timeline: readonly string[];
  /** Events from outside that were refused, with the reason. */
  readonly refused: readonly string[];
  /** Virtual time from the start to the end. */
  readonly tookMs: number;
  readonly seed: number;
  /** Points where its worker could have died (`killAt`). */
  readonly points: number;
};

type RunEnd<Output> =
  | (SagaResult<Output> & { readonly status: "completed" })
  | (SagaResult<Output> & { readonly status: "compensated" })
  /** The limit came first. */
  | { readonly status: "running"; readonly failure: Failure | null };

/**
 * Runs one saga to its end in virtual time: a week of sleeping takes no time. Its participants are handlers or scripted outcomes, its store is in
 * memory, and the engine is the one of production.
 *
 * ```ts
 * const run = await runSaga(placeOrder, {
 *   input,
 *   steps: { payments: { authorizePayment: ["unknown", { error: "PaymentDeclined", data: { reason: "limit" } }] } },
 * });
 * expect(run.status).toBe("compensated");
 * ```
 *
 * Rejects for wrong input (`RT1002`) and a handler that is missing (`RT1012`); what the saga meets is part of its result.
 */
export async function runSaga<Input, Output, Steps, Signals>(
  definition: SagaDefinition<Input, Output, Steps, Signals>,
  options: RunSagaOptions<NoInfer<Input>, NoInfer<Steps>, NoInfer<Signals>>,
): Promise<SagaRun<Output>> {
  const run = new Run(definition as SagaDefinition, options as unknown as RunSagaOptions<unknown, unknown>);
  return (await run.toItsEnd()) as SagaRun<Output>;
}

class Run {
  readonly #definition: SagaDefinition;
  readonly #options: RunSagaOptions<unknown, unknown>;
  readonly #clock: VirtualClock;
  readonly #participants: Participants;
  readonly #seed: number;
  readonly #id: string;
  readonly #timeoutMs: number;
  readonly #refused: string[] = [];
  readonly #deciding = new Set<string>();
  /** Parked calls whose verdict was refused: said again, it would be refused again, for ever. */
  readonly #unfit = new Set<string>();
  #life: Life;
  #lives = 0;
  /** Verdicts that were given, but for a further one on the same call at the same time: of those there may be no end. */
  #asked = 0;
  readonly #askedMs = new Map<string, number>();
  #points = 0;
  #changed = true;

  constructor(definition: SagaDefinition, options: RunSagaOptions<unknown, unknown>) {
    const { clock = new VirtualClock(), seed = 1, id = "run-1", random, answers, forgets } = options;
    this.#definition = definition;
    this.#options = options;
    this.#clock = clock;
    this.#seed = seed;
    this.#id = id;
    this.#timeoutMs = timeoutOf(definition, options.input);
    const odds = random === undefined || random === false ? null : { ...ODDS, ...(random === true ? {} : random) };
    const hooks = { ...(answers === undefined ? {} : { answers }), ...(forgets === undefined ? {} : { forgets }) };
    this.#participants = new Participants({ clock, seed, odds, ...hooks });
    this.#life = this.#newLife();
  }

  async toItsEnd(): Promise<SagaRun<unknown>> {
    const {
      open = (clock: VirtualClock) => openStore("memory:", { clock, partitions: 1 }),
      patienceMs = 20,
      events = [],
    } = this.#options;
    const opened = await open(this.#clock);
    const stage = new Stage(opened, this.#clock, this.#participants, patienceMs, () => {
      this.#changed = true;
    });
    const startMs = this.#clock.now();
    const lastMs = Math.max(0, ...events.map(({ at }) => durationMs(at)));
    const limitMs =
      startMs + (this.#options.limit === undefined ? lastMs + 2 * this.#timeoutMs + DAY_MS : durationMs(this.#options.limit));
    try {
      const worker = this.#startWorker(stage);
      await stage.through(worker, limitMs);
      const handle = await stage.client.start(this.#definition, { id: this.#id, input: this.#options.input });
      for (const event of events) this.#clock.schedule(durationMs(event.at), () => void this.#happen(handle, event));
      const view = await this.#carryOn(stage, handle, limitMs);
      return await this.#told(stage, handle, view, startMs, limitMs);
    } finally {
      this.#life.end();
      await opened.close();
    }
  }

  async #carryOn(stage: Stage, handle: SagaHandle, limitMs: number): Promise<SagaView> {
    for (;;) {
      await stage.settle();
      if (this.#life.isOver) {
        this.#life = this.#newLife();
        await stage.through(this.#startWorker(stage), limitMs);
      }
      const asked = this.#asked;
      const view = await this.#look(handle);
      if (isOver(view) && !this.#participants.isUnderWay) return view;
      if (view.conditions.includes("quarantined") || this.#participants.calls.length > CALLS_MAX) return view;
      // A person decides at the time of what was seen, and what comes of it is looked at before time passes.
      if (this.#asked === asked && !stage.moveOn(limitMs)) return view;
    }
  }

  #view: SagaView | null = null;

  async #look(handle: SagaHandle): Promise<SagaView> {
    if (this.#view !== null && !this.#changed) return this.#view;
    this.#changed = false;
    const view = await handle.status();
    this.#view = view;
    for (const call of this.#unfit) if (!view.parked.includes(call)) this.#unfit.delete(call);
    for (const call of view.parked) {
      if (this.#deciding.has(call) || this.#unfit.has(call)) continue;
      const { person } = this.#options;
      const verdict = typeof person === "function" ? person(call) : (person ?? null);
      if (verdict === null) continue;
      this.#deciding.add(call);
      if (this.#askedMs.get(call) !== this.#clock.now()) this.#asked++;
      this.#askedMs.set(call, this.#clock.now());
      void this.#noted(`decide ${call}`, handle.decide(call, verdict, SIGNATURE)).then((taken) => {
        this.#deciding.delete(call);
        if (!taken) this.#unfit.add(call);
      });
    }
    return view;
  }

  #happen(handle: SagaHandle, event: RunEvent): Promise<boolean> {
    if ("cancel" in event) return this.#noted("cancel", handle.cancel({ by: SIGNATURE.by, reason: event.cancel }));
    if ("decide" in event) return this.#noted(`decide ${event.decide}`, handle.decide(event.decide, event.verdict, SIGNATURE));
    return this.#noted(`signal ${event.signal}`, handle.signal(event.signal as never, event.payload as never));
  }

  /** Whether it was taken; what is refused is told. */
  async #noted(what: string, done: Promise<unknown>): Promise<boolean> {
    return done.then(
      () => true,
      (error: unknown) => {
        this.#refused.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
        return false;
      },
    );
  }

  #newLife(): Life {
    return new Life(() => {
      this.#points++;
      return this.#points === this.#options.killAt;
    });
  }

  async #startWorker(stage: Stage): Promise<void> {
    const life = this.#life;
    const point = (name: string) => life.point(name);
    const mortal = (definition: SagaDefinition, scripts: object): ReturnType<typeof implement> =>
      // One version runs: it needs no handlers of the others.
      implement({ ...definition, otherVersions: {} }, this.#participants.stepsOf(definition, scripts as never, point));
    await startWorker({
      store: life.store(stage.store),
      clock: life.clock(this.#clock),
      sagas: [
        mortal(this.#definition, this.#options.steps ?? {}),
        ...(this.#options.callees ?? []).map((callee) => mortal(callee.definition, callee.steps ?? {})),
      ],
      id: `worker-${++this.#lives}`,
      ids: stage.ids,
      random: new SeededRandom(this.#seed),
      log: silentLogger,
      handleSignals: false,
      // Small sagas too are written by what changed.
      snapshotEvery: 3,
      // Virtual time moves from one due thing to the next: the fewer, the quicker. A lease is short only where its end is waited for.
      leaseMs: this.#options.killAt === undefined ? 30 * DAY_MS : Math.min(HOUR_MS, Math.max(10_000, this.#timeoutMs / 500)),
      pollMs: 7 * DAY_MS,
    });
  }

  async #told(stage: Stage, handle: SagaHandle, view: SagaView, startMs: number, limitMs: number): Promise<SagaRun<unknown>> {
    const ended = view.status === "completed" || view.status === "compensated";
    const result: SagaResult<unknown> | null = ended ? await stage.through(handle.result(), limitMs) : null;
    const history = await handle.history();
    const { calls, ledger } = this.#participants;
    const end = result ?? { status: "running" as const, failure: view.failure };
    return {
      ...end,
      faults: faultsOf({ end, view, history, ledger, overworked: calls.length > CALLS_MAX }),
      conditions: view.conditions,
      parked: view.parked,
      calls,
      effects: ledger.effects,
      history,
      children: await this.#children(handle),
      timeline: timeline(history),
      refused: this.#refused,
      tookMs: this.#clock.now() - startMs,
      seed: this.#seed,
      points: this.#points,
    };
  }

  async #children(handle: SagaHandle): Promise<Record<string, readonly HistoryEntry[]>> {
    const histories: Record<string, readonly HistoryEntry[]> = {};
    for (const { id } of await handle.children()) histories[id] = await handle.history(id);
    return histories;
  }
}

/** It has ended, and so has what is to happen after its end. */
function isOver({ status, conditions }: SagaView): boolean {
  return (status === "completed" || status === "compensated") && !conditions.includes("ending");
}

const SIGNATURE = { by: "runSaga", reason: "scripted" };
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Something that is tried so often is tried for ever. */
const CALLS_MAX = 20_000;

/** How long the saga may take. Input that does not fit may say nothing of it: that is refused when it is started. */
function timeoutOf({ timeoutMs, delays }: SagaDefinition, input: unknown): number {
  const deadline = timeoutMs ?? delays["saga.deadline"];
  if (typeof deadline !== "function") return deadline ?? DAY_MS;
  try {
    return deadline({ context: { input } as never });
  } catch {
    return DAY_MS;
  }
}
