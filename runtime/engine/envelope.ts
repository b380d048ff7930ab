import { SagaError } from "../errors.ts";
import type { SagaDefinition, SagaState } from "./definition.ts";

/** What a store keeps of a saga, as JSON text. */
export interface Envelope {
  readonly format: typeof ENVELOPE_FORMAT;
  readonly saga: string;
  readonly version: number;
  /** A snapshot fits only the plan it was made by. */
  readonly planHash: string;
  readonly correlationId: string;
  readonly state: SagaState;
  /** Calls (by identity) that this commit wants and its worker, already draining, will not make: their first delivery is yet to come. */
  readonly undelivered: readonly string[];
  /** Calls (by id) that wait for a person. */
  readonly parked: readonly string[];
  /** The saga's output, once completed. */
  readonly output: unknown;
}

export const ENVELOPE_FORMAT = 1;

export function writeEnvelope(envelope: Envelope): string {
  return JSON.stringify(envelope);
}

/** Reads a snapshot, and refuses by name what does not fit (`RT3001`). `definition`: `null` where only the outside is read. */
export function readEnvelope(text: string, sagaId: string, definition: SagaDefinition | null): Envelope {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unfit(sagaId, "its text is no JSON", cause);
  }
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

function unfit(sagaId: string, why: string, cause?: unknown): SagaError {
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
