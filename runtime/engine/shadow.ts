import { SagaError } from "../errors.ts";
import type { Random } from "../ports/random.ts";
import type { SagaState } from "./definition.ts";
import type { Transition } from "./state.ts";

export interface ShadowOptions {
  /** For the message: `PlaceOrder@1`. */
  readonly saga: string;
  /** 0 to 1. */
  readonly share: number;
  readonly random: Random;
}

/**
 * A transition of which a share is worked out a second way. Where the two differ it throws `RT3007`, which sets that one saga aside before
 * anything of it is committed. Equal means: the same text, or both throw.
 */
export function shadowed(transition: Transition, other: Transition, { saga, share, random }: ShadowOptions): Transition {
  // Two that work alike have nothing to tell.
  if (transition.by === other.by) return transition;
  const drawn = (): boolean => share >= 1 || random.seed() / 2 ** 31 < share;
  const compared = (what: string, work: (by: Transition) => SagaState): SagaState => {
    if (!drawn()) return work(transition);
    const second = tried(() => work(other));
    const first = tried(() => work(transition));
    if (first.text !== second.text) {
      throw new SagaError(
        "RT3007",
        `${saga}: ${what} leads to one state by its ${NAMES[transition.by]} and to another by its ${NAMES[other.by]}, so nothing was done: ` +
          'report it with the history, and start workers with `transition: "xstate"` until it is mended',
      );
    }
    if (first.state === null) throw first.error;
    return first.state;
  };
  return {
    ...transition,
    initial: (start) => compared("its start", (by) => by.initial(start)),
    next: (state, event) => compared(`the event ${event.type}`, (by) => by.next(state, event)),
  };
}

const NAMES = { compiled: "compiled transition", xstate: "XState machine" } as const;

type Tried =
  | { readonly state: SagaState; readonly text: string }
  | { readonly state: null; readonly text: null; readonly error: unknown };

function tried(work: () => SagaState): Tried {
  try {
    const state = work();
    return { state, text: JSON.stringify(state) };
  } catch (error) {
    return { state: null, text: null, error };
  }
}
