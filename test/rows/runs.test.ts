import { openStore, type SagaDefinition, type Store } from "@sagac/runtime";
import { runSaga, type SagaRun, type VirtualClock } from "@sagac/runtime/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comparableHistory } from "../engine/comparable.ts";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import { CASES, type Case } from "./cases.ts";
import { CHILDREN } from "./children.ts";
import { definitionsOf } from "./runs.ts";

// From text to the ledger of the participants, on every store: what a user of the construct sees.

type Open = (clock: VirtualClock) => Promise<Store>;

const ALL = Object.entries({ ...CASES, ...CHILDREN });

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

async function expectTheSame(story: Case, open: Open): Promise<void> {
  const { sagas, run } = await inMemory(story);
  expect(comparableRun(await told(story, sagas, open))).toEqual(comparableRun(run));
}

interface Made {
  readonly sagas: ReadonlyMap<string, SagaDefinition>;
  readonly run: SagaRun<unknown>;
}

const made = new Map<Case, Promise<Made>>();

/** Built and run once, however many stores it is held against. */
function inMemory(story: Case): Promise<Made> {
  const found = made.get(story) ?? definitionsOf(textOf(story)).then(async (sagas) => ({ sagas, run: await told(story, sagas) }));
  made.set(story, found);
  return found;
}

function textOf({ before = "", text }: Case): string {
  return `service s { idempotent for 7d }\nerror E\n${before}\nsaga Story { timeout 1d ${text} }\n`;
}

async function told({ options = {} }: Case, sagas: ReadonlyMap<string, SagaDefinition>, open?: Open): Promise<SagaRun<unknown>> {
  const { s = {}, input = {}, ...rest } = options;
  const story = sagas.get("Story");
  if (story === undefined) throw new Error("no saga Story was built");
  const callees = [...sagas.values()].filter((each) => each !== story).map((definition) => ({ definition, steps: { s } }));
  return await runSaga(story, { ...rest, input, steps: { s }, callees, ...(open === undefined ? {} : { open }) });
}

/** `…m` in what is expected stands for any number of calls of `m`. */
function shortened(calls: readonly string[], expected: readonly string[]): readonly string[] {
  const many = expected.filter((name) => name.startsWith("…")).map((name) => name.slice(1));
  return calls.flatMap((name, at) => (!many.includes(name) ? [name] : calls[at - 1] === name ? [] : [`…${name}`]));
}

function comparableRun({ status, history, children, calls }: SagaRun<unknown>) {
  return {
    status,
    calls: calls.map(({ operation }) => operation).sort(),
    root: comparableHistory(history),
    children: Object.fromEntries(Object.entries(children).map(([id, entries]) => [id, comparableHistory(entries)])),
  };
}
