import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { describe, it } from "vitest";
import { until } from "./until.ts";

/** Where a program lies on the PATH. */
export function onPath(program: string): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file)) ?? null;
}

/** Suites that need a server. `missing`: why none can be had: they are skipped by name and loudly; with `CI` set that is a failure. */
export function describeWithServer(name: string, missing: string | null, suites: () => void): void {
  if (missing === null) {
    describe(name, suites);
    return;
  }
  const why = `${name}: ${missing}`;
  if (process.env.CI !== undefined) {
    it(name, () => {
      throw new Error(`${why}, and CI is set: here it must run`);
    });
    return;
  }
  console.warn(`SKIPPED ${why}`);
  describe.skip(`${why} (skipped)`, suites);
}

/**
 * Runs the server under a shell that holds a pipe of ours: when this process ends, however it ends, the pipe closes and the server is
 * killed, so that none is left behind by a test that was killed itself. Prints the server's process id, ends when the server does.
 */
const UNDER_WATCH = `"$@" >/dev/null 2>&1 & server=$!
echo $server
exec 3<&0
(cat <&3 >/dev/null; kill -9 $server 2>/dev/null) &
wait $server`;

/** Sends a signal; resolves when the server has ended by it, where it ends one. */
export type SignalServer = (signal: "SIGTERM" | "SIGINT" | "SIGKILL" | "SIGSTOP" | "SIGCONT") => Promise<void>;

export interface ServerProcess {
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The user that it runs as, where that is another. */
  readonly uid?: number;
  readonly answers: () => Promise<boolean>;
}

/** `null` when it did not come up, as when the port was taken meanwhile. Throws where it runs and does not answer: then it is ended. */
export async function launch({ name, command, uid, answers }: ServerProcess): Promise<SignalServer | null> {
  const user = uid === undefined ? {} : { uid, gid: uid };
  const shell = spawn("sh", ["-c", UNDER_WATCH, name, ...command], { stdio: ["pipe", "pipe", "ignore"], ...user });
  let pid = 0;
  let exited = false;
  shell.stdout.setEncoding("utf8").once("data", (text: string) => {
    pid = Number(text);
  });
  const exit = new Promise<void>((resolve) => {
    shell.once("error", () => resolve());
    shell.once("exit", () => resolve());
  }).then(() => {
    exited = true;
  });
  await until(`${name} answers`, async () => exited || (pid > 0 && (await answers()))).catch((error: unknown) => {
    // Nobody else could end it: to whoever called it was never given.
    if (!exited && pid > 0) process.kill(pid, "SIGKILL");
    throw error;
  });
  if (exited) return null;
  return async (signal) => {
    if (!exited) process.kill(pid, signal);
    if (signal !== "SIGSTOP" && signal !== "SIGCONT") await exit;
  };
}

/**
 * A port of loopback that nobody uses just now, and that no system gives to whoever asks for any: else a client that connects again and again
 * while the server is away could be given it for its own end.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
