import { createClient, implement, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { CountedIds, SeededRandom, VirtualClock } from "@sagac/runtime/testing";
import { describe, expect, test } from "vitest";
import type { SagaContext, WaitRecord } from "../../runtime/engine/definition.ts";
import { handMade, tables } from "../kit/hand-made.ts";
import type { HandSaga, Node } from "../kit/hand-plan.ts";
import { type VirtualRun, virtualRun } from "../kit/virtual-run.ts";

const approval: Node = { kind: "await", name: "$await1", signals: [{ signal: "approved", case: "$case1" }], limitMs: 60_000 };
const received = ({ steps }: SagaContext) => (steps.$await1 as WaitRecord).value;

const waiting = handMade({ saga: "Wait", nodes: [approval], signals: ["approved"], output: received });

/** Items that each wait for their own signal. */
const many = handMade({
  saga: "Many",
  signals: ["approved"],
  nodes: [
    {
      kind: "children",
      name: "$foreach1",
      runs: { body: "$foreach1", keepsOutput: true, inputs: () => [{ item: 0 }, { item: 1 }, { item: 2 }] },
    },
  ],
  bodies: {
    $foreach1: tables({
      saga: "Many.$foreach1",
      output: received,
      nodes: [
        {
          kind: "await",
          name: "$await1",
          signals: [
            {
              signal: "approved",
              case: "$case1",
              where: (context: SagaContext, payload: { item?: number }) =>
                payload.item === undefined || payload.item === (context.input as { item: number }).item,
            },
          ],
        },
      ],
    }),
  },
  output: ({ steps }) => (steps.$foreach1 as { forward: { output: unknown } }).forward.output,
});

describe("signals", () => {
  test("one that is sent before anything waits is kept, and taken by the wait that comes", async () => {
    const late = handMade({
      saga: "Late",
      signals: ["approved"],
      output: received,
      nodes: [{ kind: "step", name: "prepare" }, approval],
    });
    let go = (): void => undefined;
    const prepare = () => new Promise<void>((resolve) => (go = resolve));
    await inRun(late, { things: { prepare, undo_prepare: () => null } }, async (run, saga) => {
      expect((await saga.status()).waitingFor).toEqual([]);
      await run.through(saga.signal("approved", { by: "kim" }));
      expect((await saga.history()).map(({ record }) => record.type)).toEqual(["started", "called", "signalKept"]);
      go();
      expect(await run.through(saga.result())).toEqual({ status: "completed", output: { by: "kim" } });
    });
  });

  test("what waits takes it at once, with its time and its sender in the history", async () => {
    await inRun(waiting, {}, async (run, saga) => {
      await run.settle();
      expect((await saga.status()).waitingFor).toEqual(["approved"]);
      await run.through(saga.signal("approved", { yes: true }, { by: "kim" }));
      expect(await run.through(saga.result())).toEqual({ status: "completed", output: { yes: true } });
      const taken = (await saga.history()).map(({ record }) => record).find(({ type }) => type === "command");
      expect(taken).toMatchObject({
        kind: "signal",
        by: "kim",
        event: { type: "signal.approved", wait: "$await1", atMs: run.clock.now() },
      });
    });
  });

  test("a repeat by its id is dropped; without an id each counts", async () => {
    const twice = handMade({
      saga: "Twice",
      signals: ["approved"],
      nodes: [approval, { ...approval, name: "$await2" } as Node],
      output: ({ steps }) => [steps.$await1, steps.$await2].map((wait) => (wait as WaitRecord).value),
    });
    await inRun(twice, {}, async (run, saga) => {
      for (const by of ["kim", "lee"]) await run.through(saga.signal("approved", { n: 1 }, { id: "m-1", by }));
      await run.settle();
      expect((await saga.status()).status).toBe("running");
      await run.through(saga.signal("approved", { n: 3 }));
      expect(await run.through(saga.result())).toEqual({ status: "completed", output: [{ n: 1 }, { n: 3 }] });
    });
  });

  test("the wait that began first and matches takes it, in whatever instance it is; what matches nothing stays", async () => {
    await inRun(many, {}, async (run, saga) => {
      await run.settle();
      await run.through(saga.signal("approved", { item: 9 }));
      await run.through(saga.signal("approved", { item: 1 }));
      await run.through(saga.signal("approved", {}));
      await run.through(saga.signal("approved", {}));
      const result = await run.through(saga.result());
      expect(result).toEqual({ status: "completed", output: [{}, { item: 1 }, {}] });
      expect((await saga.history()).filter(({ record }) => record.type === "signalKept")).toHaveLength(1);
    });
  });

  test("at the sender: an undeclared one and data that does not fit are refused, and nothing is sent", async () => {
    await inRun(waiting, {}, async (run, saga) => {
      await expect(saga.signal("aproved", {})).rejects.toMatchObject({
        code: "RT1014",
        message: expect.stringContaining("approved"),
      });
      await expect(saga.signal("toString", {})).rejects.toMatchObject({ code: "RT1014" });
      await expect(saga.signal("approved", "yes")).rejects.toMatchObject({
        code: "RT1014",
        message: expect.stringContaining("object"),
      });
      await run.through(saga.signal("approved", {}));
      await run.through(saga.result());
      await expect(run.through(saga.signal("approved", {}))).rejects.toMatchObject({ code: "RT3003" });
    });
  });

  test("more than a thousand that nothing takes are refused", async () => {
    const deaf = handMade({ saga: "Deaf", signals: ["approved"], nodes: [{ kind: "step", name: "hang" }] });
    await inRun(deaf, { things: { hang: () => new Promise(() => undefined), undo_hang: () => null } }, async (run, saga) => {
      await run.through(Promise.all(Array.from({ length: 1_000 }, () => saga.signal("approved", {}))));
      await expect(run.through(saga.signal("approved", {}))).rejects.toMatchObject({ code: "RT3006" });
    });
  });

  test("signalWithStart does both at once, and again the same", async () => {
    const run = await virtualRun({ open: (clock) => openStore("memory:", { clock }), sagas: [implement(waiting, {})] });
    const both = { id: "wait-1", input: null, signal: "approved", payload: { n: 1 }, signalId: "m-1" };
    const saga = await run.through(run.client.signalWithStart(waiting, both));
    expect(await run.through(saga.result())).toEqual({ status: "completed", output: { n: 1 } });
    await run.through(run.client.signalWithStart(waiting, both));
    await expect(run.client.signalWithStart(waiting, { ...both, id: "wait-2", signal: "nothing" })).rejects.toMatchObject({
      code: "RT1014",
    });
    await expect(run.client.get(waiting, "wait-2").status()).rejects.toMatchObject({ code: "RT1004" });
    await run.close();
  });

  test("ids that look like a child's are refused", async () => {
    const run = await virtualRun({ open: (clock) => openStore("memory:", { clock }), sagas: [implement(waiting, {})] });
    for (const id of ["a//b", "a/"]) {
      await expect(run.client.start(waiting, { id, input: null })).rejects.toMatchObject({ code: "RT1001" });
    }
    await run.close();
  });
});

describe("after an outage, what was due and what was accepted are taken by their times", () => {
  test.each([
    { name: "accepted before the limit: it is taken", sentMs: 30_000, ends: "completed" },
    { name: "accepted after the limit: too late", sentMs: 90_000, ends: "compensated" },
  ])("$name", async ({ sentMs, ends }) => {
    const clock = new VirtualClock();
    const store = await openStore("memory:", { clock, partitions: 1 });
    const client = createClient({ store, clock });
    const worker = () =>
      startWorker({
        store,
        sagas: [implement(waiting, {})],
        clock,
        ids: new CountedIds(),
        random: new SeededRandom(1),
        log: silentLogger,
        handleSignals: false,
      });
    const first = await worker();
    const saga = await client.start(waiting, { id: "wait-1", input: null });
    const turns = async () => {
      for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => setImmediate(resolve));
    };
    await turns();
    await first.stop();
    clock.advanceBy(sentMs);
    const sent = saga.signal("approved", { ok: true }).catch((error: unknown) => error);
    await turns();
    clock.advanceBy(120_000 - sentMs);
    const second = await worker();
    for (let moves = 0; moves < 5; moves++) {
      await turns();
      clock.advanceTo(clock.nextDue() ?? clock.now());
    }
    await turns();
    expect((await saga.status()).status).toBe(ends);
    await sent;
    await second.stop();
    await store.close();
  });
});

describe("sleeping until an instant", () => {
  test("wakes at the instant by the store's clock, and one that has passed is no wait at all", async () => {
    const startMs = new VirtualClock().now();
    for (const [untilMs, endsMs] of [
      [startMs + 3_600_000, startMs + 3_600_000],
      [startMs - 5, startMs],
    ] as const) {
      const saga = handMade({ saga: "Sleep", nodes: [{ kind: "sleep", name: "$sleep1", untilMs: () => untilMs }] });
      await inRun(saga, {}, async (run, sleeper) => {
        await run.through(sleeper.result());
        const ended = (await sleeper.history()).at(-1);
        expect(ended?.atMs).toBeGreaterThanOrEqual(endsMs);
        expect(ended?.atMs).toBeLessThan(endsMs + 1_000);
      });
    }
  });
});

async function inRun(
  definition: HandSaga,
  steps: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  body: (run: VirtualRun, saga: Awaited<ReturnType<typeof begin>>) => Promise<void>,
): Promise<void> {
  const run = await virtualRun({ open: (clock) => openStore("memory:", { clock }), sagas: [implement(definition, steps)] });
  try {
    await body(run, await begin(run, definition));
  } finally {
    await run.close();
  }
}

function begin(run: VirtualRun, definition: HandSaga) {
  return run.through(run.client.start(definition, { id: "saga-1", input: null }));
}
