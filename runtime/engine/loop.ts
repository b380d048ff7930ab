import { SagaError } from "../errors.ts";
import { rootOf } from "../store/partition.ts";
import type { CommitResult } from "../store/store.ts";
import { commit as commitDraft, letGo, report, settleAside } from "./committed.ts";
import { charsOf, type Draft, draft, inTime } from "./draft.ts";
import type { WantedCall } from "./effects.ts";
import { callsOf, type Family, type Input, isFiring, newFamily, type Releasing, releaseAsked } from "./family.ts";
import { consumed, dismiss, empty, type Holding, takeInHand } from "./holding.ts";
import { IdleWaiters } from "./idle.ts";
import { largeBytes, PAYLOAD_MAX_BYTES } from "./limits.ts";
import type { LoopEvents, LoopPorts } from "./loop-ports.ts";
import { observed } from "./observer.ts";
import { PatientReader } from "./reader.ts";
import { checkLogs, readFamily, readMembers } from "./recover.ts";
import { Running } from "./running.ts";
import { Turns } from "./turns.ts";
import { MissingMembers, UncheckedLogs } from "./work.ts";
import { type Pending, Writer } from "./writer.ts";

/**
 * The loop around the pure step: take what happened, commit it, only then run what it wants. Families that are ready together are committed
 * together. Nothing runs that was not committed first, so a crash at any point repeats at most the calls in flight, under the same keys.
 */
export class Loop {
  /** No new calls are begun; what runs may end. */
  draining = false;
  readonly #ports: LoopPorts;
  readonly #events: LoopEvents;
  readonly #ready = new Map<Family, Holding>();
  #commitsInFlight = 0;
  /** Reads for what is in the queue of a family: an answer may be, which is nowhere else. */
  #fetches = 0;
  readonly #running: Running;
  readonly #turns: Turns;
  readonly #writer: Writer;
  #armed = false;
  #stopped = false;
  readonly #idle = new IdleWaiters();

  constructor(ports: LoopPorts, events: LoopEvents) {
    this.#ports = ports;
    this.#events = events;
    this.#writer = new Writer(ports, {
      load: (holding, sagaId) => this.#reader(holding).load(sagaId),
      heard: (atMs) => this.#running.limits.hear(atMs),
      concluded: (pending, results) => this.#conclude(pending, results),
      triedApart: () => this.#idle.check(),
    });
    this.#turns = new Turns(
      ports.admission,
      (holding) => this.#begins(holding),
      (holding, family, member) => {
        family.queue.push({ kind: "continue", members: [member] });
        this.#wake(holding, family);
      },
    );
    this.#running = new Running(ports, this.#turns, {
      ended: (holding, family, input) => {
        this.#take(holding, family, input);
        this.#idle.check();
      },
      ranOut: (holding, family, input) => this.#take(holding, family, input),
      overdue: (holding) => {
        this.lose(holding);
        this.#events.ranOut(holding);
      },
    });
  }

  /** Hands an input to the family of a saga of a holding; loads it if it is not in hand. False: a timer that it has already, or too late. */
  give(holding: Holding, sagaId: string, input: Input): boolean {
    if (holding.lost || this.#stopped) return false;
    const rootId = rootOf(sagaId);
    let family = holding.instances.get(rootId);
    if (family === undefined) {
      const rested = holding.resting.take(rootId);
      family = rested ?? newFamily(rootId, input.kind === "start" ? "idle" : "loading");
      takeInHand(holding, family);
      if (rested === null && family.phase === "loading") void this.#load(holding, family);
    }
    const command = "command" in input ? input.command : null;
    const bytes = command === null ? null : largeBytes(command.payload);
    if (bytes !== null) {
      const what = `a ${command?.kind} of a saga`;
      this.#ports.log.warn("a payload is large", { code: "RT1010", what, bytes, max: PAYLOAD_MAX_BYTES, saga: sagaId });
    }
    if (input.kind === "timer" && isFiring(family, input)) return false;
    family.queue.push(input);
    this.#wake(holding, family);
    return true;
  }

  /** Takes up a family that a worker before this one left in flight. */
  takeOver(holding: Holding, rootId: string): void {
    if (holding.instances.has(rootId) || holding.lost || this.#stopped) return;
    // One at rest is of before: two of a family would write against each other.
    holding.resting.take(rootId);
    const family = newFamily(rootId, "loading");
    takeInHand(holding, family);
    void this.#load(holding, family);
  }

  /** Stops every effect of a holding at once: its sagas belong to somebody else, or soon will. */
  lose(holding: Holding, why = new SagaError("RT4001", "the worker lost its lease")): void {
    if (holding.lost) return;
    holding.lost = true;
    for (const family of holding.instances.values()) {
      this.#ready.delete(family);
      this.#turns.release(family);
      this.#running.abandon(family, why);
    }
    empty(holding);
    this.#idle.check();
  }

  /** Resolves when no call and no commit is under way, and nothing in hand waits for one. What is being taken over is in the store. */
  idle(): Promise<void> {
    const commits = () => this.#commitsInFlight + this.#writer.apart;
    return this.#idle.until(() => commits() + this.#fetches + this.#running.count + this.#ready.size === 0);
  }

  /** The same of one holding; also when it is lost. */
  idleOf(holding: Holding): Promise<void> {
    const atRest = ({ calls, phase, queue }: Family) => calls === 0 && phase === "idle" && queue.length === 0;
    return this.#idle.until(() => holding.lost || [...holding.instances.values()].every(atRest));
  }

  /** Goes on with a holding that was draining: what was left to the next owner is made here after all. */
  resume(holding: Holding): void {
    holding.draining = false;
    // They are read again when they are taken up: what they left undelivered is made then.
    holding.resting.clear();
    for (const family of holding.instances.values()) {
      const members = [...family.members.values()];
      if (family.phase === "idle")
        for (const member of members) this.#running.equal(holding, family, member, this.#begins(holding));
      else family.resumed = true;
      if (holding.lost) return;
      const left = members.filter((member) => member.state.undelivered.length > 0);
      if (left.length > 0) family.queue.push({ kind: "continue", members: left.map(({ id }) => id) });
      // Also where nothing is left: it may have been said of a call that it is not made any more.
      this.#wake(holding, family);
    }
  }

  get callsInFlight(): number {
    return this.#running.count;
  }

  /** Lets go of everything; what is under way is ignored when it ends. */
  stop(): void {
    this.#stopped = true;
    this.#writer.stop();
    this.#ready.clear();
  }

  #take(holding: Holding, family: Family, input: Input): void {
    if (holding.lost || this.#stopped || holding.instances.get(family.rootId) !== family) return;
    family.queue.push(input);
    this.#wake(holding, family);
  }

  #wake(holding: Holding, family: Family): void {
    if (family.phase !== "idle" || family.queue.length === 0 || holding.lost) return;
    holding.lingering.delete(family);
    this.#ready.set(family, holding);
    this.#arm();
  }

  #arm(): void {
    if (this.#armed || this.#stopped || this.#ready.size === 0 || this.#commitsInFlight >= COMMITS_IN_FLIGHT_MAX) return;
    this.#armed = true;
    const pump = (): void => {
      this.#armed = false;
      this.#pump();
    };
    if (this.#ports.clock.nextTurn === undefined) setImmediate(pump);
    else this.#ports.clock.nextTurn(pump);
  }

  #pump(): void {
    if (this.#stopped || this.#ready.size === 0 || this.#commitsInFlight >= COMMITS_IN_FLIGHT_MAX) return;
    const batch: Pending[] = [];
    let parts = 0;
    let chars = 0;
    for (const [family, holding] of this.#ready) {
      this.#ready.delete(family);
      if (holding.lost) continue;
      const pending = this.#draft(holding, family);
      if (pending === null) continue;
      parts += pending.draft.parts.length;
      chars += charsOf(pending.draft);
      batch.push(pending);
      if (parts >= BATCH_MAX || chars >= BATCH_MAX_CHARS) break;
    }
    if (batch.length > 0) {
      this.#commitsInFlight++;
      void this.#writer.write(batch).finally(() => {
        this.#commitsInFlight--;
        this.#arm();
        this.#idle.check();
      });
    }
    this.#arm();
  }

  /** `null` where it needs members that were let go: they are read, and it is worked out anew. */
  #draft(holding: Holding, family: Family): Pending | null {
    const ordered = family.queue.length > INPUTS_MAX ? inTime(family.queue) : family.queue;
    const release = releaseAsked(family);
    if (release !== null && family.releasing === null) return this.#readAnew(holding, family, release);
    const inputs = release === null ? ordered.slice(0, INPUTS_MAX) : [release];
    const { ids, random, clock, registry, snapshots } = this.#ports;
    let commitId: string | null = null;
    try {
      const options = {
        lease: holding.lease,
        // Only where parts are written: a draft may have to be worked out once more.
        get commitId() {
          commitId ??= ids.next();
          return commitId;
        },
        admits: (member: string, wanted: WantedCall) => this.#turns.admits(holding, family, member, wanted),
        random,
        nowMs: clock.now(),
        monotonicMs: clock.monotonic(),
        snapshots,
        implementation: holding.implementation,
        registry,
      };
      const drafted = draft(family, inputs, options);
      family.taking = inputs;
      family.queue = release === null ? ordered.slice(inputs.length) : ordered.filter((input) => input !== release);
      family.phase = "committing";
      return { holding, family, draft: drafted };
    } catch (error) {
      const checks = error instanceof UncheckedLogs;
      if (!checks && !(error instanceof MissingMembers)) throw error;
      family.phase = "loading";
      this.#fetches++;
      void this.#fetch(holding, family, error.ids, checks).finally(() => {
        this.#fetches--;
        this.#idle.check();
      });
      return null;
    }
  }

  /** Reads one that is set aside as if it were not, to release it. What else is asked of it is in the store, and comes after that. */
  #readAnew(holding: Holding, family: Family, release: Releasing["input"]): null {
    const { position, payload } = release.command;
    this.#discard(holding, family);
    const anew = newFamily(family.rootId, "loading");
    anew.releasing = { input: release, dueAtMs: new Map(), unbegun: null };
    holding.taken.set(position, Buffer.byteLength(payload));
    takeInHand(holding, anew);
    this.#fetches++;
    void this.#load(holding, anew).finally(() => {
      this.#fetches--;
      this.#idle.check();
    });
    return null;
  }

  #conclude(pending: Pending, results: readonly CommitResult[]): void {
    const { holding, family, draft: written } = pending;
    if (holding.lost || this.#stopped) return;
    if (results.some(({ status }) => status === "fenced")) {
      this.#ports.log.warn("fenced: the lease of this partition is not ours any more", { partition: holding.key });
      this.#ports.observer?.commitFenced(holding.lease.partition.saga);
      this.lose(holding);
      this.#events.fenced(holding);
      return;
    }
    const commitId = written.parts[0]?.commitId;
    if (results.some((result) => result.status === "conflict" && result.commitId !== commitId)) {
      this.#ports.log.error("somebody else wrote this saga under our lease, reading it again", { saga: family.rootId });
      this.#discard(holding, family);
      this.takeOver(holding, family.rootId);
      return;
    }
    const [first] = results;
    this.#committed(holding, family, written, first?.status === "committed" ? first.atMs : this.#ports.clock.now());
  }

  #committed(holding: Holding, family: Family, written: Draft, atMs: number): void {
    if (this.#ports.observer !== null) observed(this.#ports.observer, family, written, atMs);
    const taken = family.taking;
    family.taking = [];
    report(this.#ports.log, family, written);
    commitDraft(family, written, atMs);
    family.phase = "idle";
    for (const part of written.parts) {
      for (const { position } of part.consume) consumed(holding, position);
      if (part.consume.length > 0) this.#events.settled(holding);
      for (const timer of part.setTimers) this.#events.timerSet("atMs" in timer ? timer.atMs - atMs : timer.delayMs);
    }
    settleAside(holding, family, written, taken);
    if (written.released) this.#events.released(holding);
    if (family.quarantined) this.#turns.release(family);
    const looked = family.resumed ? [...family.members.keys()] : written.touched;
    family.resumed = false;
    for (const id of looked) {
      const member = family.members.get(id);
      if (member === undefined) continue;
      // Also while it drains: this commit says that its calls are made, and the next owner would take them for such as may have run.
      this.#running.equal(holding, family, member, true);
      // A call may find that the lease has run out.
      if (holding.lost) return;
      if (!family.quarantined) this.#turns.settle(holding, family, member);
      letGo(family, [member]);
    }
    if (written.again.length > 0) family.queue.push({ kind: "continue", members: written.again });
    if (family.queue.length > 0) return this.#wake(holding, family);
    this.#rest(holding, family);
  }

  async #load(holding: Holding, family: Family): Promise<void> {
    const { registry, log } = this.#ports;
    const read = await readFamily(family, holding.implementation, registry, this.#reader(holding));
    if (read === "lost" || holding.lost || this.#stopped) return;
    if (read === "absent") {
      log.error("a saga that is not there was asked for", { saga: family.rootId, partition: holding.key });
      this.#discard(holding, family);
      this.#idle.check();
      return;
    }
    if (family.unreadable !== null) log.error("a snapshot cannot be read", { saga: family.rootId, error: family.unreadable });
    const wants = [...family.members.values()].some((member) => callsOf(member.unit, member.state).size > 0);
    const { releasing, quarantined } = family;
    if (releasing !== null) family.queue.unshift(releasing.input);
    if ((wants || family.unreadable !== null) && !(releasing !== null && quarantined)) family.queue.unshift({ kind: "takeOver" });
    family.phase = "idle";
    if (family.queue.length > 0) this.#wake(holding, family);
    else this.#rest(holding, family);
    this.#idle.check();
  }

  /** Members that had been let go, for a draft that needs them; or logs that it wants checked. */
  async #fetch(holding: Holding, family: Family, ids: readonly string[], checks: boolean): Promise<void> {
    const reader = this.#reader(holding);
    const read = checks ? await checkLogs(family, ids, reader) : await readMembers(family, ids, this.#ports.registry, reader);
    if (!read || holding.lost || this.#stopped) return;
    family.phase = "idle";
    this.#wake(holding, family);
  }

  #reader(holding: Holding): PatientReader {
    return new PatientReader(this.#ports, holding.lease.partition, () => !holding.lost && !this.#stopped);
  }

  /** Nothing of it is under way: it is let go, or kept at hand where its children still have work. */
  #rest(holding: Holding, family: Family): void {
    if (family.calls > family.unwanted || family.queue.length > 0 || family.phase !== "idle") return;
    // What waits for its turn is no timer's and no command's to bring.
    if (family.places.size > 0) return;
    if (family.calls > 0) {
      // Should they answer after all, their history has to say so.
      holding.lingering.add(family);
      this.#events.settled(holding);
      return;
    }
    dismiss(holding, family);
    letGo(family, family.members.values());
    if (family.shared.working > 0 && !family.quarantined) holding.resting.put(family);
    this.#events.settled(holding);
  }

  #discard(holding: Holding, family: Family): void {
    this.#turns.release(family);
    this.#running.abandon(family);
    for (const input of [...family.taking, ...family.queue]) if ("command" in input) holding.taken.delete(input.command.position);
    this.#ready.delete(family);
    dismiss(holding, family);
  }

  /** Whether calls may begin there. */
  #begins(holding: Holding): boolean {
    return !this.draining && !holding.draining && !holding.lost && !this.#stopped;
  }
}

/** Members in one commit: enough to share an fsync or a round trip, few enough to keep the pause short. A family is never divided. */
const BATCH_MAX = 256;
/** And so much text: more would take a store longer than its answer may. */
const BATCH_MAX_CHARS = 8 * 1024 * 1024;
/** Of one family: what was asked of a saga while no worker was up must not be more than a store takes at once. */
const INPUTS_MAX = 1_000;
const COMMITS_IN_FLIGHT_MAX = 2;
