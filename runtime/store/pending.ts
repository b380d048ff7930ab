import type { PendingCommand } from "./store.ts";

/** Bytes of payloads that `pending` answers with at most, unless it is told otherwise: a page of the largest would take longer than any answer may. */
export const PENDING_BYTES = 4 * 1024 * 1024;

/** Whether there may be more than these, the first ones always among them, which `pending` answered with, asked for at most so many. */
export function mayBeMore(commands: readonly PendingCommand[], limit: number, bytes: number = PENDING_BYTES): boolean {
  return commands.length >= limit || payloadBytes(commands) >= bytes;
}

function payloadBytes(commands: readonly PendingCommand[]): number {
  return commands.reduce((sum, { payload }) => sum + Buffer.byteLength(payload), 0);
}
