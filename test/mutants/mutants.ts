import type { Plan } from "../../compiler/plan/plan.ts";
import { placeOrder } from "../machine/order-plan.ts";
import { sagaPlan } from "../machine/plans.ts";
import { after, ONCE, pivot, step, TWICE } from "../verify/kit.ts";
import { CONSTRUCTS } from "./constructs.ts";
import { edited, type Mutant } from "./mutant.ts";
import { SCOPE_MUTANTS, SCOPE_PLANS } from "./scope-mutants.ts";

/** The machines that are broken: the order saga, one in which much is in doubt, and one of branches. */
const PLANS = {
  order: placeOrder(),
  doubts: sagaPlan({
    parts: [
      step("a", { inquire: { retry: TWICE } }),
      pivot("p", { inquire: { retry: ONCE } }),
      after("z", { throws: ["Refused"] }),
    ],
  }),
  group: sagaPlan({
    parts: [
      [[step("a")], [step("b", { retry: ONCE, throws: [], undo: { retry: ONCE } })]],
      step("c", { retry: ONCE, throws: ["Refused"] }),
    ],
  }),
} as const satisfies Record<string, Plan>;

export const MUTANTS: readonly Mutant[] = [
  // ---- guards
  guard(
    "a guard dropped: branches do not look whether the saga fails",
    "group",
    "failing",
    "({ context }) => context.failure !== null",
    "() => false",
  ),
  mutant(
    "a group is left forward although it failed",
    "group",
    'onDone: [{ guard: "failing", target: "$done" }, { target: "c" }]',
    'onDone: "c"',
  ),
  mutant(
    "the way forward ends completed although it failed",
    "group",
    'onDone: [{ guard: "failing", target: "backward" }, { target: "completed" }]',
    'onDone: "completed"',
  ),
  mutant("a live call does not hear of a failure elsewhere", "group", 'always: { guard: "failing", target: "draining" }', "", 3),
  mutant(
    "a call that a failure elsewhere tells to abort has a second and no more",
    "group",
    'initial: "running",',
    'always: { guard: "failing", target: "aborting" }, initial: "running",',
    3,
  ),
  mutant(
    "a call that is drained has no time limit where the engine looks",
    "group",
    "const live = { ...states.live, states:",
    "const live = { states:",
  ),
  mutant(
    "a call that is drained is made again when its worker dies",
    "group",
    /\{ guard: "failing", target: "lost" \},\s+(\{ actions: \{ type: "doubt", params: \{ step: "a" \} \} \})/,
    "$1",
  ),
  mutant(
    "a pause goes on although the saga fails",
    "order",
    'backoff: { always: { guard: "failing", target: "stopped" }, after: { "reserveStock.backoff": "call" } }',
    'backoff: { after: { "reserveStock.backoff": "call" } }',
  ),
  mutant("a refusal counts although the step is in doubt", "doubts", " && !recordOf(context, step).forward.mayHaveRun", ""),
  mutant("a refusal never counts", "order", 'kindOf(error) === "declared"', 'kindOf(error) === "refused"'),
  mutant("an answer that does not fit is taken for 'nobody knows'", "order", 'kindOf(error) === "badOutput"', "false"),
  mutant("a person's word about one call is taken for any", "group", '"call" in event && event.call === call', '"call" in event'),
  mutant(
    "a person brings an output, and is not believed",
    "order",
    'event.type === "operator.happened" && event.call === call',
    "event.call !== call",
  ),
  mutant("'it did not happen' is taken for 'it happened'", "doubts", "answer.status === status", 'answer.status !== "unknown"'),

  // ---- undoing
  mutant(
    "an undo is skipped: what is unknown counts as not happened",
    "order",
    'forward.outcome === "completed" || forward.outcome === "unknown"',
    'forward.outcome === "completed"',
  ),
  mutant(
    "an undo is skipped: only what is unknown is undone",
    "order",
    'forward.outcome === "completed" || forward.outcome === "unknown"',
    'forward.outcome === "unknown"',
  ),
  mutant("what never happened is undone", "order", 'forward.outcome === "completed" || forward.outcome === "unknown"', "true"),
  mutant(
    "an undo that is done is not noted: it is made again for ever",
    "group",
    'onDone: { target: "done", actions: { type: "settleUndo", params: { step: "a", outcome: "done" } } }',
    'target: "check"',
  ),
  mutant(
    "the way back passes over the group",
    "order",
    'onDone: "compensated",\n      initial: "$group1"',
    'onDone: "compensated",\n      initial: "createOrder"',
  ),
  mutant(
    "the way back ends before its first step is undone",
    "order",
    /(\$group1: \{\s+type: "parallel",\s+onDone: )"createOrder"/,
    '$1"$done"',
  ),
  mutant(
    "an undo is called once more than its budget",
    "order",
    '{ type: "undosLeft", params: { step: "authorizePayment", of: 20 } }',
    '{ type: "undosLeft", params: { step: "authorizePayment", of: 21 } }',
  ),
  mutant(
    "an undo gives up early",
    "order",
    '{ type: "undosLeft", params: { step: "createOrder", of: 10 } }',
    '{ type: "undosLeft", params: { step: "createOrder", of: 9 } }',
  ),
  mutant(
    "an undo whose attempts are spent is taken for done",
    "group",
    /(a: \{\s+onDone: "\$done",\s+initial: "check"[\s\S]*?\{ target: )"parked"/,
    '$1"done"',
  ),
  mutant(
    "an undo that must not be repeated is repeated when its worker dies",
    "group",
    'live: { after: { "b.undo.timeout": "aborting" }, on: { "saga.recovered": "lost" } },',
    'live: { after: { "b.undo.timeout": "aborting" } },',
  ),
  mutant("a skipped undo is asked for again", "group", '"operator.skip": {', '"operator.leave": {', 3),

  // ---- order
  mutant(
    "the first step is passed over",
    "order",
    'initial: "createOrder",\n      states: {\n        // place-order.saga:34',
    'initial: "$group1",\n      states: {\n        // place-order.saga:34',
  ),
  mutant("the pivot is passed over", "order", '{ target: "capturePayment" }', '{ target: "requestShipment" }'),
  mutant(
    "a step is made twice",
    "order",
    'onDone: [{ guard: "failing", target: "$done" }, { target: "requestShipment" }]',
    'onDone: [{ guard: "failing", target: "$done" }, { target: "createOrder" }]',
  ),
  mutant(
    "a step that failed is taken for done",
    "group",
    'actions: { type: "fail", params: ({ event }) => ({ step: "c",',
    'actions: { type: "keepPending", params: ({ event }) => ({ step: "c",',
  ),

  // ---- cancel and deadline
  mutant("a cancel is forgotten", "order", 'context.failure === null && context.pivot !== "passed"', "false"),
  mutant(
    "a cancel is taken after the pivot",
    "order",
    'context.failure === null && context.pivot !== "passed"',
    "context.failure === null",
  ),
  mutant(
    "a cancel replaces the first failure",
    "order",
    'context.failure === null && context.pivot !== "passed"',
    'context.pivot !== "passed"',
    1,
  ),
  mutant(
    "a cancel does not wait for the pivot",
    "order",
    '{ guard: "deciding", actions: { type: "latch", params: { name: "Cancelled" } } },',
    "",
  ),
  mutant(
    "what waits for the pivot is forgotten",
    "doubts",
    '{ guard: "latched", target: "failed", actions: ["giveUpLatched", "leavePivot"] },',
    "",
  ),
  mutant("what waits for the pivot is not noted", "order", "latched: context.latched ?? name", "latched: context.latched"),
  mutant("the deadline is forgotten", "order", '{ actions: "markOverdue" },', ""),
  mutant("the deadline is longer than written", "order", '"saga.deadline": 259_200_000', '"saga.deadline": 259_200_001'),

  // ---- timers
  mutant("a timer is lost: the time limit of a call", "order", 'after: { "createOrder.timeout": "aborting" }', "after: {}"),
  mutant("a timer is lost: the grace of a call", "order", 'after: { "reserveStock.grace": "lost" }', "after: {}"),
  mutant(
    "a timer is lost: the pause before another attempt",
    "order",
    'after: { "requestShipment.backoff": "call" }',
    "after: {}",
  ),
  mutant(
    "a timer is lost: the pause of an inquiry",
    "doubts",
    'inquireBackoff: { after: { "a.inquire.backoff": "inquire" } }',
    "inquireBackoff: {}",
  ),
  mutant("a timer is lost where the engine looks", "order", "timers: [timerAt(`${call}.backoff`, state, call)]", "timers: []"),
  mutant("a time limit is not the one written", "order", '"createOrder.timeout": 2000', '"createOrder.timeout": 20_000'),
  mutant("a pause is longer than written", "order", "minMs * 2 ** it.attempt", "minMs * 3 ** it.attempt"),
  mutant(
    "a call whose time is up is given up without a second of grace",
    "order",
    'after: { "createOrder.timeout": "aborting" }',
    'after: { "createOrder.timeout": "lost" }',
  ),
  mutant("a call is not told to abort", "order", "abort: true as const, ", ""),

  // ---- answers
  mutant(
    "a late answer is accepted",
    "order",
    'on: {\n    "saga.cancel"',
    'on: {\n    "xstate.done.actor.createOrder": { actions: { type: "complete", params: { step: "createOrder", output: null } } },\n    "saga.cancel"',
  ),
  mutant(
    "an answer within the grace is not heard",
    "order",
    /(after: \{ "createOrder\.grace": "lost" \},\s+on: \{ "saga\.recovered": "lost")/,
    '$1, "xstate.done.actor.createOrder": {}',
  ),
  mutant("success is not noted", "group", /outcome: "completed", output/, 'outcome: "running", output'),
  mutant(
    "an unknown outcome is noted as a failure",
    "order",
    'outcome: "unknown", mayHaveRun: true',
    'outcome: "failed", mayHaveRun: true',
  ),

  // ---- retries
  mutant(
    "a bounded retry is without end",
    "order",
    '{ guard: { type: "attemptsLeft", params: { step: "createOrder", of: 3 } }, target: "backoff" }',
    '{ target: "backoff" }',
  ),
  mutant(
    "a retry without end gives up",
    "order",
    /(type: "lose", params: \{ step: "requestShipment" \} \},[\s\S]*?onDone: )"backoff"/,
    '$1"parked"',
  ),
  mutant(
    "a step that is not to be repeated is, when its worker dies",
    "group",
    /(after: \{ "b\.timeout": "aborting" \},\s+on: \{) "saga\.recovered": "lost" \}/,
    "$1}",
  ),
  mutant(
    "an attempt is not counted",
    "order",
    'attempt: it.attempt + 1,\n        outcome: "running",\n        output: null',
    'outcome: "running",\n        output: null',
  ),
  mutant(
    "two attempts have one number",
    "order",
    'entry: it.entry + 1,\n        attempt: it.attempt + 1,\n        outcome: "running",\n        output: null',
    'entry: 1,\n        attempt: it.attempt + 1,\n        outcome: "running",\n        output: null',
  ),
  mutant(
    "the worker's death is forgotten: a refusal proves too much",
    "doubts",
    /on: \{\s+"saga\.recovered": \[\s+\{ guard: "failing", target: "lost" \},\s+\{ actions: \{ type: "doubt", params: \{ step: "a" \} \} \},\s+\],\s+\}/,
    "on: {}",
  ),
  mutant(
    "an idempotency key is changed while in doubt",
    "doubts",
    'outcome: "running",\n        output: null,',
    'outcome: "running",\n        generation: 7,\n        output: null,',
    1,
  ),
  mutant(
    "nobody asks whether a step happened",
    "order",
    'onDone: { target: "inquire", actions: { type: "ask", params: { step: "authorizePayment" } } }',
    'onDone: "stopped"',
  ),
  mutant(
    "an inquiry has one budget for a saga's life",
    "doubts",
    'onDone: { target: "inquire", actions: { type: "ask", params: { step: "a" } } }',
    'onDone: "inquire"',
  ),

  // ---- the pivot
  mutant("the pivot is not noted", "order", 'pivot: "passed" as const', 'pivot: "ahead" as const'),
  mutant(
    "the pivot is not noted while it is open",
    "order",
    'reachPivot: assign({ pivot: "deciding" })',
    'reachPivot: assign({ pivot: "ahead" })',
  ),
  mutant("the pivot stays open when it did not happen", "doubts", 'pivot: "ahead" as const', 'pivot: "deciding" as const'),
  mutant(
    "a pivot that nobody can tell about is taken for failed",
    "doubts",
    '{ guard: { type: "pending", params: { step: "p" } }, target: "parked" }',
    '{ guard: { type: "pending", params: { step: "p" } }, target: "failed" }',
  ),

  // ---- equivalent
  {
    ...mutant(
      "the way back looks whether a cancel came",
      "order",
      'onDone: "compensated"',
      'onDone: [{ guard: "latched", target: "compensated" }, { target: "compensated" }]',
    ),
    equivalent: "both ways lead to the same state",
  },
  {
    ...mutant("a deadline that was heard is heard again", "order", '{ guard: "deadlineHasPassed" },', ""),
    equivalent: "the engine sets the timer once in a saga's life, and no state that has heard it wants it",
  },

  ...SCOPE_MUTANTS.map((one): Mutant => ({ ...one, plan: SCOPE_PLANS[one.of] })),
  ...CONSTRUCTS,
];

function mutant(name: string, of: keyof typeof PLANS, from: string | RegExp, to: string, times = 1): Mutant {
  return edited(name, of, PLANS[of], from, to, times);
}

function guard(name: string, of: keyof typeof PLANS, which: string, from: string, to: string): Mutant {
  return mutant(name, of, `${which}: ${from}`, `${which}: ${to}`);
}
