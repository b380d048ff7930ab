import { type Implementation, implement } from "@sagac/runtime";
import type { ChildSite, SagaContext, StepRecord } from "../../runtime/engine/definition.ts";
import { handMade, tables } from "./hand-made.ts";
import type { HandSaga } from "./hand-plan.ts";

/** A saga that reserves each of its items as an instance of its own, and then does something that can fail. */
export function itemsSaga(site: Partial<ChildSite> = {}): HandSaga {
  const body = tables({
    saga: "Group.$foreach1",
    nodes: [{ kind: "step", name: "reserve" }],
    output: ({ steps }) => (steps.reserve as StepRecord).forward.output,
  });
  return handMade({
    saga: "Group",
    nodes: [
      {
        kind: "children",
        name: "$foreach1",
        runs: { body: "$foreach1", inputs: (context: SagaContext) => itemsOf(context).map((item) => ({ item })), ...site },
      },
      { kind: "step", name: "close", undo: false },
    ],
    bodies: { $foreach1: body },
    output: ({ steps }) => (steps.$foreach1 as StepRecord).forward.output,
  });
}

function itemsOf({ input }: SagaContext): readonly number[] {
  const { count } = input as { readonly count: number };
  return Array.from({ length: count }, (_, index) => index);
}

/** What the participants of such a saga did: by item, how often it was reserved and undone. */
export interface ItemWorld {
  readonly implementation: Implementation;
  readonly definition: HandSaga;
  readonly reserved: number[];
  readonly undone: number[];
  readonly running: { now: number; most: number };
}

export function itemWorld(
  site: Partial<ChildSite> = {},
  how: {
    readonly reserve?: (item: number) => unknown;
    readonly undo?: (item: number) => unknown;
    readonly close?: () => unknown;
  } = {},
): ItemWorld {
  const definition = itemsSaga(site);
  const world = { definition, reserved: [] as number[], undone: [] as number[], running: { now: 0, most: 0 } };
  const itemOf = (input: unknown): number => (input as { readonly item: number }).item;
  const implementation = implement(definition, {
    things: {
      reserve: async (input: unknown) => {
        const item = itemOf(input);
        world.reserved.push(item);
        world.running.most = Math.max(world.running.most, ++world.running.now);
        try {
          return (await how.reserve?.(item)) ?? { reservation: item };
        } finally {
          world.running.now--;
        }
      },
      undo_reserve: (input: unknown) => {
        world.undone.push(itemOf(input));
        return how.undo?.(itemOf(input));
      },
      close: () => how.close?.() ?? null,
    },
  });
  return { ...world, implementation };
}

export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
