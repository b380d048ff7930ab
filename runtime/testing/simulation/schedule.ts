import { drawn, drawsOf } from "../draw.ts";
import type { StoreFault } from "../faulty-store.ts";
import type { SimulatedSaga } from "./simulation.ts";

/** One thing that clients do, or that goes wrong. Times are milliseconds from the start. Names are fixed, so that any of them can be left out. */
export type Move =
  | { readonly kind: "start"; readonly atMs: number; readonly saga: number; readonly id: string }
  | { readonly kind: "signal"; readonly atMs: number; readonly id: string; readonly signal: string; readonly signalId: string }
  | { readonly kind: "cancel"; readonly atMs: number; readonly id: string }
  | { readonly kind: "join"; readonly atMs: number; readonly worker: string }
  | { readonly kind: "crash" | "drain"; readonly atMs: number; readonly worker: string }
  /** At its nth point: before and after each call of the store and of a handler. */
  | { readonly kind: "crash at"; readonly worker: string; readonly point: number }
  | {
      readonly kind: "freeze";
      readonly atMs: number;
      readonly worker: string;
      readonly forMs: number;
      /** Its monotonic clock stands still meanwhile, as on a machine that was suspended. */
      readonly asleep: boolean;
    }
  | { readonly kind: "jump"; readonly atMs: number; readonly worker: string; readonly byMs: number }
  | { readonly kind: "drift"; readonly atMs: number; readonly worker: string; readonly rate: number }
  /** The nth call of the store by a worker or by the clients. */
  | { readonly kind: "call"; readonly machine: string; readonly number: number; readonly fault: CallFault }
  /** As a worker sends its nth commit it stands still; the commit is on its way meanwhile. */
  | { readonly kind: "stall"; readonly worker: string; readonly commit: number; readonly slowMs: number; readonly forMs: number }
  /** Each saga that it reads takes this much longer. */
  | { readonly kind: "slow reads"; readonly worker: string; readonly byMs: number }
  /** Nobody reaches the store. */
  | { readonly kind: "outage"; readonly atMs: number; readonly forMs: number };

export type CallFault = StoreFault | { readonly slowMs: number };

export interface Schedule {
  readonly seed: number;
  readonly moves: readonly Move[];
  /** Whether participants answer as they should, all of them. */
  readonly kind: boolean;
  /** How long sagas are kept after their end. ms; `null`: for ever. */
  readonly retentionMs: number | null;
  /** Workers keep no saga at hand that rests, and read it anew for whatever comes next. */
  readonly letsGo: boolean;
}

/** From here on nothing goes wrong any more, and every saga has to come to its end. */
export const CALM_FROM_MS = 60_000;
export const LEASE_MS = 10_000;
export const CLIENTS = "clients";

/** What happens under a seed. */
export function scheduleOf(seed: number, sagas: readonly SimulatedSaga[]): Schedule {
  const random = drawsOf(seed, "schedule");
  const below = (limit: number): number => random.seed() % limit;
  const moves: Move[] = [];
  const workers = ["w1", "w2"];
  const worker = (): string => workers[below(workers.length)] ?? "w1";

  const count = 1 + below(4);
  for (let n = 0; n < count; n++) {
    const saga = below(sagas.length);
    const id = `s${n + 1}`;
    const atMs = below(n === 0 ? 500 : 20_000);
    moves.push({ kind: "start", atMs, saga, id });
    if (below(4) === 0) moves.push({ kind: "start", atMs: atMs + below(20_000), saga, id });
    for (const signal of Object.keys(sagas[saga]?.signals ?? {})) {
      if (below(4) === 0) continue;
      const signalId = `${id}-${signal}`;
      const sentMs = atMs + 100 + below(30_000);
      moves.push({ kind: "signal", atMs: sentMs, id, signal, signalId });
      if (below(2) === 0) moves.push({ kind: "signal", atMs: sentMs + below(10_000), id, signal, signalId });
    }
    if (below(5) === 0) moves.push({ kind: "cancel", atMs: atMs + 100 + below(30_000), id });
  }

  const faults = below(8);
  for (let n = 0; n < faults; n++) {
    const atMs = below(40_000);
    switch (drawn(random, FAULTS)) {
      case "join": {
        const name = `w${workers.length + 1}`;
        if (workers.length >= 5) break;
        workers.push(name);
        moves.push({ kind: "join", atMs, worker: name });
        break;
      }
      case "crash":
        moves.push({ kind: "crash", atMs, worker: worker() });
        break;
      case "crash at":
        moves.push({ kind: "crash at", worker: worker(), point: 1 + below(120) });
        break;
      case "drain":
        moves.push({ kind: "drain", atMs, worker: worker() });
        break;
      case "freeze":
        moves.push({
          kind: "freeze",
          atMs,
          worker: worker(),
          forMs: below(4) === 0 ? below(2_000) : LEASE_MS + below(15_000),
          asleep: below(3) === 0,
        });
        break;
      case "jump":
        moves.push({ kind: "jump", atMs, worker: worker(), byMs: [-3_600_000, -1_000, 1_000, 3_600_000][below(4)] ?? 0 });
        break;
      case "drift":
        moves.push({ kind: "drift", atMs, worker: worker(), rate: 0.95 + below(11) / 100 });
        break;
      case "call":
        moves.push({
          kind: "call",
          machine: below(5) === 0 ? CLIENTS : worker(),
          number: 1 + below(80),
          fault: faultOf(below(5), below(20_000)),
        });
        break;
      case "outage":
        moves.push({ kind: "outage", atMs, forMs: below(2) === 0 ? below(3_000) : below(20_000) });
    }
  }
  const kind = below(4) === 0;
  const all = [...moves, ...stalls(seed), ...lapse(seed), ...slowReads(seed), ...rollout(seed)];
  return { seed, moves: all, kind, ...habits(seed) };
}

/** Drawn apart, as what follows. How workers are set up. */
function habits(seed: number): Pick<Schedule, "retentionMs" | "letsGo"> {
  const random = drawsOf(seed, "habits");
  const below = (limit: number): number => random.seed() % limit;
  return { retentionMs: below(4) === 0 ? below(20_000) : null, letsGo: below(3) === 0 };
}

/** Drawn apart, so that what the seeds gave before has its place. Rare by itself: a commit that arrives when its partition is just another's. */
function stalls(seed: number): Move[] {
  const random = drawsOf(seed, "stalls");
  const below = (limit: number): number => random.seed() % limit;
  if (below(4) !== 0) return [];
  const slowMs = LEASE_MS + below(3_000);
  return [{ kind: "stall", worker: `w${1 + below(2)}`, commit: 1 + below(30), slowMs, forMs: slowMs + below(10_000) }];
}

/** Nobody reaches the store for longer than a lease: everything changes hands, and goes back. */
function lapse(seed: number): Move[] {
  const random = drawsOf(seed, "lapse");
  const below = (limit: number): number => random.seed() % limit;
  return below(4) === 0 ? [{ kind: "outage", atMs: below(20_000), forMs: LEASE_MS + below(8_000) }] : [];
}

/** A worker reads slowly, so that more happens while it takes up what another left. */
function slowReads(seed: number): Move[] {
  const random = drawsOf(seed, "slow reads");
  const below = (limit: number): number => random.seed() % limit;
  return below(4) === 0 ? [{ kind: "slow reads", worker: `w${1 + below(2)}`, byMs: 500 + below(6_000) }] : [];
}

/** A new version of the service is rolled out: one worker comes as another goes, shortly one after the other. */
function rollout(seed: number): Move[] {
  const random = drawsOf(seed, "rollout");
  const below = (limit: number): number => random.seed() % limit;
  if (below(4) !== 0) return [];
  const moves: Move[] = [];
  let atMs = below(20_000);
  for (const n of [1, 2, 3]) {
    moves.push({ kind: "join", atMs, worker: `new${n}` });
    atMs += below(1_500);
    const leaves = n === 3 ? "new1" : `w${n}`;
    moves.push(below(3) === 0 ? { kind: "crash", atMs, worker: leaves } : { kind: "drain", atMs, worker: leaves });
    atMs += below(4_000);
  }
  return moves;
}

function faultOf(drawn: number, slowMs: number): CallFault {
  switch (drawn) {
    case 0:
      return "unreachable";
    case 1:
      return "lost-request";
    case 2:
      return { slowMs };
    default:
      return "lost-reply";
  }
}

const FAULTS = [
  ["join", 3],
  ["crash", 3],
  ["crash at", 5],
  ["drain", 3],
  ["freeze", 4],
  ["jump", 1],
  ["drift", 1],
  ["call", 6],
  ["outage", 1],
] as const;
