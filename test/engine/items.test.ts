import { openStore } from "@sagac/runtime";
import { describe, expect, test } from "vitest";
import { type ItemWorld, itemWorld, numbers } from "../kit/items.ts";
import { type VirtualRun, virtualRun } from "../kit/virtual-run.ts";

/** Items of a foreach, run as instances of their own. */
describe("items that run as instances of their own", () => {
  test("each is a saga of its own, committed with its root, and their outputs are the answer, in order", async () => {
    const world = itemWorld({ keepsOutput: true });
    await inRun(world, 5, async (run, group) => {
      const result = await run.through(group.result());
      expect(result).toEqual({ status: "completed", output: numbers(5).map((item) => ({ reservation: item })) });
      const children = await group.children();
      expect(children.map(({ id }) => id)).toEqual(numbers(5).map((index) => `group-1//$foreach1.1.${index}`));
      expect(children.every(({ status }) => status === "completed")).toBe(true);
      const types = (await group.history("group-1//$foreach1.1.3")).map(({ record }) => record.type);
      expect(types).toEqual(["started", "called", "answered", "ended"]);
    });
  });

  test("no items: the answer is an empty list, at once", async () => {
    const world = itemWorld({ keepsOutput: true });
    await inRun(world, 0, async (run, group) => {
      expect(await run.through(group.result())).toEqual({ status: "completed", output: [] });
    });
  });

  test.each([1, 3])("at most %i at once", async (max) => {
    const world: { run?: VirtualRun } = {};
    const items = itemWorld({ max }, { reserve: () => world.run?.sleep(100) });
    await inRun(items, 7, async (run, group) => {
      world.run = run;
      await run.through(group.result());
      expect(items.running.most).toBe(max);
      expect(items.reserved).toEqual(numbers(7));
    });
  });

  test("a parent's row is not written for the end of each item", async () => {
    const world = itemWorld({ max: 1 });
    await inRun(world, 50, async (run, group) => {
      await run.through(group.result());
      const types = (await group.history()).map(({ record }) => record.type);
      expect(types).toEqual(["started", "called", "answered", "called", "answered", "ended"]);
    });
  });

  test("when a later step fails each item is undone once, the last first", async () => {
    const world = itemWorld({ max: 1 }, { close: boom });
    await inRun(world, 5, async (run, group) => {
      expect(await run.through(group.result())).toMatchObject({
        status: "compensated",
        failure: { step: "close" },
        incomplete: [],
      });
      expect(world.undone).toEqual(numbers(5).reverse());
      expect((await group.children()).every(({ status }) => status === "compensated")).toBe(true);
    });
  });

  test("cancel: the first failure is heard at once, nothing more begins, and all that ran is undone", async () => {
    const clock: { run?: VirtualRun } = {};
    const world = itemWorld({ max: 4 }, { reserve: (item) => (item === 1 ? boom() : clock.run?.sleep(50 + item)) });
    await inRun(world, 20, async (run, group) => {
      clock.run = run;
      expect(await run.through(group.result())).toMatchObject({
        status: "compensated",
        failure: { step: "reserve", summary: "boom" },
      });
      expect(world.reserved).toEqual([0, 1, 2, 3]);
      expect([...world.undone].sort()).toEqual([0, 1, 2, 3]);
    });
  });

  test("wait: those that run come to their end, then all is undone", async () => {
    const clock: { run?: VirtualRun } = {};
    const ended: number[] = [];
    const reserve = async (item: number) => {
      if (item === 0) boom();
      await clock.run?.sleep(100);
      ended.push(item);
    };
    const world = itemWorld({ onFailure: "wait" }, { reserve });
    await inRun(world, 4, async (run, group) => {
      clock.run = run;
      expect((await run.through(group.result())).status).toBe("compensated");
      expect(ended).toEqual([1, 2, 3]);
      expect([...world.undone].sort()).toEqual([0, 1, 2, 3]);
    });
  });

  test("continue: an item that fails is undone alone, and the results say so", async () => {
    const world = itemWorld(
      { onFailure: "continue", keepsOutput: true },
      { reserve: (item) => (item === 1 ? boom() : undefined) },
    );
    await inRun(world, 3, async (run, group) => {
      const result = await run.through(group.result());
      expect(result).toMatchObject({
        status: "completed",
        output: [
          { status: "completed", output: { reservation: 0 } },
          { status: "compensated", error: { name: "Unknown", step: "reserve", summary: "boom" } },
          { status: "completed", output: { reservation: 2 } },
        ],
      });
      expect(world.undone).toEqual([1]);
    });
  });

  test("a cancel of the root turns every item back", async () => {
    const world = itemWorld({ max: 2 }, { reserve: (item) => (item < 4 ? undefined : new Promise(() => undefined)) });
    await inRun(world, 10, async (run, group) => {
      await run.until("two items hang", () => world.reserved.length === 6);
      await run.through(group.cancel({ by: "kim", reason: "no longer wanted" }));
      // What hangs is waited for: no machine by hand has a time-out. The others are not begun.
      await run.settle();
      const children = await group.children();
      expect(children.map(({ status }) => status)).toEqual([
        "completed",
        "completed",
        "completed",
        "completed",
        "running",
        "running",
      ]);
      expect((await group.history("group-1//$foreach1.1.4")).some(({ record }) => record.type === "command")).toBe(true);
    });
  });

  test("one that parks shows on the root, and a person decides by the name that stands there", async () => {
    let broken = true;
    const undo = (item: number) => (item === 1 && broken ? boom() : null);
    const world = itemWorld({}, { undo, close: boom });
    await inRun(world, 3, async (run, group) => {
      await run.until("it parks", async () => (await group.status()).parked.length > 0);
      const { parked, conditions } = await group.status();
      expect(parked).toEqual(["group-1//$foreach1.1.1/reserve.undo"]);
      expect(conditions).toEqual(["parked"]);
      const by = { by: "kim", reason: "it is back" };
      await expect(run.through(group.decide("group-1//$foreach1.1.0/reserve.undo", { verb: "retry" }, by))).rejects.toMatchObject(
        {
          code: "RT3005",
        },
      );
      broken = false;
      await run.through(group.decide(parked[0] ?? "", { verb: "retry" }, by));
      expect(await run.through(group.result())).toMatchObject({ status: "compensated", incomplete: [] });
      expect((await group.status()).parked).toEqual([]);
    });
  });

  test("an undo that a person skips is named in the root's result", async () => {
    const world = itemWorld({}, { undo: (item) => (item === 1 ? boom() : null), close: boom });
    await inRun(world, 3, async (run, group) => {
      await run.until("it parks", async () => (await group.status()).parked.length > 0);
      const [call = ""] = (await group.status()).parked;
      await run.through(group.decide(call, { verb: "skip" }, { by: "kim", reason: "done by hand" }));
      const result = await run.through(group.result());
      expect(result).toMatchObject({ status: "compensated", incomplete: ["group-1//$foreach1.1.1/reserve"] });
    });
  });

  test("more items than one commit should hold are begun, and undone, in several", async () => {
    const world = itemWorld({}, { close: boom });
    await inRun(world, 300, async (run, group) => {
      await run.through(group.result());
      expect([...world.reserved].sort((a, b) => a - b)).toEqual(numbers(300));
      expect([...world.undone].sort((a, b) => a - b)).toEqual(numbers(300));
    });
  });
});

function boom(): never {
  throw new Error("boom");
}

async function inRun(
  world: ItemWorld,
  count: number,
  body: (run: VirtualRun, group: Awaited<ReturnType<typeof begin>>) => Promise<void>,
): Promise<void> {
  const run = await virtualRun({ open: (clock) => openStore("memory:", { clock }), sagas: [world.implementation] });
  try {
    await body(run, await begin(run, world, count));
  } finally {
    await run.close();
  }
}

function begin(run: VirtualRun, world: ItemWorld, count: number) {
  return run.through(run.client.start(world.definition, { id: "group-1", input: { count } }));
}
