import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** A worker in a process of its own, which says when it is ready. `path`: of what it runs. Throws where it ends before. */
export async function startWorkerProcess(path: string, args: readonly string[]): Promise<ChildProcess> {
  const child = fork(path, args, { stdio: "inherit" });
  await new Promise<void>((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void =>
      reject(new Error(`a worker's process ended with ${code ?? signal} before it was ready: what it said is above`));
    child.once("exit", ended).once("message", () => {
      child.off("exit", ended);
      resolve();
    });
  });
  return child;
}

/** At once, where it has ended by itself. */
export async function stopWorkerProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
