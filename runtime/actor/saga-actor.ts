import { type Actor, type ActorLogic, type AnyActorScope, createActor, type Snapshot, type StateValue } from "xstate";
import { createClient } from "../client/client.ts";
import type { SagaHandle } from "../client/handle.ts";
import type { SagaResult, Verdict } from "../client/views.ts";
import type { SagaContext, SagaDefinition } from "../engine/definition.ts";
import { type Envelope, nextEnvelope } from "../engine/envelope.ts";
import type { Logger } from "../engine/handlers.ts";
import type { Implementation } from "../engine/implement.ts";
import { SagaError } from "../errors.ts";
import { silentLogger } from "../observe/log.ts";
import { type Clock, systemClock } from "../ports/clock.ts";
import { systemIds } from "../ports/ids.ts";
import { openStore } from "../store/open.ts";
import type { CommitPart, SagaCondition, Store } from "../store/store.ts";
import { observeStore } from "../testing/observe-store.ts";
import { startWorker, type Worker } from "../worker/worker.ts";

export interface SagaActorInput<Input = unknown> {
  readonly input: Input;
  /** Of the saga. Default: a new one. */
  readonly id?: string;
}

/** What such an actor is sent. */
export type SagaActorEvent =
  /** Asks the saga to turn back. */
  | { readonly type: "saga.cancel"; readonly by?: string; readonly reason?: string }
  /** A person's word over a call that is parked. */
  | {
      readonly type: "saga.decide";
      readonly call: string;
      readonly verdict: Verdict;
      readonly by: string;
      readonly reason: string;
    }
  /** A signal of the saga: `signal.managerApproval`. */
  | { readonly type: `signal.${string}`; readonly payload?: unknown };

/** What it emits when something that it was sent is refused: `actor.on("saga.refused", …)`. */
export interface SagaRefused {
  readonly type: "saga.refused";
  readonly event: SagaActorEvent;
  readonly error: unknown;
}

/** Where it stands. `done` when the saga has ended, however it has: `output` says how. `error`: it could not be started, or was quarantined. */
export type SagaActorSnapshot<Output = unknown> = Snapshot<SagaResult<Output>> & {
  /** State and context of the saga's machine; `null` until it is committed for the first time. */
  readonly value: StateValue | null;
  readonly context: SagaContext | null;
  readonly conditions: readonly SagaCondition[];
  /** Calls that wait for a person. */
  readonly parked: readonly string[];
};

export type SagaLogic<Input = unknown, Output = unknown> = ActorLogic<
  SagaActorSnapshot<Output>,
  SagaActorEvent,
  SagaActorInput<Input>,
  AnyActorScope["system"],
  SagaRefused
>;

export type SagaActor<Output = unknown> = Actor<SagaLogic<unknown, Output>>;

export interface SagaLogicOptions {
  /** Sagas that it calls. */
  readonly callees?: readonly Implementation[];
  /** Default: the real one. */
  readonly clock?: Clock;
  readonly log?: Logger;
}

export interface SagaActorOptions extends SagaActorInput, SagaLogicOptions {}

/**
 * A whole saga as an XState actor, in memory: items, sub-sagas, mailbox and parking included. `start`, `stop`, `send`, `getSnapshot`, `subscribe`,
 * `waitFor` and `toPromise` do what they do for every actor; each commit is a snapshot.
 *
 * ```ts
 * const actor = createSagaActor(implement(placeOrder, steps), { id: "order-42", input });
 * actor.start();
 * const result = await toPromise(actor); // { status: "completed", output } or { status: "compensated", failure, incomplete }
 * ```
 */
export function createSagaActor<Output = unknown>(implementation: Implementation, options: SagaActorOptions): SagaActor<Output> {
  const { id = systemIds.next(), input, ...rest } = options;
  return createActor(sagaLogic<unknown, Output>(implementation, rest), { id, input: { id, input } });
}

/** The same as actor logic, to be invoked or spawned by a machine: `input` is `{ id, input }`, `onDone` gets the result. */
export function sagaLogic<Input = unknown, Output = unknown>(
  implementation: Implementation,
  options: SagaLogicOptions = {},
): SagaLogic<Input, Output> {
  const inputs = new WeakMap<object, SagaActorInput<Input>>();
  const running = new WeakMap<object, Running>();
  return {
    config: implementation.definition,
    getInitialSnapshot(scope, input) {
      inputs.set(scope.self, input);
      return { status: "active", output: undefined, error: undefined, value: null, context: null, conditions: [], parked: [] };
    },
    start(snapshot, { self, emit }) {
      if (snapshot.status !== "active") return;
      const input = inputs.get(self) ?? { input: undefined };
      const send = (told: Told): void => {
        if (self.getSnapshot().status === "active") self.send(told as unknown as SagaActorEvent);
      };
      running.set(self, new Running(implementation, options, input, { send, refused: (refused) => emit(refused) }));
    },
    transition(snapshot, event, { self }) {
      if (snapshot.status !== "active") return snapshot;
      const told = event as Told | SagaActorEvent | { readonly type: "xstate.stop" };
      switch (told.type) {
        case "xstate.stop":
          running.get(self)?.stop();
          return { ...snapshot, status: "stopped", output: undefined, error: undefined };
        case "$saga.committed":
          return { ...snapshot, ...told.now };
        case "$saga.ended":
          running.get(self)?.stop();
          return { ...snapshot, status: "done", output: told.result as SagaResult<Output>, error: undefined };
        case "$saga.broken":
          running.get(self)?.stop();
          return { ...snapshot, status: "error", output: undefined, error: told.error };
        default:
          running.get(self)?.take(told);
          return snapshot;
      }
    },
    // In memory it is, and stays: a snapshot shows where it stands, and cannot be carried on elsewhere.
    getPersistedSnapshot: (snapshot) => snapshot,
  };
}

type Now = Pick<SagaActorSnapshot, "value" | "context" | "conditions" | "parked">;

/** What the engine tells the actor, as events of its own. */
type Told =
  | { readonly type: "$saga.committed"; readonly now: Now }
  | { readonly type: "$saga.ended"; readonly result: SagaResult<unknown> }
  | { readonly type: "$saga.broken"; readonly error: unknown };

interface Listener {
  send(told: Told): void;
  refused(refused: SagaRefused): void;
}

/** Store, worker and client of one actor. */
class Running {
  readonly #listener: Listener;
  readonly #id: string;
  readonly #saga: Promise<SagaHandle>;
  /** As last committed. */
  #envelope: Envelope | null = null;
  #store: Store | null = null;
  #worker: Worker | null = null;
  #stopped = false;

  constructor(implementation: Implementation, options: SagaLogicOptions, start: SagaActorInput, listener: Listener) {
    this.#listener = listener;
    this.#id = start.id ?? systemIds.next();
    this.#saga = this.#start(implementation, options, start.input);
    this.#saga.catch((error: unknown) => listener.send({ type: "$saga.broken", error }));
  }

  take(event: SagaActorEvent): void {
    this.#carryOut(event).catch((error: unknown) => this.#listener.refused({ type: "saga.refused", event, error }));
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    const close = async (): Promise<void> => {
      await this.#worker?.stop();
      await this.#store?.close();
    };
    void close().catch(() => undefined);
  }

  async #start(implementation: Implementation, options: SagaLogicOptions, input: unknown): Promise<SagaHandle> {
    const { clock = systemClock, log = silentLogger, callees = [] } = options;
    const opened = await openStore("memory:", { clock, partitions: 1 });
    this.#store = observeStore(opened, {
      after: (call, outcome) => {
        if (call.operation === "commit" && outcome.ok) this.#committed((call.arguments as [readonly CommitPart[]])[0]);
      },
    });
    const { definition } = implementation;
    const sagas = [implementation, ...callees];
    this.#worker = await startWorker({ store: this.#store, sagas, clock, log, handleSignals: false, graceMs: 0 });
    const client = createClient({ store: this.#store, clock });
    const saga = await client.start(definition as SagaDefinition, { id: this.#id, input });
    if (this.#stopped) throw new SagaError("RT4002", `the actor of saga "${this.#id}" was stopped`);
    return saga;
  }

  #committed(parts: readonly CommitPart[]): void {
    const part = parts.find(({ sagaId }) => sagaId === this.#id);
    if (part === undefined || this.#stopped) return;
    const { conditions, status } = part;
    if (conditions.includes("quarantined")) {
      const error = new SagaError("RT3002", `saga "${this.#id}" is quarantined: ${part.records.at(-1) ?? ""}`);
      return this.#listener.send({ type: "$saga.broken", error });
    }
    this.#envelope = nextEnvelope(this.#envelope, part.snapshot, this.#id);
    const { state, parked } = this.#envelope;
    this.#listener.send({ type: "$saga.committed", now: { ...state, conditions, parked } });
    if (status === "running" || conditions.includes("ending")) return;
    void this.#saga
      .then((saga) => saga.result())
      .then(
        (result) => this.#listener.send({ type: "$saga.ended", result }),
        (error: unknown) => this.#listener.send({ type: "$saga.broken", error }),
      );
  }

  async #carryOut(event: SagaActorEvent): Promise<void> {
    const saga = await this.#saga;
    switch (event.type) {
      case "saga.cancel":
        return saga.cancel({
          ...(event.by === undefined ? {} : { by: event.by }),
          ...(event.reason === undefined ? {} : { reason: event.reason }),
        });
      case "saga.decide":
        return saga.decide(event.call, event.verdict, { by: event.by, reason: event.reason });
      default:
        return saga.signal(event.type.slice("signal.".length) as never, (event.payload ?? {}) as never);
    }
  }
}
