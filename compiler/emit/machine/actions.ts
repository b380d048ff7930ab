import type { Word } from "./vocabulary.ts";

export type ActionName =
  | "begin"
  | "complete"
  | "doubt"
  | "lose"
  | "fail"
  | "deny"
  | "keepPending"
  | "giveUp"
  | "giveUpPending"
  | "giveUpLatched"
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
  | "abortCall";

/** Every action that a machine can name, in the order in which they are written. All but `abortCall` assign, and nothing else. */
export const ACTIONS: Readonly<Record<ActionName, Word>> = {
  begin: {
    doc: "Another attempt of a step. `entry` tells this call from every other one of the saga's life.",
    code: ({ pending }) =>
      lines(
        "assign(({ context }, { step }: AtStep) =>",
        "  changeForward(context, step, ({ entry, attempt }) => ({",
        "    entry: entry + 1,",
        "    attempt: attempt + 1,",
        '    outcome: "running",',
        "    output: null,",
        ...(pending ? ["    pending: null,"] : []),
        "  })),",
        ")",
      ),
    needs: ["changeForward"],
  },
  complete: {
    doc: "It happened. The output is kept where something later reads it.",
    code: () => "assign(({ context }, completion: Completion) => complete(context, completion))",
    needs: ["complete"],
  },
  doubt: {
    doc: "The worker that ran it is gone: it will be called again, and may have run already.",
    code: () => changing("forward", "() => ({ mayHaveRun: true })"),
    needs: ["changeForward"],
  },
  lose: {
    doc: "Nobody knows whether it happened.",
    code: () => changing("forward", '() => ({ outcome: "unknown", mayHaveRun: true })'),
    needs: ["changeForward"],
  },
  fail: {
    doc: "It definitely did not happen, and the saga goes back because of it.",
    code: () =>
      lines(
        "assign(({ context }, { step, failure }: AtStep & { failure: Failure }) => ({",
        '  ...changeForward(context, step, () => ({ outcome: "failed" })),',
        "  failure: context.failure ?? failure,",
        "}))",
      ),
    needs: ["changeForward"],
  },
  deny: {
    doc: "It definitely did not happen: the next attempt is a fresh one, with an idempotency key of its own.",
    code: () =>
      lines(
        "assign(({ context }, { step }: AtStep) =>",
        "  changeForward(context, step, ({ generation }) => ({",
        '    outcome: "failed",',
        "    mayHaveRun: false,",
        "    generation: generation + 1,",
        "  })),",
        ")",
      ),
    needs: ["changeForward"],
  },
  keepPending: {
    doc: "A declared error, but an earlier attempt may have happened: held back.",
    code: () =>
      lines(
        "assign(({ context }, { step, failure }: AtStep & { failure: Failure }) =>",
        "  changeForward(context, step, () => ({ pending: failure })),",
        ")",
      ),
    needs: ["changeForward"],
  },
  giveUp: {
    doc: "The saga goes back. The first failure stays.",
    code: () =>
      lines(
        "assign(({ context }, params: { name: string; step: StepName | null; summary: string }) => ({",
        "  failure: context.failure ?? { ...params, data: null },",
        "}))",
      ),
  },
  giveUpPending: {
    doc: "The saga goes back because of the error that was held back.",
    code: () =>
      lines(
        "assign(({ context }, { step }: AtStep) => ({",
        "  failure: context.failure ?? recordOf(context, step).forward.pending,",
        "}))",
      ),
    needs: ["recordOf"],
  },
  giveUpLatched: {
    doc: "The saga goes back because of what waited for the pivot, if anything did.",
    code: () => "assign(({ context }) => ({ failure: context.failure ?? latchedFailure(context) }))",
    needs: ["latchedFailure"],
  },
  freshBudget: {
    doc: "A person lets the step try again.",
    code: () => changing("forward", "() => ({ attempt: 0 })"),
    needs: ["changeForward"],
  },
  ask: {
    doc: "The outcome is unknown: the service is asked, with a budget of its own.",
    code: () => changing("inquire", "() => ({ attempt: 0 })"),
    needs: ["changeInquire"],
  },
  inquire: {
    doc: "Another attempt to ask.",
    code: () =>
      lines(
        "assign(({ context }, { step }: AtStep) =>",
        "  changeInquire(context, step, ({ entry, attempt }) => ({ entry: entry + 1, attempt: attempt + 1 })),",
        ")",
      ),
    needs: ["changeInquire"],
  },
  undo: {
    doc: "Another attempt to undo a step.",
    code: () =>
      lines(
        "assign(({ context }, { step }: AtStep) =>",
        "  changeUndo(context, step, ({ entry, attempt }) => ({",
        "    entry: entry + 1,",
        "    attempt: attempt + 1,",
        '    outcome: "running",',
        "  })),",
        ")",
      ),
    needs: ["changeUndo"],
  },
  settleUndo: {
    doc: "The undo of a step is done, was skipped by a person, or waits for one.",
    code: () =>
      lines(
        'assign(({ context }, { step, outcome }: AtStep & { outcome: "done" | "skipped" | "parked" }) =>',
        "  changeUndo(context, step, () => ({ outcome })),",
        ")",
      ),
    needs: ["changeUndo"],
  },
  freshUndoBudget: {
    doc: "A person lets the compensation try again.",
    code: () => changing("undo", "() => ({ attempt: 0 })"),
    needs: ["changeUndo"],
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
  abortCall: {
    doc: "Tells a call that it should stop; its answer is still waited for. An engine does it; provide it to do it elsewhere.",
    code: () => "(_, _params: { call: CallId }) => {}",
  },
};

function changing(part: "forward" | "inquire" | "undo", to: string): string {
  const name = `change${part.charAt(0).toUpperCase()}${part.slice(1)}`;
  const body = `${name}(context, step, ${to})`;
  return body.length < 70
    ? `assign(({ context }, { step }: AtStep) => ${body})`
    : `assign(({ context }, { step }: AtStep) =>\n  ${body},\n)`;
}

function lines(...parts: readonly string[]): string {
  return parts.join("\n");
}
