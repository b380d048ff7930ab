import { openStore } from "@sagac/runtime";
import { expect, test } from "vitest";
import { WaitTeller } from "../../runtime/observe/waits.ts";
import { orderImplementation, orderInput, orderWorld, placeOrder } from "../kit/order.ts";
import { virtualRun } from "../kit/virtual-run.ts";

function teller() {
  const lines: string[] = [];
  const tell =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      void lines.push(`${level} ${message} ${fields.service ?? fields.partitions} ${fields.heldUpBy ?? ""} ${fields.forMs}`);
  return { lines, waits: new WaitTeller({ info: tell("info"), warn: tell("warn"), error: tell("error") }) };
}

const load = (longestWaitMs: number) => ({
  service: "bank",
  running: 2,
  waiting: longestWaitMs === 0 ? 0 : 3,
  waitingRetries: 0,
  longestWaitMs,
  heldUpBy: longestWaitMs === 0 ? null : ("max" as const),
});

test("what waits is told of when it has waited for long, once a minute, and when it is over", () => {
  const { lines, waits } = teller();
  for (const [nowMs, waitedMs] of [
    [0, 0],
    [5_000, 5_000],
    [10_000, 10_000],
    [11_000, 11_000],
    [69_000, 12_000],
    [70_000, 13_000],
    [71_000, 0],
    [72_000, 0],
    [80_000, 5_000],
    [81_000, 0],
  ] as const) {
    waits.look(nowMs, { services: [load(waitedMs)], full: 0, inHand: 9 });
  }
  expect(lines).toEqual([
    "warn calls wait for their turn bank max 10000",
    "warn calls wait for their turn bank max 13000",
    "info no call waits for its turn any more bank  71000",
  ]);
});

test("so is it where starts wait in the store", () => {
  const { lines, waits } = teller();
  for (const [nowMs, full] of [
    [0, 0],
    [1_000, 2],
    [10_999, 2],
    [11_000, 2],
    [12_000, 0],
  ] as const) {
    waits.look(nowMs, { services: [], full, inHand: 9 });
  }
  expect(lines).toEqual([
    "warn as many sagas are in hand as may be: beyond them starts and timers wait in the store 2  10000",
    "info starts and timers wait in the store no more 0  11000",
  ]);
});

test("a worker tells of its own", async () => {
  const lines: string[] = [];
  const run = await virtualRun({
    open: (clock) => openStore("memory:", { clock, partitions: 1 }),
    sagas: [orderImplementation(orderWorld({ payments: { capturePayment: () => new Promise(() => undefined) } }))],
    limits: { services: { payments: { max: 1 } }, inHandMax: 2, pollMs: 5_000 },
    log: { info: () => undefined, warn: (message) => void lines.push(message), error: () => undefined },
  });
  for (const id of ["a", "b", "c"]) await run.through(run.client.start(placeOrder, { id, input: orderInput() }));
  await run.until("it is told", () => lines.length >= 2, 60_000);
  expect(run.worker).toMatchObject({ inHand: 2, full: 1 });
  expect(lines.toSorted()).toEqual([
    "as many sagas are in hand as may be: beyond them starts and timers wait in the store",
    "calls wait for their turn",
  ]);
  await run.close();
});
