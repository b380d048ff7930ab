import { CHILD_GUARDS, type ChildGuard } from "./child-words.ts";
import type { Word } from "./vocabulary.ts";
import { WAIT_GUARDS, type WaitGuard } from "./wait-words.ts";

export type GuardName =
  | "failing"
  | "failingIn"
  | "declared"
  | "definite"
  | "badOutput"
  | "pending"
  | "pendingIs"
  | "refusalsLeft"
  | "caughtBy"
  | "attemptsLeft"
  | "answered"
  | "inquiriesLeft"
  | "needsUndo"
  | "undosLeft"
  | "isAbout"
  | "tells"
  | "mayGoBack"
  | "holds"
  | "wins"
  | "wonBy"
  | "won"
  | "undoable"
  | "deciding"
  | "latched"
  | "deadlineHasPassed"
  | WaitGuard
  | ChildGuard;

/** Every guard that a machine can name, in the order in which they are written. They read the record and the event, nothing else. */
export const GUARDS: Readonly<Record<GuardName, Word>> = {
  failing: {
    doc: "The saga goes back: no step and no attempt begins any more.",
    code: () => "({ context }) => context.failure !== null",
  },
  failingIn: {
    doc: "One of these has failed: no step and no attempt begins in it any more.",
    code: () => '({ context }, { scopes }: { scopes: readonly ("saga" | ScopeName)[] }) => failed(context, scopes)',
    needs: ["failed"],
  },
  declared: {
    doc: "The step answered with an error that it declares.",
    code: () => "(_, { error, names }: { error: unknown; names: readonly string[] }) => isDeclared(error, names)",
    needs: ["isDeclared"],
  },
  definite: {
    doc: "The same, and it proves that nothing happened: no earlier attempt or delivery may have run.",
    code: () =>
      lines(
        "({ context }, { step, error, names }: AtStep & { error: unknown; names: readonly string[] }) =>",
        "  isDeclared(error, names) && !recordOf(context, step).forward.mayHaveRun",
      ),
    needs: ["isDeclared", "recordOf"],
  },
  badOutput: {
    doc: "It happened, but its answer does not fit the step's output.",
    code: () => '(_, { error }: { error: unknown }) => kindOf(error) === "badOutput"',
    needs: ["kindOf"],
  },
  pending: {
    doc: "A declared error was held back, because it alone did not prove that nothing happened.",
    code: () => "({ context }, { step }: AtStep) => recordOf(context, step).forward.pending !== null",
    needs: ["recordOf"],
  },
  pendingIs: {
    doc: "It is this one.",
    code: () => "({ context }, { step, error }: AtError) => recordOf(context, step).forward.pending?.name === error",
    needs: ["recordOf"],
  },
  refusalsLeft: {
    doc: "It is this one, and its own budget of attempts is not spent.",
    code: () =>
      lines(
        "({ context }, { step, error, of }: AtError & { of: number }) =>",
        "  recordOf(context, step).forward.pending?.name === error && refusalsOf(context, step, error) + 1 < of",
      ),
    needs: ["recordOf", "refusalsOf"],
  },
  caughtBy: {
    doc: "The step answered with an error that leads to another path.",
    code: () => "({ context }, { step, error }: AtError) => recordOf(context, step).forward.caught === error",
    needs: ["recordOf"],
  },
  attemptsLeft: {
    doc: "The step's budget of attempts is not spent.",
    code: () => "({ context }, { step, of }: Budget) => recordOf(context, step).forward.attempt < of",
    needs: ["recordOf"],
  },
  answered: {
    doc: "What an inquiry found out.",
    code: () =>
      lines(
        '(_, { answer, status }: { answer: Inquiry<unknown>; status: "happened" | "didNotHappen" }) =>',
        "  answer.status === status",
      ),
  },
  inquiriesLeft: {
    doc: "The budget of the present inquiry is not spent.",
    code: () => "({ context }, { step, of }: Budget) => recordOf(context, step).inquire.attempt < of",
    needs: ["recordOf"],
  },
  needsUndo: {
    doc: "The step happened, or may have, and is not undone.",
    code: () =>
      lines(
        "({ context }, { step }: AtStep) => {",
        "  const { forward, undo } = recordOf(context, step);",
        '  const mayHaveHappened = forward.outcome === "completed" || forward.outcome === "unknown";',
        '  return mayHaveHappened && undo.outcome !== "done" && undo.outcome !== "skipped";',
        "}",
      ),
    needs: ["recordOf"],
  },
  undosLeft: {
    doc: "The compensation's budget of attempts is not spent.",
    code: () => "({ context }, { step, of }: Budget) => recordOf(context, step).undo.attempt < of",
    needs: ["recordOf"],
  },
  isAbout: {
    doc: "A person speaks of this call.",
    code: ({ timed }) => `({ event }, { call }: { call: ${timed} }) => "call" in event && event.call === call`,
  },
  tells: {
    doc: "A person speaks of this call, and brings the output that it should have answered with.",
    code: () =>
      lines(
        "({ event }, { call }: { call: CallId }) =>",
        '  event.type === "operator.happened" && event.call === call && typeof event.output === "object" && event.output !== null',
      ),
  },
  mayGoBack: {
    doc: "A person sends the saga back over this call, and it can still go back.",
    code: ({ timed }) =>
      lines(
        `({ context, event }, { call }: { call: ${timed} }) =>`,
        '  "call" in event && event.call === call && context.failure === null && context.pivot !== "passed"',
      ),
  },
  holds: {
    doc: "A condition of the source.",
    code: () => "({ context }, { id }: { id: ConditionId }) => conditions[id](context)",
  },
  wins: {
    doc: "This branch is the first of its race that has ended, and nothing has failed that it belongs to.",
    code: () =>
      lines(
        '({ context }, { race, scopes }: { race: ScopeName; scopes: readonly ("saga" | ScopeName)[] }) =>',
        "  scopeOf(context, race).winner === null && !failed(context, scopes)",
      ),
    needs: ["scopeOf", "failed"],
  },
  won: {
    doc: "Some branch of the race has won.",
    code: () => "({ context }, { race }: { race: ScopeName }) => scopeOf(context, race).winner !== null",
    needs: ["scopeOf"],
  },
  wonBy: {
    doc: "This branch has won the race: what it did stays.",
    code: () =>
      "({ context }, { race, branch }: { race: ScopeName; branch: string }) => scopeOf(context, race).winner === branch",
    needs: ["scopeOf"],
  },
  undoable: {
    doc: "The saga still goes forward and can go back.",
    code: ({ endings }) =>
      `({ context }) => context.failure === null && context.pivot !== "passed"${endings ? " && !context.ending" : ""}`,
  },
  deciding: {
    doc: "The pivot may or may not have happened: neither way is safe until that is settled.",
    code: () => '({ context }) => context.pivot === "deciding"',
  },
  latched: {
    doc: "A cancel or the deadline waits for the pivot's outcome.",
    code: () => "({ context }) => context.latched !== null",
  },
  deadlineHasPassed: {
    doc: "The saga's deadline was heard of.",
    code: () =>
      lines(
        "({ context }) =>",
        '  context.overdue || context.latched === "DeadlinePassed" || context.failure?.name === "DeadlinePassed"',
      ),
  },
  ...WAIT_GUARDS,
  ...CHILD_GUARDS,
};

function lines(...parts: readonly string[]): string {
  return parts.join("\n");
}
