import { SagaError } from "../../errors.ts";

/** SQLite's primary result codes that are told apart: https://www.sqlite.org/rescode.html */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const PROTOCOL = 15;
const NOTADB = 26;

/** What the call that failed was doing: only a failed COMMIT can have happened all the same. */
export type Phase = "open" | "read" | "write" | "commit";

/** Another connection holds the file: worth another try. PROTOCOL: a race for the locks of the WAL. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === BUSY || code === LOCKED || code === PROTOCOL;
}

/** After these nothing that the connection says of the file can be trusted: it is given up and opened anew. */
export function breaksConnection(error: unknown): boolean {
  const code = primaryCode(error);
  return code === IOERR || code === CORRUPT || code === NOTADB;
}

/** The error as its caller sees it; what is no SQLite error passes unchanged. */
export function toSagaError(error: unknown, path: string, phase: Phase): unknown {
  const code = primaryCode(error);
  if (code === null) return error;
  const cause = { cause: error };
  const said = error instanceof Error ? error.message : String(error);
  if (code === CANTOPEN) {
    return new SagaError("RT2001", `${path} cannot be opened (${said}). Its folder must exist and be writable.`, cause);
  }
  if (code === BUSY || code === LOCKED || code === PROTOCOL) {
    return new SagaError("RT2008", `${path} stayed locked by another process (${said}). Nothing was written; try again.`, cause);
  }
  if (code === READONLY) {
    return new SagaError("RT2008", `${path} is read-only. Make the file and its folder writable for this user.`, cause);
  }
  if (code === FULL) {
    return new SagaError("RT2008", `there is no room for ${path} (${said}). Nothing was written; free some and go on.`, cause);
  }
  if (code === CORRUPT || code === NOTADB) {
    return new SagaError("RT2008", `${path} is damaged or no SQLite database (${said}). Restore it from a backup.`, cause);
  }
  if (code === IOERR && phase === "commit") {
    return new SagaError("RT2002", `writing to ${path} failed at its very end (${said}): read again, then decide.`, cause);
  }
  if (code === IOERR) {
    return new SagaError(
      "RT2008",
      `${path} cannot be ${phase === "write" ? "written" : "read"} (${said}). Check the disk.`,
      cause,
    );
  }
  return new SagaError("RT2008", `SQLite refused to ${phase} ${path}: ${said}.`, cause);
}

/** The file is not at its path any more, or another one is. */
export function moved(path: string): SagaError {
  return new SagaError(
    "RT2009",
    `${path} was removed or replaced while it was open, and what is written to it now would be gone with this process. Nothing was written. Stop the workers, put the file back, then start them again.`,
  );
}

export function noWal(path: string, mode: unknown): SagaError {
  return new SagaError("RT2008", `${path} cannot be used in WAL mode (it is ${mode}). Put it on a local disk.`);
}

function primaryCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return null;
  return error.errcode & 0xff;
}
