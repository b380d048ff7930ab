import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@sagac/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import { comparable, type Open, onMemory, play, reference, STORIES, type Told } from "./emitted/play.ts";
import { callsOf } from "./emitted/story.ts";

describe("what the compiler emits, on the engine", () => {
  test.each(STORIES)("$name", async ({ source, story }) => {
    const run = await reference(source, story);
    expect(run, run.timeline.join("\n")).toMatchObject({ ...story.ends, faults: [] });
    expect(callsOf(run)).toEqual(story.calls);
    story.check?.(run);
  });
});

describe("the same history on SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "saga-emitted-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(STORIES)("$name", async ({ name, source, story }) => {
    const file = join(folder, `${STORIES.findIndex((other) => other.name === name)}.db`);
    const run = await play(source, story, (clock) => openStore(`sqlite:${file}`, { clock, partitions: 1 }));
    expect(comparable(run)).toEqual(comparable(await reference(source, story)));
  });
});

describeRedis("the same history on Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await redisForTests();
  });

  test.each(STORIES)("$name", async ({ name, source, story }) => {
    const prefix = `emitted-${process.pid}-${STORIES.findIndex((other) => other.name === name)}`;
    const open: Open = (clock) => openStore(redis.url, { clock, prefix, partitions: 1, onWarning: () => undefined });
    expect(comparable(await play(source, story, open))).toEqual(comparable(await reference(source, story)));
  });
});

/** Undone whole, after something of each kind took place. */
const KILLED = [
  "items: a later step fails, and each is undone, the last first",
  "call: one that completed is undone as a whole, after its endings",
  "race: one fails, the other wins; what follows fails, and only the winner is left to undo",
];

describe("a worker that is killed at every point where it can be", () => {
  test.each(STORIES.filter(({ name }) => KILLED.includes(name)))("$name", async ({ source, story }) => {
    const whole = end(await reference(source, story));
    const { points } = await play(source, story, onMemory, 0);
    expect(points).toBeGreaterThan(20);
    for (let killAt = 1; killAt <= points; killAt++) {
      const run = await play(source, story, onMemory, killAt);
      expect(end(run), `killed at ${killAt}:\n${run.timeline.join("\n")}`).toEqual(whole);
    }
  });
});

/** How it ended, and what stands: not how often it was asked for, nor in which of a call's attempts, since nothing with `retry none` is called twice. */
function end(run: Told) {
  const { status, faults, parked, incomplete, output } = { incomplete: [], output: null, ...run };
  return { status, faults, parked, incomplete, output, failure: failureOf(run), stands: standing(run) };
}

function failureOf(run: Told): string | null {
  return run.status === "completed" || run.failure === null ? null : `${run.failure.name} of ${run.failure.step}`;
}

function standing({ effects }: Told): string[] {
  return effects.flatMap(({ saga, step, undoneAtMs }) => (undoneAtMs === null ? [`${saga} ${step}`] : [])).sort();
}
