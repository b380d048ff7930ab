import { CHILD_ACTIONS, type ChildAction } from "./child-words.ts";
import type { Word } from "./vocabulary.ts";
import { WAIT_ACTIONS, type WaitAction } from "./wait-words.ts";

export type ActionName =
  | "begin"
  | "complete"
  | "doubt"
  | "lose"
  | "fail"
  | "deny"
  | "keepPending"
  | "countRefusal"
  | "catchPending"
  | "passOver"
  | "passOverEnding"
  | "giveUp"
  | "giveUpPending"
  | "giveUpLatched"
  | "failWith"
  | "passOn"
  | "enterScope"
  | "leaveScope"
  | "win"
  | "freshBudget"
  | "ask"
  | "inquire"
  | "undo"
  | "settleUndo"
  | "freshUndoBudget"
  | "reachPivot"
  | "passPivot"
  | "leavePivot"
  | "latch"
  | "markOverdue"
  | "endWell"
  | "abortCall"
  | WaitAction
  | ChildAction;

/** Every action that a machine can name, in the order in which they are written. All but `abortCall` assign, and nothing else. */
export const ACTIONS: Readonly<Record<ActionName, Word>> = {
  begin: {
    doc: "Another attempt of a step. `entry` tells this call from every other one of the saga's life.",
    code: ({ pending }) =>
      lines(
        "assign(",
        "  forwardChange((it) => ({",
        "    ...it,",
        "    entry: it.entry + 1,",
        "    attempt: it.attempt + 1,",
        '    outcome: "running",',
        "    output: null,",
        ...(pending ? ["    pending: null,"] : []),
        "  })),",
        ")",
      ),
    needs: ["forwardChange"],
  },
  complete: {
    doc: "It happened. The output is kept where something later reads it.",
    code: ({ pending }) => {
      const to = `({ ...it, outcome: "completed", output${pending ? ", pending: null" : ""} })`;
      return `assign(forwardChange((it, { output }: Completion) => ${to}))`;
    },
    needs: ["forwardChange"],
  },
  doubt: {
    doc: "The worker that ran it is gone: it will be called again, and may have run already.",
    code: () => changing("forward", "mayHaveRun: true"),
    needs: ["forwardChange"],
  },
  lose: {
    doc: "Nobody knows whether it happened.",
    code: () => changing("forward", 'outcome: "unknown", mayHaveRun: true'),
    needs: ["forwardChange"],
  },
  fail: {
    doc: "It definitely did not happen, and the saga goes back because of it.",
    code: ({ scopes }) =>
      scopes
        ? lines(
            "assign(({ context, event }, { step, failure, scope }: AtStep & { failure: Failure; scope?: ScopeName }) => {",
            '  const { steps } = changeForward(context, step, (it) => ({ ...it, outcome: "failed" }));',
            "  return { steps, ...raise({ ...context, steps }, scope, { ...failure, ...timeOf(context, event) }) };",
            "})",
          )
        : lines(
            "assign(({ context, event }, { step, failure }: AtStep & { failure: Failure }) => ({",
            '  ...changeForward(context, step, (it) => ({ ...it, outcome: "failed" })),',
            "  failure: context.failure ?? { ...failure, ...timeOf(context, event) },",
            "}))",
          ),
    needs: ["changeForward", "timeOf"],
  },
  deny: {
    doc: "It definitely did not happen: the next attempt is a fresh one, with an idempotency key of its own.",
    code: () =>
      lines(
        "assign(",
        "  forwardChange((it) => ({",
        "    ...it,",
        '    outcome: "failed",',
        "    mayHaveRun: false,",
        "    generation: it.generation + 1,",
        "  })),",
        ")",
      ),
    needs: ["forwardChange"],
  },
  keepPending: {
    doc: "A declared error, but an earlier attempt may have happened: held back.",
    code: () =>
      lines(
        "assign(({ context, event }, { step, failure }: AtStep & { failure: Failure }) =>",
        "  changeForward(context, step, (it) => ({ ...it, pending: { ...failure, ...timeOf(context, event) } })),",
        ")",
      ),
    needs: ["changeForward", "timeOf"],
  },
  countRefusal: {
    doc: "The step is called again because of this error, which has a budget of its own: the other one is not touched.",
    code: () =>
      lines(
        "assign(({ context }, { step, error }: AtStep & { error: string }) =>",
        "  changeForward(context, step, (it) => ({",
        "    ...it,",
        "    attempt: it.attempt - 1,",
        "    refusals: { ...it.refusals, [error]: refusalsOf(context, step, error) + 1 },",
        "  })),",
        ")",
      ),
    needs: ["changeForward", "refusalsOf"],
  },
  catchPending: {
    doc: "The error leads to another path.",
    code: () =>
      lines(
        "assign(",
        "  forwardChange((it) => ({",
        "    ...it,",
        "    caught: it.pending?.name ?? null,",
        "    error: it.pending?.data ?? null,",
        "    pending: null,",
        "  })),",
        ")",
      ),
    needs: ["forwardChange"],
  },
  passOver: {
    doc: "Gone on without, whether it happened or not: there is nothing to undo.",
    code: () => changing("forward", 'outcome: "failed"'),
    needs: ["forwardChange"],
  },
  passOverEnding: {
    doc: "The same after the end of the saga: nothing changes its outcome, but somebody should know.",
    code: () =>
      lines(
        "assign(({ context }, { step }: AtStep) => ({",
        '  ...changeForward(context, step, (it) => ({ ...it, outcome: "failed" })),',
        "  alarms: [...context.alarms, step],",
        "}))",
      ),
    needs: ["changeForward"],
  },
  giveUp: {
    doc: "The saga goes back. The first failure stays.",
    code: ({ scopes }) =>
      scopes
        ? lines(
            "assign(({ context, event }, { scope, ...failure }: { name: string; step: StepName | null; summary: string; scope?: ScopeName }) =>",
            "  raise(context, scope, { ...failure, data: null, ...timeOf(context, event) }),",
            ")",
          )
        : lines(
            "assign(({ context, event }, params: { name: string; step: StepName | null; summary: string }) => ({",
            "  failure: context.failure ?? { ...params, data: null, ...timeOf(context, event) },",
            "}))",
          ),
    needs: ["timeOf"],
  },
  giveUpPending: {
    doc: "The saga goes back because of the error that was held back.",
    code: ({ scopes }) =>
      scopes
        ? lines(
            "assign(({ context }, { step, scope }: AtStep & { scope?: ScopeName }) => {",
            "  const { pending } = recordOf(context, step).forward;",
            "  return pending === null ? {} : raise(context, scope, pending);",
            "})",
          )
        : lines(
            "assign(({ context }, { step }: AtStep) => ({",
            "  failure: context.failure ?? recordOf(context, step).forward.pending,",
            "}))",
          ),
    needs: ["recordOf"],
  },
  giveUpLatched: {
    doc: "The saga goes back because of what waited for the pivot, if anything did.",
    code: () =>
      "assign(({ context, event }) => ({ failure: context.failure ?? latchedFailure(context, timeOf(context, event)) }))",
    needs: ["latchedFailure", "timeOf"],
  },
  failWith: {
    doc: "A failure that the saga names itself.",
    code: ({ scopes }) =>
      scopes
        ? lines(
            "assign(({ context, event }, { failure, scope }: { failure: FailureId; scope?: ScopeName }) =>",
            "  raise(context, scope, { ...failures[failure](context), ...timeOf(context, event) }),",
            ")",
          )
        : lines(
            "assign(({ context, event }, { failure }: { failure: FailureId }) => ({",
            "  failure: context.failure ?? { ...failures[failure](context), ...timeOf(context, event) },",
            "}))",
          ),
    needs: ["timeOf"],
  },
  passOn: {
    doc: "What failed inside fails what is around it: the first of these that has, in the order of the program.",
    code: () =>
      lines(
        "assign(({ context }, { from, scope }: { from: readonly ScopeName[]; scope?: ScopeName }) => {",
        "  const failed = from.map((each) => scopeOf(context, each).failure).find((failure) => failure !== null);",
        "  return failed === undefined ? {} : raise(context, scope, failed);",
        "})",
      ),
    needs: ["scopeOf"],
  },
  enterScope: {
    doc: "A part begins that can fail alone.",
    code: () => lines("assign(", '  scopeChange((it) => ({ ...it, entry: it.entry + 1, outcome: "running" })),', ")"),
    needs: ["scopeChange"],
  },
  leaveScope: {
    doc: "It ended well, or it failed and what it did is undone.",
    code: () =>
      lines(
        "assign(",
        '  scopeChange((it, { outcome }: AtScope & { outcome: "done" | "failed" }) => ({ ...it, outcome })),',
        ")",
      ),
    needs: ["scopeChange"],
  },
  win: {
    doc: "The first branch that ends wins its race; the others stop.",
    code: () =>
      lines(
        "assign(({ context }, { race, branch, losers }: { race: ScopeName; branch: string; losers: readonly ScopeName[] }) => ({",
        "  steps: losers.reduce(",
        "    (steps, loser) =>",
        "      changeScope({ ...context, steps }, loser, (it) => ({",
        "        ...it,",
        "        failure: it.failure ?? { ...LOST, summary: `${branch} won` },",
        "      })).steps,",
        "    changeScope(context, race, (it) => ({ ...it, winner: branch })).steps,",
        "  ),",
        "}))",
      ),
    needs: ["changeScope", "lost"],
  },
  freshBudget: {
    doc: "A person lets the step try again.",
    code: ({ refusals }) => changing("forward", `attempt: 0${refusals ? ", refusals: {}" : ""}`),
    needs: ["forwardChange"],
  },
  ask: {
    doc: "The outcome is unknown: the service is asked, with a budget of its own.",
    code: () => changing("inquire", "attempt: 0"),
    needs: ["inquireChange"],
  },
  inquire: {
    doc: "Another attempt to ask.",
    code: () => lines("assign(", "  inquireChange((it) => ({ ...it, entry: it.entry + 1, attempt: it.attempt + 1 })),", ")"),
    needs: ["inquireChange"],
  },
  undo: {
    doc: "Another attempt to undo a step.",
    code: () =>
      lines(
        "assign(",
        "  undoChange((it) => ({",
        "    ...it,",
        "    entry: it.entry + 1,",
        "    attempt: it.attempt + 1,",
        '    outcome: "running",',
        "  })),",
        ")",
      ),
    needs: ["undoChange"],
  },
  settleUndo: {
    doc: "The undo of a step is done, was skipped by a person, or waits for one.",
    code: () =>
      lines(
        "assign(",
        '  undoChange((it, { outcome }: AtStep & { outcome: "done" | "skipped" | "parked" }) => ({ ...it, outcome })),',
        ")",
      ),
    needs: ["undoChange"],
  },
  freshUndoBudget: {
    doc: "A person lets the compensation try again.",
    code: () => changing("undo", "attempt: 0"),
    needs: ["undoChange"],
  },
  reachPivot: {
    doc: "From here on, until the pivot is settled, neither way is safe.",
    code: () => 'assign({ pivot: "deciding" })',
  },
  passPivot: {
    doc: "From here on the saga only goes forward. A cancel that waited is refused; a deadline that waited is overdue.",
    code: () =>
      lines(
        "assign(({ context }) => ({",
        '  pivot: "passed" as const,',
        '  overdue: context.overdue || context.latched === "DeadlinePassed",',
        "  latched: null,",
        "}))",
      ),
  },
  leavePivot: {
    doc: "The pivot did not happen: everything can be undone.",
    code: () =>
      lines(
        "assign(({ context }) => ({",
        '  pivot: "ahead" as const,',
        '  overdue: context.overdue || (context.latched === "DeadlinePassed" && context.failure?.name !== "DeadlinePassed"),',
        "  latched: null,",
        "}))",
      ),
  },
  latch: {
    doc: "Waits for the pivot's outcome. The first one stays.",
    code: () =>
      lines(
        'assign(({ context }, { name }: { name: "Cancelled" | "DeadlinePassed" }) => ({',
        "  latched: context.latched ?? name,",
        "}))",
      ),
  },
  markOverdue: {
    doc: "The deadline passed where there is no way but on.",
    code: () => "assign({ overdue: true })",
  },
  endWell: {
    doc: "The saga is completed, whatever becomes of what is left to do.",
    code: () => "assign({ ending: true })",
  },
  abortCall: {
    doc: "Tells a call that it should stop; its answer is still waited for. An engine does it; provide it to do it elsewhere.",
    code: () => "(_, _params: { call: CallId }) => {}",
  },
  ...WAIT_ACTIONS,
  ...CHILD_ACTIONS,
};

function changing(part: "forward" | "inquire" | "undo", changes: string): string {
  return `assign(${part}Change((it) => ({ ...it, ${changes} })))`;
}

function lines(...parts: readonly string[]): string {
  return parts.join("\n");
}
