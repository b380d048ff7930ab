import { rootOf } from "../store/partition.ts";
import type { PendingCommand, SagaCondition, SagaStatus } from "../store/store.ts";
import type { Failure, SagaEvent } from "./definition.ts";
import type { WantedCall } from "./effects.ts";
import type { KeptSignal, LateUndo } from "./envelope.ts";
import type { CallRef } from "./history.ts";
import type { Kept } from "./kept.ts";
import { callRef, type Standing } from "./step.ts";
import type { Place } from "./turns.ts";
import type { Unit } from "./unit.ts";

/**
 * A root and what it runs as instances of its own, as a worker has it in hand: one queue, one commit. Members that have ended are let go;
 * of them stays what their parent has to know. Only the loop changes a family, when a draft is committed.
 */
export interface Family {
  readonly rootId: string;
  correlationId: string;
  /** When its first commit was, by the store's clock; `null`: it was not yet. */
  beganAtMs: number | null;
  /** By saga id, the root among them. */
  readonly members: Map<string, Member>;
  /** Every child there ever was. */
  readonly items: Map<string, Item>;
  /** What was begun for each call that runs instances, by `<parent id>//<name>.<entry>`. */
  readonly runs: Map<string, Run>;
  /** By `<parent id>//<name>`: how far the undo of its instances came, the last first. */
  readonly cursors: Map<string, Cursor>;
  shared: Shared;
  /** A cancel that waits for the pivot: consumed when the pivot is settled. */
  latchedCancels: readonly PendingCommand[];
  quarantined: boolean;
  /** It is set aside, and was read as if it were not, since a person has asked for it. */
  releasing: Releasing | null;
  /** It was removed after its end, which was this; `null`: it is there. */
  removed: SagaStatus | null;
  /** Why it cannot be read, for the commit that sets it aside. */
  unreadable: string | null;
  /** Of members that cannot be read, or are not, since the family was set aside or removed: what is there, by saga id. */
  readonly unread: Map<string, Unread>;
  /** Inputs that are not yet taken, oldest first. */
  queue: Input[];
  /** Those that the commit under way takes. */
  taking: readonly Input[];
  phase: "loading" | "idle" | "committing";
  /** A hand-over came to nothing while it was not idle: what its members want is looked at after its commit, all of them. */
  resumed: boolean;
  /** Calls under way, over all members. */
  calls: number;
  /** Those of them that no member wants any more: told to abort, and nobody waits for them. */
  unwanted: number;
  /** Calls that have their turn and are not yet made, and those that wait for it: by member, then by identity. */
  readonly places: Map<string, Map<string, Place>>;
}

export interface Unread {
  readonly version: number;
  readonly status: SagaStatus;
  readonly conditions: readonly SagaCondition[];
  /** Those that are set, and when each is due by the store's clock. */
  readonly timers: ReadonlyMap<string, number>;
}

/** What takes a family back to work that is set aside. */
export interface Releasing {
  readonly input: Extract<Input, { kind: "command" }>;
  /** By member: when timers were due that were taken away when it was set aside. Of one that an older runtime set aside nothing is known. */
  readonly dueAtMs: Map<string, ReadonlyMap<string, number>>;
  /** What it was to begin with; `null`: it has begun. */
  unbegun: string | null;
}

/** What a family has in common. Replaced, never changed. */
export interface Shared {
  readonly mailbox: readonly KeptSignal[];
  /** Bytes of what is in it. */
  readonly mailboxBytes: number;
  readonly incomplete: readonly string[];
  /** Ids of cancels that wait for the pivot, and that the history has. */
  readonly latched: readonly string[];
  /** The next wait that begins gets this number. */
  readonly nextWait: number;
  /** Children that have not ended, or whose endings still run. */
  readonly working: number;
  /** What of children shows on the root, by saga id. */
  readonly notes: ReadonlyMap<string, Note>;
}

export interface Note {
  readonly parked: readonly string[];
  readonly overdue: boolean;
}

export interface Member {
  readonly id: string;
  readonly unit: Unit;
  /** As last committed. */
  version: number;
  state: MemberState;
  /** What the store has of its snapshot; `null`: nothing yet. */
  kept: Kept | null;
  /** Timers that are set, and when each is due by the store's clock. */
  readonly dueAtMs: Map<string, number>;
  /** Calls that this worker is making, by identity. */
  readonly running: Map<string, AbortController>;
  /** Time limits of these, by the timer's key. No store knows of them: who takes over makes the calls anew, and their time begins anew. */
  readonly limits: Map<string, Limit>;
  /** Calls that were wanted when this family was taken over: their delivery is a repeat. */
  readonly redelivered: Set<string>;
}

/** The time limit of a call that is being made. */
export interface Limit {
  /** Of the call. */
  readonly identity: string;
  /** When it is due by the store's clock, as far as that is known here: for its order among what comes from the store. */
  readonly dueAtMs: number;
  /** And by the worker's own, which never jumps: not before. */
  readonly dueMonotonicMs: number;
  /** It has: what that means for the family is in its queue, or was taken. */
  readonly hasRunOut: boolean;
  end(): void;
}

/** Where one member stands. Replaced, never changed. */
export interface MemberState {
  readonly standing: Standing;
  /** Open waits, by identity: their number in the family. */
  readonly waits: ReadonlyMap<string, number>;
  readonly lateUndos: readonly LateUndo[];
  /** First failures of what it runs, by the call's identity. */
  readonly failures: Readonly<Record<string, Failure>>;
  /** Calls that wait for their turn, or were decided by a worker that was already draining: no commit has said yet that they are made. */
  readonly undelivered: readonly string[];
  /** In its history; and how many of these are of attempts after the first ones (`isOfRetries`). */
  readonly records: number;
  readonly retries: number;
}

/** What a parent knows of a child. */
export interface Item {
  readonly status: SagaStatus;
  readonly ending: boolean;
  /** Kept where the answer brings it, else left out; after a recovery it is read again. */
  readonly output?: unknown;
  readonly failure?: Failure;
}

/** The instances of one call, counted, so that no end of one of them costs a look at the others. */
export interface Run {
  readonly created: number;
  readonly running: number;
  readonly ending: number;
  readonly completed: number;
  /** One input for each instance; `null` until it is asked for. */
  readonly inputs: readonly unknown[] | null;
  /** Those that run were told to turn back. */
  readonly cancelled: boolean;
}

export interface Cursor {
  readonly entry: number;
  readonly index: number;
}

/** Something that happened to a family, not yet taken. */
export type Input =
  | { readonly kind: "start"; readonly command: PendingCommand }
  | { readonly kind: "command"; readonly command: PendingCommand }
  | {
      readonly kind: "answer";
      readonly member: string;
      readonly identity: string;
      readonly call: CallRef;
      readonly outcome: AnswerOutcome;
      readonly event: SagaEvent;
    }
  /** User code that must not throw did: the saga is set aside. */
  | { readonly kind: "defect"; readonly message: string }
  | { readonly kind: "timer"; readonly member: string; readonly key: string; readonly dueAtMs: number }
  /** Taken over from a worker that is gone. */
  | { readonly kind: "takeOver" }
  /** There is more to begin than one commit should hold, or calls that were left to another owner are made here after all. */
  | { readonly kind: "continue"; readonly members: readonly string[] };

/** That what is set aside be released; `null`: nobody has asked for it. */
export function releaseAsked({ quarantined, queue }: Family): Releasing["input"] | null {
  if (!quarantined) return null;
  for (const input of queue) if (input.kind === "command" && input.command.kind === "release") return input;
  return null;
}

/** What a call answered, as its saga takes it. */
export function answerOf(
  member: string,
  wanted: WantedCall,
  answer: { readonly outcome: AnswerOutcome; readonly event: SagaEvent },
): Input {
  return { kind: "answer", member, identity: wanted.identity, call: callRef(wanted), ...answer };
}

/** Its answer is there, and no commit has taken it yet: it is still wanted, and must not be made again. */
export function isAnswered({ queue, taking }: Family, member: string, identity: string): boolean {
  const isIts = (input: Input) => input.kind === "answer" && input.member === member && input.identity === identity;
  return queue.some(isIts) || taking.some(isIts);
}

/** `refused`: by a participant's fence. */
export type AnswerOutcome = "completed" | "declared" | "badOutput" | "unknown" | "refused";

export function newFamily(rootId: string, phase: "loading" | "idle"): Family {
  return {
    rootId,
    correlationId: rootId,
    beganAtMs: null,
    members: new Map(),
    items: new Map(),
    runs: new Map(),
    cursors: new Map(),
    shared: { mailbox: [], mailboxBytes: 0, incomplete: [], latched: [], nextWait: 1, working: 0, notes: new Map() },
    latchedCancels: [],
    quarantined: false,
    releasing: null,
    removed: null,
    unreadable: null,
    unread: new Map(),
    queue: [],
    taking: [],
    phase,
    resumed: false,
    calls: 0,
    unwanted: 0,
    places: new Map(),
  };
}

export function newMember(id: string, unit: Unit, version: number, state: MemberState): Member {
  return {
    id,
    unit,
    version,
    state,
    kept: null,
    dueAtMs: new Map(),
    running: new Map(),
    limits: new Map(),
    redelivered: new Set(),
  };
}

export function newRun(): Run {
  return { created: 0, running: 0, ending: 0, completed: 0, inputs: null, cancelled: false };
}

/** A timer that was handed over is still set until its commit, so it is read again meanwhile: once is enough. */
export function isFiring({ queue, taking }: Family, { member, key }: Extract<Input, { kind: "timer" }>): boolean {
  const same = (input: Input) => input.kind === "timer" && input.member === member && input.key === key;
  return queue.some(same) || taking.some(same);
}

/** What tells one call's instances from all others of the family. */
export function runKey(parentId: string, name: string, entry: number): string {
  return `${parentId}//${name}.${entry}`;
}

export interface ChildName {
  readonly parent: string;
  /** The call that runs it: `$foreach1`, `trip`. */
  readonly name: string;
  readonly entry: number;
  readonly index: number;
}

/** The parts of a child's id, `<parent id>//<name>.<entry>.<index>`; `null` for a root's. */
export function childName(id: string): ChildName | null {
  if (rootOf(id) === id) return null;
  const split = id.lastIndexOf("//");
  const parts = id.slice(split + 2).split(".");
  const [index, entry] = [Number(parts.pop()), Number(parts.pop())];
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(entry)) throw new Error(`${id} is no child's id`);
  return { parent: id.slice(0, split), name: parts.join("."), entry, index };
}

/** Everything that a member's state wants to be called: also compensations of steps that answered after them. */
export function callsOf(unit: Unit, state: MemberState): ReadonlyMap<string, WantedCall> {
  const { calls } = state.standing.effects;
  if (state.lateUndos.length === 0) return calls;
  const all = new Map(calls);
  for (const { call, entry, output } of state.lateUndos) {
    const site = unit.tables.calls[call];
    if (site === undefined) continue;
    const identity = lateIdentity(call, entry);
    all.set(identity, { identity, id: call, site, entry, attempt: 1, abort: false, late: { output } });
  }
  return all;
}

/** The key of a call's time limit. */
export function limitOf({ id, entry, late }: WantedCall): string {
  return late === undefined ? `${id}.timeout#${entry}` : lateLimit({ call: id, entry });
}

/** The key of its timer. */
export function lateLimit({ call, entry }: Pick<LateUndo, "call" | "entry">): string {
  return `${call}.timeout#late${entry}`;
}

export function lateIdentity(call: string, entry: number): string {
  return `${call}#late${entry}`;
}
