import type { StoredRecord } from "../store/store.ts";
import type { SagaState } from "./definition.ts";
import { type AttemptRecord, type AttemptsRecord, type HistoryRecord, isOfRetries } from "./history.ts";
import { stateAfter } from "./replay.ts";
import type { Transition } from "./state.ts";

/**
 * Like attempts in a row as one record. From its third attempt on a call that is tried again adds nothing to its log but a number: when an attempt
 * has come to what the one before it came to, one record takes the place of what is counted already, of the attempt's records that are written,
 * and of those that would be. What stays counted is what folds to the same: that is tried before it is counted, on the state.
 */

/** The end of a log, as far as what comes next may be counted with it. */
export interface Tail {
  /** Next to each other, the last one last: more than one where a record had to be left as it was. */
  readonly counted: readonly Counted[];
  /** The attempt that is under way. */
  readonly open: readonly Written[];
  /** In which that one began; `null`: not known. */
  readonly before: SagaState | null;
}

/** Attempts that came to the same. */
interface Counted {
  /** Of the first of them. */
  readonly first: readonly AttemptRecord[];
  readonly times: number;
  readonly firstMs: number;
  /** How many records of the log they are. */
  readonly written: number;
}

/** `atMs`: by the store's clock; `null`: with the commit under way. */
interface Written {
  readonly record: AttemptRecord;
  readonly atMs: number | null;
}

/** Where a saga stands after a commit. */
interface Standing {
  readonly state: SagaState;
  /** Of the timers that are wanted. */
  readonly timers: Iterable<string>;
}

/** How a commit writes its records. */
export interface Followed {
  readonly tail: Tail | null;
  readonly records: readonly HistoryRecord[];
  /** How many of the last ones in the log they take the place of. */
  readonly replaces: number;
  /** They can only do so if the commit writes the snapshot. */
  readonly needsSnapshot: boolean;
}

/**
 * What a commit's records make of the end of the log. `tail`: `null` where nothing is to be counted. `before`: where it stood. `room`: how many of
 * the last records may be replaced without the snapshot being written; `Infinity` where it is.
 */
export function followed(
  tail: Tail | null,
  records: readonly HistoryRecord[],
  before: SagaState | null,
  after: Standing,
  transition: Transition,
  room: () => number,
): Followed {
  const plain = (then: Tail | null): Followed => ({ tail: then, records, replaces: 0, needsSnapshot: false });
  if (tail === null && !records.some(isPauseOver)) return plain(null);
  const next = withRecords(tail ?? { counted: [], open: [], before: null }, records, before);
  const [pause] = next.open;
  if (pause === undefined) return plain(next.counted.length === 0 ? null : next);
  const attempt = next.open.map(({ record }) => record);
  const call = lastCall(attempt);
  if (call === null || !pausesAfter(call, after.timers)) return plain(next);
  const one = countedOnce(next.open);
  if (one === null) return plain(null);
  const last = next.counted.at(-1);
  if (last === undefined || next.before === null || !isLike(last, attempt, next.before, after.state, transition)) {
    return plain({ counted: [one], open: [], before: null });
  }
  const writtenOf = next.open.filter(({ atMs }) => atMs !== null);
  const left = room();
  const needsSnapshot = writtenOf.length > left;
  const place = placeOf(next.counted, writtenOf.length, needsSnapshot ? Number.POSITIVE_INFINITY : left);
  const [first] = place.taken;
  const whole =
    first === undefined
      ? { first: shifted(last.first, last.times), times: 1, firstMs: one.firstMs }
      : { ...first, times: place.taken.reduce((sum, { times }) => sum + times, 1) };
  const record: AttemptsRecord = {
    type: "attempts",
    ...call,
    times: whole.times,
    firstMs: whole.firstMs,
    lastMs: writtenOf.map(({ atMs }) => atMs ?? 0),
    records: whole.first,
  };
  const counted = [...place.left, { ...whole, written: 1 }];
  return { tail: { counted, open: [], before: null }, records: [record], replaces: place.replaces, needsSnapshot };
}

/** Which of those that are counted an attempt joins: all that there is room for. */
function placeOf(
  counted: readonly Counted[],
  attempt: number,
  room: number,
): { readonly left: readonly Counted[]; readonly taken: readonly Counted[]; readonly replaces: number } {
  let at = counted.length;
  let replaces = attempt;
  for (let one = counted[at - 1]; one !== undefined && replaces + one.written <= room; one = counted[at - 1]) {
    replaces += one.written;
    at -= 1;
  }
  return { left: counted.slice(0, at), taken: counted.slice(at), replaces };
}

/** The tail with more records behind it: an attempt goes on, begins, or what comes between two ends what can be counted. */
function withRecords(tail: Tail, records: readonly HistoryRecord[], before: SagaState | null): Tail {
  let { counted, open } = tail;
  let begun = open.length === 0 ? before : tail.before;
  for (const [index, record] of records.entries()) {
    if (open.length > 0 && isPart(open, record)) {
      open = [...open, { record, atMs: null }];
      continue;
    }
    // Of what stood before it in the same commit the state is not known.
    if (open.length > 0 || index > 0 || !isPauseOver(record)) {
      counted = [];
      begun = null;
    }
    open = isPauseOver(record) ? [{ record, atMs: null }] : [];
  }
  return { counted, open, before: begun };
}

function isPart(open: readonly Written[], record: HistoryRecord): record is AttemptRecord {
  const [pause] = open;
  if (pause?.record.type !== "timer" || open.length >= ATTEMPT_MAX) return false;
  const call = pausedCall(pause.record.timer);
  if (record.type === "timer") {
    const timed = timedCall(record.timer);
    return timed !== null && (timed === inquiryOf(call) || (timed === call && pausedCall(record.timer) === null));
  }
  if (record.type !== "called" && record.type !== "answered" && record.type !== "aborted") return false;
  return record.call === call || record.call === inquiryOf(call);
}

/** An attempt that has ended, by itself; `null` where it is one of the first two, or not all of it is of trying again. */
function countedOnce(open: readonly Written[]): Counted | null {
  const first = open.map(({ record }) => record);
  const called = open.find(({ record }) => record.type === "called" && isMain(first, record));
  if (called?.record.type !== "called" || called.atMs === null || called.record.attempt <= 2) return null;
  return first.every(isOfRetries) ? { first, times: 1, firstMs: called.atMs, written: open.length } : null;
}

/** Whether one more attempt came to the same, and would do so by the records of the first. */
function isLike(
  last: Counted,
  attempt: readonly AttemptRecord[],
  before: SagaState,
  after: SagaState,
  transition: Transition,
): boolean {
  if (timeless(shifted(last.first, last.times)) !== timeless(attempt)) return false;
  const folded = last.first.reduce((state, record) => stateAfter(transition, state, record), before);
  return JSON.stringify(folded) === JSON.stringify(after);
}

/** What a commit wrote was written then. */
export function datedTail(tail: Tail | null, atMs: number): Tail | null {
  if (tail === null || tail.open.every((one) => one.atMs !== null)) return tail;
  return { ...tail, open: tail.open.map((one) => (one.atMs === null ? { ...one, atMs } : one)) };
}

/** How many of a log's last records `tailOf` wants; 0: none, since no call pauses there that was tried three times. */
export function tailLength(timers: Iterable<string>): number {
  for (const timer of timers) if (pausedCall(timer) !== null && entryOf(timer) > 2) return 2 * ATTEMPT_MAX;
  return 0;
}

/** The end of a log that is read where calls pause. `null`: what comes next begins anew. */
export function tailOf(log: readonly StoredRecord[], timers: Iterable<string>): Tail | null {
  const records = log.map(({ atMs, record }) => ({ atMs, record: JSON.parse(record) as HistoryRecord }));
  const last = records.at(-1)?.record;
  for (const timer of timers) {
    const call = pausedCall(timer);
    if (call === null) continue;
    if (last?.type === "attempts") {
      if (last.call === call && last.entry === entryOf(timer)) return { counted: countedBack(records), open: [], before: null };
      continue;
    }
    const from = records.findLastIndex(({ record }) => isPauseOver(record) && pausedCall(record.timer) === call);
    const [pause, ...rest] = records.slice(Math.max(0, from));
    if (from === -1 || pause === undefined || !isPauseOver(pause.record)) continue;
    let open: readonly Written[] = [{ record: pause.record, atMs: pause.atMs }];
    for (const { record, atMs } of rest) open = isPart(open, record) ? [...open, { record, atMs }] : [];
    const ended = open.length === 0 ? null : lastCall(open.map(({ record }) => record));
    const one = ended?.entry === entryOf(timer) ? countedOnce(open) : null;
    if (one !== null) return { counted: [one], open: [], before: null };
  }
  return null;
}

/** Those at the end of a log that go on with each other. */
function countedBack(records: readonly { readonly record: HistoryRecord }[]): readonly Counted[] {
  const counted: Counted[] = [];
  for (let at = records.length - 1; at >= 0; at--) {
    const record = records[at]?.record;
    if (record?.type !== "attempts") break;
    const { records: first, times, firstMs } = record;
    const [next] = counted;
    if (next !== undefined && JSON.stringify(shifted(first, times)) !== JSON.stringify(next.first)) break;
    counted.unshift({ first, times, firstMs, written: 1 });
  }
  return counted;
}

/** The records of the last of attempts that are counted. Its times are those of the first. */
export function lastOf({ records, times }: AttemptsRecord): readonly AttemptRecord[] {
  return shifted(records, times - 1);
}

/** Those of them that were written with the record itself, and not before it. */
export function newestOf(record: AttemptsRecord): readonly AttemptRecord[] {
  return lastOf(record).slice(record.lastMs.length);
}

/** How many records one stands for. */
export function countedIn(record: HistoryRecord): number {
  return record.type === "attempts" ? record.times * record.records.length : 1;
}

/** The records of an attempt as they would be so many attempts later. */
function shifted(attempt: readonly AttemptRecord[], by: number): readonly AttemptRecord[] {
  const asked = attempt.filter((record) => record.type === "called" && !isMain(attempt, record)).length;
  return attempt.map((record) => {
    const entries = by * (isMain(attempt, record) ? 1 : asked);
    if (record.type === "timer") {
      const name = record.timer.slice(0, record.timer.lastIndexOf("#"));
      return { ...record, timer: `${name}#${entryOf(record.timer) + entries}` };
    }
    const tries = isMain(attempt, record) ? by : 0;
    return { ...record, entry: record.entry + entries, attempt: record.attempt + tries };
  });
}

/** Whether a record is of the call that is tried again, and not of what is asked about it. */
function isMain([pause]: readonly AttemptRecord[], record: AttemptRecord): boolean {
  const call = pause?.type === "timer" ? pausedCall(pause.timer) : null;
  return (record.type === "timer" ? timedCall(record.timer) : record.call) === call;
}

/** The call that is tried again, as it was made last. */
function lastCall(attempt: readonly AttemptRecord[]) {
  const called = attempt.findLast((record) => record.type === "called" && isMain(attempt, record));
  if (called?.type !== "called") return null;
  const { type: _, redelivered: __, ...call } = called;
  return call;
}

/** Whether a pause before another attempt of a call has begun. */
function pausesAfter({ call, entry }: { readonly call: string; readonly entry: number }, timers: Iterable<string>): boolean {
  for (const timer of timers) if (pausedCall(timer) === call && entryOf(timer) === entry) return true;
  return false;
}

function timeless(attempt: readonly AttemptRecord[]): string {
  return JSON.stringify(
    attempt.map((record) => ("event" in record ? { ...record, event: { ...record.event, atMs: undefined } } : record)),
  );
}

function isPauseOver(record: HistoryRecord): record is Extract<AttemptRecord, { readonly type: "timer" }> {
  return record.type === "timer" && pausedCall(record.timer) !== null;
}

/** The call that is tried again after a pause, `pay` of `pay.backoff#3` and of `pay.Busy.backoff#3`; `null`: it is another timer. */
function pausedCall(timer: string): string | null {
  const [, step, kind = ""] = /^([^.]+)(\.undo|\.inquire)?(?:\.[^.]+)?\.backoff#\d+$/.exec(timer) ?? [];
  return step === undefined ? null : `${step}${kind}`;
}

/** The call that a timer is of, a pause or a time limit; `null`: it is another timer. */
function timedCall(timer: string): string | null {
  return pausedCall(timer) ?? /^(.+)\.(?:timeout|grace)#\d+$/.exec(timer)?.[1] ?? null;
}

function entryOf(timer: string): number {
  return Number(timer.slice(timer.lastIndexOf("#") + 1));
}

function inquiryOf(call: string | null): string {
  return `${call}.inquire`;
}

/** More of them are not looked at. */
const ATTEMPT_MAX = 24;
