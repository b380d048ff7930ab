import type { StoredSnapshot, WrittenSnapshot } from "../store/store.ts";
import { changesOf } from "./change.ts";
import { type Envelope, writeEnvelope } from "./envelope.ts";

/** What a store keeps of a member's snapshot, as its worker knows it. */
export interface Kept {
  /** As last committed. */
  readonly envelope: Envelope;
  /** Characters of the text that was last written whole. */
  readonly wholeChars: number;
  /** Changes since, and their characters. */
  readonly changes: number;
  readonly changeChars: number;
}

/** When a commit writes a snapshot whole, and when what changed of it. */
export interface SnapshotPolicy {
  /** At the latest every so many commits whole. 1: always. */
  readonly every: number;
  /** Whole where it has up to so many characters: two texts for one cost more than they save. */
  readonly smallChars: number;
}

/** `every`: as a worker's options say it, for sagas of any size; left out: what was measured to cost least. */
export function snapshotPolicy(every: number | undefined): SnapshotPolicy {
  if (every === undefined) return { every: 64, smallChars: 4_096 };
  if (!Number.isSafeInteger(every) || every < 1) {
    throw new RangeError(`snapshotEvery is a whole number of commits from 1, not ${every}`);
  }
  return { every, smallChars: 0 };
}

/**
 * What a commit writes of a member, and what is kept of it then. Whole: the first time, when it has nothing more to do, and when the changes
 * would outgrow what they spare. Pure.
 */
export function snapshotOf(
  envelope: Envelope,
  kept: Kept | null,
  policy: SnapshotPolicy,
  hasEnded: boolean,
): { readonly snapshot: WrittenSnapshot; readonly kept: Kept } {
  if (kept !== null && !hasEnded && kept.changes + 1 < policy.every && kept.wholeChars > policy.smallChars) {
    const change = JSON.stringify(changesOf({ ...kept.envelope }, { ...envelope }));
    const changeChars = kept.changeChars + change.length;
    if (changeChars < kept.wholeChars) {
      return { snapshot: { change }, kept: { ...kept, envelope, changes: kept.changes + 1, changeChars } };
    }
  }
  const whole = writeEnvelope(envelope);
  return { snapshot: { whole }, kept: { envelope, wholeChars: whole.length, changes: 0, changeChars: 0 } };
}

/** The same of one that was read. */
export function keptOf(envelope: Envelope, { whole, changes }: StoredSnapshot): Kept {
  const changeChars = changes.reduce((sum, change) => sum + change.length, 0);
  return { envelope, wholeChars: whole.length, changes: changes.length, changeChars };
}

/** Leaves the snapshot as it is, whatever it says. */
export const UNCHANGED: WrittenSnapshot = { change: "{}" };
