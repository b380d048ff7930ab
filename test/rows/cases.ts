import type { SagaResult, Verdict } from "@sagac/runtime";
import type { Outcome, RunEvent } from "@sagac/runtime/testing";

/** One saga, how its participants answer, and how it has to go: on every store alike. */
export interface Case {
  /** What stands before the saga, whose body `text` is. */
  readonly before?: string;
  readonly text: string;
  readonly options?: {
    readonly input?: unknown;
    /** Of the service `s`, by operation: what every call answers, or a list, one for each. */
    readonly s?: Readonly<Record<string, Outcome | readonly Outcome[]>>;
    readonly events?: readonly RunEvent[];
    readonly person?: Verdict;
    readonly limit?: string;
  };
  readonly ends: SagaResult<unknown>["status"] | "running";
  readonly failure?: string;
  readonly output?: unknown;
  readonly conditions?: readonly string[];
  /** Operations in the order of the calls, those of items, rounds and called sagas among them. */
  readonly calls: readonly string[];
  /** How long it takes at least and at most, in virtual time. */
  readonly between?: readonly [fromMs: number, toMs: number];
  /** Part of a line of the history. */
  readonly tells?: string;
}

const E = { error: "E" } as const;
const step = (name: string, clauses = ""): string => `step ${name} on s { ${clauses} compensate undo_${name} }`;
const out = (name: string): string => step(name, "output { x: int }");
const throwing = (name: string, clauses = ""): string => step(name, `throws E ${clauses}`);
const twice = (name: string): string => step(name, "retry 2 backoff 1s");

export const CASES: Readonly<Record<string, Case>> = {
  "if: the first way whose condition holds, and what ran is undone": {
    text: `input { n: int } if input.n > 5 { ${step("big")} } else if input.n > 1 { ${step("middle")} } else { ${step("small")} } ${twice("last")}`,
    options: { input: { n: 3 }, s: { last: "unknown" } },
    ends: "compensated",
    failure: "Unknown",
    calls: ["middle", "last", "last", "undo_last", "undo_middle"],
  },
  "fail: the saga turns back with its own error": {
    text: `${step("a")} fail E`,
    ends: "compensated",
    failure: "E",
    calls: ["a", "undo_a"],
  },
  "try: what the block did is undone, then the other path, and on it goes": {
    text: `${step("a")} try { ${step("b")} ${throwing("c")} } otherwise { ${step("d", "input { why: failure.name }")} } ${step("e")}`,
    options: { s: { c: E } },
    ends: "completed",
    calls: ["a", "b", "c", "undo_b", "d", "e"],
  },
  "try timeout: the block fails when its time has passed": {
    text: `try timeout 10s { ${step("a", "timeout 5m retry none")} } otherwise continue ${step("b")}`,
    options: { s: { a: "timeout" } },
    ends: "completed",
    calls: ["a", "undo_a", "b"],
    between: [10_000, 12_000],
  },
  "try otherwise park: a person says that it is done": {
    text: `try { ${throwing("a")} } otherwise park ${step("b")}`,
    options: { s: { a: E }, person: { verb: "happened" } },
    ends: "completed",
    calls: ["a", "b"],
  },
  "a cancel while a block is undone goes past its other path when that has ended": {
    text: `${step("z")} try { ${step("a")} ${throwing("b")} } otherwise { ${step("c")} }`,
    options: { s: { b: E, undo_a: { outcome: "success", after: "10s" } }, events: [{ at: "5s", cancel: "no more" }] },
    ends: "compensated",
    failure: "Cancelled",
    calls: ["z", "a", "b", "undo_a", "undo_z"],
  },
  "race: the first that ends wins, the others are undone": {
    text: `race as won { branch slow { sleep 1m ${out("a")} output { a.x } } branch both { ${step("b")} sleep 10m output { x: 1 } } branch fast { sleep 10s ${out("c")} output { c.x } } } output { won.x }`,
    options: { s: { c: { output: { x: 7 } } } },
    ends: "completed",
    output: { x: 7 },
    calls: ["b", "c", "undo_b"],
    between: [10_000, 15_000],
  },
  "race: when all have failed it fails with the failure of the first in the program": {
    before: "error F",
    text: `race { branch p { sleep 5s ${throwing("a")} } branch q { fail F } }`,
    options: { s: { a: E } },
    ends: "compensated",
    failure: "E",
    calls: ["a"],
  },
  "parallel on failure wait: the branches end before anything is undone": {
    text: `parallel on failure wait { ${throwing("a")} branch q { sleep 1m ${step("b")} } }`,
    options: { s: { a: E } },
    ends: "compensated",
    failure: "E",
    calls: ["a", "b", "undo_b"],
  },
  "parallel on failure cancel: the others are told to abort, and settle": {
    text: `parallel { branch p { sleep 1s ${throwing("a")} } branch q { ${step("b", "timeout 10m")} ${step("c")} } }`,
    options: { s: { a: E, b: "timeout" } },
    ends: "compensated",
    failure: "E",
    calls: ["b", "a", "undo_b"],
    between: [1000, 4000],
  },
  "on E continue, a block, fail with another: each where it says": {
    before: "error F",
    text: `${throwing("a", "on E continue")} ${throwing("b", `on E { ${step("b2")} }`)} ${throwing("c", "on E fail F")}`,
    options: { s: { a: E, b: E, c: E } },
    ends: "compensated",
    failure: "F",
    calls: ["a", "b", "b2", "c", "undo_b2"],
  },
  "on E park: a person lets it be made again": {
    text: throwing("a", "on E park"),
    options: { s: { a: [E, "success"] }, person: { verb: "retry" } },
    ends: "completed",
    calls: ["a", "a"],
  },
  "on E retry: attempts and pauses of its own, then what it says": {
    text: throwing("a", "on E retry 3 backoff 1m then continue"),
    options: { s: { a: E } },
    ends: "completed",
    calls: ["a", "a", "a"],
    between: [120_000, 121_000],
  },
  "retry n then park: a person is asked": {
    text: step("a", "retry 2 backoff 1s then park"),
    options: { s: { a: ["unknown", "unknown", "success"] }, person: { verb: "retry" } },
    ends: "completed",
    calls: ["a", "a", "a"],
  },
  "best effort: on it goes, and nothing of it is undone": {
    text: `best effort step a on s { retry 2 backoff 1s } ${throwing("b")}`,
    options: { s: { a: "lost-answer", b: E } },
    ends: "compensated",
    failure: "E",
    calls: ["a", "a", "b"],
  },
  "inquire: it happened, so it is not made again": {
    text: `${step("a", "output { x: int } inquire ask")} output { a.x }`,
    options: { s: { a: "lost-answer", ask: { output: { status: "happened", output: { x: 4 } } } } },
    ends: "completed",
    output: { x: 4 },
    calls: ["a", "ask"],
  },
  "where the pivot may have passed: behind it on it goes, whatever comes": {
    text: `input { b: boolean } if input.b { pivot step p on s { } } ${step("m")}`,
    options: { input: { b: true }, s: { m: [...Array<Outcome>(5).fill("unknown"), "success"] } },
    ends: "completed",
    calls: ["p", ...Array<string>(6).fill("m")],
  },
  "where the pivot may have passed: before it a cancel turns it back": {
    text: `input { b: boolean } if input.b { pivot step p on s { } } ${step("m")}`,
    options: { input: { b: false }, s: { m: "unknown" }, events: [{ at: "10m", cancel: "too long" }] },
    ends: "compensated",
    failure: "Cancelled",
    calls: ["…m", "undo_m"],
  },
  "pivots on two ways: the one that is come to": {
    text: `input { b: boolean } if input.b { pivot step p on s { } } else { pivot step q on s { } } step z on s { }`,
    options: { input: { b: false }, s: { z: ["unknown", "success"] } },
    ends: "completed",
    calls: ["q", "z", "z"],
  },
  "undo within: it is overdue, and goes on": {
    text: `undo within 5s ${step("a")} ${throwing("b")}`,
    options: { s: { b: E, undo_a: "unknown" }, limit: "30m" },
    ends: "running",
    failure: "E",
    conditions: ["overdue", "parked"],
    calls: ["a", "b", ...Array<string>(10).fill("undo_a")],
  },
  "on completed: a step that is given up is an alarm, and the next one runs": {
    text: `${step("a")} on completed { step t on s { retry 2 backoff 1s } step u on s { } }`,
    options: { s: { t: "unknown" } },
    ends: "completed",
    calls: ["a", "t", "t", "u"],
    tells: "alarm",
  },
  "on compensated: when everything is undone": {
    text: `${step("a")} ${throwing("b")} on completed { step t on s { } } on compensated { step u on s { input { failure.name } } }`,
    options: { s: { b: E } },
    ends: "compensated",
    failure: "E",
    calls: ["a", "b", "undo_a", "u"],
  },
  "await: a signal that it takes, one that was sent before counts": {
    text: `signal go { n: int } sleep 1m await go where go.n > 1 timeout 5m output { go.n }`,
    options: { events: [1, 2].map((n) => ({ at: "10s", signal: "go", payload: { n } })) },
    ends: "completed",
    output: { n: 2 },
    calls: [],
    between: [60_000, 61_000],
  },
  "await any: whichever comes first, with what is done then": {
    text: `signal yes signal no { why: string } ${step("a")} await any { on yes { ${step("b")} } on no { fail E } } timeout 5m`,
    options: { events: [{ at: "10s", signal: "no", payload: { why: "x" } }] },
    ends: "compensated",
    failure: "E",
    calls: ["a", "undo_a"],
  },
  "on timeout: without a word it fails": {
    text: `signal go ${step("a")} await go timeout 5m`,
    ends: "compensated",
    failure: "SignalTimeout",
    calls: ["a", "undo_a"],
    between: [300_000, 301_000],
  },
  "on timeout: a block": {
    text: `input { due: datetime } signal go ${step("a")} await go by input.due on timeout { ${step("b")} }`,
    options: { input: { due: "1980-01-01T00:00:00Z" } },
    ends: "completed",
    calls: ["a", "b"],
  },
  "sleep: for a while, and until an instant that has passed": {
    text: `input { due: datetime } ${step("a")} sleep 2h sleep until input.due ${step("b")}`,
    options: { input: { due: "1980-01-01T00:00:00Z" } },
    ends: "completed",
    calls: ["a", "b"],
    between: [7_200_000, 7_201_000],
  },
};
