import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VERSION } from "../version.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { JSON_SCHEMA, jsonText } from "./output.ts";
import { UsageError } from "./problems.ts";

/** Tells why sagac could not do what it was asked, in the form that was asked for, and gives the exit code. */
export function reportFailure(error: unknown, args: readonly string[], io: Io): ExitCode {
  const failure = error instanceof UsageError ? usage(error) : bug(error, args);
  if (wantsJson(args)) {
    const { exitCode, ...problem } = failure;
    const summary = { errors: 0, warnings: 0, omitted: 0 };
    io.stdout.write(jsonText({ schema: JSON_SCHEMA, version: VERSION, exitCode, problem, diagnostics: [], summary }));
  } else {
    io.stderr.write(`sagac: ${failure.code} ${failure.slug}: ${failure.message}\n  help: ${failure.help}\n`);
  }
  return failure.exitCode;
}

interface Failure {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly slug: string;
  readonly message: string;
  readonly help: string;
}

function usage(error: UsageError): Failure {
  return { exitCode: EXIT.usage, code: error.code, slug: error.slug, message: error.message, help: error.help };
}

function bug(error: unknown, args: readonly string[]): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const path = writeReport(error, args);
  const where =
    path === null ? "" : ` The file ${path} says what happened; it holds your arguments, but nothing of your sources.`;
  return {
    exitCode: EXIT.bug,
    code: "SAGA7999",
    slug: "bug",
    message: `This is a bug in sagac: ${message}`,
    help: `Please report it.${where}`,
  };
}

/** `null`: not even that could be written. */
function writeReport(error: unknown, args: readonly string[]): string | null {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = [
    `sagac ${VERSION}, node ${process.version}, ${process.platform} ${process.arch}`,
    `arguments: ${JSON.stringify(args)}`,
    "",
    stack,
    "",
  ];
  try {
    const path = join(mkdtempSync(join(tmpdir(), "sagac-bug-")), "report.txt");
    writeFileSync(path, lines.join("\n"));
    return path;
  } catch {
    return null;
  }
}

/** Arguments that could not be read may still say how the answer is wanted. */
function wantsJson(args: readonly string[]): boolean {
  return args.some((arg, at) => arg === "--format=json" || (arg === "--format" && args[at + 1] === "json"));
}
