import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { lines } from "./messages.ts";
import type { WorkerTask } from "./worker-task.ts";

/** A line of a worker's log. */
export interface LogLine {
  readonly worker: string;
  readonly atMs: number;
  readonly level: string;
  readonly message: string;
  readonly error?: string;
}

/** The processes of the workers: so many places, in each of which one worker lives after the other. */
export class Fleet {
  readonly size: number;
  /** What the workers wrote to their logs. */
  readonly log: LogLine[] = [];
  /** Lines of standard error that are no log. */
  readonly noise: string[] = [];
  readonly #task: Omit<WorkerTask, "id">;
  readonly #places: ChildProcess[] = [];
  #lives = 0;
  #closed = false;

  constructor(size: number, task: Omit<WorkerTask, "id">) {
    this.size = size;
    this.#task = task;
  }

  /** Starts all, and waits until they work. */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.size }, (_, place) => this.begin(place)));
  }

  /** A new worker in a place; resolves when it works, or has ended before it did. */
  async begin(place: number): Promise<void> {
    const task: WorkerTask = { ...this.#task, id: `worker-${place + 1}-${++this.#lives}` };
    const child = spawn(process.execPath, [join(import.meta.dirname, "worker.ts"), JSON.stringify(task)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#places[place] = child;
    child.stderr.setEncoding("utf8").on(
      "data",
      lines((line) => this.#heard(task.id, line)),
    );
    child.once("exit", (code, signal) => {
      if (!this.#closed && signal !== "SIGKILL") this.noise.push(`${task.id} ended with ${code ?? signal}`);
    });
    await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  }

  /** Ends the process in a place without warning. */
  async kill(place: number): Promise<void> {
    const child = this.#places[place];
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** The process stands still, with everything that it has in hand. */
  freeze(place: number): void {
    this.#places[place]?.kill("SIGSTOP");
  }

  thaw(place: number): void {
    this.#places[place]?.kill("SIGCONT");
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#places.map((_, place) => this.kill(place)));
  }

  #heard(worker: string, line: string): void {
    try {
      const { level, message, error } = JSON.parse(line) as { level: string; message: string; error?: string };
      this.log.push({ worker, atMs: performance.now(), level, message, ...(error === undefined ? {} : { error }) });
    } catch {
      if (line.trim() !== "") this.noise.push(`${worker}: ${line}`);
    }
  }
}
