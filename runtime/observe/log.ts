import { inspect } from "node:util";
import type { Logger } from "../engine/handlers.ts";
import { messageOf } from "../engine/thrown.ts";

/**
 * Warnings and errors to standard error, one JSON object a line: `time`, `level`, `message`, and the fields. Information is dropped. Pass a logger of
 * your own for more.
 */
export const consoleLogger: Logger = {
  info: () => undefined,
  warn: (message, fields) => write("warn", message, fields),
  error: (message, fields) => write("error", message, fields),
};

/** Says nothing. */
export const silentLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A logger that fails no one: what it throws is told by the default one, and a line more or less decides no saga. */
export function steady(log: Logger): Logger {
  const by =
    (level: keyof Logger): Logger["info"] =>
    (message, fields) => {
      try {
        log[level](message, fields);
      } catch (error) {
        consoleLogger.error("the logger failed", { error: messageOf(error), of: message });
      }
    };
  return { info: by("info"), warn: by("warn"), error: by("error") };
}

function write(level: string, message: string, fields: Readonly<Record<string, unknown>> | undefined): void {
  process.stderr.write(`${lineOf({ time: new Date().toISOString(), level, message }, fields)}\n`);
}

/** No field takes the place of the head, and none keeps the line from being written. */
function lineOf(head: Readonly<Record<string, string>>, fields: Readonly<Record<string, unknown>> | undefined): string {
  try {
    return JSON.stringify({ ...head, ...fields, ...head }, (_, value: unknown) => written(value));
  } catch {
    return JSON.stringify({ ...head, fields: inspect(fields, { breakLength: Number.POSITIVE_INFINITY }) });
  }
}

function written(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Error ? { ...value, name: value.name, message: messageOf(value), stack: value.stack } : value;
}
