import type { Meter } from "@opentelemetry/api";
import { createClient, openStore, silentLogger, startWorker } from "@sagac/runtime";
import { observeStore } from "@sagac/runtime/testing";
import { describe, expect, test } from "vitest";
import { SagaError } from "../../runtime/errors.ts";
import { measured } from "../kit/measured.ts";
import { type Overrides, orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { until } from "../kit/until.ts";
import { attempts, begin, counted, measuredRun, ORDER, of } from "./measured-run.ts";

describe("What is counted once", () => {
  test("a commit counts when the store has taken it: not when it is refused, and not twice where the reply was lost", async () => {
    const lost: string[] = [];
    let refuses = 2;
    const { run, read } = await measuredRun(
      {},
      {
        wrap: (store) =>
          observeStore(store, {
            before: ({ operation }) => {
              if (operation === "commit" && refuses-- > 0) throw new SagaError("RT2008", "not now.");
            },
            after: ({ operation, number }) => {
              if (operation !== "commit" || lost.length >= 3) return;
              lost.push(`commit ${number}`);
              throw new SagaError("RT2002", "the reply was lost.");
            },
          }),
      },
    );
    const order = await run.through(begin(run, "order-1"));
    await run.through(order.result());
    const figures = await read();
    expect(figures).toMatchObject({
      [`saga.started{${ORDER}}`]: 1,
      [`saga.finished{${ORDER}, saga.outcome=completed}`]: 1,
      [attempts("createOrder", "forward", "completed")]: 1,
      "saga.store.failures{saga.store.operation=commit, error.type=RT2002}": 3,
    });
    expect(lost).toHaveLength(3);
    await run.close();
  });

  test("a worker that takes over after a crash counts what it does, and not what was counted before", async () => {
    const store = await openStore("memory:", { partitions: 1 });
    const worker = (steps: Overrides, meter: Meter, cut: { readonly off: boolean }) =>
      startWorker({
        // A process that was killed: it is heard of no more, and nothing reaches it.
        store: observeStore(store, { before: () => (cut.off ? new Promise<never>(() => undefined) : undefined) }),
        sagas: [orderImplementation(orderWorld(steps))],
        meter,
        handleSignals: false,
        log: silentLogger,
        leaseMs: 200,
      });
    const [first, second] = [measured(), measured()];
    const cut = { off: false };
    let captures = 0;
    const hangs = () => {
      captures++;
      return new Promise<never>(() => undefined);
    };
    await worker({ payments: { capturePayment: hangs } }, first.meter, cut);
    const order = await createClient({ store }).start(placeOrder, { id: "order-1", input: orderInput() });
    await until("it captures", () => captures === 1);
    cut.off = true;
    const next = await worker({}, second.meter, { off: false });
    expect((await order.result({ timeout: "60s" })).status).toBe("completed");
    const before = await first.read();
    const after = await second.read();
    expect([counted(before, "saga.started"), counted(after, "saga.started")]).toEqual([{ [`saga.started{${ORDER}}`]: 1 }, {}]);
    expect([counted(before, "saga.finished"), counted(after, "saga.finished")]).toEqual([
      {},
      { [`saga.finished{${ORDER}, saga.outcome=completed}`]: 1 },
    ]);
    expect(Object.keys(of(before, "saga.step.attempts"))).toEqual(
      ["authorizePayment", "createOrder", "reserveStock"].map((step) => attempts(step, "forward", "completed")),
    );
    expect(of(after, "saga.step.attempts")).toEqual({
      [attempts("capturePayment", "forward", "completed")]: 1,
      [attempts("requestShipment", "forward", "completed")]: 1,
    });
    // From when it began, which was before this worker was there.
    expect(after[`saga.duration.seconds{${ORDER}, saga.outcome=completed}`]).toMatchObject({ count: 1 });
    expect((after[`saga.duration.seconds{${ORDER}, saga.outcome=completed}`] as { sum: number }).sum).toBeGreaterThan(0.1);
    await next.stop();
    await store.close();
  });

  test("what a store refuses of a saga, and that somebody else has its lease", async () => {
    let fenced = false;
    const { run, read } = await measuredRun(
      {},
      {
        wrap: (store) => ({
          ...observeStore(store, {}),
          commit: (parts) => {
            if (parts.some(({ sagaId }) => sagaId === "refused")) throw new SagaError("RT2008", "the text is too long.");
            if (fenced) return store.commit(parts);
            fenced = true;
            return Promise.resolve(parts.map(() => ({ status: "fenced" as const })));
          },
        }),
      },
    );
    const order = await run.through(begin(run, "order-1"));
    await run.through(order.result());
    await run.through(begin(run, "refused"));
    await run.until("it is named", async () => Object.keys(counted(await read(), "saga.commits.refused")).length > 0);
    expect(await read()).toMatchObject({
      "saga.commits.refused{saga.name=PlaceOrder}": 1,
      "saga.commits.fenced{saga.name=PlaceOrder}": 1,
      [`saga.started{${ORDER}}`]: 1,
      [`saga.finished{${ORDER}, saga.outcome=completed}`]: 1,
    });
  });
});
