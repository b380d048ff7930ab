import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Store } from "@sagac/runtime";
import { runSaga, type SagaRun, type VirtualClock } from "@sagac/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emittedSagas } from "../kit/emitted.ts";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import { comparableHistory } from "./comparable.ts";
import { callStories, itemStories, roundStories } from "./emitted/children.ts";
import { branchStories, policyStories, scopeStories, spentStories, waitStories } from "./emitted/scopes.ts";
import { callsOf, type Source, type Story } from "./emitted/story.ts";
import { timeStories } from "./emitted/times.ts";

/** Whatever the language can say, as the compiler emits it, on the engine: in memory, then on the other stores with the same history. */
const SOURCES = [
  branchStories,
  itemStories,
  roundStories,
  callStories,
  waitStories,
  scopeStories,
  policyStories,
  spentStories,
  timeStories,
];
const STORIES = SOURCES.flatMap((source) => source.stories.map((story) => ({ name: story.name, source, story })));

type Open = (clock: VirtualClock) => Promise<Store>;
type Told = SagaRun<unknown>;

const onMemory: Open = (clock) => openStore("memory:", { clock, partitions: 1 });
const loaded = new Map<Source, ReturnType<typeof emittedSagas>>();

async function play(source: Source, story: Story, open: Open, killAt?: number): Promise<Told> {
  const sagas = loaded.get(source) ?? emittedSagas(join(import.meta.dirname, "emitted", source.file));
  loaded.set(source, sagas);
  const definition = await sagas;
  const { saga, input, steps = {}, events = [], callees = [], answers, person } = story;
  return await runSaga(definition(saga), {
    input,
    steps,
    events,
    callees: callees.map((name) => ({ definition: definition(name), steps })),
    open,
    ...(answers === undefined ? {} : { answers }),
    ...(person === undefined ? {} : { person }),
    ...(killAt === undefined ? {} : { killAt }),
  });
}

/** Each story is told once in memory; the other stores are held against it. */
const told = new Map<Story, Promise<Told>>();
function reference(source: Source, story: Story): Promise<Told> {
  const known = told.get(story) ?? play(source, story, onMemory);
  told.set(story, known);
  return known;
}

describe("what the compiler emits, on the engine", () => {
  test.each(STORIES)("$name", async ({ source, story }) => {
    const run = await reference(source, story);
    expect(run, run.timeline.join("\n")).toMatchObject({ ...story.ends, faults: [] });
    expect(callsOf(run)).toEqual(story.calls);
    story.check?.(run);
  });
});

function comparable(run: Told) {
  const { status, faults, conditions, parked, refused, history, children } = run;
  return {
    ...{ status, faults, conditions, parked, refused },
    calls: callsOf(run).sort(),
    effects: effectsOf(run),
    history: comparableHistory(history),
    children: Object.fromEntries(Object.entries(children).map(([id, own]) => [id, comparableHistory(own)])),
  };
}

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
  test.each(STORIES.filter(({ name }) => KILLED.includes(name)))("$name", { timeout: 120_000 }, async ({ source, story }) => {
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

function effectsOf({ effects }: Told): string[] {
  return effects.map(({ key, undoneAtMs }) => `${key} ${undoneAtMs === null ? "stands" : "undone"}`).sort();
}

function standing({ effects }: Told): string[] {
  return effects.flatMap(({ saga, step, undoneAtMs }) => (undoneAtMs === null ? [`${saga} ${step}`] : [])).sort();
}
