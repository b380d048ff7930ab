import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { checkBooks } from "../../sagas/place-order/participants/books.ts";
import { openParticipants } from "../../sagas/place-order/participants/open.ts";
import { checkSaga } from "./check-saga.ts";
import type { ChildReport, ChildTask } from "./child-task.ts";
import type { KillPoint } from "./kill-point.ts";
import type { CrashOrder } from "./orders.ts";

/** A store that can be had anew for every trial. */
export interface StoreUnderTest {
  readonly name: "sqlite" | "redis" | "postgres";
  url(folder: string): string;
}

export interface Trial {
  /** How many of its processes were killed; fewer than asked for where one ended before it came to its point. */
  readonly killed: number;
  /** What the last process did, and how often. */
  readonly counts: Readonly<Record<string, number>>;
  /** What is wrong afterwards; empty when all is well. */
  readonly faults: readonly string[];
}

/**
 * Places one order and kills a process at each of the points given, one after the other (two points: the successor dies too). The next
 * process carries on until the order has ended. Then the saga and the books of the participants are checked.
 */
export async function runTrial(store: StoreUnderTest, order: CrashOrder, kills: readonly KillPoint[]): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), "saga-crash-"));
  const books = join(folder, "books");
  const participants = openParticipants(books);
  try {
    order.prepare(participants);
    const task = { order: order.name, store: store.url(folder), prefix: folder.replaceAll("/", "-"), leaseMs: LEASE_MS };
    let killed = 0;
    for (const kill of kills) {
      const life = await live({ ...task, kill }, books);
      if (life.end === "failed") return { killed, counts: {}, faults: [life.why] };
      if (life.end === "reported") break;
      killed++;
    }
    // Also after one that ended by itself: a process more finds nothing to do, and does nothing.
    const last = await live({ ...task, kill: null }, books);
    if (last.end !== "reported")
      return { killed, counts: {}, faults: [last.end === "failed" ? last.why : "killed without a reason"] };
    const { ended, counts } = last.report;
    const report = checkBooks(participants, [{ sagaId: order.sagaId, input: order.input, ended }]);
    const faults = [...report.faults, ...(await checkSaga(task.store, task.prefix, order, ended))];
    return { killed, counts, faults };
  } finally {
    participants.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Life =
  | { readonly end: "killed" }
  | { readonly end: "reported"; readonly report: ChildReport }
  | { readonly end: "failed"; readonly why: string };

async function live(task: ChildTask, books: string): Promise<Life> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "child.ts"), JSON.stringify(task)], {
    env: { ...process.env, SAGA_BOOKS: books },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const limit = setTimeout(() => child.kill("SIGTERM"), LIFE_LIMIT_MS);
  const [[code, signal], stdout, stderr] = await Promise.all([
    once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  clearTimeout(limit);
  if (signal === "SIGKILL") return { end: "killed" };
  if (code === 0) return { end: "reported", report: JSON.parse(stdout) as ChildReport };
  return { end: "failed", why: `a process ended with ${code ?? signal}: ${stderr.trim().slice(-2_000) || "it said nothing"}` };
}

/** Short, so that the next process need not wait. */
const LEASE_MS = 300;
const LIFE_LIMIT_MS = 120_000;
