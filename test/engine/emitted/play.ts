import { join } from "node:path";
import { openStore, type Store } from "@sagac/runtime";
import { runSaga, type SagaRun, type VirtualClock } from "@sagac/runtime/testing";
import { emittedSagas } from "../../kit/emitted.ts";
import { comparableHistory } from "../comparable.ts";
import { callStories, itemStories, roundStories } from "./children.ts";
import { branchStories, policyStories, scopeStories, spentStories, waitStories } from "./scopes.ts";
import { callsOf, type Source, type Story } from "./story.ts";
import { timeStories } from "./times.ts";

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
export const STORIES = SOURCES.flatMap((source) => source.stories.map((story) => ({ name: story.name, source, story })));

export type Open = (clock: VirtualClock) => Promise<Store>;
export type Told = SagaRun<unknown>;

export const onMemory: Open = (clock) => openStore("memory:", { clock, partitions: 1 });
const loaded = new Map<Source, ReturnType<typeof emittedSagas>>();

export async function play(source: Source, story: Story, open: Open, killAt?: number): Promise<Told> {
  const sagas = loaded.get(source) ?? emittedSagas(join(import.meta.dirname, source.file));
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
export function reference(source: Source, story: Story): Promise<Told> {
  const known = told.get(story) ?? play(source, story, onMemory);
  told.set(story, known);
  return known;
}

export function comparable(run: Told) {
  const { status, faults, conditions, parked, refused, history, children } = run;
  return {
    ...{ status, faults, conditions, parked, refused },
    calls: callsOf(run).sort(),
    effects: effectsOf(run),
    history: comparableHistory(history),
    children: Object.fromEntries(Object.entries(children).map(([id, own]) => [id, comparableHistory(own)])),
  };
}

function effectsOf({ effects }: Told): string[] {
  return effects.map(({ key, undoneAtMs }) => `${key} ${undoneAtMs === null ? "stands" : "undone"}`).sort();
}
