import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SagaResult } from "@sagac/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describePostgres, type PostgresServer, postgresForTests } from "../kit/postgres.ts";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import type { ItemsTask } from "./items-child.ts";

/**
 * A foreach over thousands of items of which the last is refused. Its worker is killed on the way out and again on the way back, each time between
 * an effect and its answer. Every item that took effect is undone, once: calls in flight are repeated, under the same key.
 */
const COUNT = Number(process.env.CRASH_ITEMS ?? 2_000);
/** As `group.saga` has it. */
const MAX = 50;

test("on SQLite", { timeout: 900_000 }, () => killedTwice((folder) => `sqlite:${join(folder, "saga.db")}`));

describeRedis("on Redis", () => {
  let server: RedisServer | null = null;
  beforeAll(async () => {
    server = await redisForTests();
  });
  afterAll(() => server?.stop());

  test("on Redis", { timeout: 900_000 }, () => killedTwice(() => server?.url ?? ""));
});

describePostgres("on Postgres", () => {
  let server: PostgresServer | null = null;
  beforeAll(async () => {
    server = await postgresForTests();
  });
  afterAll(() => server?.stop());

  test("on Postgres", { timeout: 900_000 }, () => killedTwice(() => server?.url ?? ""));
});

function killedTwice(url: (folder: string) => string): void {
  const folder = mkdtempSync(join(tmpdir(), "saga-items-"));
  try {
    const books = join(folder, "books");
    const task = { store: url(folder), prefix: folder.replaceAll("/", "-"), books, count: COUNT };
    for (const what of ["reserve", "undo"] as const) {
      const life = live({ ...task, kill: { what, after: COUNT / 2 } });
      expect(life.signal, life.stderr).toBe("SIGKILL");
    }
    const last = live({ ...task, kill: null });
    expect(last.status, last.stderr).toBe(0);

    const told = JSON.parse(last.stdout) as { readonly result: SagaResult<unknown>; readonly children: readonly string[] };
    expect(told.result).toMatchObject({ status: "compensated", failure: { name: "Refused", step: "reserve" }, incomplete: [] });
    expect(told.children).toHaveLength(COUNT);
    expect(new Set(told.children)).toEqual(new Set(["compensated"]));

    const lines = readFileSync(books, "utf8").trimEnd().split("\n");
    const of = (what: string) => lines.filter((line) => line.startsWith(`${what} `));
    const keys = (what: string) => new Set(of(what));
    // One key an item, in each direction: a participant that remembers keys has each effect once.
    expect(keys("reserve").size).toBe(COUNT - 1);
    expect(keys("undo").size).toBe(COUNT - 1);
    expect(new Set(of("undo").map((line) => line.split(" ")[1])).size).toBe(COUNT - 1);
    // What was called again was in flight when a worker died.
    expect(of("reserve").length - keys("reserve").size).toBeLessThanOrEqual(MAX);
    expect(of("undo").length - keys("undo").size).toBeLessThanOrEqual(MAX);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function live(task: ItemsTask) {
  return spawnSync(process.execPath, [join(import.meta.dirname, "items-child.ts"), JSON.stringify(task)], {
    encoding: "utf8",
    timeout: 300_000,
  });
}
