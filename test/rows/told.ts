import type { SagaDefinition, Store } from "@sagac/runtime";
import { runSaga, type SagaRun, type VirtualClock } from "@sagac/runtime/testing";
import { expect } from "vitest";
import { comparableHistory } from "../engine/comparable.ts";
import { CASES, type Case } from "./cases.ts";
import { CHILDREN } from "./children.ts";
import { definitionsOf } from "./runs.ts";

type Open = (clock: VirtualClock) => Promise<Store>;

export const ALL = Object.entries({ ...CASES, ...CHILDREN });

export async function expectTheSame(story: Case, open: Open): Promise<void> {
  const { sagas, run } = await inMemory(story);
  expect(comparableRun(await told(story, sagas, open))).toEqual(comparableRun(run));
}

interface Made {
  readonly sagas: ReadonlyMap<string, SagaDefinition>;
  readonly run: SagaRun<unknown>;
}

const made = new Map<Case, Promise<Made>>();

/** Built and run once, however many stores it is held against. */
export function inMemory(story: Case): Promise<Made> {
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

function comparableRun({ status, history, children, calls }: SagaRun<unknown>) {
  return {
    status,
    calls: calls.map(({ operation }) => operation).sort(),
    root: comparableHistory(history),
    children: Object.fromEntries(Object.entries(children).map(([id, entries]) => [id, comparableHistory(entries)])),
  };
}
