import { SagaError } from "../errors.ts";
import type { StoredSnapshot, WrittenSnapshot } from "../store/store.ts";
import { withChanges } from "./change.ts";
import type { Failure, SagaDefinition, SagaState } from "./definition.ts";

/** What a store keeps of a saga, as JSON text. */
export interface Envelope {
  readonly format: typeof ENVELOPE_FORMAT;
  readonly saga: string;
  readonly version: number;
  /** A snapshot fits only the plan it was made by. */
  readonly planHash: string;
  /** Which body of the saga it runs; `null`: the saga itself. */
  readonly body: string | null;
  readonly correlationId: string;
  readonly state: SagaState;
  /** Calls (by identity) that are wanted and not yet made: they wait for their turn, or their worker was already draining. */
  readonly undelivered: readonly string[];
  /** Those of them that a worker before that one may have made: their next delivery is a repeat all the same. */
  readonly mayHaveRun?: readonly string[];
  /** Records in its history, this commit's among them; left out by older runtimes, which did not count. */
  readonly records?: number;
  /** Of these, those that trying again has made; left out where there are none. */
  readonly retries?: number;
  /** Calls (by id) that wait for a person; of a root also those of its family: `<saga id>/<call>`. */
  readonly parked: readonly string[];
  /** The saga's output, once completed. */
  readonly output: unknown;
  /** Of the waits that are open, by identity: the order in which those of the family began. */
  readonly waits?: Readonly<Record<string, number>>;
  /** Compensations to be called once more, since their step answered after it. */
  readonly lateUndos?: readonly LateUndo[];
  /** The first failure among the instances of a call, by the call's identity, until it is answered. */
  readonly failures?: Readonly<Record<string, Failure>>;
  /** Of a root: what its family has in common. */
  readonly family?: FamilyEnvelope;
  /** Of a root: what operators search by. */
  readonly tags?: Readonly<Record<string, unknown>>;
}

export interface FamilyEnvelope {
  /** Signals that nothing has taken yet, oldest first. */
  readonly mailbox: readonly KeptSignal[];
  /** Steps of children whose undo a person skipped: `<saga id>/<step>`. */
  readonly incomplete: readonly string[];
  /** Ids of cancels that wait for the pivot and are in the history: who takes over reads them again. Left out where there are none. */
  readonly latched?: readonly string[];
}

export interface KeptSignal {
  readonly id: string;
  readonly signal: string;
  readonly payload: unknown;
  readonly by: string | null;
}

export interface LateUndo {
  /** The entry of the forward call that answered. */
  readonly entry: number;
  /** The compensation: `reserveStock.undo`. */
  readonly call: string;
  readonly output: unknown;
}

export const ENVELOPE_FORMAT = 2;

export function writeEnvelope(envelope: Envelope): string {
  return JSON.stringify(envelope);
}

/** Reads a snapshot that says all, and refuses by name what does not fit (`RT3001`). `definition`: `null` where only the outside is read. */
export function readEnvelope(
  { whole, changes, log }: StoredSnapshot,
  sagaId: string,
  definition: SagaDefinition | null,
): Envelope {
  if (log !== undefined) throw unfit(sagaId, "its log leads on from it");
  let value = parsed(whole, sagaId);
  for (const change of changes) value = withChange(value, change, sagaId);
  return checkedEnvelope(value, sagaId, definition);
}

/** What one more commit that wrote of it made of an envelope. `before`: `null` where it is the first. */
export function nextEnvelope(before: Envelope | null, written: WrittenSnapshot, sagaId: string): Envelope {
  if ("rest" in written) throw unfit(sagaId, "its log leads on from it");
  const value = "whole" in written ? parsed(written.whole, sagaId) : withChange(before, written.change, sagaId);
  return checkedEnvelope(value, sagaId, null);
}

function parsed(text: string, sagaId: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unfit(sagaId, "its text is no JSON", cause);
  }
}

function withChange(value: unknown, text: string, sagaId: string): unknown {
  const change = parsed(text, sagaId);
  try {
    return withChanges(value, change);
  } catch (cause) {
    throw unfit(sagaId, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** Refuses what is no envelope, or not of this definition (`RT3001`). */
export function checkedEnvelope(value: unknown, sagaId: string, definition: SagaDefinition | null): Envelope {
  if (!isEnvelope(value)) throw unfit(sagaId, "its text is not a snapshot");
  if (value.format !== ENVELOPE_FORMAT) {
    throw unfit(sagaId, `it has format ${String(value.format)}, this runtime reads format ${ENVELOPE_FORMAT}`);
  }
  if (definition !== null && (value.saga !== definition.saga || value.version !== definition.version)) {
    throw unfit(
      sagaId,
      `it belongs to ${value.saga} version ${value.version}, not to ${definition.saga} version ${definition.version}`,
    );
  }
  if (definition !== null && value.planHash !== definition.planHash) {
    throw unfit(
      sagaId,
      `${value.saga} version ${value.version} has been changed since this saga began (plan ${value.planHash.slice(0, 12)} then, ` +
        `${definition.planHash.slice(0, 12)} now): raise \`version\` in the .saga file and keep the old one running until its sagas have ended`,
    );
  }
  return value;
}

export function unfit(sagaId: string, why: string, cause?: unknown): SagaError {
  return new SagaError("RT3001", `the snapshot of saga "${sagaId}" does not fit: ${why}`, { cause });
}

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== "object" || value === null) return false;
  const { saga, version, planHash, state } = value as Partial<Envelope>;
  return (
    typeof saga === "string" &&
    typeof version === "number" &&
    typeof planHash === "string" &&
    typeof state === "object" &&
    state !== null &&
    typeof state.context === "object"
  );
}
