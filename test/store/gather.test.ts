import { expect, test } from "vitest";
import { Gather } from "../../runtime/store/gather.ts";

interface Sent {
  readonly asks: readonly number[];
  readonly answer: () => void;
  readonly refuse: (error: Error) => void;
}

function gathering(most: number, atOnce: number) {
  const sent: Sent[] = [];
  const gather = new Gather<number, number>(
    (asks) =>
      new Promise((resolve, reject) => {
        sent.push({ asks, answer: () => resolve(asks.map((ask) => ask * 10)), refuse: reject });
      }),
    most,
    atOnce,
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
