import { expect, test } from "vitest";
import type { Clock } from "../../runtime/ports/clock.ts";
import { Gather } from "../../runtime/store/gather.ts";
import { VirtualClock } from "../../runtime/testing/index.ts";

interface Sent {
  readonly asks: readonly number[];
  readonly answer: () => void;
  readonly refuse: (error: Error) => void;
}

const TIMEOUT_MS = 300;

function gathering(most: number, atOnce: number, clock: Clock = new VirtualClock()) {
  const sent: Sent[] = [];
  const gather = new Gather<number, number>(
    (asks) =>
      new Promise((resolve, reject) => {
        sent.push({ asks, answer: () => resolve(asks.map((ask) => ask * 10)), refuse: reject });
      }),
    { most, atOnce, timeoutMs: TIMEOUT_MS, late: () => new Error("late"), clock },
  );
  return { gather, sent };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("what is asked in one turn goes together, each gets its own answer, and no more go together than may", async () => {
  const { gather, sent } = gathering(2, 9);
  const answers = Promise.all([1, 2, 3].map((ask) => gather.ask(ask)));
  await turn();
  await turn();
  expect(sent.map(({ asks }) => asks)).toEqual([[1, 2], [3]]);
  for (const { answer } of sent.toReversed()) answer();
  expect(await answers).toEqual([10, 20, 30]);
});

test("while as many are under way as may be, what comes waits, and then goes together", async () => {
  const { gather, sent } = gathering(9, 1);
  const first = gather.ask(1);
  await turn();
  const rest = [gather.ask(2)];
  await turn();
  rest.push(gather.ask(3));
  await turn();
  expect(sent).toHaveLength(1);
  sent[0]?.answer();
  expect(await first).toBe(10);
  await turn();
  expect(sent.map(({ asks }) => asks)).toEqual([[1], [2, 3]]);
  sent[1]?.answer();
  expect(await Promise.all(rest)).toEqual([20, 30]);
});

test("where it fails all of them fail, and the next goes on; it is settled when nothing is asked any more", async () => {
  const { gather, sent } = gathering(9, 1);
  await gather.settled();
  const asked = Promise.allSettled([gather.ask(1), gather.ask(2)]);
  let settled = false;
  const settling = gather.settled().then(() => {
    settled = true;
  });
  await turn();
  const next = gather.ask(3);
  sent[0]?.refuse(new Error("away"));
  expect((await asked).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await turn();
  expect(settled).toBe(false);
  sent[1]?.answer();
  expect(await next).toBe(30);
  await settling;
});

test("whoever has waited for as long as one may is refused and never sent, whatever becomes of those under way; the others wait on", async () => {
  const clock = new VirtualClock();
  const { gather, sent } = gathering(2, 1, clock);
  const outcomes: string[] = [];
  const ask = (number: number) =>
    gather.ask(number).then(
      (answer) => outcomes.push(`${number}: ${answer}`),
      (error: Error) => outcomes.push(`${number}: ${error.message}`),
    );
  const underWay = ask(1);
  await turn();
  const early = [2, 3, 4].map(ask);
  clock.advanceBy(200);
  const late = ask(5);
  clock.advanceBy(99);
  await turn();
  expect(outcomes).toEqual([]);
  clock.advanceBy(1);
  await Promise.all(early);
  expect(outcomes).toEqual(["2: late", "3: late", "4: late"]);
  sent[0]?.answer();
  await underWay;
  await turn();
  sent[1]?.answer();
  await late;
  expect(sent.map(({ asks }) => asks)).toEqual([[1], [5]]);
  expect(outcomes.slice(3)).toEqual(["1: 10", "5: 50"]);
});

test("also where its timers come late none is sent any more that has waited as long as one may; it is settled then", async () => {
  let nowMs = 0;
  const never = () => () => undefined;
  const { gather, sent } = gathering(1, 1, { now: () => nowMs, monotonic: () => nowMs, schedule: never });
  const asked = Promise.allSettled([gather.ask(1), gather.ask(2), gather.ask(3)]);
  await turn();
  const settling = gather.settled();
  nowMs += TIMEOUT_MS;
  sent[0]?.refuse(new Error("away"));
  const reasons = (await asked).map((outcome) => outcome.status === "rejected" && outcome.reason.message);
  expect(reasons).toEqual(["away", "late", "late"]);
  await settling;
  expect(sent).toHaveLength(1);
});
