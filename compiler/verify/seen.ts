import type { Facts } from "./facts.ts";

/**
 * What an onlooker knows of a saga who saw each call, each answer, each signal and each word of a person, and nothing of the machine's
 * inside. By the plan it says where the saga stands: see `standing.ts`.
 */
export interface Seen {
  /** Of steps, children and computes. */
  readonly steps: Readonly<Record<string, SeenStep>>;
  readonly waits: Readonly<Record<string, SeenWait>>;
  readonly scopes: Readonly<Record<string, SeenScope>>;
  /** Of each `if` that was come to the arm, of each race the branch that won. */
  readonly taken: Readonly<Record<string, string>>;
  /** `open`: it was called, and is not settled. */
  readonly pivot: "none" | "ahead" | "open" | "passed";
  /** A cancel or the deadline came while the pivot was open. */
  readonly latched: boolean;
  readonly failing: boolean;
  /** Its undoing takes longer than it may. */
  readonly late: boolean;
}

export interface SeenStep {
  readonly begun: boolean;
  /** A call of it is running, or the service is being asked: what only waits is not. */
  readonly runs: boolean;
  /**
   * How it ended: the way goes on (`passed`; `skipped`: without it), a policy's other path is next (`caught`, `otherwise`), or it ends here:
   * `failed`, `stopped`.
   */
  readonly end: null | "passed" | "skipped" | "caught" | "otherwise" | "failed" | "stopped";
  /** The error whose policy's path is next. */
  readonly caught: string | null;
  /** Whether it took effect. */
  readonly effect: "no" | "maybe" | "yes";
  /** An earlier attempt or delivery may have taken effect: a refusal proves nothing. */
  readonly doubt: boolean;
  /** The error that it refused with while in doubt. */
  readonly pending: string | null;
  /** Of the present budget; of a repeat its rounds. */
  readonly attempts: number;
  /** Attempts that each error has had, where its policy counts them. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly inquiries: number;
  readonly undos: number;
  readonly undone: "no" | "begun" | "done" | "skipped";
}

export interface SeenWait {
  readonly begun: boolean;
  /** `otherwise`: its time is over, and what it says of that is next. */
  readonly end: null | "received" | "passed" | "otherwise" | "stopped";
  /** The case by which a signal came. */
  readonly case: string | null;
  /** Its time is over, and a person decides. */
  readonly parked: boolean;
}

export interface SeenScope {
  readonly failed: boolean;
  /** Of a try and a race: its undo has begun, and nothing interrupts it; it is over. */
  readonly undo: "no" | "begun" | "over";
  /** Of a try whose other path is a person: what was said of it. */
  readonly done: boolean;
}

const NOTHING: SeenStep = {
  begun: false,
  runs: false,
  end: null,
  caught: null,
  effect: "no",
  doubt: false,
  pending: null,
  attempts: 0,
  refusals: {},
  inquiries: 0,
  undos: 0,
  undone: "no",
};

const UNSEEN: SeenWait = { begun: false, end: null, case: null, parked: false };
const UNHARMED: SeenScope = { failed: false, undo: "no", done: false };

export function nothingSeen(facts: Facts): Seen {
  const races = [...facts.nodes.values()].flatMap((node) => (node.kind === "race" ? [node.id] : []));
  const behind = facts.body?.zone === "after";
  return {
    steps: Object.fromEntries(facts.doings.map(({ name }) => [name, NOTHING])),
    waits: Object.fromEntries([...facts.waits.keys()].map((id) => [id, UNSEEN])),
    scopes: Object.fromEntries([...facts.scopes.keys(), ...races].map((id) => [id, UNHARMED])),
    taken: {},
    pivot: behind ? "passed" : facts.unit.pivots.length === 0 ? "none" : "ahead",
    latched: false,
    failing: false,
    late: false,
  };
}

/** Another `Seen` in the making. What it is made of is shared until it changes: ask for each that does. */
export type Draft = Mutable<{
  [Key in keyof Seen]: Seen[Key] extends Readonly<Record<string, infer One>> ? Record<string, One> : Seen[Key];
}>;

export type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export function draftOf(seen: Seen): Draft {
  return { ...seen, steps: { ...seen.steps }, waits: { ...seen.waits }, scopes: { ...seen.scopes }, taken: { ...seen.taken } };
}

/** Says something new of a step. */
export function learn(draft: Draft, step: string, news: Partial<SeenStep>): void {
  draft.steps[step] = { ...seenOf(draft, step), ...news };
}

export function learnWait(draft: Draft, wait: string, news: Partial<SeenWait>): void {
  draft.waits[wait] = { ...waitOf(draft, wait), ...news };
}

export function learnScope(draft: Draft, scope: string, news: Partial<SeenScope>): void {
  draft.scopes[scope] = { ...scopeOf(draft, scope), ...news };
}

/** What is known of a step, a child or a compute. */
export function seenOf(seen: Pick<Seen, "steps">, step: string): SeenStep {
  return known(seen.steps, step);
}

export function waitOf(seen: Pick<Seen, "waits">, wait: string): SeenWait {
  return known(seen.waits, wait);
}

/** Of a race, too: whether its losers are undone. */
export function scopeOf(seen: Pick<Seen, "scopes">, scope: string): SeenScope {
  return known(seen.scopes, scope);
}

function known<One>(all: Readonly<Record<string, One>>, name: string): One {
  const found = all[name];
  if (found === undefined) throw new Error(`the machine speaks of what the plan does not have: ${name}`);
  return found;
}

/** Whether a scope that a step is in has failed. */
export function stoppedIn(seen: Seen, { stops }: { readonly stops: readonly string[] }): boolean {
  return stops.some((scope) => (scope === "saga" ? seen.failing : seen.scopes[scope]?.failed === true));
}

/** Whether a wait has been come to, and goes on. */
export function waitsNow(seen: Seen, wait: string): boolean {
  const { begun, end, parked } = waitOf(seen, wait);
  return begun && end === null && !parked;
}
