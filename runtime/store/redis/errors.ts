import { SagaError } from "../../errors.ts";

/** Replies by which the server says that it did nothing (a script meets them before its first write), and may do it a little later. */
const NOT_NOW = new Set(["LOADING", "BUSY", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS"]);

/** What Redis 6.2 and 7.0 say of a command that a script may not use; later ones begin with NOPERM. */
const FORBIDDEN_IN_SCRIPT = /^ERR (?:Error running script.*NOPERM|The user executing the script can't run this command)/;

/** Every version names the script in which a command failed. */
const SAID_IN_SCRIPT = /script/;

/** What ioredis says when it refuses to queue: the command was never written to a socket. */
const NEVER_SENT = "Stream isn't writeable and enableOfflineQueue options is false";

/**
 * Whether the server itself refused a command that only reads, as one that its user may not use; neither a connection that is lost nor a server that
 * takes none at present did.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof SagaError) return error.code === "RT2008";
  const word = replyWord(error);
  return word !== null && !NOT_NOW.has(word);
}

/** The script is not known to the server (it was restarted, or its scripts were flushed). It did not run. */
export function isUnknownScript(error: unknown): boolean {
  return replyWord(error) === "NOSCRIPT";
}

/** Whether the server, as a cluster does, refused a script for its keys: those of two slots. It did not run. */
export function isCrossSlot(error: unknown): boolean {
  return error instanceof SagaError && replyWord(error.cause) === "CROSSSLOT";
}

/** Whether the server says that it is a replica, as an old primary does once it knows of the new one. */
export function isOfReplica(error: unknown): boolean {
  return error instanceof Error && /^READONLY|^UNBLOCKED|^ERR WAIT cannot be used with replica/.test(error.message);
}

/** Whether the server itself said so, rather than the connection having failed. */
export function isReply(error: unknown): boolean {
  return replyWord(error) !== null;
}

/**
 * A rejected command as its caller sees it. `writes`: whether it could have changed something. Where the answer was lost on the way, a
 * command that writes is RT2002: it may have happened. One that only reads has changed nothing in any case.
 */
export function toSagaError(error: unknown, server: string, what: string, writes: boolean): SagaError {
  if (error instanceof SagaError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const cause = { cause: error };
  const word = replyWord(error);
  if (word === null) {
    if (said === NEVER_SENT) return unreachable(server, said, cause);
    if (!writes) return new SagaError("RT2001", `Redis at ${server} did not answer (${what}: ${said}). Try again.`, cause);
    return new SagaError(
      "RT2002",
      `no answer from Redis at ${server} (${what}: ${said}): it may have happened. Read again, then decide.`,
      cause,
    );
  }
  if (NOT_NOW.has(word)) {
    return new SagaError(
      "RT2001",
      `Redis at ${server} takes no ${what} at present (${said}). Nothing was written; try again.`,
      cause,
    );
  }
  if (word === "OOM") {
    return new SagaError("RT2008", `Redis at ${server} is out of memory (${said}). Nothing was written; raise maxmemory.`, cause);
  }
  if (word === "MISCONF") {
    return new SagaError(
      "RT2008",
      `Redis at ${server} cannot save to its disk (${said}). Nothing was written; free some.`,
      cause,
    );
  }
  if (word === "WRONGTYPE") {
    // A script looks at the types of keys before its first write, or leaves what the next call goes on from.
    const help = "something else was put there. Nothing of it was written; take that key away, or put a backup back";
    return new SagaError("RT2008", `Redis at ${server} cannot carry out ${what} (${said}): ${help}.`, cause);
  }
  if (isForbidden(word, said)) {
    const help = `Redis at ${server} does not permit ${what} (${said}). Check user, password and ACL.`;
    if (!writes || !SAID_IN_SCRIPT.test(said)) return new SagaError("RT2008", help, cause);
    return new SagaError("RT2002", `${help} A part of it may stand: read again, then decide.`, cause);
  }
  if (writes) {
    // A script that fails in its middle is not rolled back.
    return new SagaError("RT2002", `${what} failed in Redis at ${server} (${said}): a part of it may stand. Read again.`, cause);
  }
  return new SagaError("RT2008", `Redis at ${server} refused ${what}: ${said}`, cause);
}

export function unreachable(server: string, why: string, options?: ErrorOptions): SagaError {
  return new SagaError("RT2001", `Redis at ${server} cannot be reached (${why}). Nothing was sent; is it running?`, options);
}

/** In `strict`: the replicas do not have it, so that it may be lost in a fail-over. */
export function unconfirmed(server: string, what: string, writes: boolean, have: string, options?: ErrorOptions): SagaError {
  const said = options?.cause instanceof Error ? ` (${options.cause.message})` : "";
  const where = `${have} replicas of Redis at ${server} have confirmed ${what} in time${said}`;
  return writes
    ? new SagaError("RT2002", `${where}: it has happened, and a fail-over may lose it. Read again, then decide.`, options)
    : new SagaError("RT2001", `${where}: what was read may still be lost in a fail-over. Try again.`, options);
}

/** The data that were opened are not there any more. */
export function emptied(server: string): SagaError {
  return new SagaError(
    "RT2009",
    `the data that were opened in Redis at ${server} are gone, or others stand in their place: was it flushed, or has an empty server taken over? Nothing is begun anew. Stop the workers, put the data back, then start them again.`,
  );
}

function isForbidden(word: string, said: string): boolean {
  return word === "NOAUTH" || word === "WRONGPASS" || word === "NOPERM" || FORBIDDEN_IN_SCRIPT.test(said);
}

/** A reply that no script of ours gives. */
export function unexpectedReply(what: string, reply: unknown): SagaError {
  const shown = (JSON.stringify(reply) ?? "nothing").slice(0, 200);
  return new SagaError("RT2004", `${what} holds what saga never writes: ${shown}. Was it changed by hand?`);
}

/** The first word of an error that the server itself gave; `null` where the connection failed. */
function replyWord(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== "ReplyError") return null;
  // A failed script may name its script first: "ERR Error running script (call to f_…): …" stays ERR.
  return error.message.split(/[ :]/, 1)[0] ?? "";
}
