import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../compiler/plan/plan.ts";
import { ALL_LAWS, verify } from "../../compiler/verify/verify.ts";
import { ROOT } from "../kit/scratch.ts";
import { sagaPlan } from "../machine/plans.ts";
import { after, load, ONCE, pivot, step, stories, swap } from "./kit.ts";

/** As short as stories about them can be. */
const TWO = sagaPlan({ parts: [step("a", { throws: [] }), step("b", { retry: ONCE })] });
const PIVOT = sagaPlan({ parts: [step("a", { retry: ONCE, throws: [] }), pivot("p"), after("z")] });
const GROUP = sagaPlan({ parts: [[[step("a", { retry: ONCE, throws: [] })], [step("b", { retry: ONCE })]]] });

async function broken(plan: Plan, edit: (text: string) => string, made: Plan = plan): Promise<Record<string, readonly string[]>> {
  const machine = await load(plan, edit, made);
  return stories(verify(machine, { maxStates: 20_000 }), machine);
}

const unchanged = (text: string): string => text;

describe("A machine that was broken by hand breaks the law that it should, told by the shortest story", () => {
  it("what may have happened is not undone", async () => {
    expect(await broken(TWO, (text) => swap(text, '|| forward.outcome === "unknown"', ""))).toEqual({
      "compensated-is-undone": [
        "a breaks off, and nobody knows whether it happened",
        "the saga is cancelled",
        "=> a may have happened, and was not undone",
      ],
      "undo-order": ["a succeeds", "b breaks off, and nobody knows whether it happened", "=> a is undone before b"],
    });
  });

  it("the way back in the order of the way forward", async () => {
    const made = { ...TWO, backward: { ...TWO.backward, nodes: TWO.backward.nodes.toReversed() } };
    expect(await broken(TWO, unchanged, made)).toEqual({
      "undo-order": ["a succeeds", "b breaks off, and nobody knows whether it happened", "=> a is undone before b"],
    });
  });

  it("a step that the way back forgets", async () => {
    const made = { ...TWO, backward: { ...TWO.backward, nodes: TWO.backward.nodes.slice(0, 1) } };
    expect(await broken(TWO, unchanged, made)).toEqual({
      "compensated-is-undone": ["a succeeds", "b answers Refused", "=> a happened, and was not undone"],
    });
  });

  it("steps in another order than the program's", async () => {
    const made = { ...TWO, forward: { ...TWO.forward, nodes: TWO.forward.nodes.toReversed() } };
    const found = await broken(TWO, unchanged, made);
    expect(found["program-order"]).toEqual(["=> b begins, and a has not happened"]);
  });

  it("a pause that leads to nothing", async () => {
    expect(await broken(PIVOT, (text) => swap(text, 'after: { "p.backoff": "call" }', "after: {}"))).toEqual({
      "what-comes-is-heard": [
        "a succeeds",
        "p breaks off, and nobody knows whether it happened",
        "the pause before the next attempt of p is over",
        "=> the timer p.backoff is not heard",
      ],
      "reaches-an-end": [
        "a succeeds",
        "p breaks off, and nobody knows whether it happened",
        "=> from here no end can be reached",
      ],
    });
  });

  it("a time limit that nothing sets", async () => {
    const found = await broken(PIVOT, (text) =>
      swap(text, "{ timers: [timerAt(`${call}.timeout`, `${state}.live`, call)] }", "{}"),
    );
    expect(found).toEqual({ "time-limits-are-kept": ["=> a has no time limit"] });
  });

  it("a sibling's failure that is not heard", async () => {
    expect(await broken(GROUP, (text) => swap(text, 'always: { guard: "failing", target: "draining" }', "", 2))).toEqual({
      "failing-stops-at-once": ["a breaks off, and nobody knows whether it happened", "=> b is not told to abort"],
    });
  });

  it("a pivot that is not noted", async () => {
    const found = await broken(PIVOT, (text) => swap(text, 'pivot: "passed" as const', 'pivot: "ahead" as const'));
    expect(found["no-way-back-after-the-pivot"]).toEqual([
      "a succeeds",
      "p succeeds",
      "the saga is cancelled",
      "=> the saga fails after its pivot",
    ]);
    expect(found.interruptions).toEqual([
      "a succeeds",
      "p succeeds",
      "the saga is cancelled",
      "=> a cancel that comes too late changes the saga",
    ]);
  });

  it("a cancel that is not heard while the pivot is open", async () => {
    expect(await broken(PIVOT, (text) => swap(text, "latched: context.latched ?? name", "latched: null"))).toEqual({
      interruptions: ["a succeeds", "the saga is cancelled", "=> the cancel is forgotten"],
    });
  });

  it("an undo that a cancel stops", async () => {
    const found = await broken(TWO, (text) =>
      swap(
        text,
        'live: { after: { "b.undo.timeout": "aborting" } }',
        'live: { after: { "b.undo.timeout": "aborting" }, on: { "saga.cancel": "aborting" } }',
      ),
    );
    expect(found["undo-is-not-interrupted"]).toEqual([
      "a succeeds",
      "b breaks off, and nobody knows whether it happened",
      "the saga is cancelled",
      "=> b.undo is stopped",
    ]);
  });

  it("an end that is none", async () => {
    const found = await broken(TWO, (text) =>
      swap(
        swap(text, 'onDone: "compensated"', 'onDone: "gone"'),
        "    completed: {",
        '    gone: { type: "final" },\n    completed: {',
      ),
    );
    expect(found["ended-is-settled"]?.at(-1)).toBe("=> it stands in gone");
  });

  it("a budget of many attempts that is one too large: the story says what it passes over", async () => {
    const many = sagaPlan({
      parts: [step("a", { throws: [], retry: { attempts: 21, backoffMinMs: 100, backoffMaxMs: 1_000 } })],
    });
    const found = await broken(many, (text) => swap(text, '"a", of: 21', '"a", of: 22'));
    expect(found["goes-back-for-a-reason"]).toEqual([
      "a breaks off, and nobody knows whether it happened",
      "the pause before the next attempt of a is over",
      "the attempts of a until number 19 end in the same way, number 20 begins",
      "a breaks off, and nobody knows whether it happened",
      "the pause before the next attempt of a is over",
      "a breaks off, and nobody knows whether it happened",
      "=> the saga does not go back",
    ]);
  });

  it("a step that is made again after it succeeded", async () => {
    const again = (to: string): Promise<Record<string, readonly string[]>> =>
      broken(TWO, (text) =>
        swap(
          text,
          /target: "ok",(\s+actions: \{ type: "complete", params: \(\{ event \}\) => \(\{ step: "a", output: event\.output \}\))/,
          `${to},$1`,
        ),
      );
    expect((await again('target: "call", reenter: true'))["accepted-once"]).toEqual([
      "a succeeds",
      "=> a is called, and the step has happened",
    ]);
    // XState stays where it is, with the same call: to an engine its answer was not heard.
    expect((await again('target: "call"'))["what-comes-is-heard"]).toEqual(["a succeeds", "=> the answer of a is not heard"]);
  });

  it("an inquiry's word that is not heard, and no way back from there", async () => {
    const asked = sagaPlan({ parts: [step("a", { retry: ONCE, throws: [], inquire: { retry: ONCE } })] });
    const found = await broken(asked, (text) =>
      swap(
        text,
        'status: "didNotHappen" }) },\n                    target: "absent"',
        'status: "didNotHappen" }) },\n                    target: "ok"',
      ),
    );
    expect(found["goes-back-for-a-reason"]).toEqual([
      "a breaks off, and nobody knows whether it happened",
      "find_a, asked about a, answers that it did not happen",
      "=> the saga does not go back",
    ]);
  });
});

describe("The page about the laws", () => {
  it("lists them all, in their order", () => {
    const page = readFileSync(join(ROOT, "docs/verify.md"), "utf8");
    const listed = [...page.matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gm)].map(([, name, says]) => ({ name, says }));
    const laws = ALL_LAWS.map(({ name, says }) => ({
      name,
      says: name === "reaches-an-end" ? expect.stringContaining(says) : says,
    }));
    expect(listed).toEqual(laws);
  });
});
