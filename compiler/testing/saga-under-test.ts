import { PLAN_SCHEMA, type Plan } from "../plan/plan.ts";
import { ALPHABET, type Alphabet } from "../verify/alphabet.ts";
import type { BrokenLaw, Exploration } from "../verify/explore.ts";
import { LAWS, type Law } from "../verify/laws.ts";
import type { MachineTables, XStateActor, XStateMachine } from "../verify/machine.ts";
import { subject, verify } from "../verify/verify.ts";
import { tell } from "../verify/witness.ts";

/** What a build wrote of a saga, and the `createEmptyActor` of the XState that its machine runs on. */
export interface SagaFiles extends MachineTables {
  /** The content of `<saga>.plan.json`. */
  readonly plan: object;
  readonly machine: XStateMachine;
  readonly createEmptyActor: () => XStateActor;
  /** The block whose machine it is, by its id (`$foreach1`); left out: the saga itself. */
  readonly body?: string;
}

export interface WalkOptions {
  /** By default everything that `sagac verify` lets happen. */
  readonly alphabet?: Alphabet;
  /** By default the laws of `sagac verify`. */
  readonly laws?: readonly Law[];
  /** States to walk on from, at most; by default 20,000. */
  readonly maxStates?: number;
  /** By default no limit: the same states are walked on every machine. */
  readonly seconds?: number;
}

export interface SagaUnderTest {
  /** Walks the machine over everything that can happen. */
  walk(options?: WalkOptions): Exploration;
  /** A broken law as a text: the law, the shortest story that breaks it, and what is wrong. */
  tell(broken: BrokenLaw): string;
}

/**
 * A saga's machine, ready to be walked in a test, as `sagac verify` does it.
 *
 * @throws if the plan is not one, or of another sagac.
 */
export function sagaUnderTest({ plan, machine, createEmptyActor, body: id, ...tables }: SagaFiles): SagaUnderTest {
  if (!isPlan(plan)) throw new TypeError("This is no plan that this sagac can read: build the saga again.");
  const body = plan.bodies.find((each) => each.id === id) ?? null;
  if (id !== undefined && body === null) throw new TypeError(`The plan has no block ${id}: build the saga again.`);
  const { machine: walked, facts } = subject(plan, body, machine, tables, createEmptyActor());
  return {
    walk({ alphabet = ALPHABET, laws = LAWS, maxStates = 20_000, seconds = Number.POSITIVE_INFINITY } = {}) {
      const startedMs = performance.now();
      const enough = (): boolean => performance.now() - startedMs > seconds * 1000;
      return verify({ machine: walked, facts }, { maxStates, enough, alphabet, laws });
    },
    tell({ says, law, story, what }) {
      const told = tell(story, facts).map((line, at) => `  ${at + 1}. ${line}`);
      return [`${says} (${law})`, ...told, `  => ${what.join("; ")}`].join("\n");
    },
  };
}

function isPlan(plan: object): plan is Plan {
  return "schema" in plan && plan.schema === PLAN_SCHEMA;
}
