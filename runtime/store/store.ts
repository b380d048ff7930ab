/**
 * THE interface of every store, and its contract. `conformance` (in `test/conformance/store.ts`) holds each sentence of it as a case.
 *
 * Vocabulary. A *partition* is one of `partitions` shares of one saga at one version, the unit of ownership. A worker holds it by a *lease*, which
 * carries an *epoch* that only ever grows; every commit names its lease, and the store refuses a stale one in the same atomic step. A *commit* is
 * one atomic write for one saga; it names the version it was computed from. A *family* is a root saga and the children that it runs (items, rounds,
 * called sagas), each a saga of its own in the root's partition, with an id that begins with the root's and `//`.
 *
 * Lost replies. Any call may reject with `StoreError` code `RT2002 outcome-unknown`: the write may or may not have happened. No adapter repeats a
 * write by itself, and none lets its client library do it. Whoever called reads again (`load` shows `commitId`), then decides; every operation may
 * be repeated with the same arguments without a second effect.
 *
 * Time. Due times and expiries are computed by the store's own clock; callers hand in delays, and instants only where the business itself names one
 * (`sleep until`). Where a virtual clock is configured (tests, simulation) its time is used instead. All times are milliseconds since the epoch.
 *
 * Snapshots. A commit writes one whole, or what changed of it since the version it was computed from; a store keeps the last whole one and all
 * changes since, in order, and answers with both. Or it leaves them as they are, since its records say what changed: then the store answers also with
 * which records those are. What a change says, and when the next whole one is written, is its writer's business.
 *
 * Text. Snapshots, changes, payloads and history records are opaque text to the store, kept byte for byte (the order of keys is part of the state);
 * text that UTF-8 cannot hold is refused (RT1011).
 *
 * Within a commit timers are cleared before others are set. Consuming a command that is unknown or consumed already is nothing: its first result
 * stays. A repeated take of a lease raises the epoch once more: without a second effect only in that the first one is stale.
 *
 */
export interface Store {
  /** `sqlite`, `redis`, `postgres`, `memory`: for messages and metrics. */
  readonly kind: string;
  /** Shares per saga@version. Fixed when a store is first used; a store opened with another number is refused. */
  readonly partitions: number;
  /** A snapshot of up to so many characters costs less written whole at each commit than by changes. Nothing but speed hangs on it. */
  readonly smallSnapshotChars: number;

  /** The store's clock. */
  now(): Promise<number>;

  /**
   * Takes or renews the lease of each partition that is free, expired, or held by `owner` already. Taking it (also by the same owner
   * anew, when `lease.epoch` is not named) raises the epoch; renewing (naming the epoch held) extends it and keeps the epoch.
   * Answers in the order asked: the lease, or `null` where another worker holds it (or, for a renewal, where it was lost).
   */
  lease(requests: readonly LeaseRequest[], owner: string, ttlMs: number): Promise<(Lease | null)[]>;

  /** Gives leases back at once; a stale one is ignored. */
  release(leases: readonly Lease[]): Promise<void>;

  /**
   * Says that a worker is here and serves these sagas, for `ttlMs` from now unless it says so again; with 0 it leaves. Answers with every
   * worker that is here, itself among them, sorted by owner.
   */
  attend(worker: Attendance, ttlMs: number): Promise<Attendance[]>;

  /**
   * Every partition that has work (a command that is not consumed, a root that is `live`), and who holds it, sorted by its key. `of`: of these
   * sagas only; `null`: of all that were ever written here.
   */
  occupied(of: readonly SagaVersion[] | null): Promise<Occupied[]>;

  /**
   * Appends a command, by anyone, with no lease. Deduplicated by `command.id` within its partition, in the same atomic step: a repeat
   * answers with what is already there and appends nothing, also after the command was consumed. A `start` is deduplicated by saga and id
   * over all versions: where another version has one, that one is told of, whatever has its id here, and nothing is appended. What is no start is appended only where its
   * saga or a start of it is there: nobody would ever take what is asked of one that was never started here, or is forgotten.
   *
   * `transaction`: as a part of it, so that the command is there when that commits, in whatever order transactions do, and not if it does
   * not; its errors come as they are, and nothing is repeated. Above READ COMMITTED `absent` is as of its snapshot. Only where store and service
   * share a database; elsewhere RT1015.
   */
  append(partition: Partition, command: Command, transaction?: Transaction): Promise<AppendResult>;

  /** Commands not yet consumed, also of kinds unknown here: oldest first, at most `limit`, up to `bytes` (`pending.ts`); of roots `setAside` only releases. */
  pending(partition: Partition, limit: number, bytes?: number, setAside?: readonly string[]): Promise<PendingCommand[]>;

  /**
   * Commits each family atomically on its own: all of its parts or none; a refused one does not take other families along. Answers in the
   * order asked; a part that was refused for another of its family answers `conflict` with what is there. A saga appears at most once in a
   * call, a family under one lease. Either all of a commit is visible or nothing of it: snapshot, history, timers and consumed commands.
   */
  commit(parts: readonly CommitPart[]): Promise<CommitResult[]>;

  /** One saga as last committed; `null` if there is none. */
  load(partition: Partition, sagaId: string): Promise<StoredSaga | null>;

  /** Ids of all sagas of the partition, children too, that are `active`, in a fixed order, after `cursor`, at most `limit`. */
  active(
    partition: Partition,
    cursor: string | null,
    limit: number,
  ): Promise<{ readonly ids: string[]; readonly cursor: string | null }>;

  /** The children of a root, ended ones too, in a fixed order, after `cursor`, at most `limit`. */
  children(
    partition: Partition,
    rootId: string,
    cursor: string | null,
    limit: number,
  ): Promise<{ readonly children: StoredChild[]; readonly cursor: string | null }>;

  /**
   * Roots that a search finds, in the order of their places (when they began, then id, then partition). At most `limit`, and fewer also where
   * more come: a page looks at a bounded number of them. `next`: after which place the next page begins; `null`: there is none.
   * Of what is there, and found, all the time no page leaves anything out and none has it twice, whatever else comes, ends or goes meanwhile.
   */
  list(search: Search, page: SearchPage): Promise<{ readonly sagas: ListedSaga[]; readonly next: Place | null }>;

  /** How many roots a search finds. */
  count(search: Search): Promise<number>;

  /** Every saga, at every version, of which there is an instance; may name some that are wholly forgotten, or were only asked about. */
  sagas(): Promise<SagaVersion[]>;

  /**
   * Takes away what is over in a partition. A root is over from the commit at which it has ended, is not `live`, and has no condition that wants
   * a person (`parked`, `quarantined`), and until one that says otherwise. `keepMs` later its snapshot, history and timers are taken away, and
   * those of its family; it is found by no search, and `load` says that it is `removed`. `rememberMs` after that it is forgotten, with its commands
   * and their results: until then a command of one of their ids is a repeat. A part of a commit that was computed before is a conflict.
   *
   * Needs no lease: what is over is looked at in the same atomic step, by the store's clock. Takes about `limit` rows at most; `more`: call again.
   */
  remove(partition: Partition, retention: Retention, limit: number): Promise<Removal>;

  /** Timers that are due, earliest first, at most `limit`, and when the next one after those is due. Reads only: a commit clears them. */
  due(partition: Partition, limit: number): Promise<DueTimers>;

  /**
   * History of one saga in order, after record number `after` (first: 0), at most `limit`, and none after those that have `bytes` bytes (`history.ts`).
   * The last ones may be replaced meanwhile.
   */
  history(partition: Partition, sagaId: string, after: number, limit: number, bytes?: number): Promise<StoredRecord[]>;

  /** The command's durable result, or `null` while it is pending or unknown. */
  commandResult(partition: Partition, commandId: string): Promise<CommandResult | null>;

  /**
   * Hints that something changed; never relied upon (poll too). `listener` gets the partition's key and, where known, the root's id, whatever of its
   * family was committed. Returns what ends the subscription.
   */
  watch(listener: (hint: Hint) => void): () => void;

  /** Waits for what is under way, then lets go of every resource. Calls after that reject with `RT2003 store-closed`. */
  close(): Promise<void>;
}

export interface SagaVersion {
  readonly saga: string;
  readonly version: number;
}

/** One share of one saga at one version. */
export interface Partition extends SagaVersion {
  /** `0 .. partitions - 1` */
  readonly index: number;
}

export interface LeaseRequest {
  readonly partition: Partition;
  /** The epoch held, to renew it; `null` to take it. */
  readonly epoch: number | null;
}

export interface Lease {
  readonly partition: Partition;
  readonly owner: string;
  /** The fencing token: grows with every change of hands, from 1. */
  readonly epoch: number;
  /** By the store's clock. */
  readonly expiresAtMs: number;
  /**
   * Where the data can go back in time (a server that fails over, or is restarted without its last writes): under which server it was given.
   * Under another one it is stale, and nobody gets the partition before a whole lease has passed, counted from the first who asks.
   */
  readonly server?: string;
}

/** A worker that is here. */
export interface Attendance {
  readonly owner: string;
  readonly serves: readonly SagaVersion[];
}

/** A partition that has work. */
export interface Occupied {
  readonly partition: Partition;
  /** `null`: nobody holds it, or a lease that has run out. */
  readonly owner: string | null;
  /** Until the owner's lease runs out, by the store's clock; 0 where there is none. */
  readonly remainingMs: number;
  /** For how long there has been work and no owner; 0 where there is one. */
  readonly unownedMs: number;
}

export interface Command {
  /** 1 to 255 bytes; unique in its partition. A start's is `start:<saga id>`. */
  readonly id: string;
  readonly sagaId: string;
  readonly kind: "start" | "signal" | "cancel" | "operator" | "release";
  /** JSON text. */
  readonly payload: string;
}

/** A connection to the store's own database on which the caller has begun a transaction. A client of `pg` is one. */
export interface Transaction {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

export type AppendResult =
  | { readonly status: "appended" }
  /** A start of this id, with this payload, is there under another version of the saga. */
  | { readonly status: "elsewhere"; readonly version: number; readonly payload: string }
  /** Neither the saga of which it is asked nor a start of it is there. */
  | { readonly status: "absent" }
  /** A command of this id is there already, with this payload. */
  | { readonly status: "duplicate"; readonly kind: Command["kind"]; readonly payload: string };

export interface PendingCommand extends Command {
  /** Grows in the order of acceptance. One of a transaction that commits late may show behind greater ones that were consumed already. */
  readonly position: string;
  readonly acceptedAtMs: number;
}

export interface CommandResult {
  readonly status: "applied" | "refused";
  /** A run-time code where it was refused. */
  readonly code: string | null;
  readonly message: string | null;
}

export interface CommitPart {
  readonly lease: Lease;
  readonly sagaId: string;
  /** Of a child: the id of its root, with which it is committed; `null`: it is a root itself. Never changes. */
  readonly root: string | null;
  /** Of a root: whether it or its family still has work, also after its own end. Of a child it says nothing. */
  readonly live: boolean;
  /** Whether it wants something that no timer and no command brings: whoever takes the partition over has to read it. */
  readonly active: boolean;
  /** Names this very write: `load` shows the last one, so that a lost reply can be settled. */
  readonly commitId: string;
  /** Version this was computed from; 0: the saga must not exist yet. The version after the commit is one more. */
  readonly expectedVersion: number;
  readonly snapshot: WrittenSnapshot;
  readonly status: SagaStatus;
  /** Sorted; empty for most. */
  readonly conditions: readonly SagaCondition[];
  /** Of a root: what it is found by, now; absent: what it was found by before. Of a child it says nothing. */
  readonly shown?: Shown;
  /** Appended in order; the store numbers them on from the saga's last and gives them its time. */
  readonly records: readonly string[];
  /** So many of the last records are taken away first (else RT2007: of a new saga). A `conflict`: more than are there; with a `rest`, than lead on. */
  readonly replaces?: number;
  /** Timers by key (unique in the saga) to set; setting an existing key moves it. */
  readonly setTimers: readonly TimerToSet[];
  /** Keys to clear; clearing what is not there is nothing. */
  readonly clearTimers: readonly string[];
  /** Commands that this commit consumes, with their results. */
  readonly consume: readonly { readonly position: string; readonly id: string; readonly result: CommandResult }[];
}

/**
 * Text. A whole one drops all that is kept before it. All else is of a saga that is there (`expectedVersion` from 1, else RT2007). `rest`: what is
 * kept stays as it is, and the log leads on from it, with what no record says; `null`: that is as it was. After it, until the next whole one, a
 * change is a `conflict`: there is no text that it could be of.
 */
export type WrittenSnapshot = { readonly whole: string } | { readonly change: string } | { readonly rest: string | null };

/** As it was last written whole, and what changed since, the oldest first: together they are the snapshot of the saga's version, but for `log`. */
export interface StoredSnapshot {
  readonly whole: string;
  readonly changes: readonly string[];
  /**
   * Which records of its history lead on from these texts to the saga's version: those after number `after`, up to `upTo`, as of this version.
   * `rest`: as last written beside them, `null`: not since the texts. Left out where the texts say all.
   */
  readonly log?: { readonly after: number; readonly upTo: number; readonly rest: string | null };
}

/** In ms from now by the store's clock, or at an instant; one that has passed is due now, one beyond 2^53 - 1 then. */
export type TimerToSet = { readonly key: string; readonly delayMs: number } | { readonly key: string; readonly atMs: number };

export type SagaStatus = "running" | "completed" | "compensated";
export const SAGA_STATUSES: readonly SagaStatus[] = ["running", "completed", "compensated"];
/** `ending`: the outcome stands, what is to happen after it still runs. */
export type SagaCondition = "ending" | "overdue" | "parked" | "quarantined";
export const SAGA_CONDITIONS: readonly SagaCondition[] = ["ending", "overdue", "parked", "quarantined"];

export type CommitResult =
  | { readonly status: "committed"; readonly version: number; readonly atMs: number }
  /** The lease is not the current one: stop the effects, re-read, only then ask for the partition again. */
  | { readonly status: "fenced" }
  /** Somebody else wrote: the version and commit that are there (version 0: the saga is not there). */
  | { readonly status: "conflict"; readonly version: number; readonly commitId: string | null };

export interface StoredSaga {
  readonly sagaId: string;
  readonly version: number;
  readonly commitId: string;
  readonly snapshot: StoredSnapshot;
  readonly status: SagaStatus;
  readonly conditions: readonly SagaCondition[];
  /** It was taken away, by `remove`: how it ended is all that is left. Its snapshot is an empty text. */
  readonly removed: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Timers that are set, by key, with the time at which they are due. */
  readonly timers: readonly { readonly key: string; readonly dueAtMs: number }[];
}

export type StoredChild = Pick<StoredSaga, "sagaId" | "status" | "conditions">;

/** What a root is found by beside its id, status and conditions. */
export interface Shown {
  /** Never change in a saga's life. */
  readonly tags: Readonly<Record<string, TagValue>>;
  /** Steps and waits at which the saga itself stands. */
  readonly steps: readonly string[];
  /** Signals that the saga itself waits for. */
  readonly waitingFor: readonly string[];
}

export type TagValue = string | number | boolean | null;

/** All that is named must be so. */
export interface Search {
  readonly saga?: string;
  readonly version?: number;
  readonly status?: SagaStatus;
  readonly condition?: SagaCondition;
  /** By name, each with its value: `{ customer: "kim" }`. */
  readonly tags?: Readonly<Record<string, TagValue>>;
  /** A step or wait at which the saga itself stands: it runs, pauses before another attempt, or is parked. */
  readonly step?: string;
  /** A signal that the saga itself waits for. */
  readonly waitingFor?: string;
  /** Began at this time or later. */
  readonly startedFromMs?: number;
  /** Began before this time. */
  readonly startedToMs?: number;
  /** Was last written before this time. */
  readonly changedToMs?: number;
}

export interface SearchPage {
  /** From the place after it; `null`: from the first. */
  readonly after: Place | null;
  readonly newestFirst: boolean;
  readonly limit: number;
}

/** Where a root stands in lists. It keeps its place for life. */
export interface Place {
  readonly createdAtMs: number;
  /** Encoded. */
  readonly id: string;
  /** The partition's key. */
  readonly partition: string;
}

export interface ListedSaga extends Shown {
  readonly partition: Partition;
  readonly sagaId: string;
  readonly status: SagaStatus;
  readonly conditions: readonly SagaCondition[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface Retention {
  readonly keepMs: number;
  readonly rememberMs: number;
}

export interface Removal {
  /** Roots that were removed, and that were forgotten. */
  readonly removed: number;
  readonly forgotten: number;
  /** Whether there may be more to take away now. */
  readonly more: boolean;
}

export interface DueTimers {
  readonly due: readonly { readonly sagaId: string; readonly key: string; readonly dueAtMs: number }[];
  /** `null`: no timer is set beyond the due ones returned. May be in the past where `limit` cut the list. */
  readonly nextDueAtMs: number | null;
  readonly nowMs: number;
}

export interface StoredRecord {
  /** From 1, without gaps. */
  readonly number: number;
  readonly atMs: number;
  readonly record: string;
}

export interface Hint {
  readonly partition: string;
  readonly sagaId: string | null;
  /** `start`: a command that begins a saga; `command`: any other; `released`: a partition was given back. */
  readonly what: "start" | "command" | "committed" | "ended" | "released";
}
