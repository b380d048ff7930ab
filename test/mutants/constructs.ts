import type { Plan } from "../../compiler/plan/plan.ts";
import { sagaOf } from "../verify/build.ts";
import { FOREVER, TWICE } from "../verify/kit.ts";
import { edited, type Mutant } from "./mutant.ts";

/** The machines that are broken: one or two of each construct beside steps and groups. */
const PLANS = {
  scope: sagaOf([{ body: ["a", "b"], else: ["c"], within: 500 }, "d"]),
  race: sagaOf([{ race: [["a"], ["b"]] }, "c"]),
  wait: sagaOf([{ group: [["a"], ["b"]], onFailure: "wait" }, "c"]),
  policy: sagaOf([
    { step: "a", retry: TWICE, on: { E: { retry: TWICE, else: "continue" }, F: ["x"], G: "park" } },
    { step: "n", kind: "best-effort" },
    "c",
  ]),
  await: sagaOf(["a", { signals: { ok: [], no: ["x"] }, where: true, limit: 1000, else: "park" }, { sleep: 500 }]),
  signals: sagaOf([
    {
      group: [
        [{ signals: { ok: [] } }, "a"],
        [{ signals: { ok: [] } }, "b"],
      ],
    },
  ]),
  child: sagaOf([{ foreach: "f", each: ["i"] }, { repeat: "r", round: ["j"], max: 3, every: 100, else: "fail" }, "b"]),
  called: sagaOf([{ call: "k", on: { E: "continue" }, retry: TWICE, else: ["x"] }, "b"]),
  choice: sagaOf([
    "a",
    { arms: [[{ step: "p", kind: "pivot", retry: FOREVER }]], otherwise: ["q"] },
    { step: "m", retry: FOREVER, on: { E: "continue" } },
  ]),
  ending: sagaOf(["a"], { completed: ["x"], compensated: ["y"] }),
} as const satisfies Record<string, Plan>;

export const CONSTRUCTS: readonly Mutant[] = [
  // ---- a try
  mutant(
    "the other path of a try begins before its body is undone",
    "scope",
    'guard: { type: "failingIn", params: { scopes: ["$try1"] } }, target: "$undo"',
    'guard: { type: "failingIn", params: { scopes: ["$try1"] } }, target: "$block1"',
  ),
  mutant("the undo of a try forgets a step", "scope", /(\$undo: \{[\s\S]*?initial: )"b"/, '$1"a"'),
  mutant("the other path of a try is passed over", "scope", '{ target: "$block1", actions', '{ target: "$done", actions'),
  mutant(
    "a cancel during the undo of a try is forgotten when it is over",
    "scope",
    /(\$undo: \{\s+onDone: \[\s+)\{ guard: "failing", target: "\$done" \},/,
    "$1",
  ),
  mutant(
    "a cancel interrupts the undo of a try",
    "scope",
    'live: { after: { "b.undo.timeout": "aborting" }, on: { "saga.recovered": "lost" } }',
    'live: { after: { "b.undo.timeout": "aborting" }, on: { "saga.recovered": "lost", "saga.cancel": "aborting" } }',
    2,
  ),
  mutant(
    "a step that fails in a try fails the saga",
    "scope",
    'summary: "whether a happened is unknown", scope: "$try1"',
    'summary: "whether a happened is unknown"',
  ),
  mutant("the end of a try's time fails the saga", "scope", /(did not finish within 500ms",)\s+scope: "\$try1",/, "$1"),
  mutant("the time of a try is lost where the engine looks", "scope", /timers: \[timerAt\("\$try1\.limit"[^\]]*\]/, "timers: []"),
  mutant(
    "a sibling's failure in a try does not stop a live call",
    "scope",
    'always: { guard: { type: "failingIn", params: { scopes: ["saga", "$try1"] } }, target: "draining" },',
    "",
    2,
  ),
  mutant(
    "what a try has undone is undone again when the saga goes back",
    "scope",
    'return mayHaveHappened && undo.outcome !== "done" && undo.outcome !== "skipped";',
    "return mayHaveHappened;",
  ),

  // ---- a race, a group that waits
  mutant("losers are not stopped", "race", 'branch: "$branch1", losers: ["$race1.$branch2"]', 'branch: "$branch1", losers: []'),
  mutant(
    "what the losers did is left as it is",
    "race",
    /(guard: \{ type: "won", params: \{ race: "\$race1" \} \},\s+target: )"\$undo"/,
    '$1"$done"',
  ),
  mutant("the winner is undone, too", "race", "=> scopeOf(context, race).winner === branch", "=> branch === race"),
  mutant("a branch that failed wins", "race", ".winner === null && !failed(context, scopes)", ".winner === null"),
  mutant(
    "a race without a winner goes on",
    "race",
    /, actions: \{ type: "passOn", params: \{ from: \["\$race1\.\$branch1", "\$race1\.\$branch2"\] \} \}/,
    "",
  ),
  mutant(
    "a branch that fails stops the others of its race",
    "race",
    'summary: "whether a happened is unknown",\n                                  scope: "$race1.$branch1",',
    'summary: "whether a happened is unknown",',
  ),
  mutant(
    "a branch that fails stops the others of a group that waits",
    "wait",
    /(summary: "whether a happened is unknown",\s+)scope: "\$group1\.\$branch1",?/,
    "$1",
  ),
  mutant(
    "a group that waits goes on although a branch failed",
    "wait",
    /\{\s+guard: \{ type: "failingIn", params: \{ scopes: \["\$group1\.\$branch1", "\$group1\.\$branch2"\] \} \},[\s\S]*?\},\s+(?=\{ target: "c" \})/,
    "",
  ),
  mutant(
    "a failure in a group that waits goes no further",
    "wait",
    /target: "\$done",\s+actions: \{ type: "passOn"[^}]*\} \},/,
    'target: "c",',
  ),

  // ---- what is done about errors
  mutant(
    "an error that is to be gone on without parks",
    "policy",
    /(pendingIs", params: \{ step: "a", error: "E" \} \},\s+target: )"skipped"/,
    '$1"parked"',
  ),
  mutant("an error is tried again without end", "policy", " && refusalsOf(context, step, error) + 1 < of", ""),
  mutant("the attempts of an error are not counted", "policy", "[error]: refusalsOf(context, step, error) + 1 }", "[error]: 0 }"),
  mutant("attempts for an error use up the others", "policy", "attempt: it.attempt - 1,", ""),
  mutant(
    "the other path of an error is passed over",
    "policy",
    '{ guard: { type: "caughtBy", params: { step: "a", error: "F" } }, target: "$block1" }',
    '{ guard: { type: "caughtBy", params: { step: "a", error: "F" } }, target: "n" }',
  ),
  mutant("the pause of an error is lost", "policy", /timers: \[timerAt\("a\.E\.backoff"[^\]]*\]/, "timers: []"),
  mutant(
    "an error for a person is passed over",
    "policy",
    'error: "G" } }, target: "parked"',
    'error: "G" } }, target: "skipped"',
  ),
  mutant(
    "a best-effort step turns the saga back",
    "policy",
    '{ target: "skipped", actions: { type: "passOver", params: { step: "n" } } }',
    '{ target: "skipped", actions: { type: "giveUp", params: { name: "Unknown", step: "n", summary: "n failed" } } }',
  ),

  // ---- waits
  mutant("a signal that does not match is taken", "await", 'fits && (!("wait" in event)', '(!("wait" in event)'),
  mutant("a signal for another wait is taken", "signals", " || event.wait === wait", " || event.wait !== null"),
  mutant(
    "a wait whose time is over goes on",
    "await",
    'after: { "$await1.limit": { target: "parked"',
    'after: { "$await1.limit": { target: "$done"',
  ),
  mutant(
    "the limit of a wait is lost where the engine looks",
    "await",
    /timers: \[timerAt\("\$await1\.limit"[^\]]*\]/,
    "timers: []",
  ),
  mutant(
    "a sleep is over at once",
    "await",
    /(params: \{ wait: "\$sleep1" \} \},\s+always: )\{ guard: "failing", target: "\$done" \}/,
    '$1"$done"',
  ),
  mutant(
    "what a signal leads to is passed over",
    "await",
    /target: "\$case2",(\s+actions: \{ type: "receive")/,
    'target: "$done",$1',
  ),
  mutant(
    "a wait goes on although the saga fails",
    "await",
    /(params: \{ wait: "\$await1" \} \},\s+)always: \{ guard: "failing", target: "\$done" \},/,
    "$1",
  ),
  mutant("the engine is not told what waits", "await", 'waiting: { wait: "$await1", ', "waiting: { "),

  // ---- items, rounds, called sagas
  mutant("the first failure of an item is not heard", "child", '"child.failed.f": {', '"child.lost.f": {'),
  mutant("items that stand beside a failed one are not undone", "child", '{ type: "lose", params: { step: "f" } },\n', ""),
  mutant(
    "items are not told to stop",
    "child",
    /(child\.failed\.f"[\s\S]*?live: )\{ always: \{ guard: "failing", target: "aborting" \} \}/,
    "$1{}",
  ),
  mutant(
    "items count as undone at once",
    "child",
    'guard: { type: "needsUndo", params: { step: "f" } }, target: "call"',
    'guard: { type: "needsUndo", params: { step: "f" } }, target: "done"',
  ),
  mutant("a round too many", "child", 'params: { step: "r", of: 3 }', 'params: { step: "r", of: 4 }'),
  mutant(
    "rounds go on although their condition holds",
    "child",
    '{ guard: { type: "holds", params: { id: "r.until" } }, target: "ok" },',
    "",
  ),
  mutant("rounds follow each other without a pause", "child", 'of: 3 } }, target: "pause"', 'of: 3 } }, target: "call"'),
  mutant(
    "a pause between rounds goes on although the saga fails",
    "child",
    'pause: { always: { guard: "failing", target: "stopped" }, after',
    "pause: { after",
  ),
  mutant(
    "a called saga is called without end",
    "called",
    '{ guard: { type: "attemptsLeft", params: { step: "k", of: 2 } }, target: "backoff" }',
    '{ target: "backoff" }',
  ),
  mutant(
    "an error of a called saga is like any other end",
    "called",
    '{ guard: { type: "pendingIs", params: { step: "k", error: "E" } }, target: "skipped" },',
    "",
  ),
  mutant(
    "the other path of a called saga is passed over",
    "called",
    '{ guard: { type: "caughtBy", params: { step: "k", error: "$otherwise" } }, target: "$block1" }',
    '{ guard: { type: "caughtBy", params: { step: "k", error: "$otherwise" } }, target: "b" }',
  ),
  mutant(
    "a called saga that failed by itself is undone",
    "called",
    '{ type: "deny", params: { step: "k" } }',
    '{ type: "lose", params: { step: "k" } }',
  ),

  // ---- choices, endings, and the time for undoing
  mutant(
    "a condition that holds leads elsewhere",
    "choice",
    '{ guard: { type: "holds", params: { id: "$if1.$arm1" } }, target: "$arm1" }',
    '{ guard: { type: "holds", params: { id: "$if1.$arm1" } }, target: "$else" }',
  ),
  mutant("a pivot on one of two ways is not noted", "choice", 'pivot: "passed" as const', 'pivot: "ahead" as const'),
  mutant("a cancel during the endings turns the saga back", "ending", " && !context.ending", ""),
  mutant(
    "what is to happen after the end is passed over",
    "ending",
    'target: "afterCompleted", actions: "endWell"',
    'target: "completed", actions: "endWell"',
  ),
  mutant("a completed saga is not undone as a whole", "ending", /("saga\.undo": \{\s+target: )"backward"/, '$1"compensated"'),
  mutant(
    "the time for undoing is lost where the engine looks",
    "scope",
    /timers: \[timerAt\("saga\.undoWithin"[^\]]*\]/,
    "timers: []",
  ),
  mutant("the time for undoing is not the one written", "scope", '"saga.undoWithin": 60_000', '"saga.undoWithin": 6000'),
];

function mutant(name: string, of: keyof typeof PLANS, from: string | RegExp, to: string, times = 1): Mutant {
  return edited(name, of, PLANS[of], from, to, times);
}
