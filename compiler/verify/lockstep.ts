import type { MachineState, Walker } from "./machine.ts";

/** What the runtime makes of a machine: the same function without XState (`@sagac/runtime/transition`). */
export type Compile = (machine: unknown) => {
  initial(start: unknown): unknown;
  next(state: never, event: never): unknown;
};

/** The machine is walked by its compiled transition, and XState walks beside it. */
export interface Lockstep {
  readonly compile: Compile;
  /** Every so manieth transition is walked by both; 1: all. */
  readonly every: number;
}

/** The compiled transition and XState came to different states. */
export class TransitionsDiffer extends Error {}

/** By the compiled transition, a share of it by XState too. */
export function beside(compiled: ReturnType<Compile>, xstate: Walker, every: number): Walker {
  let moves = 0;
  let compared = 0;
  const equal = (fast: () => MachineState, slow: () => MachineState): MachineState => {
    if (moves++ % every !== 0) return fast();
    compared += 1;
    const one = outcome(fast);
    const other = outcome(slow);
    if (one.text !== other.text) throw new TransitionsDiffer(difference(one, other));
    if ("error" in one) throw one.error;
    return one.state;
  };
  return {
    initial: (input) =>
      equal(
        () => compiled.initial(input) as MachineState,
        () => xstate.initial(input),
      ),
    next: (state, event) =>
      equal(
        () => compiled.next(state as never, event as never) as MachineState,
        () => xstate.next(state, event),
      ),
    compared: () => compared,
  };
}

type Outcome = { readonly state: MachineState; readonly text: string } | { readonly error: unknown; readonly text: null };

/** The text of a state, since the order of its keys counts too. */
function outcome(move: () => MachineState): Outcome {
  try {
    const state = move();
    return { state, text: JSON.stringify(state) };
  } catch (error) {
    return { error, text: null };
  }
}

function difference(compiled: Outcome, xstate: Outcome): string {
  const said = (one: Outcome): string =>
    "error" in one ? `throws ${String(one.error)}` : `comes to ${JSON.stringify(one.state.value)}`;
  const where = said(compiled) === said(xstate) ? ", with another context" : "";
  return `the compiled transition ${said(compiled)}, XState ${said(xstate)}${where}`;
}
