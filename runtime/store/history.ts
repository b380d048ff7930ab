import type { StoredRecord } from "./store.ts";

/** Bytes of records that `history` answers with at most, unless it is told otherwise: a page of the largest would take longer than any answer may. */
export const HISTORY_BYTES = 4 * 1024 * 1024;

/** Whether there may be records after these, the first ones always among them, which `history` answered with, asked for at most so many. */
export function mayGoOn(records: readonly StoredRecord[], limit: number, bytes: number = HISTORY_BYTES): boolean {
  return records.length >= limit || records.reduce((sum, { record }) => sum + Buffer.byteLength(record), 0) >= bytes;
}
