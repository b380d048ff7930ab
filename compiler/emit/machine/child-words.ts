import type { Word } from "./vocabulary.ts";

/** What nodes say that run instances of their own: see `nodes/children.ts`. */

export type ChildGuard = "childFailed";
export type ChildAction = "childFails" | "catchOther" | "catchExhausted";
export type ChildHelper = "childFailure";

export const CHILD_GUARDS: Readonly<Record<ChildGuard, Word>> = {
  childFailed: {
    doc: "One of them failed by itself, and all have ended; otherwise they were stopped.",
    code: () => '(_, { error }: { error: unknown }) => kindOf(error) === "failed"',
    needs: ["kindOf"],
  },
};

export const CHILD_ACTIONS: Readonly<Record<ChildAction, Word>> = {
  childFails: {
    doc: "What failed inside one of them fails what is around them. The first failure stays.",
    code: ({ scopes }) =>
      scopes
        ? lines(
            "assign(({ context, event }, { failure, scope }: { failure: Failure; scope?: ScopeName }) =>",
            "  raise(context, scope, { ...timeOf(context, event), ...failure }),",
            ")",
          )
        : lines(
            "assign(({ context, event }, { failure }: { failure: Failure }) => ({",
            "  failure: context.failure ?? { ...timeOf(context, event), ...failure },",
            "}))",
          ),
    needs: ["timeOf"],
  },
  catchOther: {
    doc: "However it ended, that leads to another path.",
    code: ({ pending }) =>
      pending
        ? lines(
            "assign(",
            "  forwardChange((it) => ({",
            "    ...it,",
            '    caught: "$otherwise",',
            "    error: it.pending?.data ?? null,",
            "    pending: null,",
            "  })),",
            ")",
          )
        : 'assign(forwardChange((it) => ({ ...it, caught: "$otherwise" })))',
    needs: ["forwardChange"],
  },
  catchExhausted: {
    doc: "There is no round left, which leads to another path; it can read why.",
    code: () =>
      lines(
        "assign(({ context, event }, { step, ...failure }: AtStep & { name: string; summary: string }) =>",
        "  changeForward(context, step, (it) => ({",
        "    ...it,",
        '    caught: "$otherwise",',
        "    error: { ...failure, step, ...timeOf(context, event) },",
        "  })),",
        ")",
      ),
    needs: ["changeForward", "timeOf"],
  },
};

export const CHILD_HELPERS: Readonly<Record<ChildHelper, Word>> = {
  childFailure: {
    doc: "Why one of several failed.",
    code: () => `function childFailure(error: unknown): Failure {
  return (error as { readonly failure: Failure }).failure;
}`,
  },
};

function lines(...parts: readonly string[]): string {
  return parts.join("\n");
}
