import { countedIn, newestOf } from "../../engine/attempts.ts";
import type { SagaState } from "../../engine/definition.ts";
import type { Envelope } from "../../engine/envelope.ts";
import { type HistoryRecord, isOfRetries } from "../../engine/history.ts";
import { ledOn, restOf } from "../../engine/logged.ts";
import type { CommitPart } from "../../store/store.ts";
import type { Seen } from "./watch.ts";

/** A record of a log: where its saga stood before it, and how many records it stands for. */
export interface Logged {
  readonly before: SagaState;
  readonly stands: number;
}

/** What commits say for the first time: attempts that are counted stand for what was told before, but for their end. */
export function newsOf(records: readonly HistoryRecord[]): readonly HistoryRecord[] {
  return records.flatMap((record): readonly HistoryRecord[] => (record.type === "attempts" ? newestOf(record) : [record]));
}

/**
 * Goes back to before what a commit replaces. What takes its place must stand for as much, and for what is new of it: what is wrong with that, or
 * `null`.
 */
export function replaced(seen: Seen, { sagaId, replaces = 0 }: CommitPart, records: readonly HistoryRecord[]): string | null {
  if (replaces === 0) return null;
  const gone = seen.log.splice(Math.max(0, seen.log.length - replaces));
  const [first] = gone;
  if (first === undefined || gone.length < replaces) return `${sagaId} replaces ${replaces} records, and has ${gone.length}`;
  seen.state = first.before;
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const [stood, stand] = [sum(gone.map(({ stands }) => stands)), sum(records.map(countedIn))];
  const news = newsOf(records).length;
  return stand === stood + news
    ? null
    : `${sagaId} replaces what stands for ${stood} records, adds ${news}, and has ${stand} then`;
}

/** What a commit that leaves the snapshot as it is makes of it. */
export function ledBy(
  { envelope, state, transition }: Seen,
  { snapshot, sagaId, replaces = 0 }: CommitPart,
  records: readonly HistoryRecord[],
): Envelope {
  const rest = ("rest" in snapshot ? snapshot.rest : null) ?? restOf(envelope);
  const output = transition.output(state) ?? null;
  const retries = (envelope.retries ?? 0) + records.filter(isOfRetries).length - replaces;
  const count = (envelope.records ?? 0) + records.length - replaces;
  return ledOn(envelope, { state, rest, records: count, retries, output }, sagaId);
}
