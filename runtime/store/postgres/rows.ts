import { SagaError } from "../../errors.ts";
import { SAGA_CONDITIONS, type SagaCondition, type StoredSnapshot } from "../store.ts";
import { fromText } from "./keys.ts";

export type Row = Readonly<Record<string, unknown>>;

export function text(value: unknown, what: string): string {
  if (typeof value !== "string") throw unexpected(what, value);
  return value;
}

/** A whole number; `pg` hands over a bigint as text. */
export function int(value: unknown, what: string): number {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) throw unexpected(what, value);
  return number;
}

/** JSON, which a connection of the service's own may hand over as text. */
export function json(value: unknown): unknown {
  return typeof value === "string" ? (JSON.parse(value) as unknown) : value;
}

/** One of `allowed`. */
export function word<T extends string>(value: unknown, allowed: readonly T[], what: string): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw unexpected(what, value);
  return found;
}

export function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw unexpected(what, value);
  return value;
}

export function conditionsOf(row: Row): SagaCondition[] {
  const conditions = text(row.conditions, "conditions").split(" ");
  return SAGA_CONDITIONS.filter((condition) => conditions.includes(condition));
}

/** Which records lead on from a saga's texts. */
export function logOf(row: Row): Pick<StoredSnapshot, "log"> {
  if (row.held === null) return {};
  const rest = row.rest === null ? null : fromText(text(row.rest, "rest"));
  return { log: { after: int(row.held, "held"), upTo: int(row.records, "records"), rest } };
}

function unexpected(what: string, value: unknown): SagaError {
  const shown = (JSON.stringify(value) ?? "nothing").slice(0, 200);
  return new SagaError("RT2004", `${what} holds ${shown}, which saga never writes. Were the tables changed by hand?`);
}
