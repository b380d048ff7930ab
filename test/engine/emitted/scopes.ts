import { expect } from "vitest";
import { after, cancelled, REFUSED, type Source, TURNED_BACK } from "./story.ts";

const order = { order: "o-1" };
const approved = (at: string, of: string) => ({ at, signal: "approved", payload: { order: of, by: "kim" } }) as const;
const DAY_MS = 86_400_000;

export const waitStories: Source = {
  file: "waits.saga",
  stories: [
    {
      name: "await: what came before it counts, and only what matches",
      saga: "Approval",
      input: order,
      steps: { shop: { request: after("25s") } },
      events: [approved("10s", "another"), approved("20s", "o-1")],
      ends: { status: "completed", output: { by: "kim" }, tookMs: 25_000, refused: [] },
      calls: ["request", "ship"],
    },
    {
      name: "await: its time passes",
      saga: "Approval",
      input: order,
      events: [approved("10s", "another")],
      ends: { status: "compensated", failure: { name: "Refused", data: { why: "nobody answered" } }, tookMs: 2 * DAY_MS },
      calls: ["request", "withdraw"],
    },
    {
      name: "await: a cancel ends it",
      saga: "Approval",
      input: order,
      ...cancelled("1d"),
      ends: { ...TURNED_BACK, tookMs: DAY_MS },
      calls: ["request", "withdraw"],
    },
    {
      name: "await any: the case of the one that matches first",
      saga: "Answer",
      input: order,
      events: [approved("1m", "another"), approved("2m", "o-1")],
      ends: { status: "completed", tookMs: 120_000, refused: [] },
      calls: ["request", "note"],
    },
    {
      name: "await any: a case that fails",
      saga: "Answer",
      input: order,
      events: [{ at: "3m", signal: "rejected", payload: { by: "jo" } }],
      ends: { status: "compensated", failure: { name: "Refused", data: { why: "jo" } } },
      calls: ["request", "withdraw"],
    },
    {
      name: "await any: its time passes, and the other path is undone by a cancel",
      saga: "Answer",
      input: order,
      steps: { shop: { remind: after("10s") } },
      ...cancelled("3605s"),
      ends: TURNED_BACK,
      calls: ["request", "remind", "apologise", "withdraw"],
    },
    {
      name: "sleep, sleep until, await by: by the store's clock",
      saga: "Patient",
      input: { due: "2026-01-03T00:00:00Z" },
      ends: { status: "completed", tookMs: 3 * DAY_MS },
      calls: ["begin", "wake", "rise", "end"],
      check: ({ calls }) => {
        const [begin = 0, ...others] = calls.map(({ atMs }) => atMs);
        expect(others.map((atMs) => atMs - begin)).toEqual([600_000, 2 * DAY_MS, 3 * DAY_MS]);
        expect(calls.at(-1)?.input).toEqual({ by: "nobody" });
      },
    },
    {
      name: "sleep until: an instant that has passed is no wait, and a signal ends the last one",
      saga: "Patient",
      input: { due: "2026-01-01T00:00:01Z" },
      events: [approved("2h", "o-1")],
      ends: { status: "completed", tookMs: 7_200_000 },
      calls: ["begin", "wake", "rise", "end"],
      check: ({ calls }) => expect(calls.at(-1)?.input).toEqual({ by: "kim" }),
    },
    {
      name: "sleep: a cancel ends it",
      saga: "Patient",
      input: { due: "2026-01-03T00:00:00Z" },
      ...cancelled("1d"),
      ends: { ...TURNED_BACK, tookMs: DAY_MS },
      calls: ["begin", "wake", "unwake", "unbegin"],
    },
  ],
};

const one = { input: { id: "p" } } as const;
const price = (of: number, time: string) => ({ output: { price: of }, after: time });

export const scopeStories: Source = {
  file: "scopes.saga",
  stories: [
    {
      ...one,
      name: "try: it ends well, and what it brought is read",
      saga: "Parcel",
      steps: { shop: { pack: { output: { weight: 3 } } } },
      ends: { status: "completed", output: { weight: 3 } },
      calls: ["open", "fetch", "pack", "send"],
    },
    {
      ...one,
      name: "try: it is refused, what it did is undone, and the other path is taken",
      saga: "Parcel",
      steps: { shop: { pack: REFUSED, packLater: { output: { weight: 9 } } } },
      ends: { status: "completed", output: { weight: 9 } },
      calls: ["open", "fetch", "pack", "bringBack", "packLater", "send"],
      check: ({ calls }) => expect(calls.at(-2)?.input).toEqual({ why: "Refused" }),
    },
    {
      ...one,
      name: "try timeout: its time passes, and later all that stands is undone, once",
      saga: "Parcel",
      steps: { shop: { pack: "timeout", send: REFUSED } },
      ends: { status: "compensated", failure: { step: "send" }, tookMs: 600_000 },
      calls: ["open", "fetch", "pack", "unpack", "bringBack", "packLater", "send", "forget", "unopen"],
      check: ({ calls }) => expect(calls[5]?.input).toEqual({ why: "ScopeTimeout" }),
    },
    {
      ...one,
      name: "try: a cancel while it is being undone waits for that, and goes past the other path",
      saga: "Parcel",
      steps: { shop: { pack: REFUSED, bringBack: after("10s") } },
      ...cancelled("5s"),
      ends: TURNED_BACK,
      calls: ["open", "fetch", "pack", "bringBack", "unopen"],
    },
    {
      ...one,
      name: "race: the first to end wins, the other is waited for and undone",
      saga: "Fastest",
      steps: { shop: { askNear: price(5, "10s"), askFar: price(7, "2s") } },
      ends: { status: "completed", output: { price: 7, from: "far" } },
      calls: ["askNear", "askFar", "thankNear", "accept"],
    },
    {
      ...one,
      name: "race: one fails, the other wins; what follows fails, and only the winner is left to undo",
      saga: "Fastest",
      steps: { shop: { askNear: price(5, "2s"), askFar: { ...REFUSED, after: "1s" }, accept: REFUSED } },
      ends: { status: "completed", output: { price: 0, from: "ourselves" } },
      calls: ["askNear", "askFar", "holdNear", "accept", "letNear", "thankNear", "makeIt"],
    },
    {
      ...one,
      name: "race: both fail, and it fails as the first of them in the program",
      saga: "Fastest",
      steps: { shop: { askNear: { ...REFUSED, after: "2s" }, askFar: { ...REFUSED, after: "1s" } } },
      ends: { status: "completed", output: { from: "ourselves" } },
      calls: ["askNear", "askFar", "makeIt"],
    },
    {
      ...one,
      name: "race: a cancel turns both back",
      saga: "Fastest",
      steps: { shop: { askNear: price(5, "3s"), askFar: price(7, "4s") } },
      ...cancelled("1s"),
      ends: TURNED_BACK,
      calls: ["askNear", "askFar", "thankNear", "thankFar"],
    },
    {
      ...one,
      name: "parallel on failure wait: the other branch comes to its end first",
      saga: "Pair",
      steps: { shop: { left: REFUSED, right1: after("5s"), right2: after("5s") } },
      ends: { status: "compensated", failure: { step: "left" }, tookMs: 10_000 },
      calls: ["left", "right1", "right2", "undoRight2", "undoRight1"],
    },
    {
      ...one,
      name: "parallel on failure wait: a cancel does not wait",
      saga: "Pair",
      steps: { shop: { right1: after("5s") } },
      ...cancelled("1s"),
      ends: TURNED_BACK,
      calls: ["left", "right1", "undoLeft", "undoRight1"],
    },
  ],
};

const outing = {
  saga: "Outing",
  input: { days: [1] },
  answers: ({ step }: { readonly step: string }) =>
    ({ look: { offer: 10 }, book: { room: 7 }, drive: { seat: 3 }, askNear: { price: 5 }, askFar: { price: 6 } })[step],
} as const;

export const branchStories: Source = {
  file: "branches.saga",
  stories: [
    {
      ...outing,
      name: "branches: behind a parallel each is called by its name; of a race only the winner is there",
      steps: { shop: { askNear: after("5s") } },
      ends: { status: "completed", output: { near: 0, far: 6 } },
      calls: ["look", "drive", "insure", "book", "pay", "askNear", "askFar", "thankNear", "plan 1"],
      check: ({ calls }) => {
        expect(calls[4]?.input).toEqual({ price: 20, seat: 3 });
        expect(calls.at(-1)?.input).toEqual({ item: 1, near: 0, far: 6 });
      },
    },
    {
      ...outing,
      name: "branches: what their block took back is undone",
      steps: { shop: { pay: REFUSED, askFar: REFUSED } },
      ends: { status: "completed", output: { near: 5, far: 0 } },
      calls: [...["look", "drive", "insure", "book", "pay", "unbook", "walk", "cancel"], ...["askNear", "askFar", "plan 1"]],
    },
  ],
};

const MISSING = { error: "Missing", data: { sku: "chair" } } as const;
const sale = {
  saga: "Sale",
  input: { items: [1, 2] },
  answers: ({ step }: { readonly step: string }) => (step === "reserve" ? { id: "r-1" } : undefined),
} as const;
const compute = { price: { output: 12 } };

const reach = { saga: "Reach", input: order, answers: () => ({ price: 7 }) } as const;

export const spentStories: Source = {
  file: "spent.saga",
  stories: [
    {
      ...reach,
      name: "retry then fail E: nobody knows, so it is undone, and the failure is that one, with its data",
      steps: { shop: { reach: "lost-answer" } },
      ends: {
        status: "compensated",
        failure: { name: "Unreachable", step: "reach", data: { order: "o-1", price: 7 } },
        incomplete: [],
        tookMs: 1000,
      },
      calls: ["open", "reach", "reach", "unreach", "close", "tell"],
      check: ({ calls }) => expect(calls.at(-1)?.input).toEqual({ name: "Unreachable" }),
    },
    {
      ...reach,
      name: "retry then fail E: an error that it declares is met as that says",
      steps: { shop: { reach: REFUSED } },
      ends: { status: "compensated", failure: { name: "Refused", step: "reach", data: { why: "no" } } },
      calls: ["open", "reach", "close", "tell"],
    },
    {
      ...reach,
      name: "retry then fail E: an inquiry says that it did not happen, so there is nothing to undo",
      steps: { shop: { ask: "unknown", didIt: { output: { status: "didNotHappen" } } } },
      ends: { status: "compensated", failure: { name: "Unreachable", step: "ask", data: { order: "o-1", price: 7 } } },
      calls: ["open", "reach", "ask", "didIt", "ask", "didIt", "unreach", "close", "tell"],
    },
    {
      ...reach,
      name: "retry then fail E: a cancel meanwhile goes before it",
      steps: { shop: { reach: { outcome: "unknown", after: "10s" } } },
      ...cancelled("5s"),
      ends: TURNED_BACK,
      calls: ["open", "reach", "unreach", "close", "tell"],
    },
    {
      saga: "ReachOrNot",
      input: order,
      name: "retry none then fail E: a block around it goes on by its other path",
      steps: { shop: { reach: "unknown" } },
      ends: { status: "completed" },
      calls: ["reach", "unreach", "write"],
      check: ({ calls }) => expect(calls.at(-1)?.input).toEqual({ name: "Unreachable", summary: "failed with Unreachable" }),
    },
  ],
};

export const policyStories: Source = {
  file: "policies.saga",
  stories: [
    {
      ...sale,
      name: "policies: none is needed; a compute's result is what the steps get",
      steps: { compute },
      ends: { status: "completed", output: { total: 12, id: "r-1" } },
      calls: ["reserve", "gift", "greet", "charge", "thank", "survey"],
      check: ({ calls }) => expect(calls.map(({ input }) => input).slice(0, 2)).toEqual([{ total: 12 }, {}]),
    },
    {
      ...sale,
      name: "on E retry: with pauses of its own",
      steps: { compute, shop: { reserve: [MISSING, MISSING, "success"] } },
      ends: { status: "completed", output: { id: "r-1" }, tookMs: 3_720_000 },
      calls: ["reserve", "reserve", "reserve", "gift", "greet", "charge", "thank", "survey"],
    },
    {
      ...sale,
      name: "on E retry then a block: spent, and the other path is gone on from",
      steps: { compute, shop: { reserve: MISSING, order: { output: { id: "o-1" } } } },
      ends: { status: "completed", output: { id: "o-1" } },
      calls: ["reserve", "reserve", "reserve", "order", "gift", "greet", "charge", "thank", "survey"],
    },
    {
      ...sale,
      name: "on E fail: with another error; an ending is told of it",
      steps: { compute, shop: { reserve: REFUSED } },
      ends: { status: "compensated", failure: { name: "Missing", step: "reserve", data: { sku: "no" } } },
      calls: ["reserve", "apologise"],
      check: ({ calls }) => expect(calls.at(-1)?.input).toEqual({ name: "Missing" }),
    },
    {
      ...sale,
      name: "on E continue, best effort, and an ending that is given up: nothing of it stops the saga",
      steps: { compute, shop: { gift: REFUSED, greet: "unknown", thank: "unknown" } },
      ends: { status: "completed" },
      calls: ["reserve", "gift", "greet", "greet", "charge", "thank", "thank", "survey"],
    },
    {
      ...sale,
      name: "retry then park: a person gives it another budget",
      steps: { compute, shop: { charge: ["unknown", "unknown", "success"] } },
      person: { verb: "retry" },
      ends: { status: "completed", parked: [] },
      calls: ["reserve", "gift", "greet", "charge", "charge", "charge", "thank", "survey"],
    },
    {
      ...sale,
      name: "retry then park: a person sends it back, and undoing it takes too long",
      steps: { compute, shop: { charge: "unknown", takeBack: after("20s"), release: ["unknown", "unknown", "unknown"] } },
      events: [{ at: "1h", decide: "charge", verdict: { verb: "goBack" } }],
      ends: { status: "compensated", incomplete: [] },
      calls: [
        ...["reserve", "gift", "greet", "charge", "charge"],
        ...["refund", "takeBack", "release", "release", "release", "release", "apologise"],
      ],
    },
    {
      ...sale,
      name: "undo within: what takes longer is overdue, and on it goes",
      steps: { compute, shop: { charge: REFUSED, takeBack: after("29s"), release: "timeout" } },
      person: { verb: "skip" },
      ends: {
        status: "compensated",
        failure: { name: "Missing", step: "charge", data: { sku: "no" } },
        incomplete: ["reserve"],
        conditions: ["overdue"],
      },
      calls: ["reserve", "gift", "greet", "charge", "takeBack", ...Array.from({ length: 10 }, () => "release"), "apologise"],
      check: ({ history }) => expect(JSON.stringify(history)).toContain("saga.undoWithin"),
    },
    {
      ...sale,
      name: "a cancel turns it back, past what it tells only those who are on their way",
      steps: { compute, shop: { greet: after("10s") } },
      ...cancelled("5s"),
      ends: TURNED_BACK,
      calls: ["reserve", "gift", "greet", "takeBack", "release", "apologise"],
    },
  ],
};
