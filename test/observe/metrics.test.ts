import { openStore } from "@sagac/runtime";
import { describe, expect, test } from "vitest";
import { itemWorld } from "../kit/items.ts";
import { measured } from "../kit/measured.ts";
import { orderInput, placeOrder } from "../kit/order.ts";
import { virtualRun } from "../kit/virtual-run.ts";
import { attempts, begin, counted, measuredRun, ORDER, of } from "./measured-run.ts";

describe("What a worker measures", () => {
  test("sagas that begin and end, how long they took, and each attempt of a step by what it came to", async () => {
    let declined = false;
    const { run, read } = await measuredRun({
      payments: {
        authorizePayment: async ({ orderId }, ctx) => {
          if (declined) throw ctx.fail("PaymentDeclined", { reason: "no money" });
          await run.sleep(2_000);
          return { authorizationId: `a-${orderId}` };
        },
      },
    });
    await run.through((await run.through(begin(run, "order-1"))).result());
    declined = true;
    await run.through((await run.through(begin(run, "order-2"))).result());

    const figures = await read();
    expect(counted(figures, "saga.started")).toEqual({ [`saga.started{${ORDER}}`]: 2 });
    expect(counted(figures, "saga.finished")).toEqual({
      [`saga.finished{${ORDER}, saga.outcome=completed}`]: 1,
      [`saga.finished{${ORDER}, saga.outcome=compensated}`]: 1,
    });
    expect(of(figures, "saga.duration.seconds")).toEqual({
      [`saga.duration.seconds{${ORDER}, saga.outcome=completed}`]: { count: 1, sum: 2 },
      [`saga.duration.seconds{${ORDER}, saga.outcome=compensated}`]: { count: 1, sum: 0 },
    });
    expect(of(figures, "saga.start.wait.seconds")).toMatchObject({
      "saga.start.wait.seconds{saga.name=PlaceOrder}": { count: 2 },
    });
    expect(of(figures, "saga.step.attempts")).toEqual({
      [attempts("authorizePayment", "forward", "completed")]: 1,
      [attempts("authorizePayment", "forward", "declared")]: 1,
      [attempts("capturePayment", "forward", "completed")]: 1,
      [attempts("createOrder", "forward", "completed")]: 2,
      [attempts("createOrder", "undo", "completed")]: 1,
      [attempts("requestShipment", "forward", "completed")]: 1,
      [attempts("reserveStock", "forward", "completed")]: 2,
      [attempts("reserveStock", "undo", "completed")]: 1,
    });
    const calls = of(figures, "saga.call.duration.seconds");
    expect(
      calls[
        "saga.call.duration.seconds{saga.name=PlaceOrder, saga.step=authorizePayment, saga.kind=forward, saga.outcome=completed}"
      ],
    ).toEqual({ count: 1, sum: 2 });
    expect(Object.values(calls).reduce((sum: number, figure) => sum + (typeof figure === "number" ? 0 : figure.count), 0)).toBe(
      10,
    );
    expect(of(figures, "saga.store.failures")).toEqual({});
    expect(of(figures, "saga.store.duration.seconds")).toHaveProperty("saga.store.duration.seconds{saga.store.operation=commit}");
    await run.close();
  });

  test("what is counted seldom is 0 from the beginning, so that it can be seen to rise", async () => {
    const { run, read } = await measuredRun();
    const figures = await read();
    expect(figures).toMatchObject({
      [`saga.started{${ORDER}}`]: 0,
      [`saga.finished{${ORDER}, saga.outcome=completed}`]: 0,
      [`saga.finished{${ORDER}, saga.outcome=compensated}`]: 0,
      "saga.quarantined{saga.name=PlaceOrder}": 0,
      "saga.commits.refused{saga.name=PlaceOrder}": 0,
      "saga.commits.fenced{saga.name=PlaceOrder}": 0,
    });
    const steps = new Set(Object.values(placeOrder.calls).map(({ step }) => step));
    for (const name of ["saga.parkings", "saga.alarms"]) {
      expect(of(figures, name)).toEqual(
        Object.fromEntries([...steps].map((step) => [`${name}{saga.name=PlaceOrder, saga.step=${step}}`, 0])),
      );
    }
    await run.close();
  });

  test("retries, also those that a history only counts, time limits, late answers, and a pause's end", async () => {
    let tries = 0;
    let answer = (): void => undefined;
    const { run, read } = await measuredRun({
      // Its time is over after 2 s, and after one more nobody waits for it.
      orders: {
        createOrder: () =>
          tries++ === 0
            ? new Promise((resolve) => {
                answer = () => resolve({ createdAt: "2026-01-01T00:00:00Z" });
              })
            : { createdAt: "2026-01-01T00:00:00Z" },
      },
      shipping: {
        requestShipment: ({ orderId }, { attempt }) => {
          if (attempt <= 30) throw new Error("down");
          return { trackingId: `t-${orderId}` };
        },
      },
    });
    const order = await run.through(begin(run, "order-1"));
    await run.until("the first attempt is given up", () => tries === 2);
    answer();
    await run.through(order.result());
    await run.settle();

    const figures = await read();
    expect(figures).toMatchObject({
      [attempts("createOrder", "forward", "timedOut")]: 1,
      [attempts("createOrder", "forward", "completed")]: 1,
      [attempts("requestShipment", "forward", "unknown")]: 30,
      [attempts("requestShipment", "forward", "completed")]: 1,
      "saga.step.late_answers{saga.name=PlaceOrder, saga.step=createOrder, saga.kind=forward, saga.outcome=completed}": 1,
      "saga.call.wait.seconds{saga.service=orders, saga.retry=true}": { count: 1, sum: 0 },
    });
    // Two pauses of createOrder: its grace, and that before the next attempt; one of requestShipment for each of 30. None was late.
    expect(figures["saga.timer.lateness.seconds{saga.name=PlaceOrder}"]).toEqual({ count: 32, sum: 0 });
    expect((await run.through(order.history())).length).toBeLessThan(40);
    await run.close();
  });

  test("how late a timer was, and how long a call waited for its turn", async () => {
    let left = 1;
    let held = 0;
    const { run, read } = await measuredRun(
      {
        orders: {
          createOrder: () => {
            if (left-- > 0) throw new Error("down");
            return { createdAt: "2026-01-01T00:00:00Z" };
          },
        },
        shipping: {
          requestShipment: async ({ orderId }) => {
            held++;
            await run.sleep(7_000);
            return { trackingId: `t-${orderId}` };
          },
        },
      },
      { services: { shipping: { max: 1 } } },
    );
    const first = await run.through(begin(run, "order-1"));
    await run.settle();
    // The pause before the second attempt is 200 ms at most. Nobody looked for a minute.
    run.clock.advanceBy(60_000);
    await run.until("it ships", () => held === 1);
    const second = await run.through(begin(run, "order-2"));
    await run.until("the other waits", () => run.worker.services.some(({ waiting }) => waiting === 1));
    run.clock.advanceBy(500);
    const waiting = await read();
    expect(waiting).toMatchObject({
      "saga.service.running{saga.service=shipping}": 1,
      "saga.service.waiting{saga.service=shipping}": 1,
      "saga.service.longest_wait.seconds{saga.service=shipping, saga.held_up_by=max}": 0.5,
      "saga.service.longest_wait.seconds{saga.service=shipping, saga.held_up_by=rate}": 0,
      "saga.worker.in_hand{}": 2,
      "saga.worker.calls_in_flight{}": 1,
      "saga.worker.partitions{}": 1,
      "saga.worker.full_partitions{}": 0,
      "saga.worker.unowned_partitions{}": 0,
      "saga.worker.unowned.seconds{}": 0,
    });
    const late = waiting["saga.timer.lateness.seconds{saga.name=PlaceOrder}"] as { count: number; sum: number };
    expect(late.count).toBe(1);
    expect(late.sum).toBeGreaterThan(59);
    expect(late.sum).toBeLessThanOrEqual(60);
    await run.through(Promise.all([first.result(), second.result()]));
    const ended = await read();
    expect(ended["saga.call.wait.seconds{saga.service=shipping, saga.retry=false}"]).toEqual({ count: 2, sum: 7 });
    // The same ones as before: an SDK may go on telling of what it heard last.
    expect(of(ended, "saga.service.longest_wait.seconds")).toEqual({
      ...of(waiting, "saga.service.longest_wait.seconds"),
      "saga.service.longest_wait.seconds{saga.service=shipping, saga.held_up_by=max}": 0,
    });
    expect(ended).toMatchObject({ "saga.worker.in_hand{}": 0, "saga.worker.partitions{}": 1 });
    await run.close();
    expect(await read()).toMatchObject({ "saga.worker.partitions{}": 0 });
  });

  test("what parks, and what is set aside", async () => {
    const { run, read } = await measuredRun({ payments: { capturePayment: () => ({ paymentId: 7 }) as never } });
    const order = await run.through(begin(run, "order-1"));
    await run.until("it parks", async () => (await order.status()).parked.length > 0);
    expect(await read()).toMatchObject({
      "saga.parkings{saga.name=PlaceOrder, saga.step=capturePayment}": 1,
      [attempts("capturePayment", "forward", "badOutput")]: 1,
    });
    await run.close();
  });

  test("an alarm, and a saga that is set aside", async () => {
    const { run, read } = await measuredRun({
      payments: {
        authorizePayment: async () => {
          await run.sleep(20_000);
          return { authorizationId: "a-late" };
        },
        findAuthorization: () => ({ status: "didNotHappen" }),
      },
    });
    const order = await run.through(begin(run, "order-1"));
    await run.settle();
    await run.through(order.cancel());
    await run.through(order.result());
    await run.until("the alarm", async () => (await order.history()).at(-1)?.record.type === "alarm");
    expect(await read()).toMatchObject({ "saga.alarms{saga.name=PlaceOrder, saga.step=authorizePayment}": 1 });
    // Its input is not what the saga of this worker takes.
    const partition = { saga: "PlaceOrder", version: 1, index: 0 };
    const command = { kind: "start", sagaId: "odd", id: "odd", payload: "{}" } as const;
    await run.store.append(partition, command as never);
    await run.until("it is set aside", async () => Object.keys(counted(await read(), "saga.quarantined")).length > 0);
    expect(await read()).toMatchObject({ "saga.quarantined{saga.name=PlaceOrder}": 1, [`saga.started{${ORDER}}`]: 1 });
    await run.close();
  });

  test("what a saga runs is no saga of its own, but its steps are counted", async () => {
    const { meter, read } = measured();
    const { implementation, definition } = itemWorld();
    const run = await virtualRun({
      open: (clock) => openStore("memory:", { clock }),
      sagas: [implementation],
      limits: { meter },
    });
    const group = await run.through(run.client.start(definition, { id: "group-1", input: { count: 3 } as never }));
    await run.through(group.result());
    const figures = await read();
    expect(counted(figures, "saga.started")).toEqual({ "saga.started{saga.name=Group, saga.version=1}": 1 });
    expect(counted(figures, "saga.finished")).toEqual({
      "saga.finished{saga.name=Group, saga.version=1, saga.outcome=completed}": 1,
    });
    expect(of(figures, "saga.step.attempts")).toEqual({
      "saga.step.attempts{saga.name=Group, saga.step=close, saga.kind=forward, saga.outcome=completed}": 1,
      "saga.step.attempts{saga.name=Group, saga.step=reserve, saga.kind=forward, saga.outcome=completed}": 3,
    });
    await run.close();
  });

  test("no figure has anything in its attributes that is not written in a source or in the table, however many sagas there are", async () => {
    const { run, read } = await measuredRun({
      inventory: {
        reserveStock: ({ orderId, quantity }, ctx) => {
          if (quantity % 3 === 0) throw ctx.fail("OutOfStock", { sku: "chair", left: 0 });
          if (quantity % 3 === 1) throw new Error(`nobody knows of ${orderId}`);
          return { reservationId: `r-${orderId}` };
        },
      },
    });
    const many = async (from: number, to: number): Promise<readonly string[]> => {
      const ids = Array.from({ length: to - from }, (_, index) => from + index);
      const input = (number: number) =>
        orderInput({ customerId: `customer-${number}`, sku: `sku-${number}`, quantity: number + 1 });
      const started = ids.map((number) => run.client.start(placeOrder, { id: `order-${number}`, input: input(number) }));
      const orders = await run.through(Promise.all(started));
      await run.through(Promise.all(orders.map((order) => order.result())));
      return Object.keys(await read());
    };
    const few = await many(0, 6);
    expect(await many(6, 30)).toEqual(few);
    const written = new Set([
      ...Object.values(placeOrder.calls).flatMap(({ step, service, kind }) => [step, service, kind]),
      ...["PlaceOrder", "1", "true", "false", "completed", "compensated", "declared", "unknown"],
      ...["max", "rate", "retry budget", "concurrency"],
      ...Object.keys(run.store),
    ]);
    const values = few.flatMap((figure) => [...figure.matchAll(/=([^,}]*)/g)].map(([, value = ""]) => value));
    expect(values.filter((value) => !written.has(value))).toEqual([]);
    expect(values.length).toBeGreaterThan(50);
    await run.close();
  });
});
