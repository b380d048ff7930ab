import { expect, it } from "vitest";
import { commitArguments, commitCalls } from "../../runtime/store/redis/commit-call.ts";
import type { Lease } from "../../runtime/store/store.ts";
import { part, partition } from "../conformance/kit.ts";

const lease = (index = 0, epoch = 1): Lease => ({
  partition: partition(index),
  owner: "worker-1",
  epoch,
  expiresAtMs: 0,
  server: "s",
});
/** Heads begin with the id. */
const idsOf = (call: ReturnType<typeof commitCalls>[number]) =>
  commitArguments(call, 7, "c", "o")
    .slice(9)
    .filter((text) => /^\S+ \S* \d+ \d+ 11running /.test(text))
    .map((text) => text.split(" ", 1)[0]);

it("parts of one partition under one lease are one call, whether the lease is the same object or alike", () => {
  const parts = [part(lease(), { sagaId: "a" }), part(lease(), { sagaId: "b" }), part(lease(1), { sagaId: "c" })];
  const calls = commitCalls([...parts, part(lease(0, 2), { sagaId: "d" })]);
  expect(calls.map(idsOf)).toEqual([["a", "b"], ["c"], ["d"]]);
  expect(calls.map(({ indexes }) => indexes)).toEqual([[0, 1], [2], [3]]);
});

it("a call that is full is followed by another; a family stays in the one in which it began", () => {
  const held = lease();
  const many = Array.from({ length: 300 }, (_, index) => part(held, { sagaId: `s${index}` }));
  const child = part(held, { sagaId: "s3//a.1", root: "s3" });
  const calls = commitCalls([...many, child]);
  expect(calls.map(({ indexes }) => indexes.length)).toEqual([257, 44]);
  expect(calls[0]?.indexes.at(-1)).toBe(300);
});

it("arguments: the lease, the time, where and what is told, how many parts; then each with its texts", () => {
  const [call] = commitCalls([
    part(lease(), {
      sagaId: "a b",
      commitId: "c 1\n2",
      expectedVersion: 4,
      snapshot: { rest: null },
      records: ["r 1", "r 2"],
      replaces: 3,
      setTimers: [
        { key: "t 1", delayMs: 0.5 },
        { key: "t2", atMs: 9 },
      ],
      clearTimers: ["t3", "t4"],
      consume: [{ position: "1-0", id: "signal:1", result: { status: "refused", code: "RT3001", message: "" } }],
      conditions: ["overdue", "parked"],
    }),
    part(lease(), { sagaId: "z", status: "completed", active: false, shown: { tags: { n: "v w" }, steps: [], waitingFor: [] } }),
  ]);
  if (call === undefined) throw new Error("no call");
  expect(commitArguments(call, 7, "channel", "origin")).toEqual([
    ...["worker-1", "1", "s", "7", "channel"],
    '["origin","PlaceOrder@1/0","committed","a%20b","ended","z"]',
    ...["origin", "PlaceOrder@1/0", "2"],
    "a%20b  4 5 11running:overdue,parked s00011 2 3 1 7 c%201%0A2",
    ...["r 1", "r 2", "t3 t4", "t%201 1 in t2 9 at", "1-0 signal%3A1 refused 11", "RT3001", ""],
    "z  0 1 00completed w11100 0 0 0 3 commit-1",
    ...['{"value":"running"}', '[{"n":"v w"},[],[]]', "n=%22v%20w%22"],
  ]);
  expect(commitArguments(call, undefined, "channel", "origin")[3]).toBe("");
});
