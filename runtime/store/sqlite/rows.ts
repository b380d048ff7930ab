import type { SQLOutputValue } from "node:sqlite";
import { SagaError } from "../../errors.ts";
import { SAGA_CONDITIONS, type SagaCondition } from "../store.ts";

export type Row = Readonly<Record<string, SQLOutputValue>>;

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw unexpected(column, value);
  return value;
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

export function int(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw unexpected(column, value);
  return value;
}

/** One of `allowed`. */
export function word<T extends string>(row: Row, column: string, allowed: readonly T[]): T {
  const value = row[column];
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw unexpected(column, value);
  return found;
}

export function conditionsOf(row: Row): SagaCondition[] {
  const conditions = text(row, "conditions").split(" ");
  return SAGA_CONDITIONS.filter((condition) => conditions.includes(condition));
}

function unexpected(column: string, value: unknown): SagaError {
  return new SagaError(
    "RT2004",
    `column ${column} holds ${JSON.stringify(value) ?? "nothing"}, which saga never writes. Was the file changed by hand?`,
  );
}
