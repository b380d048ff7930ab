import type { ServiceLoad } from "../engine/admission.ts";
import type { SagaDefinition } from "../engine/definition.ts";
import type { HeldUpBy } from "../engine/gate.ts";
import type { ObservedCall, Observer } from "../engine/observer.ts";
import type { Instruments } from "./meter.ts";

/** What the engine tells an observer, at instruments. */
export function measuringObserver(instruments: Instruments): Observer {
  return {
    started: ({ saga, version }, waitedMs) => {
      instruments.count("started", named(saga, version));
      instruments.time("startWait", waitedMs, { "saga.name": saga });
    },
    finished: ({ saga, version }, outcome, tookMs) => {
      const attributes = { ...named(saga, version), "saga.outcome": outcome };
      instruments.count("finished", attributes);
      instruments.time("duration", tookMs, attributes);
    },
    attempted: (call, outcome) => instruments.count("attempts", ofCall(call, outcome)),
    answeredLate: (call, outcome) => instruments.count("lateAnswers", ofCall(call, outcome)),
    parked: (saga, step) => instruments.count("parkings", { "saga.name": saga, "saga.step": step }),
    alarmed: (saga, step) => instruments.count("alarms", { "saga.name": saga, "saga.step": step }),
    quarantined: (saga) => instruments.count("quarantined", { "saga.name": saga }),
    timerFired: (saga, lateMs) => instruments.time("timerLateness", lateMs, { "saga.name": saga }),
    callBegan: (service, retry, waitedMs) =>
      instruments.time("callWait", waitedMs, { "saga.service": service, "saga.retry": retry }),
    callEnded: (call, outcome, tookMs) => instruments.time("callDuration", tookMs, ofCall(call, outcome)),
    commitRefused: (saga) => instruments.count("commitsRefused", { "saga.name": saga }),
    commitFenced: (saga) => instruments.count("commitsFenced", { "saga.name": saga }),
  };
}

/** What is counted seldom begins at 0: of a counter whose first figure is 1 nobody sees that it rose. */
export function beginAtZero(instruments: Instruments, definitions: readonly SagaDefinition[]): void {
  for (const { saga, version, calls, bodies = {} } of definitions) {
    instruments.count("started", named(saga, version), 0);
    for (const outcome of ["completed", "compensated"]) {
      instruments.count("finished", { ...named(saga, version), "saga.outcome": outcome }, 0);
    }
    for (const key of ["quarantined", "commitsRefused", "commitsFenced"] as const) {
      instruments.count(key, { "saga.name": saga }, 0);
    }
    const sites = [calls, ...Object.values(bodies).map((body) => body.calls)].flatMap((its) => Object.values(its));
    for (const step of new Set(sites.filter(({ compute }) => compute !== true).map((site) => site.step))) {
      instruments.count("parkings", { "saga.name": saga, "saga.step": step }, 0);
      instruments.count("alarms", { "saga.name": saga, "saga.step": step }, 0);
    }
  }
}

/** What is looked at of a worker when its figures are asked for. */
interface Seen {
  readonly partitions: number;
  readonly callsInFlight: number;
  readonly inHand: number;
  readonly full: number;
  readonly services: readonly ServiceLoad[];
  readonly unowned: readonly { readonly forMs: number }[];
}

/**
 * Tells what a worker has in hand now, whenever it is asked for. Returns what ends it: with a last look, since an SDK may go on telling of what it
 * heard last.
 */
export function measureWorker(instruments: Instruments, worker: Seen): () => void {
  let over = false;
  const end = instruments.observe(OF_WORKER, (tell) => {
    if (over) end();
    tell("inHand", worker.inHand, {});
    tell("callsInFlight", worker.callsInFlight, {});
    tell("partitions", worker.partitions, {});
    tell("fullPartitions", worker.full, {});
    tell("unownedPartitions", worker.unowned.length, {});
    tell("unownedFor", Math.max(0, ...worker.unowned.map(({ forMs }) => forMs)) / 1_000, {});
    for (const { service, running, waiting, longestWaitMs, heldUpBy } of worker.services) {
      const of = { "saga.service": service };
      tell("serviceRunning", running, of);
      tell("serviceWaiting", waiting, of);
      for (const why of HELD_UP_BY) {
        tell("serviceLongestWait", why === heldUpBy ? longestWaitMs / 1_000 : 0, { ...of, "saga.held_up_by": why });
      }
    }
  });
  return () => {
    over = true;
  };
}

/** All of them each time, for the same reason. */
const HELD_UP_BY = ["max", "rate", "retry budget", "concurrency"] as const satisfies readonly HeldUpBy[];

const OF_WORKER = [
  "inHand",
  "callsInFlight",
  "partitions",
  "fullPartitions",
  "unownedPartitions",
  "unownedFor",
  "serviceRunning",
  "serviceWaiting",
  "serviceLongestWait",
] as const;

function named(saga: string, version: number) {
  return { "saga.name": saga, "saga.version": version };
}

function ofCall({ saga, step, kind }: ObservedCall, outcome: string) {
  return { "saga.name": saga, "saga.step": step, "saga.kind": kind, "saga.outcome": outcome };
}
