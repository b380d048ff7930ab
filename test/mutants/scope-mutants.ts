import { NEVER, type StepPart, sagaPlan } from "../machine/plans.ts";
import { choose, input, racing, trying, waiting } from "../machine/scope-nodes.ts";
import { ONCE, swap, TWICE } from "../verify/kit.ts";

const CONTINUE = { kind: "continue" } as const;

/** Called once and undone once, of a service that tells the truth when it refuses. */
function step(name: string, more: Partial<StepPart> = {}): StepPart {
  return { name, service: "safe", retry: ONCE, undo: { retry: ONCE }, ...more };
}

/** The machines that are broken: each as small as its construct allows. */
export const SCOPE_PLANS = {
  try: sagaPlan({
    parts: [trying("$try1", { body: [step("a"), step("b")], timeoutMs: 1_000, otherwise: [step("c")] }), step("d")],
  }),
  race: sagaPlan({ parts: [racing("$race1", [step("a")], [step("b")]), step("c")] }),
  wait: sagaPlan({ parts: [waiting("$group1", [step("a")], [step("b")]), step("c")] }),
  policies: sagaPlan({
    parts: [
      step("a", { throws: ["Refused"], on: { Refused: { outcome: [step("b")] } } }),
      step("c", {
        throws: ["Busy"],
        service: "plain",
        retry: TWICE,
        on: { Busy: { retry: TWICE, outcome: CONTINUE } },
      }),
      step("d"),
    ],
  }),
  endings: sagaPlan({ parts: [step("a")], onCompleted: [step("b")], onCompensated: [step("c")] }),
  maybe: sagaPlan({
    parts: [
      step("a"),
      choose("$if1", [[input("1"), [step("p", { kind: "pivot" })]]], [step("b")]),
      step("c", { zone: "maybe", exhausted: "park", retry: NEVER }),
    ],
  }),
};

interface ScopeMutant {
  readonly name: string;
  readonly of: keyof typeof SCOPE_PLANS;
  readonly edit: (text: string) => string;
}

export const SCOPE_MUTANTS: readonly ScopeMutant[] = [
  mutant(
    "a step in a block that fails does not stop the next",
    "try",
    /\{ guard: \{ type: "failingIn", params: \{ scopes: \["saga", "\$try1"\] \} \}, target: "\$done" \},\s+(\{ target: "b" \})/,
    "$1",
  ),
  mutant("a failure in a block is that of the saga", "try", /(step: "a",\s+summary: "whether[^}]*?),\s+scope: "\$try1"/, "$1"),
  mutant("what a block did is not undone", "try", 'target: "$undo"', 'target: "$otherwise"'),
  mutant(
    "a block that failed is taken for one that did not",
    "try",
    /params: \{ scopes: \["\$try1"\] \}/,
    "params: { scopes: [] }",
  ),
  mutant("a block has no time limit", "try", /after: \{\s+"\$try1\.limit": [\s\S]*?\n {14}\},\n/, ""),
  mutant(
    "the other path runs although the saga was cancelled",
    "try",
    /(\$undo: \{\s+onDone: \[)\s+\{ guard: "failing", target: "\$done" \},/,
    "$1",
  ),
  mutant("a branch that failed wins the race", "race", " && !failed(context, scopes)", ""),
  mutant("who lost a race is not told", "race", 'losers: ["$race1.$branch1"]', "losers: []"),
  mutant("what the winner did is undone", "race", "scopeOf(context, race).winner === branch", "false"),
  mutant("what the losers did stays", "race", 'target: "$undo"', 'target: "$done"'),
  mutant("a race that nobody won is gone on from", "race", "scopeOf(context, race).winner !== null", "true"),
  mutant(
    "a group that waited goes on although a branch failed",
    "wait",
    'scopes: ["$group1.$branch1", "$group1.$branch2"]',
    "scopes: []",
  ),
  mutant("a group that waits does not wait", "wait", 'scope: "$group1.$branch1"', "scope: undefined", 2),
  mutant("an error's other path is passed over", "policies", "forward.caught === error", "forward.caught === step"),
  mutant("an error in doubt counts as true", "policies", " && !recordOf(context, step).forward.mayHaveRun", ""),
  mutant(
    "an error is retried once more than its budget",
    "policies",
    "refusalsOf(context, step, error) + 1 < of",
    "refusalsOf(context, step, error) < of",
  ),
  mutant("an error uses up the attempts for when nobody knows", "policies", "attempt: it.attempt - 1,", ""),
  mutant(
    "a saga that failed ends before anything is undone",
    "endings",
    '{ guard: "failing", target: "backward" }',
    '{ guard: "failing", target: "afterCompensated" }',
  ),
  mutant("a completed saga can still be cancelled", "endings", " && !context.ending", ""),
  mutant("what comes after the end is passed over", "endings", 'target: "afterCompleted"', 'target: "completed"'),
  mutant("a choice takes the wrong way", "maybe", /(params: \{ id: "\$if1\.\$arm1" \} \}, target: )"\$arm1"/, '$1"$else"'),
  mutant("the time for undoing is not kept", "maybe", 'after: { "saga.undoWithin": { actions: "markOverdue" } },', ""),
];

function mutant(name: string, of: ScopeMutant["of"], from: string | RegExp, to: string, times = 1): ScopeMutant {
  return { name, of, edit: (text) => swap(text, from, to, times) };
}
