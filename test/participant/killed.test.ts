import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { SeededRandom } from "@sagac/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compiled } from "../kit/compiled.ts";
import { describePostgres, type PostgresServer, postgresForTests } from "../kit/postgres.ts";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import { scratchFolder } from "../kit/scratch.ts";
import type { KilledTask } from "./killed-child.ts";
import { type OpenPlace, postgresFencePlace, redisFencePlace, sqliteFencePlace } from "./places.ts";

/**
 * Two steps take something, a third takes and is refused, both are undone; its worker dies by SIGKILL before one of the statements that the fences
 * send. The next worker carries on, and each effect took place exactly once. `FENCE_KILLS=all`: before each statement; else a few.
 */
const SOURCE = `
service stock { fenced }
error Refused

saga Sample {
  timeout 1h
  step one on stock.takeOne { compensate giveOne }
  step two on stock.takeTwo { compensate giveTwo }
  step three on stock.refuse { throws Refused compensate none because "it takes nothing" }
}
`;
const EFFECTS = ["take One", "take Two", "give Two", "give One"];
const ALL = process.env.FENCE_KILLS === "all";
const SEED = 20_261_126;
const SAMPLE = 5;

describe("on SQLite", () => killedAnywhere("sqlite", async () => sqliteFencePlace()));

describeRedis("on Redis", () => {
  let server: RedisServer | null = null;
  beforeAll(async () => {
    server = await redisForTests();
  });
  afterAll(() => server?.stop());
  killedAnywhere("redis", async () => await redisFencePlace(there(server)));
});

describePostgres("on Postgres", () => {
  let server: PostgresServer | null = null;
  beforeAll(async () => {
    server = await postgresForTests();
  });
  afterAll(() => server?.stop());
  killedAnywhere("postgres", async () => await postgresFencePlace(there(server)));
});

function killedAnywhere<Access>(participant: KilledTask["participant"], open: () => Promise<OpenPlace<Access>>): void {
  test("each effect is there exactly once", { timeout: 900_000 }, async () => {
    const { folder } = await compiled(SOURCE);
    const definition = pathToFileURL(join(folder, "sample.saga.ts")).href;
    // 5 calls of 4 to 6 statements, and one more round for the refusal.
    const points = ALL ? Array.from({ length: 60 }, (_, index) => index + 1) : drawn();
    let killed = 0;
    for (const kill of points) {
      const place = await open();
      try {
        const store = `sqlite:${join(scratchFolder(), "saga.db")}`;
        const life = (at: number | null) => live({ definition, store, participant, at: place.at, kill: at });
        const first = await life(kill);
        if (first.signal === "SIGKILL") killed++;
        const last = first.signal === "SIGKILL" ? await life(null) : first;
        expect(last.code, `killed before statement ${kill}: ${last.stderr}`).toBe(0);
        expect(JSON.parse(last.stdout)).toMatchObject({ status: "compensated", failure: { name: "Refused" }, incomplete: [] });
        expect(await place.effects(), `killed before statement ${kill}`).toEqual(EFFECTS);
      } finally {
        await place.dispose();
      }
      if (ALL && killed < kill) break;
    }
    console.log(`fenced participant on ${participant}: ${killed} kills, each effect exactly once`);
    expect(killed).toBeGreaterThanOrEqual(ALL ? 20 : SAMPLE - 1);
  });
}

function drawn(): number[] {
  const random = new SeededRandom(SEED);
  // The first ones are there on every database.
  return Array.from({ length: SAMPLE }, () => 1 + (random.seed() % 22));
}

function there<T>(server: T | null): T {
  if (server === null) throw new Error("the server is not there");
  return server;
}

async function live(task: KilledTask) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "killed-child.ts"), JSON.stringify(task)]);
  const [[code, signal], stdout, stderr] = await Promise.all([
    once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, signal, stdout, stderr: stderr.slice(-2_000) };
}
