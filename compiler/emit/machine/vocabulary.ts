import type { Layout } from "../lib/layout.ts";
import { ACTIONS, type ActionName } from "./actions.ts";
import { entry, object, text } from "./config.ts";
import { GUARDS, type GuardName } from "./guards.ts";
import { HELPERS, type HelperName } from "./helpers.ts";

/**
 * The named guards, actions and helper functions that one machine uses. The states say which while they are written, so that a
 * machine carries no word that it does not say.
 */
export interface Vocabulary {
  /** A reference to a guard: its name, or its name with the parameters. */
  guard(name: GuardName, params?: Layout): Layout;
  action(name: ActionName, params?: Layout): Layout;
  /** The name of a helper function, to be called. */
  helper(name: HelperName): string;
  /** The id of a call that some state makes. */
  call(id: string): string;
  /** The name of a let, to be called. */
  let(name: string): string;
  /** The name of one of the saga's data types, to be imported. */
  type(name: string): string;
  /** The name of the type of what a delay is worked out from. */
  now(): string;
  usesGuard(name: GuardName): boolean;
  usesAction(name: ActionName): boolean;
  usesHelper(name: HelperName): boolean;
  usesCall(id: string): boolean;
  usesLet(name: string): boolean;
  readonly types: ReadonlySet<string>;
  usesNow(): boolean;
}

/** One word's implementation. `code` is TypeScript, broken where it is long. */
export interface Word {
  readonly doc: string;
  readonly code: (facts: MachineFacts) => string;
  readonly needs?: readonly HelperName[];
}

/** What an implementation depends on beyond its name. */
export interface MachineFacts {
  /** The context's type. */
  readonly context: string;
  /** Some step can hold back a declared error until it is known whether it is true: records have a place for it. */
  readonly pending: boolean;
  /** The type of what a timer's identity can come from. */
  readonly timed: string;
  /** Some step's error leads to another path: records say which. */
  readonly caught: boolean;
  /** Some step's error has attempts of its own: records count them. */
  readonly refusals: boolean;
  /** Some part of the saga can fail alone. */
  readonly scopes: boolean;
  /** Something is left to do after the end. */
  readonly endings: boolean;
  /** Summary of the failure by the deadline, as a literal. */
  readonly deadlineSummary: string;
}

/** Of helpers that depend on none of them. */
export const NO_FACTS: MachineFacts = {
  context: "never",
  pending: false,
  caught: false,
  refusals: false,
  scopes: false,
  endings: false,
  timed: "never",
  deadlineSummary: "",
};

export function createVocabulary(): Vocabulary {
  const guards = new Set<GuardName>();
  const actions = new Set<ActionName>();
  const helpers = new Set<HelperName>();
  const calls = new Set<string>();
  const lets = new Set<string>();
  const types = new Set<string>();
  let timed = false;
  const use = (name: HelperName): void => {
    if (helpers.has(name)) return;
    helpers.add(name);
    HELPERS[name].needs?.forEach(use);
  };
  return {
    guard(name, params) {
      guards.add(name);
      GUARDS[name].needs?.forEach(use);
      return reference(name, params);
    },
    action(name, params) {
      actions.add(name);
      ACTIONS[name].needs?.forEach(use);
      return reference(name, params);
    },
    helper(name) {
      use(name);
      return name;
    },
    call(id) {
      calls.add(id);
      return id;
    },
    let(name) {
      lets.add(name);
      return name;
    },
    type(name) {
      types.add(name);
      return name;
    },
    now() {
      timed = true;
      return "Now";
    },
    usesGuard: (name) => guards.has(name),
    usesAction: (name) => actions.has(name),
    usesHelper: (name) => helpers.has(name),
    usesCall: (id) => calls.has(id),
    usesLet: (name) => lets.has(name),
    types,
    usesNow: () => timed,
  };
}

/** Parameters that are known when the machine is written. */
export function fixed(params: Readonly<Record<string, Layout>>): Layout {
  return object(...Object.entries(params).map(([key, value]) => entry(key, value)));
}

/** Parameters that are taken from the event: code that may say `event`. */
export function fromEvent(params: Readonly<Record<string, Layout>>): Layout {
  return ["({ event }) => (", fixed(params), ")"];
}

function reference(name: string, params: Layout | undefined): Layout {
  return params === undefined ? text(name) : object(entry("type", text(name)), entry("params", params));
}
