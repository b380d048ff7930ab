/**
 * Run-time errors. Each has a stable code and slug (a page under `docs/errors/`), says what happened, where, and what to do.
 * RT1xxx: wrong use of the API · RT2xxx: the store · RT3xxx: a saga · RT4xxx: the worker ·
 * RT5xxx: a participant's fence.
 */
export const RUNTIME_CODES = {
  RT1001: "bad-saga-id",
  RT1002: "input-invalid",
  RT1003: "start-conflict",
  RT1004: "unknown-saga",
  RT1005: "unknown-handler",
  RT1006: "definition-format",
  RT1007: "duplicate-saga",
  RT1008: "result-timeout",
  RT1009: "store-url",
  RT1010: "payload-limit",
  RT1011: "payload-not-json",
  RT1012: "missing-handler",
  RT1013: "missing-saga",
  RT1014: "signal-invalid",
  RT1015: "no-transaction",
  RT1016: "worker-limit",
  RT1017: "unknown-option",
  RT1018: "command-conflict",
  RT1019: "bad-argument",
  RT1020: "bad-search",
  RT1021: "nothing-simulated",
  RT2001: "store-unreachable",
  RT2002: "outcome-unknown",
  RT2003: "store-closed",
  RT2004: "store-format",
  RT2005: "store-eviction",
  RT2006: "store-partitions",
  RT2007: "bad-store-id",
  RT2008: "store-failed",
  RT2009: "store-emptied",
  RT2010: "store-not-strict",
  RT2011: "commit-refused",
  RT3001: "snapshot-unfit",
  RT3002: "saga-quarantined",
  RT3003: "saga-ended",
  RT3004: "pivot-passed",
  RT3005: "not-parked",
  RT3006: "mailbox-full",
  RT3007: "transitions-differ",
  RT3008: "history-full",
  RT3009: "not-yet-applied",
  RT3010: "removed-by-retention",
  RT3011: "still-set-aside",
  RT4001: "lease-lost",
  RT4002: "worker-stopped",
  RT4003: "worker-twins",
  RT4004: "handed-over",
  RT4005: "unknown-command",
  RT5001: "fence-refused",
  RT5002: "fence-forgot",
  RT5003: "fence-effect",
} as const satisfies Record<`RT${number}`, string>;

export type RuntimeCode = keyof typeof RUNTIME_CODES;

/** Every error that the runtime throws at its user. `message` is complete: what, where, what to do. */
export class SagaError extends Error {
  readonly code: RuntimeCode;
  readonly slug: string;

  constructor(code: RuntimeCode, message: string, options?: ErrorOptions) {
    super(`${code} ${RUNTIME_CODES[code]}: ${message}`, options);
    this.name = "SagaError";
    this.code = code;
    this.slug = RUNTIME_CODES[code];
  }
}

/** Whether a store's call may or may not have taken effect: read again, then decide. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof SagaError && error.code === "RT2002";
}

/** Whether the store was closed by whoever opened it: no call of it will ever be answered. */
export function isClosed(error: unknown): error is SagaError {
  return error instanceof SagaError && error.code === "RT2003";
}

/** Whether a store's call was not carried out since nobody was there to do it, or not now: nothing is said of what it asks for. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof SagaError && error.code === "RT2001";
}
