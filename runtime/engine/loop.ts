import { isOutcomeUnknown, SagaError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Random } from "../ports/random.ts";
import type { CommitResult, Lease, PendingCommand, Store, StoredSaga } from "../store/store.ts";
import { makeCall } from "./calls.ts";
import { type Draft, draft } from "./draft.ts";
import { effectsOf } from "./effects.ts";
import { readEnvelope } from "./envelope.ts";
import type { Logger } from "./handlers.ts";
import type { Implementation } from "./implement.ts";
import { type Input, type Instance, newInstance } from "./instance.ts";
import { callRef } from "./step.ts";

/** A partition that this worker holds, with the sagas it has in hand there. */
export interface Holding {
  readonly key: string;
  readonly implementation: Implementation;
  lease: Lease;
  /** By the monotonic clock: no handler is called after it. Counted from before the lease was asked for. */
  validUntilMs: number;
  /** Another worker has it, or may have: nothing more is committed or called for it. */
  lost: boolean;
  readonly instances: Map<string, Instance>;
  /** Positions of commands that are in some saga's queue. */
  readonly taken: Set<string>;
}

export interface LoopPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly log: Logger;
}

export interface LoopEvents {
  /** The store refused this holding's lease, or it ran out before a call: it was given up, ask anew. */
  fenced(holding: Holding): void;
  /** A commit set a timer that is due in so long. */
  timerSet(delayMs: number): void;
  /** Something ended or was let go: there may be room for new work. */
  settled(holding: Holding): void;
}

/**
 * The loop around the pure step: take what happened, commit it, only then run what it wants. Sagas that are ready together are committed
 * together. Nothing runs that was not committed first, so a crash at any point repeats at most the calls in flight, under the same keys.
 */
export class Loop {
  /** No new calls are begun; what runs may end. */
  draining = false;
  readonly #ports: LoopPorts;
  readonly #events: LoopEvents;
  readonly #ready = new Map<Instance, Holding>();
  #commitsInFlight = 0;
  #callsInFlight = 0;
  #armed = false;
  #stopped = false;
  #idleWaiters: (() => void)[] = [];

  constructor(ports: LoopPorts, events: LoopEvents) {
    this.#ports = ports;
    this.#events = events;
  }

  /** Hands an input to a saga of a holding; loads it if it is not in hand. */
  give(holding: Holding, sagaId: string, input: Input): void {
    if (holding.lost || this.#stopped) return;
    let instance = holding.instances.get(sagaId);
    if (instance === undefined) {
      instance = newInstance(sagaId, input.kind === "start" ? "idle" : "loading");
      holding.instances.set(sagaId, instance);
      if (instance.phase === "loading") void this.#load(holding, instance);
    }
    instance.queue.push(input);
    this.#wake(holding, instance);
  }

  /** Takes up a saga that a worker before this one left in flight. */
  takeOver(holding: Holding, sagaId: string): void {
    if (holding.instances.has(sagaId) || holding.lost || this.#stopped) return;
    const instance = newInstance(sagaId, "loading");
    holding.instances.set(sagaId, instance);
    void this.#load(holding, instance);
  }

  /** Stops every effect of a holding at once: its sagas belong to somebody else, or soon will. */
  lose(holding: Holding): void {
    if (holding.lost) return;
    holding.lost = true;
    for (const instance of holding.instances.values()) {
      this.#ready.delete(instance);
      for (const running of instance.running.values())
        running.controller.abort(new SagaError("RT4001", "the worker lost its lease"));
    }
    holding.instances.clear();
    holding.taken.clear();
  }

  /** Resolves when no call and no commit is under way. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  get callsInFlight(): number {
    return this.#callsInFlight;
  }

  /** Lets go of everything; what is under way is ignored when it ends. */
  stop(): void {
    this.#stopped = true;
    this.#ready.clear();
  }

  #wake(holding: Holding, instance: Instance): void {
    if (instance.phase !== "idle" || instance.queue.length === 0 || holding.lost) return;
    this.#ready.set(instance, holding);
    this.#arm();
  }

  #arm(): void {
    if (this.#armed || this.#stopped || this.#ready.size === 0 || this.#commitsInFlight >= COMMITS_IN_FLIGHT_MAX) return;
    this.#armed = true;
    setImmediate(() => {
      this.#armed = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#stopped || this.#ready.size === 0 || this.#commitsInFlight >= COMMITS_IN_FLIGHT_MAX) return;
    const batch: Pending[] = [];
    for (const [instance, holding] of this.#ready) {
      this.#ready.delete(instance);
      if (holding.lost) continue;
      const inputs = instance.queue;
      instance.queue = [];
      instance.phase = "committing";
      batch.push({ holding, instance, inputs, draft: this.#draft(holding, instance, inputs) });
      if (batch.length >= BATCH_MAX) break;
    }
    if (batch.length > 0) {
      this.#commitsInFlight++;
      void this.#commit(batch).finally(() => {
        this.#commitsInFlight--;
        this.#arm();
        this.#checkIdle();
      });
    }
    this.#arm();
  }

  #draft(holding: Holding, instance: Instance, inputs: readonly Input[]): Draft {
    return draft(holding.implementation, instance, inputs, {
      lease: holding.lease,
      commitId: this.#ports.ids.next(),
      draining: this.draining,
      random: this.#ports.random,
    });
  }

  /** Writes a batch, however long the store is away; gives up only what this worker no longer holds. */
  async #commit(batch: readonly Pending[]): Promise<void> {
    let open = batch.filter((pending) => !pending.holding.lost);
    for (let round = 0; open.length > 0 && !this.#stopped; round++) {
      let results: CommitResult[];
      try {
        results = await this.#ports.store.commit(open.map((pending) => pending.draft.part));
      } catch (error) {
        this.#ports.log.warn("a commit did not go through, trying again", { error: String(error), sagas: open.length, round });
        await this.#pause(round);
        open = open.filter((pending) => !pending.holding.lost);
        // It may have happened: read again, then decide.
        if (isOutcomeUnknown(error)) open = await this.#unsettled(open);
        continue;
      }
      for (const [index, pending] of open.entries()) this.#conclude(pending, results[index]);
      return;
    }
  }

  /** Of commits whose reply was lost: concludes those that are there, returns those that are not. */
  async #unsettled(open: readonly Pending[]): Promise<Pending[]> {
    const left: Pending[] = [];
    for (const pending of open) {
      const stored = await this.#read(pending.holding, pending.instance.sagaId);
      if (stored === "lost") continue;
      if (stored !== null && stored.commitId === pending.draft.part.commitId) {
        this.#conclude(pending, { status: "committed", version: stored.version, atMs: stored.updatedAtMs });
      } else {
        left.push(pending);
      }
    }
    return left;
  }

  #conclude(pending: Pending, result: CommitResult | undefined): void {
    const { holding, instance, draft: written } = pending;
    if (holding.lost || this.#stopped || result === undefined) return;
    if (result.status === "fenced") {
      this.#ports.log.warn("fenced: another worker holds this partition now", { partition: holding.key });
      this.lose(holding);
      this.#events.fenced(holding);
      return;
    }
    if (result.status === "conflict" && result.commitId !== written.part.commitId) {
      this.#ports.log.error("somebody else wrote this saga under our lease, reading it again", { saga: instance.sagaId });
      this.#discard(holding, instance);
      this.takeOver(holding, instance.sagaId);
      return;
    }
    this.#committed(holding, instance, written, result.version);
  }

  #committed(holding: Holding, instance: Instance, written: Draft, version: number): void {
    instance.version = version;
    instance.standing = written.standing;
    instance.snapshot = written.quarantined ? written.part.snapshot : null;
    instance.correlationId = written.correlationId;
    instance.ended = written.status !== "running";
    instance.latchedCancels = written.latchedCancels;
    instance.phase = "idle";
    if (written.rearmed.size > 0) {
      // Read before this commit. One that is due all the same is read again.
      instance.queue = instance.queue.filter((input) => input.kind !== "timer" || !written.rearmed.has(input.key));
    }
    for (const command of written.part.consume) holding.taken.delete(command.position);
    if (written.quarantined && !instance.quarantined) {
      instance.quarantined = true;
      this.#ports.log.error("a saga was quarantined", { saga: instance.sagaId, records: written.part.records });
    }
    for (const timer of written.part.setTimers) {
      this.#events.timerSet("atMs" in timer ? timer.atMs - this.#ports.clock.now() : timer.delayMs);
    }
    this.#run(holding, instance);
    if (instance.queue.length > 0) return this.#wake(holding, instance);
    this.#letGo(holding, instance);
  }

  /** Makes what runs equal to what is wanted. */
  #run(holding: Holding, instance: Instance): void {
    const wanted = instance.quarantined ? undefined : instance.standing?.effects.calls;
    for (const [identity, running] of instance.running) {
      const call = wanted?.get(identity);
      if ((call === undefined || call.abort) && !running.controller.signal.aborted) running.controller.abort();
    }
    if (this.draining || wanted === undefined) return;
    for (const [identity, call] of wanted) {
      if (!call.abort && !instance.running.has(identity) && !isAnswered(instance, identity))
        this.#begin(holding, instance, identity);
    }
  }

  #begin(holding: Holding, instance: Instance, identity: string): void {
    const { clock, log } = this.#ports;
    const wanted = instance.standing?.effects.calls.get(identity);
    if (wanted === undefined || instance.standing === null || holding.lost) return;
    if (clock.monotonic() >= holding.validUntilMs) {
      // Safety is the fence's business; this only spares a call that somebody else is about to make. The partition is given up with it: a
      // renewal that is under way would make it ours as if nothing had happened, and nobody would ever make the call.
      log.warn("the lease has run out: a call is left to the next owner", { partition: holding.key, saga: instance.sagaId });
      this.lose(holding);
      this.#events.fenced(holding);
      return;
    }
    const controller = new AbortController();
    instance.running.set(identity, { controller });
    this.#callsInFlight++;
    const delivery = {
      sagaId: instance.sagaId,
      correlationId: instance.correlationId,
      context: instance.standing.state.context,
      wanted,
      epoch: holding.lease.epoch,
      redelivered: instance.redelivered.has(identity),
      controller,
    };
    void makeCall(holding.implementation, delivery, { clock, log }).then((answer) => {
      this.#callsInFlight--;
      instance.running.delete(identity);
      if (!holding.lost && !this.#stopped) {
        instance.queue.push({ kind: "answer", identity, call: callRef(wanted), ...answer });
        this.#wake(holding, instance);
      }
      this.#checkIdle();
    });
  }

  async #load(holding: Holding, instance: Instance): Promise<void> {
    const stored = await this.#read(holding, instance.sagaId);
    if (stored === "lost" || holding.lost || this.#stopped) return;
    if (stored === null) {
      this.#ports.log.error("a saga that is not there was asked for", { saga: instance.sagaId, partition: holding.key });
      this.#discard(holding, instance);
      return;
    }
    this.#install(holding, instance, stored);
    instance.phase = "idle";
    if (instance.queue.length > 0) this.#wake(holding, instance);
    else this.#letGo(holding, instance);
  }

  #install(holding: Holding, instance: Instance, stored: StoredSaga): void {
    instance.version = stored.version;
    instance.snapshot = stored.snapshot;
    instance.quarantined = stored.conditions.includes("quarantined");
    instance.ended = stored.status !== "running";
    if (instance.quarantined) return;
    try {
      const { definition } = holding.implementation;
      const envelope = readEnvelope(stored.snapshot, instance.sagaId, definition);
      instance.correlationId = envelope.correlationId;
      instance.standing = { state: envelope.state, effects: effectsOf(definition, envelope.state) };
      const calls = [...instance.standing.effects.calls.keys()];
      if (calls.length === 0) return;
      for (const identity of calls) if (!envelope.undelivered.includes(identity)) instance.redelivered.add(identity);
      instance.queue.unshift({ kind: "takeOver", undelivered: envelope.undelivered });
    } catch (error) {
      // The draft of whatever comes next sets the saga aside.
      this.#ports.log.error("a snapshot cannot be read", { saga: instance.sagaId, error: String(error) });
      instance.standing = null;
      instance.unreadable = error instanceof Error ? error.message : String(error);
      instance.queue.unshift({ kind: "takeOver", undelivered: [] });
    }
  }

  /** Reads a saga, however long the store is away. */
  async #read(holding: Holding, sagaId: string): Promise<StoredSaga | null | "lost"> {
    for (let round = 0; !holding.lost && !this.#stopped; round++) {
      try {
        return await this.#ports.store.load(holding.lease.partition, sagaId);
      } catch (error) {
        this.#ports.log.warn("a saga could not be read, trying again", { saga: sagaId, error: String(error), round });
        await this.#pause(round);
      }
    }
    return "lost";
  }

  #letGo(holding: Holding, instance: Instance): void {
    if (instance.running.size > 0 || instance.queue.length > 0 || instance.phase !== "idle" || instance.latchedCancels.length > 0)
      return;
    if (holding.instances.get(instance.sagaId) === instance) holding.instances.delete(instance.sagaId);
    this.#events.settled(holding);
  }

  #discard(holding: Holding, instance: Instance): void {
    for (const running of instance.running.values()) running.controller.abort();
    for (const input of instance.queue) if ("command" in input) holding.taken.delete(input.command.position);
    this.#ready.delete(instance);
    holding.instances.delete(instance.sagaId);
  }

  #pause(round: number): Promise<void> {
    const delayMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** round);
    return new Promise((resolve) => {
      this.#ports.clock.schedule(delayMs, resolve, { ref: true });
    });
  }

  #isIdle(): boolean {
    return this.#commitsInFlight === 0 && this.#callsInFlight === 0 && this.#ready.size === 0;
  }

  #checkIdle(): void {
    if (!this.#isIdle()) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}

/** Its answer came while a commit was under way, and is not yet taken: it is still wanted there, and must not be made again. */
function isAnswered(instance: Instance, identity: string): boolean {
  return instance.queue.some((input) => input.kind === "answer" && input.identity === identity);
}

/** Routes a pending command to its saga, once. */
export function giveCommand(loop: Loop, holding: Holding, command: PendingCommand): void {
  if (holding.taken.has(command.position)) return;
  holding.taken.add(command.position);
  loop.give(holding, command.sagaId, { kind: command.kind === "start" ? "start" : "command", command });
}

interface Pending {
  readonly holding: Holding;
  readonly instance: Instance;
  readonly inputs: readonly Input[];
  readonly draft: Draft;
}

/** Sagas in one commit: enough to share an fsync or a round trip, few enough to keep the pause short. */
const BATCH_MAX = 256;
const COMMITS_IN_FLIGHT_MAX = 2;
const RETRY_MIN_MS = 20;
const RETRY_MAX_MS = 2_000;
