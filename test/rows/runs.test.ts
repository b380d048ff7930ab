import { openStore } from "@sagac/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import { ALL, expectTheSame, inMemory } from "./told.ts";

// From text to the ledger of the participants, on every store: what a user of the construct sees.

describe.each(ALL)("%s", (_, story) => {
  it("in memory", async () => {
    const { run } = await inMemory(story);
    expect({ status: run.status, faults: run.faults, refused: run.refused }).toEqual({
      status: story.ends,
      faults: [],
      refused: [],
    });
    expect("failure" in run ? run.failure?.name : undefined).toBe(story.failure);
    const calls = run.calls.map(({ operation }) => operation);
    expect(shortened(calls, story.calls)).toEqual(story.calls);
    if (story.output !== undefined) expect(run).toMatchObject({ output: story.output });
    if (story.conditions !== undefined) expect(run.conditions).toEqual(story.conditions);
    if (story.tells !== undefined) expect(JSON.stringify(run.history)).toContain(story.tells);
    const [fromMs, toMs] = story.between ?? [0, Number.POSITIVE_INFINITY];
    expect(run.tookMs).toBeGreaterThanOrEqual(fromMs);
    expect(run.tookMs).toBeLessThanOrEqual(toMs);
  });

  it("in the same way on SQLite", async () => {
    await expectTheSame(story, (clock) => openStore("sqlite::memory:", { clock }));
  });
});

describeRedis("in the same way on Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await redisForTests();
  });
  afterAll(() => server.stop());

  it.each(ALL.map(([name, story], at) => [name, story, `rows-${process.pid}-${at}`] as const))("%s", async (_, story, prefix) => {
    await expectTheSame(story, (clock) => openStore(server.url, { clock, prefix }));
  });
});

/** `…m` in what is expected stands for any number of calls of `m`. */
function shortened(calls: readonly string[], expected: readonly string[]): readonly string[] {
  const many = expected.filter((name) => name.startsWith("…")).map((name) => name.slice(1));
  return calls.flatMap((name, at) => (!many.includes(name) ? [name] : calls[at - 1] === name ? [] : [`…${name}`]));
}
