import type { Plan } from "../../compiler/plan/plan.ts";
import { entries, FOREVER, NEVER, outputOf, type StepPart, sagaPlan, VALUE } from "./plans.ts";
import { choose, FAIL, failing, failure, input, racing, trying, waiting } from "./scope-nodes.ts";

/** One plan for every construct that fails, chooses or ends in its own way. */

const TWICE = { attempts: 2, backoffMinMs: 100, backoffMaxMs: 1_000 };
const UNDO = { retry: TWICE };

/** Two attempts, two of its undo, and an error. */
export function step(name: string, more: Partial<StepPart> = {}): StepPart {
  return { name, service: "safe", throws: ["Refused"], retry: TWICE, undo: UNDO, ...more };
}

const PARK = { kind: "park" } as const;
const CONTINUE = { kind: "continue" } as const;
const OVER = { on: { Refused: { outcome: CONTINUE } } };

export const SCOPES: Readonly<Record<string, Plan>> = {
  choice: sagaPlan({
    parts: [
      step("a", { output: [VALUE], outputLive: true }),
      choose(
        "$if1",
        [
          [input("1"), [step("b"), step("c")]],
          [input("2"), [failing("$fail1", "Chosen", entries({ why: outputOf("a", "value") }))]],
        ],
        [step("d")],
      ),
      choose("$if2", [[input("1"), [step("e")]]]),
      step("f"),
    ],
  }),
  policies: sagaPlan({
    parts: [
      step("over", { on: { Refused: { outcome: CONTINUE } } }),
      step("held", { on: { Refused: { outcome: PARK } }, inquire: { retry: NEVER } }),
      step("again", {
        throws: ["Busy", "Refused"],
        on: { Busy: { retry: { attempts: 3, backoffMinMs: 1_000, backoffMaxMs: 9_000 }, outcome: CONTINUE } },
      }),
      step("other", { service: "plain", on: { Refused: { outcome: [step("instead"), step("too")] } } }),
      step("named", { on: { Refused: { outcome: { kind: "fail", failure: failure("Named") } } } }),
      step("last"),
    ],
  }),
  effort: sagaPlan({
    parts: [
      step("a"),
      step("best", { kind: "best-effort", service: "plain", on: { Refused: { outcome: CONTINUE } } }),
      step("parks", { exhausted: "park" }),
      step("b"),
    ],
  }),
  maybe: sagaPlan({
    parts: [
      step("a"),
      choose("$if1", [[input("1"), [step("p", { kind: "pivot", retry: FOREVER }), step("q", { throws: [], retry: FOREVER })]]]),
      step("m", { zone: "maybe", throws: [], retry: FOREVER }),
      step("n", { zone: "maybe", retry: TWICE, on: { Refused: { outcome: PARK } } }),
    ],
  }),
  pivots: sagaPlan({
    parts: [
      step("a"),
      choose(
        "$if1",
        [[input("1"), [step("p", { kind: "pivot", retry: FOREVER })]]],
        [step("b"), step("q", { kind: "pivot", retry: FOREVER })],
      ),
      step("z", { zone: "after", throws: [], retry: FOREVER, undo: false, failsTo: null, exhausted: "park" }),
    ],
  }),
  try: sagaPlan({
    parts: [step("a"), trying("$try1", { body: [step("b"), step("c")], timeoutMs: 60_000, otherwise: [step("d")] }), step("e")],
  }),
  nested: sagaPlan({
    parts: [
      trying("$try1", {
        body: [step("a"), trying("$try2", { body: [step("b"), step("c")], otherwise: FAIL }), step("d")],
        otherwise: CONTINUE,
      }),
      trying("$try3", { body: [step("e")], otherwise: PARK }),
      trying("$try4", { body: [[[step("f")], [step("g")]]], otherwise: { kind: "fail", failure: failure("Named") } }),
    ],
  }),
  wait: sagaPlan({ parts: [step("a"), waiting("$group9", [step("b"), step("c")], [step("d")]), step("e")] }),
  race: sagaPlan({ parts: [step("a"), racing("$race1", [step("b"), step("c")], [step("d")]), step("e")] }),
  after: sagaPlan({
    parts: [
      step("p", { kind: "pivot", retry: FOREVER }),
      trying("$try1", { body: [step("x", { undo: false })], timeoutMs: 1_000, otherwise: CONTINUE }),
      racing("$race1", [step("y", { undo: false, throws: [], retry: FOREVER, failsTo: null })], [step("z", { undo: false })]),
    ],
  }),
  endings: sagaPlan({
    parts: [step("a")],
    onCompleted: [step("tell", OVER), step("more", OVER)],
    onCompensated: [step("sorry", { ...OVER, output: [VALUE] })],
  }),
};
