import { openStore } from "@sagac/runtime";
import { faultyStore, type StoreFault } from "@sagac/runtime/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replay } from "../../runtime/engine/replay.ts";
import { createTransition } from "../../runtime/engine/state.ts";
import { partitionOf } from "../../runtime/store/partition.ts";
import type { StorePlace } from "../conformance/kit.ts";
import { type ItemWorld, itemWorld, numbers } from "../kit/items.ts";
import { describeRedis, type RedisServer, redisForTests } from "../kit/redis.ts";
import { storedState } from "../kit/stored.ts";
import { type VirtualRun, virtualRun } from "../kit/virtual-run.ts";
import { memoryPlace, redisPlace, sqlitePlace } from "../store/places.ts";

/**
 * One fault at one call of the store, for every call that a family makes it see: whatever fails however, it ends the one way it should,
 * nothing is called twice, and each member's log folds to its snapshot.
 */
const FAULTS: readonly StoreFault[] = ["unreachable", "lost-request", "lost-reply"];

const FAMILIES = [
  { name: "completes", world: () => itemWorld({ max: 2, keepsOutput: true }), ends: "completed", undone: [] },
  {
    name: "is undone",
    world: () =>
      itemWorld(
        { max: 2 },
        {
          close: () => {
            throw new Error("boom");
          },
        },
      ),
    ends: "compensated",
    undone: numbers(4),
  },
] as const;

describe.each(FAMILIES)("a family that $name", ({ world, ends, undone }) => {
  test.each(FAULTS)("%s, at every call of the store", async (fault) => {
    const faults: string[] = [];
    let number = 0;
    for (let reached = true; reached; ) {
      number++;
      const items = world();
      const told = await withFault(items, number, fault);
      reached = told.reached;
      const at = `call ${number} (${told.operation})`;
      if (told.status !== ends) faults.push(`${at}: ended ${told.status}`);
      if (items.reserved.join() !== numbers(4).join()) faults.push(`${at}: reserved ${items.reserved.join()}`);
      if ([...items.undone].sort().join() !== undone.join()) faults.push(`${at}: undid ${items.undone.join()}`);
      faults.push(...told.broken.map((id) => `${at}: the log of ${id} does not fold to its snapshot`));
    }
    expect(faults).toEqual([]);
    expect(number).toBeGreaterThan(10);
  });
});

describe("the same history on every store", () => {
  const reference = () => historyOn(memoryPlace);

  test("SQLite", async () => {
    expect(await historyOn(sqlitePlace, "events")).toEqual(await reference());
  });

  describeRedis("Redis", () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await redisForTests();
    });
    afterAll(() => server.stop());

    test("Redis", async () => {
      expect(await historyOn(redisPlace(server), "events")).toEqual(await reference());
    });
  });
});

async function historyOn(place: () => Promise<StorePlace>, history?: "events"): Promise<unknown> {
  const data = await place();
  const items = FAMILIES[1].world();
  const run = await virtualRun({ open: (clock) => data.open({ clock }), sagas: [items.implementation], history });
  try {
    const group = await run.through(run.client.start(items.definition, { id: "group-1", input: { count: 5 } }));
    await run.through(group.result());
    const ids = (await group.children()).map(({ id }) => id);
    return await Promise.all(["group-1", ...ids].map(async (id) => [id, (await group.history(id)).map(({ record }) => record)]));
  } finally {
    await run.close();
    await data.dispose();
  }
}

async function withFault(items: ItemWorld, number: number, fault: StoreFault) {
  let operation = "none";
  let left = number;
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock }),
    sagas: [items.implementation],
    snapshotEvery: 4,
    history: number % 2 === 0 ? "events" : "snapshots",
    wrap: (store) => {
      let started = false;
      return faultyStore(store, (call) => {
        if (!started) {
          started = call.operation === "occupied";
          return null;
        }
        if (call.operation === "release" || --left !== 0) return null;
        operation = call.operation;
        return fault;
      });
    },
  });
  try {
    const group = await run.through(run.client.start(items.definition, { id: "group-1", input: { count: 4 } }));
    const result = await run.through(group.result());
    const reached = operation !== "none";
    left = 0;
    return { reached, operation, status: result.status, broken: await broken(run, items) };
  } finally {
    await run.close();
  }
}

/** Members whose log does not fold to their snapshot. */
async function broken(run: VirtualRun, { definition }: ItemWorld): Promise<string[]> {
  const group = run.client.get(definition, "group-1");
  const partition = partitionOf(definition.saga, 1, "group-1", run.store.partitions);
  const body = definition.bodies?.$foreach1;
  if (body === undefined) throw new Error("no body");
  const found: string[] = [];
  const ids = (await run.through(group.children())).map(({ id }) => id);
  for (const id of ["group-1", ...ids]) {
    const records = (await run.through(group.history(id))).map(({ record }) => record);
    const transition = createTransition(id === "group-1" ? definition : body);
    const folded = replay(transition, records);
    const state = await run.through(storedState(run.store, partition, id, transition));
    if (JSON.stringify(folded) !== JSON.stringify(state)) found.push(id);
  }
  return found;
}
