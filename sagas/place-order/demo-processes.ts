import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

/** A worker that runs in a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  /** SIGKILL: it cannot say a word more. */
  kill(): void;
  /** SIGTERM: it finishes what it has begun. Rejects when it does not end well. */
  stop(): Promise<void>;
}

/** Runs `sagac build` in this folder, as a user would; rejects when it does not succeed. */
export async function build(): Promise<void> {
  const manifest = findPackageJSON("sagac", import.meta.url);
  if (manifest === undefined) throw new Error("the package sagac is not installed: run `npm ci`");
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: { sagac: string } };
  const command = join(dirname(manifest), bin.sagac);
  const child = spawn(process.execPath, [command, "build", "place-order.saga"], { cwd: import.meta.dirname, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`sagac build ended with ${code}`);
}

/** Starts `worker.ts` and resolves when it is up. */
export async function workerProcess(env: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "worker.ts")], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const up = once(createInterface(child.stdout), "line");
  const first = await Promise.race([up.then(() => "up" as const), exited.then(([code]) => code as number | null)]);
  if (first !== "up") throw new Error(`the worker ended with ${first} before it was up`);
  return {
    pid: child.pid ?? 0,
    exited,
    kill,
    async stop() {
      child.kill("SIGTERM");
      const [code, signal] = (await exited) as [number | null, string | null];
      if (code !== 0) throw new Error(`the worker ended with ${code ?? signal} when it was told to stop`);
    },
  };
}

/** Looks every few milliseconds until it is so; rejects after a while. */
export async function waitFor(what: string, holds: () => boolean, limitMs = 60_000): Promise<void> {
  const untilMs = performance.now() + limitMs;
  while (!holds()) {
    if (performance.now() > untilMs) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await setTimeout(3);
  }
}
