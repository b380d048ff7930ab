import { ASKS_FOR_THE_TIME, ASSIGNS_STEPS, FAILS_NOTHING, LEAVES_STEPS, READS_FAILURES } from "./words.ts";
import type { XImplementations } from "./xstate.ts";

/** The machine's own guards and actions, found by their names once and for all. */

/** What a guard or an action is given; XState's other arguments no generated word asks for. */
export interface Args {
  context: object;
  event: object;
}

export interface Guard {
  /** Equal for guards that ask the same; `null`: what it asks depends on the event. */
  readonly key: string | null;
  readonly test: (args: Args, params: unknown) => boolean;
  readonly params: ((args: Args) => unknown) | null;
  readonly fixed: unknown;
  /** It reads whether something has failed, and nothing else. */
  readonly readsFailures: boolean;
}

export interface Act {
  readonly kind: "assign" | "input";
  readonly run: (args: Args, params: unknown) => unknown;
  readonly params: ((args: Args) => unknown) | null;
  readonly fixed: unknown;
  /** It can fail the saga or a scope of it. */
  readonly fails: boolean;
  readonly asksForTheTime: boolean;
  /** It assigns records, and nothing else. */
  readonly assignsSteps: boolean;
  /** It assigns no record. */
  readonly leavesSteps: boolean;
  /** The one record that it changes, told apart: several changes can be made at once. */
  readonly change: RecordChange | null;
}

/** What an assign to one record tells of itself. */
export interface RecordChange {
  /** Which of its parameters names the record. */
  readonly of: string;
  /** Where the record of this name stands among `steps`. */
  readonly path: (name: unknown) => readonly string[];
  /** The part of the record that it is about; `null`: all of it. */
  readonly part: string | null;
  readonly to: (it: unknown, params: unknown) => unknown;
}

export interface Words {
  guard(reference: unknown): Guard;
  /** None for what only an actor would do: telling a call to abort. */
  act(reference: unknown): readonly Act[];
  input(input: unknown): readonly Act[];
}

/** Why a machine has to be run by XState. */
export class NotCompilable extends Error {
  constructor(why: string) {
    super(`the machine has no compiled transition: ${why}`);
    this.name = "NotCompilable";
  }
}

export function wordsOf({ guards, actions }: XImplementations): Words {
  return {
    guard(reference) {
      const { name, params, inline } = referenceOf(reference);
      const test = inline ?? guards[name];
      if (typeof test !== "function" || "check" in test) throw new NotCompilable(`guard ${name} is no function of its own`);
      const computed = typeof params === "function";
      return {
        key: computed || inline !== null ? null : `${name} ${JSON.stringify(params)}`,
        test: test as Guard["test"],
        params: computed ? (params as (args: Args) => unknown) : null,
        fixed: computed ? undefined : params,
        readsFailures: READS_FAILURES.has(name),
      };
    },
    act(reference) {
      const { name, params, inline } = referenceOf(reference);
      const action = inline ?? actions[name];
      if (typeof action !== "function") throw new NotCompilable(`action ${name} is not there`);
      if (!("resolve" in action)) return [];
      if (!("assignment" in action)) throw new NotCompilable(`action ${name} does not assign`);
      const known = FAILS_NOTHING.has(name);
      const computed = typeof params === "function";
      return [
        {
          kind: "assign",
          run: assigner(action.assignment),
          params: computed ? (params as (args: Args) => unknown) : null,
          fixed: computed ? undefined : params,
          fails: !known,
          asksForTheTime: !known || ASKS_FOR_THE_TIME.has(name),
          assignsSteps: ASSIGNS_STEPS.has(name),
          leavesSteps: LEAVES_STEPS.has(name),
          change: changeOf(action.assignment),
        },
      ];
    },
    input(input) {
      if (typeof input !== "function") return [];
      return [{ ...INPUT, run: input as Act["run"] }];
    },
  };
}

const INPUT = {
  kind: "input",
  params: null,
  fixed: undefined,
  fails: false,
  asksForTheTime: false,
  assignsSteps: false,
  leavesSteps: true,
  change: null,
} as const;

/** Asks a guard. */
export function holds({ test, params, fixed }: Guard, args: Args): boolean {
  return test(args, params === null ? fixed : params(args));
}

/**
 * Takes an action: what it assigns is put into the context of `args`, which is copied first unless it is nobody else's (`owned`). Answers
 * whether it was assigned to. `nowMs`: what follows from an event is told of its time by the context; no state keeps it.
 */
export function carryOut(act: Act, args: Args, nowMs: number | undefined, owned: boolean): boolean {
  const told = act.asksForTheTime && nowMs !== undefined ? { context: { ...args.context, nowMs }, event: args.event } : args;
  const result = act.run(told, act.params === null ? act.fixed : act.params(told));
  if (act.kind === "input") return false;
  if (!owned) args.context = { ...args.context };
  const context = args.context as Record<string, unknown>;
  if (act.assignsSteps) context.steps = (result as { readonly steps: unknown }).steps;
  // Several times as fast as `Object.assign`.
  else for (const key in result as object) context[key] = (result as Readonly<Record<string, unknown>>)[key];
  return true;
}

function changeOf(assignment: unknown): RecordChange | null {
  if (typeof assignment !== "function" || !("change" in assignment)) return null;
  const { of, path, part, to } = assignment.change as Record<keyof RecordChange, unknown>;
  if (typeof of !== "string" || typeof path !== "function" || typeof to !== "function") return null;
  if (part !== null && typeof part !== "string") return null;
  return assignment.change as RecordChange;
}

function assigner(assignment: unknown): Act["run"] {
  if (typeof assignment === "function") return assignment as Act["run"];
  const entries = Object.entries(assignment as object) as [string, unknown][];
  if (!entries.some(([, value]) => typeof value === "function")) return () => assignment;
  return (args, params) =>
    Object.fromEntries(
      entries.map(([key, value]) => [key, typeof value === "function" ? (value(args, params) as unknown) : value]),
    );
}

function referenceOf(reference: unknown): { readonly name: string; readonly params: unknown; readonly inline: unknown } {
  if (typeof reference === "string") return { name: reference, params: undefined, inline: null };
  if (typeof reference === "function") return { name: reference.name || "(inline)", params: undefined, inline: reference };
  const { type, params } = reference as { readonly type: string; readonly params?: unknown };
  return { name: type, params, inline: null };
}
