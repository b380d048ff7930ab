import { countedIn } from "../../engine/attempts.ts";
import type { CallSite, MachineTables, SagaDefinition, SagaState } from "../../engine/definition.ts";
import { effectsOf } from "../../engine/effects.ts";
import { type Envelope, nextEnvelope } from "../../engine/envelope.ts";
import type { StepContext } from "../../engine/handlers.ts";
import type { HistoryRecord } from "../../engine/history.ts";
import type { Implementation } from "../../engine/implement.ts";
import { foldedEnvelope } from "../../engine/logged.ts";
import { stateAfter } from "../../engine/replay.ts";
import type { Transition } from "../../engine/state.ts";
import type { Unit } from "../../engine/unit.ts";
import { partitionKey, rootOf } from "../../store/partition.ts";
import type {
  AppendResult,
  Command,
  CommandResult,
  CommitPart,
  CommitResult,
  Lease,
  LeaseRequest,
  Partition,
  Removal,
  Retention,
  Store,
  StoredRecord,
  StoredSaga,
} from "../../store/store.ts";
import { LimitsWatch } from "./limits.ts";
import { type Logged, ledBy, newsOf, replaced } from "./log.ts";
import type { Machine } from "./machine.ts";
import type { Tally } from "./met.ts";
import { RetentionWatch } from "./retention.ts";
import { same } from "./same.ts";
import { type Held, TimeLimitsWatch } from "./time-limits.ts";
import { told } from "./told.ts";

/** The laws that hold in every world, whatever goes wrong in it. */
export type Invariant =
  /** A partition has one owner at a time, and only the last one's commits are taken. */
  | "one owner"
  /** A call is made only after a commit that says so. */
  | "commit before effect"
  /** A worker calls nothing in a partition that has become another's. */
  | "no call in another's time"
  /** What may have run before is marked so. */
  | "marked redelivery"
  /** Each effect of what completed once, none of what was undone. */
  | "books balance"
  /** The history folds to the snapshot, at each commit. */
  | "history replays"
  /** A timer is neither early nor lost. */
  | "timers"
  /** No worker makes more calls of a service, at once or in a time, than it takes. */
  | "limits"
  /** Every command takes effect once and has one result. */
  | "one result"
  /** Every saga ends once nothing goes wrong any more. */
  | "every saga ends"
  /** No saga is set aside, for its data are good. */
  | "no quarantine"
  /** What is over is removed when its time has come and not before, all of it; and as long as it is remembered nothing of it begins anew. */
  | "retention";

export interface Broken {
  readonly invariant: Invariant;
  readonly message: string;
}

/** A saga or one of its children, as the commits that were taken make it. */
export interface Seen {
  readonly id: string;
  readonly rootId: string;
  readonly tables: MachineTables;
  readonly definition: SagaDefinition;
  readonly transition: Transition;
  state: SagaState;
  version: number;
  envelope: Envelope;
  status: CommitPart["status"];
  conditions: CommitPart["conditions"];
  readonly timers: Map<string, number>;
  readonly log: Logged[];
}

/** Stands behind the store and sees what it takes. Keeps books of its own, and holds each step against the laws. */
export class Watch {
  readonly broken: Broken[] = [];
  readonly seen = new Map<string, Seen>();
  /** Commands by id: what was accepted, and the result it has. */
  readonly commands = new Map<string, { readonly command: Command; result: CommandResult | null }>();
  commits = 0;
  calls = 0;
  timersFired = 0;
  readonly #units = new Map<string, Unit>();
  readonly #leases = new Map<string, { owner: string | null; readonly last: string; epoch: number; expiresAtMs: number }>();
  /** Keys of the partitions, by root. */
  readonly #partitions = new Map<string, string>();
  /** Calls that a commit has named. */
  readonly #called = new Set<string>();
  /** By call: the highest epoch under which it was made. */
  readonly #delivered = new Map<string, number>();
  /** Commands that stand in a history. */
  readonly #told = new Set<string>();
  readonly #limits: LimitsWatch;
  readonly #timeLimits = new TimeLimitsWatch();
  readonly #story: ((line: string) => void) | null;
  readonly #met: Tally;
  readonly retention: RetentionWatch;

  /** `story`: is told of each commit and call; `null`: nobody listens. `keepMs`: the retention; `null`: none. `met`: is counted on. */
  constructor(sagas: readonly Implementation[], story: ((line: string) => void) | null, keepMs: number | null, met: Tally) {
    this.#met = met;
    this.retention = new RetentionWatch(keepMs);
    this.#story = story;
    this.#limits = new LimitsWatch(sagas.map(({ definition }) => definition));
    for (const { definition, unit, bodies } of sagas) {
      this.#units.set(`${definition.saga}/`, unit);
      for (const [body, other] of bodies) this.#units.set(`${definition.saga}/${body}`, other);
    }
  }

  breaks(invariant: Invariant, message: string): void {
    this.broken.push({ invariant, message });
  }

  leased(requests: readonly LeaseRequest[], owner: string, leases: readonly (Lease | null)[], nowMs: number): void {
    for (const [index, lease] of leases.entries()) {
      if (lease === null) continue;
      const key = partitionKey(lease.partition);
      const before = this.#leases.get(key);
      if (requests[index]?.epoch == null && before !== undefined) {
        if (lease.epoch <= before.epoch) this.breaks("one owner", `epoch ${lease.epoch} of ${key} was given twice`);
        if (before.owner !== null && before.owner !== owner && before.expiresAtMs > nowMs)
          this.breaks("one owner", `${key} was given to ${owner} while ${before.owner} holds it`);
      }
      if (before !== undefined && before.last !== owner) this.#met.takeOvers++;
      this.#leases.set(key, { owner, last: owner, epoch: lease.epoch, expiresAtMs: lease.expiresAtMs });
    }
  }

  released(leases: readonly Lease[]): void {
    for (const { partition, owner, epoch } of leases) {
      const held = this.#leases.get(partitionKey(partition));
      if (held?.owner === owner && held.epoch === epoch) held.owner = null;
    }
  }

  appended(command: Command, { status }: AppendResult): void {
    if (status === "absent") {
      const rootId = rootOf(command.sagaId);
      // One that is over may be forgotten by a sweep that was not yet seen to its end.
      if (this.seen.has(rootId) && !this.retention.forgettable.has(rootId))
        this.breaks("one result", `${command.id} was refused, as if ${rootId} were not there`);
    } else if (!this.commands.has(command.id)) this.commands.set(command.id, { command, result: null });
  }

  /** A worker is about to call a handler. Returns what tells of the call's end. */
  began(
    machine: Machine,
    { saga, version }: SagaDefinition,
    site: CallSite,
    ctx: StepContext<never>,
    partition: number,
    nowMs: number,
  ): () => void {
    this.calls++;
    this.retention.called(rootOf(ctx.sagaId), ctx.keepForMs);
    const { sagaId, step, sequence, epoch, redelivered } = ctx;
    const late = ctx.idempotencyKey.endsWith("/late") ? " late" : "";
    const call = `${sagaId} ${step} ${site.kind} ${sequence}${late}`;
    this.#story?.(
      `${machine.name} calls ${site.operation} of ${sagaId} (${site.kind}, ${sequence}${redelivered ? ", redelivered" : ""}${late})`,
    );
    if (late === "" && !this.#called.has(call))
      this.breaks("commit before effect", `${machine.name} calls ${call} before any commit says so`);
    // A stale worker does not know better: that it calls at all is another law, and its epoch tells.
    const before = this.#delivered.get(call);
    if (before !== undefined && before <= epoch && !redelivered)
      this.breaks("marked redelivery", `${machine.name} calls ${call} once more, and does not say so`);
    if (redelivered) this.#met.redelivered++;
    this.#delivered.set(call, Math.max(before ?? 0, epoch));
    const held = this.#leases.get(partitionKey({ saga: this.#rootSaga(sagaId) ?? saga, version, index: partition }));
    if (!machine.tampered && held !== undefined && held.epoch > epoch)
      this.breaks(
        "no call in another's time",
        `${machine.name} calls ${call} under epoch ${epoch}, when it was at ${held.epoch}`,
      );
    const { wrong, ended } = this.#limits.began(machine, site.service, ctx.signal);
    for (const what of wrong) this.breaks("limits", what);
    const overInTime = this.#timeLimits.began(machine, site, ctx, nowMs);
    return () => {
      ended();
      overInTime();
    };
  }

  /** Time has passed. */
  looked(nowMs: number): void {
    const heldOf = ({ rootId }: Seen): Held | undefined => this.#leases.get(this.#partitions.get(rootId) ?? "");
    const forgotten = this.#timeLimits.forgotten(nowMs, (id) => this.seen.get(id), heldOf);
    if (forgotten !== null) this.breaks("timers", forgotten);
  }

  committed(machine: string, parts: readonly CommitPart[], results: readonly CommitResult[], nowMs: number): void {
    for (const [index, part] of parts.entries()) {
      const result = results[index];
      if (result?.status !== "committed") {
        this.#met.refused++;
        continue;
      }
      this.commits++;
      const key = partitionKey(part.lease.partition);
      const held = this.#leases.get(key);
      if (held === undefined || held.epoch !== part.lease.epoch || part.lease.owner !== machine)
        this.breaks(
          "one owner",
          `a commit of ${part.sagaId} by ${machine} under epoch ${part.lease.epoch} was taken, when it was at ${held?.epoch ?? 0}`,
        );
      const records = part.records.map((record) => JSON.parse(record) as HistoryRecord);
      this.#story?.(`${machine} commits ${part.sagaId}: ${records.map(told).join(", ") || "nothing new"}`);
      const wrong = this.retention.committed(part, nowMs);
      if (wrong !== null) this.breaks("retention", wrong);
      const isRemoved = this.retention.isRemoved(part.root ?? part.sagaId);
      const seen = isRemoved ? null : this.#folded(part, records);
      this.#partitions.set(part.root ?? part.sagaId, key);
      const news = newsOf(records);
      this.#consumed(part, news);
      if (seen !== null) this.#timers(seen, part, news, nowMs);
    }
  }

  /** A worker has removed what is over in a partition. Returns the roots that are forgotten now. */
  async swept(store: Store, partition: Partition, given: Retention, removal: Removal, nowMs: number): Promise<readonly string[]> {
    const { wrong, forgotten } = await this.retention.swept(store, partition, given, removal, this, nowMs);
    for (const what of wrong) this.breaks("retention", what);
    for (const rootId of forgotten) this.#forget(rootId);
    return forgotten;
  }

  /** As if it had never been. */
  #forget(rootId: string): void {
    const isOf = (id: string): boolean => id === rootId || id.startsWith(`${rootId}//`);
    this.retention.forget(rootId);
    for (const id of [...this.seen.keys()]) {
      if (!isOf(id)) continue;
      this.seen.delete(id);
      this.#timeLimits.forget(id);
    }
    for (const [id, { command }] of [...this.commands]) {
      if (!isOf(command.sagaId)) continue;
      this.commands.delete(id);
      this.#told.delete(id);
      this.#told.delete(`taken ${id}`);
    }
    for (const call of [...this.#called, ...this.#delivered.keys()]) {
      if (!isOf(call.split(" ")[0] ?? "")) continue;
      this.#called.delete(call);
      this.#delivered.delete(call);
    }
  }

  /** What nobody has told in a history, although it was said to be applied; what has no result. */
  commandsLeft(): void {
    for (const [id, { command, result }] of this.commands) {
      const of = `the ${command.kind} ${id} of ${command.sagaId}`;
      if (result === null) this.breaks("one result", `${of} has no result`);
      else if (result.status === "applied" && command.kind === "signal" && !this.#told.has(id))
        this.breaks("one result", `${of} was applied, and no history has it`);
    }
  }

  /** What was stored must be what was seen. */
  stored(id: string, stored: StoredSaga | null, records: readonly StoredRecord[]): void {
    const seen = this.seen.get(id);
    if (seen !== undefined && this.retention.isRemoved(seen.rootId)) {
      const isGone = id === seen.rootId ? stored?.removed === true : stored === null;
      if (!isGone) this.breaks("retention", `${id} was removed, and is there`);
      return;
    }
    if (stored?.version !== seen?.version)
      this.breaks("history replays", `${id} is stored at version ${stored?.version ?? 0}, and ${seen?.version ?? 0} was taken`);
    if (stored === null || stored.conditions.includes("quarantined")) return;
    if (seen === undefined) return;
    const read = foldedEnvelope(stored.snapshot, id, seen.transition, records);
    if (JSON.stringify(read) !== JSON.stringify(seen.envelope))
      this.breaks("history replays", `the stored snapshot of ${id} is not the one that was taken`);
  }

  #rootSaga(sagaId: string): string | null {
    return this.seen.get(rootOf(sagaId))?.definition.saga ?? null;
  }

  #folded(part: CommitPart, records: readonly HistoryRecord[]): Seen | null {
    if (part.conditions.includes("quarantined")) {
      const why = records.flatMap((record) => (record.type === "quarantined" ? [record.message] : []));
      this.breaks("no quarantine", `${part.sagaId}: ${why.join("; ")}`);
      return null;
    }
    let seen = this.seen.get(part.sagaId);
    const written = "rest" in part.snapshot ? null : nextEnvelope(seen?.envelope ?? null, part.snapshot, part.sagaId);
    const miscounted = seen === undefined ? null : replaced(seen, part, records);
    if (miscounted !== null) this.breaks("history replays", miscounted);
    for (const record of records) {
      if (record.type === "called") this.#called.add(`${part.sagaId} ${record.step} ${record.kind} ${record.entry}`);
      if (record.type === "started") {
        const unit = this.#units.get(`${record.saga}/${record.body ?? ""}`);
        if (unit === undefined || seen !== undefined) {
          this.breaks(
            "history replays",
            `${part.sagaId} was started ${unit === undefined ? `as ${record.saga}, which is not there` : "twice"}`,
          );
          return null;
        }
        if (written === null) break;
        const state = unit.transition.initial({ input: record.input, seed: record.seed });
        const { definition, tables, transition } = unit;
        seen = {
          definition,
          tables,
          transition,
          id: part.sagaId,
          rootId: part.root ?? part.sagaId,
          state,
          version: 0,
          envelope: written,
          status: part.status,
          conditions: [],
          timers: new Map(),
          log: [],
        };
        this.seen.set(part.sagaId, seen);
      } else if (seen !== undefined) {
        seen.log.push({ before: seen.state, stands: countedIn(record) });
        seen.state = stateAfter(seen.transition, seen.state, record);
      }
    }
    if (seen === undefined) {
      this.breaks("history replays", `${part.sagaId} has no start in its history`);
      return null;
    }
    seen.version++;
    const envelope = written ?? ledBy(seen, part, records);
    seen.envelope = envelope;
    seen.status = part.status;
    seen.conditions = part.conditions;
    if (!same(seen.state.value, envelope.state.value) || !same(seen.state.context, envelope.state.context))
      this.breaks(
        "history replays",
        `the history of ${part.sagaId} folds to ${JSON.stringify(seen.state.value)}, its snapshot says ${JSON.stringify(envelope.state.value)}`,
      );
    return seen;
  }

  #consumed(part: CommitPart, records: readonly HistoryRecord[]): void {
    for (const record of records) {
      if (record.type !== "command") continue;
      // A cancel that waits for the pivot is told by each worker that takes it up: once more is no more.
      if (record.kind !== "cancel" && this.#told.has(`taken ${record.id}`))
        this.breaks("one result", `${record.id} took effect twice`);
      this.#told.add(`taken ${record.id}`).add(record.id);
    }
    for (const record of records) if (record.type === "signalKept") this.#told.add(record.id);
    for (const { id, result } of part.consume) {
      const there = this.commands.get(id);
      if (there === undefined) this.breaks("one result", `${id} was consumed, and nobody sent it`);
      else if (there.result !== null) this.breaks("one result", `${id} has a second result`);
      else there.result = result;
    }
  }

  #timers(seen: Seen, part: CommitPart, records: readonly HistoryRecord[], nowMs: number): void {
    for (const record of records) {
      const wrong = this.#timeLimits.committed(seen, part, record, nowMs);
      if (wrong !== null) this.breaks("timers", wrong);
      if (record.type !== "timer") continue;
      this.timersFired++;
      if (isLimit(seen, record.timer)) continue;
      const dueMs = seen.timers.get(record.timer);
      if (dueMs === undefined) this.breaks("timers", `${record.timer} of ${seen.id} fired, and was not set`);
      else if (dueMs > nowMs) this.breaks("timers", `${record.timer} of ${seen.id} fired ${dueMs - nowMs} ms early`);
    }
    for (const key of part.clearTimers) seen.timers.delete(key);
    for (const timer of part.setTimers)
      seen.timers.set(timer.key, "atMs" in timer ? Math.max(timer.atMs, nowMs) : nowMs + Math.max(0, timer.delayMs));
    for (const { key, delayMs } of effectsOf(seen.tables, seen.state).timers.values()) {
      // A call's time is kept by whoever makes it.
      if (!seen.timers.has(key) && delayMs !== null) this.breaks("timers", `${seen.id} waits for ${key}, which is not set`);
    }
  }
}

/** Of a call of a handler. */
function isLimit({ tables }: Seen, timer: string): boolean {
  const call = timer.replace(/\.timeout#\d+$/, "");
  return call !== timer && tables.calls[call]?.children === undefined;
}
