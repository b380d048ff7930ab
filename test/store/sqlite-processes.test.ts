import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openStore } from "../../runtime/store/open.ts";
import { SeededRandom } from "../../runtime/testing/index.ts";
import { partition } from "../conformance/kit.ts";
import { until } from "../kit/until.ts";

const WRITER = fileURLToPath(new URL("./sqlite-writer.ts", import.meta.url));
const PROCESSES = 3;
const KILLS = 9;

it("several processes on one file, killed at any moment: no error, the file is whole, all that was acknowledged is there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "saga-sqlite-"));
  const file = join(folder, "saga.db");
  const random = new SeededRandom(7);
  const lines: string[] = [];
  const complaints: string[] = [];
  const writers: Writer[] = [];
  try {
    for (let index = 0; index < PROCESSES; index += 1) writers.push(startWriter(file, `w${index}`, lines, complaints));
    for (let kill = 0; kill < KILLS; kill += 1) {
      const goal = lines.length + 40 + (random.seed() % 60);
      await until("the writers write", () => lines.length >= goal || complaints.length > 0);
      const index = random.seed() % writers.length;
      await writers[index]?.kill();
      writers[index] = startWriter(file, `w${index}`, lines, complaints);
    }
  } finally {
    for (const writer of writers) await writer.kill();
  }
  expect(complaints).toEqual([]);

  const db = new DatabaseSync(file);
  expect(db.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  db.close();
  const store = await openStore(`sqlite:${file}`);
  const words = lines.map((line) => line.split(" "));
  const commits = words.filter(([kind, , , result]) => kind === "commit" && /^\d+$/.test(result ?? ""));
  expect(commits.length).toBeGreaterThan(50);

  for (const [, index, sagaId, , id] of commits) {
    const where = partition(Number(index));
    if (sagaId !== "shared") expect(await store.load(where, sagaId ?? "")).toMatchObject({ version: 1, commitId: id });
  }
  for (const index of [0, 1, 2]) {
    const where = partition(index);
    const appended = words.filter(([kind, at]) => kind === "append" && at === String(index)).map(([, , id]) => id);
    const there = new Set((await store.pending(where, 100_000)).map(({ id }) => id));
    expect(appended.filter((id) => !there.has(id ?? ""))).toEqual([]);

    // Each epoch was given to one owner, and each version of the saga that all write was given to one commit.
    const epochs = words.filter(([kind, at]) => kind === "lease" && at === String(index)).map(([, , epoch]) => epoch);
    expect(new Set(epochs).size).toBe(epochs.length);
    const shared = commits.filter(([, at, sagaId]) => at === String(index) && sagaId === "shared");
    const history = await store.history(where, "shared", 0, 100_000);
    for (const [, , , version, id] of shared) expect(history[Number(version) - 1]?.record).toBe(id);
    expect((await store.load(where, "shared"))?.version ?? 0).toBe(history.length);
  }
  await store.close();
  await rm(folder, { recursive: true });
});

interface Writer {
  kill(): Promise<void>;
}

function startWriter(file: string, name: string, lines: string[], complaints: string[]): Writer {
  const child: ChildProcess = spawn(process.execPath, [WRITER, file, name], { stdio: ["ignore", "pipe", "pipe"] });
  let killed = false;
  let rest = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => complaints.push(text));
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  void closed.then(() => {
    if (!killed) complaints.push(`${name} ended by itself`);
  });
  return {
    async kill() {
      killed = true;
      child.kill("SIGKILL");
      await closed;
    },
  };
}
