import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** Workers in processes of their own, which say when they are ready. `path`: of what they run. Where one ends before, all are ended, and it throws. */
export async function startWorkerProcesses(count: number, path: string, args: readonly string[]): Promise<ChildProcess[]> {
  const children = Array.from({ length: count }, () => fork(path, args, { stdio: "inherit" }));
  try {
    await Promise.all(children.map(ready));
  } catch (error) {
    await Promise.all(children.map(stopWorkerProcess));
    throw error;
  }
  return children;
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void =>
      reject(new Error(`a worker's process ended with ${code ?? signal} before it was ready: what it said is above`));
    child.once("exit", ended).once("message", () => {
      child.off("exit", ended);
      resolve();
    });
  });
}

/** In such a process: it ends when nobody is left who would stop it. That alone does not keep it. */
export function endWithParent(): void {
  process.once("disconnect", () => process.exit(0));
  process.channel?.unref();
}

/** At once, where it has ended by itself. */
export async function stopWorkerProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
