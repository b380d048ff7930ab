import { SagaError } from "../errors.ts";

/**
 * The fence let a call not through, and nothing happened: let it pass out of the handler, it is an outcome of its own.
 * - `stale`: a later attempt or another worker was here before
 * - `undone`: the call was undone, or an inquiry was told that it did not happen
 */
export class FenceRefusal extends SagaError {
  readonly kind = "refused";
  readonly reason: "stale" | "undone";

  constructor(reason: "stale" | "undone", key: string) {
    const why = reason === "stale" ? "a later attempt of it was here before" : "it was undone before it came";
    super("RT5001", `${key} was not let through: ${why}. Nothing was done.`);
    this.reason = reason;
  }
}

/** The key belongs to another saga's call. As a declared error is: it definitely did not happen. */
export class KeyOwnedByOther extends Error {
  readonly kind = "declared";
  readonly data: unknown;

  constructor(key: string, owner: string) {
    super(`${key} belongs to ${owner}`);
    this.name = "KeyOwnedByOther";
    this.data = { key, owner };
  }
}

/** RT5002: what is to be undone is known to have happened, and the fence knows nothing of it. */
export function forgotten(key: string): SagaError {
  return new SagaError(
    "RT5002",
    `${key} is known to have happened, but the fence has no record of it any more: it cannot tell what to undo. Look at the service, then say what is the case.`,
  );
}

/** RT5003: the effect ended the transaction in which its record would have been written. `cause`: what it threw after that. */
export function transactionEnded(key: string, cause?: unknown): SagaError {
  return new SagaError(
    "RT5003",
    `the effect of ${key} committed or rolled back the fence's transaction: what it did before and after stands or falls without its record. Take COMMIT and ROLLBACK out of it (a savepoint of its own is fine), and look at the data.`,
    cause === undefined ? {} : { cause },
  );
}
