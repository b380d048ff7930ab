import { type Client, createClient } from "../../client/client.ts";
import type { SagaDefinition } from "../../engine/definition.ts";
import type { Implementation } from "../../engine/implement.ts";
import { silentLogger } from "../../observe/log.ts";
import { openStore } from "../../store/open.ts";
import { partitionOf, rootOf } from "../../store/partition.ts";
import type {
  AppendResult,
  Command,
  CommitPart,
  CommitResult,
  Lease,
  LeaseRequest,
  Partition,
  Removal,
  Retention,
  Store,
} from "../../store/store.ts";
import { startWorker } from "../../worker/worker.ts";
import { CountedIds } from "../counted-ids.ts";
import { drawsOf } from "../draw.ts";
import { observeStore } from "../observe-store.ts";
import { SeededRandom } from "../seeded-random.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { afterwards } from "./afterwards.ts";
import { isAnswer, saysRemoved } from "./answers.ts";
import { imbalances } from "./balance.ts";
import { Machine, type Surroundings } from "./machine.ts";
import { newTally } from "./met.ts";
import { befalls, faultsOf, type Node } from "./mishaps.ts";
import { Person } from "./person.ts";
import { Rest } from "./rest.ts";
import { CALM_FROM_MS, CLIENTS, LEASE_MS, type Move, type Schedule } from "./schedule.ts";
import { type Sampler, Services, servedBy } from "./services.ts";
import type { SimulateWorkersOptions, Simulation } from "./simulation.ts";
import { Watch } from "./watch.ts";

/** What all worlds of a simulator have in common: made once. */
export interface Prepared {
  readonly sagas: readonly Implementation[];
  readonly sampleOf: Sampler;
}

/** One world, from its beginning to its end. */
export class World {
  readonly #options: SimulateWorkersOptions;
  readonly #schedule: Schedule;
  readonly #clock = new VirtualClock();
  readonly #startMs = this.#clock.now();
  readonly #around: Surroundings;
  readonly #watch: Watch;
  readonly #services: Services;
  readonly #nodes = new Map<string, Node>();
  readonly #story: string[] = [];
  readonly #sagas: readonly Implementation[];
  #store: Store | null = null;
  readonly #rest = new Rest();
  #unreachable = 0;
  /** All sagas have ended; what is left is what becomes of them. */
  #isOver = false;
  #calm = false;
  /** Moves and their answers that are still to come. */
  #toCome = 0;
  readonly #started = new Map<string, SagaDefinition>();

  constructor(options: SimulateWorkersOptions, prepared: Prepared, schedule: Schedule, story: boolean) {
    this.#options = options;
    this.#schedule = schedule;
    this.#sagas = prepared.sagas;
    const tell = (line: string): void => {
      if (story) this.#story.push(`${((this.#clock.now() - this.#startMs) / 1_000).toFixed(3).padStart(9)}  ${line}`);
    };
    this.#around = {
      seed: schedule.seed,
      clock: this.#clock,
      reachable: () => this.#calm || this.#unreachable === 0,
      calm: () => this.#calm,
      moved: () => this.#rest.moved(),
      nextTurn: (callback) => this.#rest.nextTurn(callback),
      told: tell,
      met: newTally(),
    };
    this.#watch = new Watch(prepared.sagas, story ? tell : null, schedule.retentionMs, this.#around.met);
    this.#services = new Services(
      this.#around,
      { kind: this.#schedule.kind, forgets: new Set(options.forgets), sampleOf: prepared.sampleOf },
      (machine, definition, site, ctx) => {
        const root = rootOf(ctx.sagaId);
        const { saga, version } = this.#watch.seen.get(root)?.definition ?? definition;
        const { index } = partitionOf(saga, version, root, this.#store?.partitions ?? 1);
        return this.#watch.began(machine, definition, site, ctx as never, index, this.#clock.now());
      },
    );
  }

  async run(): Promise<Simulation> {
    const opened = await (this.#options.open ?? ((clock) => openStore("memory:", { clock, partitions: 2 })))(this.#clock);
    this.#store = this.#watched(opened);
    const clients = this.#machine(CLIENTS);
    const client = createClient({ store: clients.store(this.#store), clock: clients, ids: new CountedIds("c-") });
    this.#join("w1");
    this.#join("w2");
    for (const move of this.#schedule.moves) if ("atMs" in move) this.#at(move.atMs, () => this.#do(move, client));
    this.#at(CALM_FROM_MS, () => this.#becalm());
    const person = new Person(this.#around, this.#watch, this.#services);
    const looks = (): void => {
      if (this.#isOver) return;
      person.look(client, (id, what, request) => this.#ask(id, what, request));
      this.#clock.schedule(PERSON_MS, looks);
    };
    this.#clock.schedule(PERSON_MS, looks);
    let tookMs = 0;
    try {
      await this.#toTheEnd();
      tookMs = this.#clock.now() - this.#startMs;
      if (this.#watch.broken.length === 0) await this.#judge();
      if (this.#watch.broken.length === 0 && this.#schedule.retentionMs !== null) await this.#afterwards(client);
    } finally {
      for (const { machine } of this.#nodes.values()) machine.crash();
      clients.crash();
      await this.#settle();
      await opened.close();
    }
    const { commits, calls, timersFired, broken } = this.#watch;
    return {
      schedule: this.#schedule,
      broken,
      story: this.#story,
      sagas: this.#started.size,
      commits,
      calls,
      timers: timersFired,
      met: this.#around.met,
      tookMs,
    };
  }

  async #toTheEnd(): Promise<void> {
    const limitMs = this.#clock.now() + LIMIT_MS;
    for (;;) {
      await this.#settle();
      this.#watch.looked(this.#clock.now());
      if (this.#watch.broken.length > 0) return;
      if (this.#toCome === 0 && this.#haveEnded() && !this.#services.isUnderWay) return;
      const next = this.#clock.nextDue();
      if (next === null || next > limitMs) {
        for (const line of this.#unended()) this.#watch.breaks("every saga ends", line);
        return;
      }
      this.#clock.advanceTo(next);
    }
  }

  #afterwards(client: Client): Promise<void> {
    this.#isOver = true;
    return afterwards({
      clock: this.#clock,
      watch: this.#watch,
      services: this.#services,
      leave: () => {
        for (const { machine } of this.#nodes.values()) machine.crash();
      },
      join: (worker) => this.#join(worker),
      settle: () => this.#settle(),
      again: (id) => this.#again(client, id),
      anew: async (id) => {
        this.#again(client, id);
        await this.#toTheEnd();
        if (this.#watch.broken.length === 0) await this.#judge();
      },
    });
  }

  /** All that clients want of a saga, under the same ids. */
  #again(client: Client, id: string): void {
    const definition = this.#started.get(id);
    const saga = this.#options.sagas.find((its) => its.definition === definition);
    if (saga === undefined) return;
    this.#around.told(`a client starts ${saga.definition.saga} ${id} again, with its signals`);
    this.#ask(id, `start ${id}`, () => client.start(saga.definition, { id, input: saga.input }));
    for (const [signal, data] of Object.entries(saga.signals ?? {}))
      this.#ask(id, `signal ${id}-${signal}`, () =>
        client.get(saga.definition, id).signal(signal as never, data as never, { id: `${id}-${signal}` }),
      );
  }

  async #judge(): Promise<void> {
    for (const wrong of imbalances(this.#watch.seen, this.#forgiving())) this.#watch.breaks("books balance", wrong);
    this.#watch.commandsLeft();
    for (const [id, { rootId, definition }] of this.#watch.seen) {
      const root = this.#watch.seen.get(rootId)?.definition ?? definition;
      if (this.#store === null) continue;
      const partition = partitionOf(root.saga, root.version, rootId, this.#store.partitions);
      const stored = await this.#store.load(partition, id);
      const after = stored?.snapshot.log?.after ?? 0;
      this.#watch.stored(id, stored, await this.#store.history(partition, id, after, HISTORY_MAX, Number.MAX_SAFE_INTEGER));
    }
  }

  /** Of a service that forgets nobody knows how often it did a thing. */
  #forgiving() {
    const forgets = (this.#options.forgets ?? []).length > 0;
    return [...this.#services.entries.values()].map((entry) =>
      forgets ? { ...entry, effects: Math.min(1, entry.effects) } : entry,
    );
  }

  #haveEnded(): boolean {
    for (const { command, result } of this.#watch.commands.values())
      if (result === null && !this.#hasEnded(command.sagaId)) return false;
    for (const id of this.#watch.seen.keys()) if (!this.#hasEnded(id)) return false;
    return [...this.#watch.commands.values()].every(({ result }) => result !== null);
  }

  #hasEnded(id: string): boolean {
    const seen = this.#watch.seen.get(id);
    return seen !== undefined && seen.status !== "running" && !seen.conditions.includes("ending");
  }

  #unended(): string[] {
    const lines = [...this.#watch.seen.values()]
      .filter(({ id }) => !this.#hasEnded(id))
      .map(
        ({ id, state, conditions, envelope }) =>
          `${id} stands in ${JSON.stringify(state.value)} (${conditions.join()}; parked: ${envelope.parked.join()})`,
      );
    for (const [id, { result }] of this.#watch.commands) if (result === null) lines.push(`command ${id} has no result`);
    if (this.#toCome > 0) lines.push(`${this.#toCome} clients still wait for an answer`);
    return lines.length > 0 ? lines : ["a participant is still at work"];
  }

  #at(ms: number, run: () => void): void {
    this.#toCome++;
    this.#clock.schedule(ms, () => {
      this.#toCome--;
      run();
    });
  }

  #do(move: Extract<Move, { readonly atMs: number }>, client: Client): void {
    if (this.#calm) return;
    const { told } = this.#around;
    switch (move.kind) {
      case "start": {
        const saga = this.#options.sagas[move.saga];
        if (saga === undefined) return;
        told(`a client starts ${saga.definition.saga} ${move.id}`);
        this.#started.set(move.id, saga.definition);
        this.#ask(move.id, `start ${move.id}`, () => client.start(saga.definition, { id: move.id, input: saga.input }));
        return;
      }
      case "signal":
      case "cancel": {
        const definition = this.#started.get(move.id);
        if (definition === undefined) return;
        const handle = client.get(definition, move.id);
        if (move.kind === "cancel") {
          told(`a client cancels ${move.id}`);
          return this.#ask(move.id, `cancel ${move.id}`, () => handle.cancel({ reason: "simulated" }));
        }
        told(`a client sends ${move.signal} to ${move.id} as ${move.signalId}`);
        const data = this.#options.sagas.find((saga) => saga.definition === definition)?.signals?.[move.signal];
        return this.#ask(move.id, `signal ${move.signalId}`, () =>
          handle.signal(move.signal as never, data as never, { id: move.signalId }),
        );
      }
      case "join":
        return this.#join(move.worker);
      case "outage":
        told(`nobody reaches the store for ${move.forMs} ms`);
        this.#unreachable++;
        this.#clock.schedule(move.forMs, () => void this.#unreachable--);
        return;
      default:
        befalls(this.#around, this.#nodes.get(move.worker), move);
    }
  }

  /** A client's request of a saga, whose answer it waits for. A refusal is an answer. */
  #ask(id: string, what: string, request: () => Promise<unknown>): void {
    this.#toCome++;
    const { told } = this.#around;
    request()
      .then(
        () => told(`  ${what}: done`),
        (error: unknown) => {
          if (!isAnswer(error)) this.#watch.breaks("one result", `${what} was answered with ${String(error)}`);
          told(`  ${what}: ${isAnswer(error) ? error.code : String(error)}`);
          // When all has come to rest: the sweep that removes it may not have been seen to its end.
          if (saysRemoved(error)) this.#at(0, () => this.#toldRemoved(id, what));
        },
      )
      .finally(() => {
        this.#toCome--;
        this.#rest.moved();
      });
  }

  #toldRemoved(id: string, what: string): void {
    const { seen, retention } = this.#watch;
    if (seen.has(id) && !retention.isRemoved(id))
      this.#watch.breaks("retention", `${what} was answered with RT3010, and ${id} was not removed`);
  }

  #becalm(): void {
    this.#around.told("from here on nothing goes wrong any more");
    this.#calm = true;
    for (const { machine } of this.#nodes.values()) if (machine.isFrozen) machine.crash();
    if (![...this.#nodes.values()].some(({ machine, gone }) => !machine.isDead && !gone)) this.#join("last");
  }

  #join(name: string): void {
    if (this.#store === null || this.#nodes.has(name)) return;
    this.#around.told(`${name} joins`);
    const machine = this.#machine(name);
    const node: Node = { machine, worker: null, gone: false };
    this.#nodes.set(name, node);
    startWorker({
      store: machine.store(this.#store),
      clock: machine,
      sagas: this.#sagas.map((saga) => servedBy(saga, this.#services.handlersOf(saga.definition, machine))),
      id: name,
      ids: new CountedIds(`${name}-`),
      random: new SeededRandom(drawsOf(this.#schedule.seed, name).seed()),
      log: silentLogger,
      handleSignals: false,
      snapshotEvery: SNAPSHOT_EVERY[this.#schedule.seed % SNAPSHOT_EVERY.length],
      // Workers of both kinds meet in one store.
      history: drawsOf(this.#schedule.seed, `${name} history`).seed() % 2 === 0 ? "snapshots" : "events",
      leaseMs: LEASE_MS,
      graceMs: GRACE_MS,
      pollMs: POLL_MS,
      restingMax: this.#schedule.letsGo ? 0 : undefined,
      ...(this.#schedule.retentionMs === null ? {} : { retention: this.#schedule.retentionMs, rememberFor: 0 }),
    }).then(
      (worker) => {
        node.worker = worker;
        if (node.gone) void worker.stop();
      },
      () => {
        // It did not reach the store: whoever runs it starts it again.
        machine.crash();
        if (this.#calm && !this.#nodes.has("last")) this.#join("last");
      },
    );
  }

  #machine(name: string): Machine {
    return new Machine(name, this.#around, faultsOf(this.#schedule, name));
  }

  /** The store itself, as the watch sees it. */
  #watched(store: Store): Store {
    return observeStore(store, {
      before: () => this.#rest.began(),
      after: async ({ operation, arguments: args }, outcome) => {
        try {
          if (operation === "remove" && outcome.ok) await this.#swept(store, args, outcome.value as Removal);
        } finally {
          this.#rest.ended();
        }
        if (!outcome.ok) return;
        const nowMs = this.#clock.now();
        if (operation === "commit") {
          const parts = args[0] as readonly CommitPart[];
          this.#watch.committed(parts[0]?.lease.owner ?? "", parts, outcome.value as readonly CommitResult[], nowMs);
        } else if (operation === "lease") {
          this.#watch.leased(
            args[0] as readonly LeaseRequest[],
            args[1] as string,
            outcome.value as readonly (Lease | null)[],
            nowMs,
          );
        } else if (operation === "release") this.#watch.released(args[0] as readonly Lease[]);
        else if (operation === "append") this.#watch.appended(args[1] as Command, outcome.value as AppendResult);
      },
    });
  }

  async #swept(store: Store, args: readonly unknown[], removal: Removal): Promise<void> {
    const [partition, retention] = args as [Partition, Retention];
    const forgotten = await this.#watch.swept(store, partition, retention, removal, this.#clock.now());
    for (const rootId of forgotten) this.#around.told(`${rootId} is forgotten`);
  }

  #settle(): Promise<void> {
    return this.#rest.come(this.#store?.kind === "memory");
  }
}

const PERSON_MS = 7_000;
const GRACE_MS = 5_000;
const POLL_MS = 4_000;
/** In which all must have ended. */
const LIMIT_MS = 12 * 3_600_000;
const HISTORY_MAX = 100_000;

/** Always whole, whole and changed in turn, mostly changed. */
const SNAPSHOT_EVERY = [2, 16, 1, 3];
