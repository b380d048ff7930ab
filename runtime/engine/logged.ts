import type { StoredRecord, StoredSnapshot } from "../store/store.ts";
import { countedIn } from "./attempts.ts";
import type { SagaDefinition, WaitSite } from "./definition.ts";
import { type Envelope, readEnvelope, unfit } from "./envelope.ts";
import { type HistoryRecord, isOfRetries } from "./history.ts";
import { stateAfter } from "./replay.ts";
import type { Transition } from "./state.ts";

/**
 * A saga whose commits leave its snapshot as it is: its state is what the events since make of it, and what no event says stands beside them.
 * What of it can be seen without its definition (how it stands, failure, what is parked, a cancel that waits) does not change meanwhile:
 * a commit that changes it writes the snapshot whole.
 */

/** What of an envelope no event says. */
type Rest = Pick<Envelope, "mayHaveRun" | "waits" | "lateUndos" | "failures" | "family"> & Partial<Pick<Envelope, "undelivered">>;

/** The same as text; alike where it is alike. */
export function restOf({ undelivered, mayHaveRun, waits, lateUndos, failures, family }: Envelope): string {
  const some = mayHaveRun ?? waits ?? lateUndos ?? failures ?? family;
  if (some === undefined && undelivered.length === 0) return NOTHING;
  const rest: Rest = { mayHaveRun, waits, lateUndos, failures, family };
  return JSON.stringify(undelivered.length === 0 ? rest : { undelivered, ...rest });
}

const NOTHING = "{}";

/** The envelope that a snapshot's texts say and the records since then make of it. Throws as `ledByLog` does. */
export function foldedEnvelope(
  snapshot: StoredSnapshot,
  sagaId: string,
  transition: Transition,
  records: readonly StoredRecord[],
): Envelope {
  return ledByLog(lastWritten(snapshot, sagaId), snapshot.log, sagaId, transition, records).envelope;
}

/** The envelope that the texts of a snapshot say: which saga that is holds still, also where its log leads on. */
export function lastWritten({ whole, changes }: StoredSnapshot, sagaId: string): Envelope {
  return readEnvelope({ whole, changes }, sagaId, null);
}

/** The envelope that the records make of the one before them, and how many they stand for. Throws what a defect in generated code throws, and `RT3001` where some are missing. */
export function ledByLog(
  before: Envelope,
  log: StoredSnapshot["log"],
  sagaId: string,
  transition: Transition,
  records: readonly StoredRecord[],
): { readonly envelope: Envelope; readonly counted: number } {
  if (log === undefined) return { envelope: before, counted: 0 };
  const gap = records.findIndex(({ number }, index) => number !== log.after + index + 1);
  if (gap !== -1 || records.length !== log.upTo - log.after) {
    const missing = log.after + 1 + (gap === -1 ? records.length : gap);
    throw unfit(sagaId, `its log leads on from it up to record ${log.upTo}, and record ${missing} is missing`);
  }
  let { state } = before;
  let retries = before.retries ?? 0;
  let counted = 0;
  for (const { record: text } of records) {
    const record = JSON.parse(text) as HistoryRecord;
    state = stateAfter(transition, state, record);
    if (isOfRetries(record)) retries++;
    counted += countedIn(record);
  }
  const rest = log.rest ?? restOf(before);
  const output = transition.output(state) ?? null;
  return { envelope: ledOn(before, { state, rest, records: countedTo(before, log), retries, output }, sagaId), counted };
}

/** Its records, as those are counted who write it: older runtimes did not, and theirs are left out. */
function countedTo({ records = 0 }: Envelope, { after, upTo }: NonNullable<StoredSnapshot["log"]>): number {
  return records + upTo - after;
}

/** The same, given what the events make of its state. `rest`: as it stands beside them. */
export function ledOn(
  before: Envelope,
  after: Pick<Envelope, "state" | "records" | "retries" | "output"> & { readonly rest: string },
  sagaId: string,
): Envelope {
  const { undelivered = [], mayHaveRun, waits, lateUndos, failures, family } = parsedRest(after.rest, sagaId);
  const { format, saga, version, planHash, body, correlationId, tags } = before;
  return {
    ...{ format, saga, version, planHash, body, correlationId, state: after.state, undelivered, records: after.records },
    ...(after.retries === undefined || after.retries === 0 ? {} : { retries: after.retries }),
    ...(mayHaveRun === undefined ? {} : { mayHaveRun }),
    parked: [],
    output: after.output,
    ...(waits === undefined ? {} : { waits }),
    ...(lateUndos === undefined ? {} : { lateUndos }),
    ...(failures === undefined ? {} : { failures }),
    ...(family === undefined ? {} : { family }),
    ...(tags === undefined ? {} : { tags }),
  };
}

/** What can be seen of a saga without its definition and its log. `state`: of its texts, in which all that is told of below holds. */
export function readOutside(snapshot: StoredSnapshot, sagaId: string): Envelope {
  const envelope = lastWritten(snapshot, sagaId);
  const { log } = snapshot;
  if (log === undefined) return envelope;
  const rest = log.rest ?? restOf(envelope);
  return ledOn(envelope, { state: envelope.state, records: countedTo(envelope, log), output: null, rest }, sagaId);
}

/** Where it waits, in the order of its waits. */
export function waitsOf(envelope: Envelope, definition: SagaDefinition): readonly WaitSite[] {
  return Object.keys(envelope.waits ?? {}).flatMap((identity) => {
    const name = identity.slice(0, identity.lastIndexOf("#"));
    const site = Object.hasOwn(definition.waits ?? {}, name) ? definition.waits?.[name] : undefined;
    return site === undefined ? [] : [site];
  });
}

function parsedRest(text: string, sagaId: string): Rest {
  try {
    const rest: unknown = JSON.parse(text);
    if (typeof rest === "object" && rest !== null) return rest;
  } catch (cause) {
    throw unfit(sagaId, "what stands beside its log is no JSON", cause);
  }
  throw unfit(sagaId, "what stands beside its log is no object");
}
