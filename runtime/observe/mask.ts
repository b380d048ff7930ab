import type { CallError, CallSite, Failure, SagaDefinition, SagaEvent, SecretPath } from "../engine/definition.ts";
import type { AttemptRecord, HistoryRecord } from "../engine/history.ts";

/** What stands in the place of a secret. */
export const MASK = "•••";

/**
 * A record of a saga's log for showing: what its definition marks as secret is masked. Of a saga that is not this definition's (a called one) all
 * data is masked, since nothing here says what of it is secret. A masked log cannot be replayed. Pure.
 */
export function maskRecord(record: HistoryRecord, definition: SagaDefinition, log: LogOf): HistoryRecord {
  if (log.saga !== definition.saga) return hideAll(record);
  const { secrets } = definition;
  if (secrets === undefined) return record;
  const body = log.body === null ? null : (secrets.bodies?.[log.body] ?? {});
  switch (record.type) {
    case "started":
      return { ...record, input: maskAt(record.input, body === null ? secrets.input : body.input) };
    case "ended":
      return { ...record, output: maskAt(record.output, body === null ? secrets.output : body.output) };
    case "late":
      return { ...record, answer: maskAnswer(record.answer, siteOf(definition, log, record.call), definition) };
    case "failed":
      return { ...record, failure: maskFailure(record.failure, definition) };
    case "attempts":
      return { ...record, records: record.records.map((one) => maskRecord(one, definition, log) as AttemptRecord) };
    default:
      return "event" in record ? { ...record, event: maskEvent(record.event, definition, log) } : record;
  }
}

/** Whose log it is, as its first record says. */
export interface LogOf {
  readonly saga: string;
  readonly body: string | null;
}

function maskEvent(event: SagaEvent, definition: SagaDefinition, log: LogOf): SagaEvent {
  const call = event.type.replace(/^(xstate\.(done|error)\.actor|child\.failed)\./, "");
  if ("failure" in event) return { ...event, failure: maskFailure(event.failure, definition) };
  if (event.type === "operator.happened") {
    return { ...event, output: maskAnswer(event.output, siteOf(definition, log, event.call), definition) };
  }
  if ("payload" in event) {
    return { ...event, payload: maskAt(event.payload, definition.secrets?.signals?.[event.type.replace(/^signal\./, "")]) };
  }
  const site = siteOf(definition, log, call);
  if ("output" in event) return { ...event, output: maskAnswer(event.output, site, definition) };
  return "error" in event ? { ...event, error: maskError(event.error, site, definition) } : event;
}

function siteOf(definition: SagaDefinition, log: LogOf, call: string): CallSite | undefined {
  return (log.body === null ? definition : definition.bodies?.[log.body])?.calls[call];
}

function maskAnswer(answer: unknown, site: CallSite | undefined, definition: SagaDefinition): unknown {
  if (site === undefined || site.kind === "undo") return answer;
  const { children } = site;
  if (children !== undefined) {
    const paths = children.body === null ? [["**"]] : (definition.secrets?.bodies?.[children.body]?.output ?? []);
    if (children.kind !== "items") return maskAt(answer, paths);
    const results =
      children.onFailure === "continue" ? paths.map((path) => ["*", "output", ...path]) : paths.map((path) => ["*", ...path]);
    return maskAt(answer, results);
  }
  const paths = definition.secrets?.outputs?.[site.step] ?? [];
  return maskAt(answer, site.kind === "inquire" ? paths.map((path) => ["output", ...path]) : paths);
}

function maskError(error: CallError, site: CallSite | undefined, definition: SagaDefinition): CallError {
  if (error.kind === "declared") return { ...error, data: maskAt(error.data, definition.secrets?.errors?.[error.name]) };
  if (error.kind === "failed") return { ...error, failure: maskFailure(error.failure, definition) };
  // An answer that does not fit its type has its secrets anywhere.
  const secret = site !== undefined && (definition.secrets?.outputs?.[site.step] ?? []).length > 0;
  return error.kind === "badOutput" && secret ? { ...error, raw: MASK } : error;
}

function maskFailure(failure: Failure, definition: SagaDefinition): Failure {
  return { ...failure, data: maskAt(failure.data, definition.secrets?.errors?.[failure.name]) };
}

/** `*`: every item of a list and every value of a record; `**`: all that is below. */
export function maskAt(value: unknown, paths: readonly SecretPath[] | undefined): unknown {
  return (paths ?? []).reduce((masked: unknown, path) => maskPath(masked, path), value);
}

function maskPath(value: unknown, [part, ...rest]: SecretPath): unknown {
  if (part === undefined || part === "**") return value === null || value === undefined ? value : MASK;
  if (Array.isArray(value)) return part === "*" ? value.map((item: unknown) => maskPath(item, rest)) : value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, part === "*" || part === key ? maskPath(item, rest) : item]),
  );
}

const DATA = new Set(["input", "output", "answer", "payload", "data", "raw"]);

function hideAll<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => hideAll(item)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, DATA.has(key) ? MASK : hideAll(item)])) as T;
}
