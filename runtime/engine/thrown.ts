/**
 * What was thrown, in words: the message, and of what it was caused by as far as that is not in it, since "fetch failed" helps nobody. A message
 * need not be a text, and asking for one may throw.
 */
export function messageOf(thrown: unknown): string {
  try {
    return wordsOf(thrown, 0).toWellFormed().slice(0, MESSAGE_MAX_CHARS);
  } catch {
    return "what was thrown has no text";
  }
}

function wordsOf(thrown: unknown, depth: number): string {
  if (!(thrown instanceof Error)) return plain(thrown);
  const own = String(thrown.message || thrown.name);
  const causes = [...(thrown instanceof AggregateError ? thrown.errors.slice(0, ERRORS_MAX) : []), thrown.cause];
  return causes.reduce<string>((text, cause) => {
    const why = cause == null || depth >= DEPTH_MAX ? "" : causeOf(cause, depth + 1);
    return text.includes(why) ? text : `${text}: ${why}`;
  }, own);
}

/** Of what a message is about nothing may be had: then it stands alone. */
function causeOf(cause: unknown, depth: number): string {
  try {
    return wordsOf(cause, depth);
  } catch {
    return "";
  }
}

/** Client libraries throw records too. */
function plain(thrown: unknown): string {
  const text = String(thrown);
  return text === "[object Object]" ? (JSON.stringify(thrown) ?? text) : text;
}

const MESSAGE_MAX_CHARS = 4_096;
const ERRORS_MAX = 3;
const DEPTH_MAX = 3;
