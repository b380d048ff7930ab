import type { StoredSnapshot, WrittenSnapshot } from "../store/store.ts";
import type { Tail } from "./attempts.ts";
import { changesOf } from "./change.ts";
import type { SagaContext } from "./definition.ts";
import { type Envelope, writeEnvelope } from "./envelope.ts";
import { restOf } from "./logged.ts";

/** What a store keeps of a member's snapshot, as its worker knows it. */
export interface Kept {
  /** As last committed. */
  readonly envelope: Envelope;
  /** Characters of the text that was last written whole. */
  readonly wholeChars: number;
  /** Changes since, and their characters. */
  readonly changes: number;
  readonly changeChars: number;
  /**
   * Commits since these that left it as it was (of one that was read: records since, those that were counted too), what stands beside the log then
   * (`null`: as the envelope says, not worked out), and whether it was checked.
   */
  readonly logged: number;
  readonly rest: string | null;
  readonly checked: boolean;
  /** How many records lead on from them. */
  readonly led: number;
  /** The end of its log, whatever the snapshot knows of it. */
  readonly tail: Tail | null;
}

/** When a commit writes a snapshot whole, and what else otherwise. */
export interface SnapshotPolicy {
  /** `snapshots`: what changed of it. `events`: nothing, where its records say what changed. */
  readonly history: HistoryMode;
  /** At the latest every so many commits whole. 1: always. */
  readonly every: number;
  /** Whole where it has up to so many characters: two texts for one cost more than they save. */
  readonly smallChars: number;
}

export type HistoryMode = "snapshots" | "events";

/** `every`: as a worker's options say it (a whole number from 1), for sagas of any size; left out: what was measured to cost least. */
export function snapshotPolicy(
  every: number | undefined,
  history: HistoryMode = "snapshots",
  smallChars = SMALL_CHARS,
): SnapshotPolicy {
  if (every === undefined) return { history, every: 64, smallChars };
  return { history, every, smallChars: 0 };
}

/** How a member stands after a commit. */
export interface Outlook {
  /** It has nothing more to do. */
  readonly ended: boolean;
  /** Its outcome stands, or it has a condition: who looks at it may not know its definition. */
  readonly told: boolean;
  /** It wants no call, so that it will be let go, and read again. */
  readonly rests: boolean;
}

/** What a commit makes of a member's log. */
export interface LogOutlook {
  /** Records that it adds, less those that they take the place of. */
  readonly added: number;
  readonly tail: Tail | null;
  /** The snapshot is to be written, since they take the place of some that it does not know of. */
  readonly needsSnapshot: boolean;
}

/**
 * What a commit writes of a member, and what is kept of it then. Whole: the first time, when it has nothing more to do, and when the changes
 * would outgrow what they spare. Pure.
 */
export function snapshotOf(
  envelope: Envelope,
  kept: Kept | null,
  policy: SnapshotPolicy,
  outlook: Outlook,
  { added, tail, needsSnapshot }: LogOutlook,
): { readonly snapshot: WrittenSnapshot; readonly kept: Kept } {
  if (kept !== null && !outlook.ended && kept.changes + kept.logged + 1 < policy.every) {
    if (!needsSnapshot && isLogged(envelope.state, kept, policy, outlook)) {
      const rest = restOf(envelope);
      const before = kept.rest ?? restOf(kept.envelope);
      const snapshot = { rest: rest === before ? null : rest };
      const led = kept.led + added;
      return { snapshot, kept: { ...kept, envelope, rest, logged: kept.logged + 1, checked: false, led, tail } };
    }
    if (kept.wholeChars > policy.smallChars && kept.logged === 0) {
      const change = JSON.stringify(changesOf({ ...kept.envelope }, { ...envelope }));
      const changeChars = kept.changeChars + change.length;
      if (changeChars < kept.wholeChars) {
        return { snapshot: { change }, kept: { ...kept, envelope, rest: null, changes: kept.changes + 1, changeChars, tail } };
      }
    }
  }
  const whole = writeEnvelope(envelope);
  const none = { changes: 0, changeChars: 0, logged: 0, rest: null, checked: false, led: 0 };
  return { snapshot: { whole }, kept: { envelope, wholeChars: whole.length, ...none, tail } };
}

/** How many of the last records of its log a commit may replace that need not write its snapshot: those that no text of it knows of. */
export function roomOf(
  state: { readonly context: SagaContext },
  kept: Kept | null,
  policy: SnapshotPolicy,
  outlook: Outlook,
): number {
  const writes = kept === null || outlook.ended || kept.changes + kept.logged + 1 >= policy.every;
  return writes || !isLogged(state, kept, policy, outlook) ? Number.POSITIVE_INFINITY : kept.led;
}

/** Whether its records say enough: see `logged.ts`. */
function isLogged(
  { context }: { readonly context: SagaContext },
  kept: Kept,
  { history }: SnapshotPolicy,
  { told, rests }: Outlook,
): boolean {
  if (history !== "events" || told || (rests && kept.wholeChars <= SMALL_CHARS)) return false;
  const before = kept.envelope.state.context;
  return context.failure === before.failure && context.latched === null && before.latched === null;
}

/** Whether the log of a member has grown so long that it is to be read, and must equal what is in hand, before a whole snapshot takes its place. */
export function isUnchecked(kept: Kept | null, { every }: SnapshotPolicy): boolean {
  return kept !== null && kept.logged > 0 && !kept.checked && kept.changes + kept.logged + 1 >= every;
}

/** The same of one that was read. `counted`: how many records those stand for that lead on from its texts. */
export function keptOf(envelope: Envelope, { whole, changes, log }: StoredSnapshot, counted: number, tail: Tail | null): Kept {
  const changeChars = changes.reduce((sum, change) => sum + change.length, 0);
  // Also where none of its records has an event: a change would have no text to be of.
  const logged = log === undefined ? 0 : Math.max(1, counted);
  const led = log === undefined ? 0 : log.upTo - log.after;
  const written = { wholeChars: whole.length, changes: changes.length, changeChars };
  return { envelope, ...written, logged, rest: null, checked: true, led, tail };
}

/** Leaves the snapshot as it is, whatever it says. */
export const UNCHANGED: WrittenSnapshot = { rest: null };

const SMALL_CHARS = 4_096;
