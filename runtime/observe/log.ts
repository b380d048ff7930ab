import type { Logger } from "../engine/handlers.ts";

/** Warnings and errors to standard error, one JSON object a line; information is dropped. Pass a logger of your own for more. */
export const consoleLogger: Logger = {
  info: () => undefined,
  warn: (message, fields) => write("warn", message, fields),
  error: (message, fields) => write("error", message, fields),
};

/** Says nothing. */
export const silentLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

function write(level: string, message: string, fields: Readonly<Record<string, unknown>> | undefined): void {
  process.stderr.write(`${JSON.stringify({ level, message, ...fields })}\n`);
}
