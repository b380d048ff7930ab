import { SagaError } from "../../errors.ts";

/** Where a call failed: before it was sent, or with its answer outstanding. */
export type Phase = "connect" | "read" | "write";

/**
 * Whether the server rolled the statement back since others were in its way: it may be run again at once, and decides anew. Unique
 * violation: two made the same saga; the look that found none comes first in what is run again.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function mayRunAgain(error: unknown): boolean {
  const code = sqlState(error);
  return code === "40001" || code === "40P01" || code === UNIQUE;
}

/** Whether it is the server that carried out no part of a call, for what the call is: a part of it may do better by itself. */
export function isRefusal(error: unknown): boolean {
  return error instanceof SagaError && !breaksConnection(error.cause);
}

/** Whether the server has no such function, does not support it, or lets this user not call it. */
export function cannotTell(error: unknown): boolean {
  const code = error instanceof SagaError ? sqlState(error.cause) : null;
  return code === "42883" || code === "0A000" || code === "42501";
}

/** Whether the connection is of no more use. */
export function breaksConnection(error: unknown): boolean {
  const code = sqlState(error);
  // Read-only: the server became a standby, or was asked to refuse writes; a new connection may find the primary.
  return code === null || isEnd(error, code) || code === "25006";
}

/**
 * A failed call as its caller sees it. An error that the server reports has rolled everything back, but for those that end the connection:
 * they may come when a commit has happened and its answer has not left yet (as `pg_terminate_backend` in mid-commit), so that a write is
 * RT2002 then, as it is when the connection breaks. What only reads has changed nothing in any case.
 */
export function toSagaError(error: unknown, server: string, what: string, phase: Phase): SagaError {
  if (error instanceof SagaError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const cause = { cause: error };
  const code = sqlState(error);
  if (phase === "connect") {
    if (code !== null && /^(28|3D|42501)/.test(code)) {
      return new SagaError("RT2008", `Postgres at ${server} lets nobody in (${said}). Check user, password and database.`, cause);
    }
    return new SagaError("RT2001", `Postgres at ${server} cannot be reached (${said}). Nothing was sent; is it running?`, cause);
  }
  if (code === null || isEnd(error, code)) {
    if (phase === "read" || neverSent(said)) {
      return new SagaError("RT2001", `Postgres at ${server} did not answer (${what}: ${said}). Try again.`, cause);
    }
    return new SagaError(
      "RT2002",
      `no answer from Postgres at ${server} (${what}: ${said}): it may have happened. Read again, then decide.`,
      cause,
    );
  }
  // One that is still there after running again is of a rule of the user's own.
  if ((mayRunAgain(error) && code !== UNIQUE) || NOT_NOW.has(code)) {
    return new SagaError(
      "RT2001",
      `Postgres at ${server} takes no ${what} at present (${said}). Nothing was written; try again.`,
      cause,
    );
  }
  if (code === "42501") {
    return new SagaError(
      "RT2008",
      `Postgres at ${server} does not permit ${what} (${said}). Check what its user was granted.`,
      cause,
    );
  }
  if (GONE.has(code)) {
    return new SagaError(
      "RT2004",
      `saga's tables or functions in Postgres at ${server} are gone (${what}: ${said}). Did a newer version of saga upgrade the store? Then stop this worker and start that version. Were they dropped, or was a backup put back? Then stop the workers, restore them, and open the store again.`,
      cause,
    );
  }
  if (code.startsWith("53") || code.startsWith("58")) {
    return new SagaError(
      "RT2008",
      `Postgres at ${server} cannot carry out ${what} (${said}). Nothing was written; see to its disk and memory.`,
      cause,
    );
  }
  return new SagaError("RT2008", `Postgres at ${server} refused ${what}: ${said} (${code}). Nothing was written.`, cause);
}

/** A key that is there already: of two that wrote it at once, the second. */
const UNIQUE = "23505";
/** Cancelled by `statement_timeout`, a lock that could not be had, read-only for the time being. */
const NOT_NOW = new Set(["57014", "55P03", "25006", "57P03"]);
/** Undefined table, function, schema, column. */
const GONE = new Set(["42P01", "42883", "3F000", "42703"]);

/** The server ends the connection with it: a shutdown, a crash of another process, `pg_terminate_backend`. */
function isEnd(error: unknown, code: string): boolean {
  const severity = error instanceof Error && "severity" in error ? error.severity : null;
  return severity === "FATAL" || severity === "PANIC" || /^(08|57P0[1245]|40003)/.test(code);
}

/** What `pg` says when it did not even write it to a socket. */
function neverSent(said: string): boolean {
  return said.endsWith("is not queryable");
}

/** SQLSTATE: five letters and digits, where the server itself said so; `null` where the connection failed. */
function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return null;
  // Node's own codes (ECONNRESET, EPIPE) are of another form, and only the server's errors have a severity.
  return "severity" in error && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null;
}
