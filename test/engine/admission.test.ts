import { VirtualClock } from "@sagac/runtime/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Admission } from "../../runtime/engine/admission.ts";
import type { Turn } from "../../runtime/engine/gate.ts";
import { Line } from "../../runtime/engine/line.ts";
import { Budget, RETRY_BUDGET, type RetryBudget } from "../../runtime/engine/retry-budget.ts";

interface Service {
  readonly max?: number;
  readonly rate?: { readonly calls: number; readonly perMs: number };
  readonly retryBudget?: RetryBudget | null;
}

function admissionOf(services: Readonly<Record<string, Service>>, concurrency = 1_000) {
  const clock = new VirtualClock();
  const all = Object.entries(services).map(([name, its]) => [name, { retryBudget: null, ...its }] as const);
  const admission = new Admission(clock, { concurrency, services: new Map(all) });
  const log: string[] = [];
  const turns = new Map<string, Turn>();
  /** A call of that name: made at once, or when its turn comes. Returns what withdraws it while it waits. */
  const call = (name: string, { service = name.split(" ")[0] ?? "", retry = false } = {}): (() => void) => {
    const begun = (turn: Turn): void => {
      turns.set(name, turn);
      turn.begin();
      log.push(`${clock.monotonic()} ${name}`);
    };
    const turn = admission.take(service, retry);
    if (turn === null) return admission.wait(service, retry, begun);
    begun(turn);
    return () => undefined;
  };
  const end = (name: string, answered = true): void => turns.get(name)?.end(answered);
  return { clock, admission, log, call, end };
}

describe("calls of a service", () => {
  it("are made so many at once, the first first", () => {
    const { log, call, end } = admissionOf({ a: { max: 2 } });
    for (const name of ["a 1", "a 2", "a 3", "a 4"]) call(name);
    expect(log).toEqual(["0 a 1", "0 a 2"]);
    end("a 2");
    end("a 2");
    expect(log).toEqual(["0 a 1", "0 a 2", "0 a 3"]);
    end("a 1");
    expect(log.at(-1)).toBe("0 a 4");
  });

  it("are passed over where nobody wants them any more", () => {
    const { admission, log, call, end } = admissionOf({ a: { max: 1 } });
    call("a 1");
    const leave = call("a 2");
    call("a 3");
    leave();
    leave();
    expect(admission.load[0]).toMatchObject({ running: 1, waiting: 1 });
    end("a 1");
    expect(log).toEqual(["0 a 1", "0 a 3"]);
  });

  it("begin so many in a time, counted from when each began", () => {
    const { clock, log, call, end } = admissionOf({ a: { rate: { calls: 2, perMs: 1_000 } } });
    call("a 1");
    clock.advanceBy(400);
    for (const name of ["a 2", "a 3", "a 4"]) call(name);
    // How long they take is another matter.
    end("a 1");
    clock.advanceBy(2_000);
    expect(log).toEqual(["0 a 1", "400 a 2", "1000 a 3", "1400 a 4"]);
  });

  it("that have their turn and are not made give it back, and their place in the rate too", () => {
    const { admission, log, call } = admissionOf({ a: { max: 1, rate: { calls: 1, perMs: 1_000 } } });
    const turn = admission.take("a", false);
    call("a 1");
    expect(log).toEqual([]);
    turn?.giveBack();
    expect(log).toEqual(["0 a 1"]);
  });

  it("do not wait for those of another service", () => {
    const { log, call, end } = admissionOf({ slow: { max: 1 }, quick: {} });
    for (const name of ["slow 1", "slow 2", "quick 1"]) call(name);
    expect(log).toEqual(["0 slow 1", "0 quick 1"]);
    end("quick 1");
    expect(log).toHaveLength(2);
  });

  it("take turns with those of others where the worker is busy, and leave them a quarter of it", () => {
    const { admission, log, call, end } = admissionOf({ a: {}, b: {} }, 4);
    for (let n = 1; n <= 6; n++) call(`a ${n}`);
    expect(log).toHaveLength(3);
    for (let n = 1; n <= 3; n++) call(`b ${n}`);
    expect(log.slice(3)).toEqual(["0 b 1"]);
    expect(admission.load.map(({ heldUpBy }) => heldUpBy)).toEqual(["max", "concurrency"]);
    for (const name of ["a 1", "a 2", "b 1", "a 3"]) end(name);
    expect(log.slice(4)).toEqual(["0 a 4", "0 b 2", "0 a 5", "0 b 3"]);
  });

  it("are all there are for a worker of one service", () => {
    const { log, call } = admissionOf({ a: {} }, 4);
    for (let n = 1; n <= 6; n++) call(`a ${n}`);
    expect(log).toHaveLength(4);
  });
});

describe("retries", () => {
  const budget = { perSecond: 0.2, ratio: 0.5 };

  it("wait where their budget is spent, are passed by first attempts, and go on in time", () => {
    const { clock, admission, log, call, end } = admissionOf({ a: { retryBudget: budget } });
    for (let n = 1; n <= 4; n++) {
      call(`a retry ${n}`, { retry: true });
      end(`a retry ${n}`, false);
    }
    expect(log).toEqual(["0 a retry 1", "0 a retry 2"]);
    expect(admission.load[0]).toMatchObject({ waiting: 2, waitingRetries: 2, heldUpBy: "retry budget" });
    call("a first");
    expect(log.at(-1)).toBe("0 a first");
    for (let n = 3; n <= 4; n++) {
      clock.advanceBy(10_000);
      end(`a retry ${n}`, false);
    }
    expect(log.slice(3)).toEqual(["10000 a retry 3", "10000 a retry 4"]);
  });

  it("and first attempts may wait for different things: what is told is how long the oldest has, and for what", () => {
    const { clock, admission, call, end } = admissionOf({ a: { retryBudget: { perSecond: 0.2, ratio: 0 } }, b: {} }, 4);
    for (let n = 1; n <= 3; n++) {
      call(`a retry ${n}`, { retry: true });
      end(`a retry ${n}`, false);
    }
    call("a 1");
    for (let n = 1; n <= 3; n++) call(`b ${n}`);
    clock.advanceBy(3_000);
    call("a 2");
    const waiting = { waiting: 2, waitingRetries: 1 };
    expect(admission.load[0]).toMatchObject({ ...waiting, longestWaitMs: 3_000, heldUpBy: "retry budget" });
    clock.advanceBy(7_000);
    expect(admission.load[0]).toMatchObject({ ...waiting, longestWaitMs: 10_000, heldUpBy: "concurrency" });
    end("b 1");
    expect(admission.load[0]).toMatchObject({ waiting: 1, waitingRetries: 0, longestWaitMs: 7_000, heldUpBy: "concurrency" });
  });

  it("that are answered give their place to others at once", () => {
    const { log, call, end } = admissionOf({ a: { retryBudget: budget } });
    for (let n = 1; n <= 50; n++) {
      call(`a retry ${n}`, { retry: true });
      end(`a retry ${n}`);
    }
    expect(log).toHaveLength(50);
  });

  it("never come to more than the budget, in any ten seconds, as long as they come to nothing", () => {
    const step = fc.record({ firsts: fc.nat(20), retries: fc.nat(30), afterMs: fc.integer({ min: 1, max: 4_000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const account = new Budget(RETRY_BUDGET);
        let nowMs = 0;
        const events: { readonly atMs: number; readonly retry: boolean }[] = [];
        for (const { firsts, retries, afterMs } of steps) {
          for (let n = 0; n < firsts; n++) {
            account.earn(nowMs);
            events.push({ atMs: nowMs, retry: false });
          }
          for (let n = 0; n < retries && account.allows(nowMs); n++) {
            account.spend(nowMs);
            events.push({ atMs: nowMs, retry: true });
          }
          nowMs += afterMs;
        }
        for (const { atMs: endMs } of events) {
          // Counted in whole seconds: the last ten of them, the running one too.
          const fromMs = (Math.floor(endMs / 1_000) - 9) * 1_000;
          const within = events.filter(({ atMs }) => atMs >= fromMs && atMs <= endMs);
          const spent = within.filter(({ retry }) => retry).length;
          expect(spent).toBeLessThanOrEqual(100 + 0.2 * (within.length - spent));
        }
      }),
    );
  });
});

describe("whatever comes", () => {
  const action = fc.record({
    kind: fc.constantFrom("call" as const, "call" as const, "end" as const, "leave" as const, "pass" as const),
    service: fc.constantFrom("a", "b"),
    retry: fc.boolean(),
    pick: fc.nat(50),
    ms: fc.integer({ min: 1, max: 700 }),
  });

  it("no service gets more at once or in a time than it takes, its calls come in order, and all of them come", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        const rate = { calls: 3, perMs: 1_000 };
        const { clock, admission, log, call, end } = admissionOf({ a: { max: 2, rate }, b: { max: 3 } }, 4);
        const asked: string[] = [];
        const left = new Set<string>();
        const leaves = new Map<string, () => void>();
        const ended = new Set<string>();
        const begun = () => log.map((line) => line.replace(/^\d+ /, ""));
        for (const [at, { kind, service, pick, ms, retry }] of actions.entries()) {
          const running = begun().filter((name) => !ended.has(name));
          if (kind === "pass") clock.advanceBy(ms);
          if (kind === "call") {
            const name = `${service} ${retry ? "retry" : "first"} ${at}`;
            asked.push(name);
            leaves.set(name, call(name, { retry }));
          }
          const name = running[pick % Math.max(1, running.length)];
          if (kind === "end" && name !== undefined) {
            ended.add(name);
            end(name);
          }
          const waiting = asked.filter((each) => !begun().includes(each) && !left.has(each));
          const one = waiting[pick % Math.max(1, waiting.length)];
          if (kind === "leave" && one !== undefined) {
            left.add(one);
            leaves.get(one)?.();
          }
          for (const [of, max] of [
            ["a", 2],
            ["b", 3],
            ["", 4],
          ] as const) {
            const now = begun().filter((each) => each.startsWith(of) && !ended.has(each)).length;
            expect(now).toBeLessThanOrEqual(max);
          }
        }
        for (let n = 0; n < 1_000 && begun().length + left.size < asked.length; n++) {
          for (const name of begun().filter((each) => !ended.has(each))) {
            ended.add(name);
            end(name);
          }
          clock.advanceBy(1_000);
        }
        expect(begun().toSorted()).toEqual(asked.filter((each) => !left.has(each)).toSorted());
        for (const lane of ["a first", "a retry", "b first", "b retry"]) {
          const wanted = asked.filter((each) => each.startsWith(lane) && !left.has(each));
          expect(begun().filter((each) => each.startsWith(lane))).toEqual(wanted);
        }
        const times = log.filter((line) => / a /.test(line)).map((line) => Number(line.split(" ")[0]));
        for (const [n, atMs] of times.entries())
          expect(atMs - (times[n - 3] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(1_000);
        expect(admission.load.every(({ waiting }) => waiting === 0)).toBe(true);
      }),
    );
  });
});

describe("a line", () => {
  it("keeps nobody who has left, though it never moves", () => {
    const line = new Line<{ left: boolean; n: number }>();
    const all = Array.from({ length: 10_000 }, (_, n) => ({ left: false, n }));
    for (const one of all) {
      line.push(one);
      if (one.n === 0) continue;
      one.left = true;
      line.gone();
    }
    expect(line.length).toBe(1);
    expect(JSON.stringify(line.first())).toBe('{"left":false,"n":0}');
    line.shift();
    expect([line.length, line.first()]).toEqual([0, null]);
  });
});
