import type { PlanStep } from "../../plan/plan.ts";
import type { Layout } from "../lib/layout.ts";
import { aborting, invocation } from "./calls.ts";
import { compound, type Entry, entry, FINAL, object, type Transition, text, transitions } from "./config.ts";
import { backoffOf, hasBackoff, timeoutOf } from "./delays.ts";
import { callOf } from "./model.ts";
import { fixed, type Vocabulary } from "./vocabulary.ts";

/**
 * The way back of one step: looked at (`check`), undone if it happened or may have, repeated until it is, and parked when its
 * attempts are spent. Nothing interrupts it, no failure, cancel or deadline.
 */
export function undoStep(step: PlanStep, onDone: Entry, words: Vocabulary): Layout {
  const undo = callOf(step, "undo");
  const at = fixed({ step: text(step.name) });
  const isAbout = words.guard("isAbout", fixed({ call: text(undo.id) }));
  const settle = (outcome: string): Layout =>
    words.action("settleUndo", fixed({ step: text(step.name), outcome: text(outcome) }));
  const { attempts } = undo.call.retry;
  const again: Transition[] = [];
  if (attempts === null) again.push({ target: "backoff" });
  else {
    const guard = words.guard("undosLeft", fixed({ step: text(step.name), of: String(attempts) }));
    if (attempts > 1) again.push({ guard, target: "backoff" });
    again.push({ target: "parked" });
  }
  const { id, src, input } = invocation(undo);
  const live: Entry[] = [entry("after", object(entry(timeoutOf(undo), text("aborting"))))];
  // Otherwise the same attempt is made again, which uses up nothing.
  if (attempts === 1) live.push(entry("on", object(entry("saga.recovered", text("lost")))));
  const call = compound(
    "live",
    [entry("live", object(...live)), entry("aborting", aborting(undo, words)), entry("lost", FINAL)],
    entry("entry", words.action("undo", at)),
    entry(
      "invoke",
      object(
        entry("id", id),
        entry("src", src),
        entry("input", input),
        entry("onDone", transitions({ target: "done", actions: [settle("done")] })),
        entry("onError", text(".lost")),
      ),
    ),
    entry("onDone", transitions(...again)),
  );
  const parked = object(
    entry("entry", settle("parked")),
    entry(
      "on",
      object(
        entry("operator.retry", transitions({ guard: isAbout, target: "call", actions: [words.action("freshUndoBudget", at)] })),
        entry("operator.happened", transitions({ guard: isAbout, target: "done", actions: [settle("done")] })),
        entry("operator.skip", transitions({ guard: isAbout, target: "done", actions: [settle("skipped")] })),
      ),
    ),
  );
  const states = [
    entry(
      "check",
      object(entry("always", transitions({ guard: words.guard("needsUndo", at), target: "call" }, { target: "done" }))),
    ),
    entry("call", call),
  ];
  if (hasBackoff(undo)) states.push(entry("backoff", object(entry("after", object(entry(backoffOf(undo), text("call")))))));
  // With `retry forever` nothing leads there.
  if (attempts !== null) states.push(entry("parked", parked));
  states.push(entry("done", FINAL));
  return compound("check", states, onDone);
}
