import { chartOf, type Taker } from "./chart.ts";
import type { Code } from "./code.ts";
import { Macrostep } from "./macrostep.ts";
import { Memory, type Step, UNKNOWN, UNWRITTEN } from "./memory.ts";
import { Trace } from "./trace.ts";
import { along, type Standing } from "./values.ts";
import type { XMachine } from "./xstate.ts";

/** The time of an event, since 1970, where somebody told it. */
interface Event {
  readonly type: string;
  readonly atMs?: number | undefined;
}

/** A machine's transition without XState. Both throw what a defect in generated code throws. */
export interface CompiledTransition {
  initial(start: unknown): Standing;
  /** The same object where the event means nothing. No argument is changed; what did not change is shared. */
  next(state: Standing, event: Event): Standing;
}

/**
 * A generated machine as a plain function over exactly its own snapshots: equal to XState in value, context and the order of their keys, so
 * that either can take over from the other at any point. Guards and assigns are the machine's own functions. It works in XState's rounds:
 * all eventless transitions that are enabled, then one event that was raised, first in first out. Throws `NotCompilable` for a machine that
 * says what no generated one does.
 */
export function compileTransition(machine: unknown, { codeAfter = CODE_AFTER } = {}): CompiledTransition {
  const chart = chartOf(machine as XMachine);
  const start = [chart.start];
  // One for all: no step of it waits for anything.
  const run = new Macrostep(chart);
  const memory = new Memory(chart);
  // No `Map`: a name that was made anew each time is found by its characters there.
  const ways: Record<string, Way | undefined> = Object.create(null) as Record<string, Way | undefined>;
  for (const [type, taker] of chart.takers) {
    const path = taker.below.length === 0 ? taker.path : null;
    ways[type] = { taker, path, first: memory.begin(), code: null, gone: 0, codeAfter };
  }
  const work = (state: Standing, event: Event, taker: Taker, trace: Trace | null): Standing => {
    run.begin(state.value, state.context, event, event.atMs, trace);
    const moves = run.takenBy(taker);
    if (moves.length === 0) {
      trace?.nothing();
      return state;
    }
    run.step(moves);
    return run.settle();
  };
  const oneByOne = (way: Way, state: Standing, event: Event): Standing => {
    if (way.path !== null && along(way.path, state.value) === undefined) return state;
    way.gone += 1;
    if (way.gone === way.codeAfter) way.code = memory.codeOf(way.first, way.path);
    return memory.follow(way.first, state, event, event.atMs);
  };
  return {
    initial(input) {
      run.begin("", chart.context(input), { type: "xstate.init", input }, undefined, null);
      run.step(start);
      return run.settle();
    },
    next(state, event) {
      const way = ways[event.type];
      if (way === undefined) return state;
      const known = way.code === null ? oneByOne(way, state, event) : way.code(state, event, event.atMs);
      if (known !== UNKNOWN && known !== UNWRITTEN) return known;
      const { taker, first } = way;
      if (known === UNWRITTEN) return work(state, event, taker, null);
      const trace = new Trace(chart.root);
      const next = work(state, event, taker, trace);
      memory.keep(first, trace.ops);
      learn(way);
      return next;
    },
  };
}

/** What becomes of a type of event. */
interface Way {
  readonly taker: Taker;
  /** It means nothing where this is not stood in; `null`: several may take it. */
  readonly path: readonly string[] | null;
  readonly first: Step;
  code: Code | null;
  /** Events that were gone with one by one since the last that was new. */
  gone: number;
  /** Of so many code is made. */
  codeAfter: number;
}

/** Something new is known of it. Where that happens again and again, code is not made each time, nor is it tried where it cannot be. */
function learn(way: Way): void {
  if (way.gone >= way.codeAfter) way.codeAfter *= 2;
  way.code = null;
  way.gone = 0;
}

/** Code takes some 50 µs to make. */
const CODE_AFTER = 32;
