import type { PlanDuration } from "../../plan/plan.ts";
import { durationText } from "../../source/duration-text.ts";
import { stringLiteral } from "../lib/escape.ts";
import { type Layout, render } from "../lib/layout.ts";
import type { Writer } from "../lib/writer.ts";
import { entry, FINAL, object, optionalEntry, text, transitions } from "./config.ts";
import { canBeReopened, initialContext } from "./context.ts";
import { DEADLINE } from "./delays.ts";
import { expression, readsContext } from "./expressions.ts";
import type { MachineModel } from "./model.ts";
import type { Pen } from "./nodes/node.ts";
import { backwardWay, endingWays, forwardWay } from "./sequences.ts";
import { fixed, fromEvent, type Vocabulary } from "./vocabulary.ts";

/** What `createMachine` is given. */
export function machineConfig(pen: Pen): Layout {
  const { model, words } = pen;
  return object(
    entry("id", text(model.own.id)),
    entry("context", initialContext(model, words)),
    // XState asks for it at either end; only a completed saga has one.
    optionalEntry("output", model.unit.output === null ? null : OUTPUT),
    entry("on", object(entry("saga.cancel", cancel(model, words)))),
    optionalEntry("after", model.unit.timeoutMs === null ? null : object(entry(DEADLINE, deadline(model, words)))),
    entry("initial", text("forward")),
    entry(
      "states",
      object(
        entry("forward", forwardWay(pen)),
        entry("backward", backwardWay(pen), [
          "// The mirror of the way forward: each step that happened, or may have, is undone.",
        ]),
        ...endingWays(pen),
        entry("completed", FINAL),
        entry("compensated", FINAL),
        ...(canBeReopened(model) ? [entry("reopened", reopened(words), REOPENED_DOC)] : []),
      ),
    ),
  );
}

/** Where an engine puts what has completed and is undone as a whole. From then on it goes back like any other, and no cancel changes why. */
function reopened(words: Vocabulary): Layout {
  const summary = text("undone as a whole: what it belongs to goes back");
  const back = words.action("giveUp", fixed({ name: text("Cancelled"), step: "null", summary }));
  return object(entry("on", object(entry("saga.undo", transitions({ target: "backward", actions: [back] })))));
}

const REOPENED_DOC = ["// Nothing leads here: an engine puts a completed saga here when its caller takes it back."];

const OUTPUT = "({ context }) => (context.failure === null ? completedOutput(context) : null)";

/** `the saga did not finish within 3d` */
export function deadlineSummary(timeoutMs: PlanDuration): string {
  return `the saga did not finish ${typeof timeoutMs === "number" ? `within ${durationText(timeoutMs)}` : "in time"}`;
}

/** What a completed saga answers; nothing where it declares no output. */
export function writeOutput(out: Writer, model: MachineModel, words: Vocabulary): void {
  const declared = model.unit.output;
  if (declared === null) return;
  const { context, output } = model.own;
  const value = expression(declared.value, model, words, { kind: "object", fields: declared.type });
  const parameter = readsContext(declared.value) ? "context" : "_context";
  out.doc("What a completed saga answers.");
  const start = `function completedOutput(${parameter}: ${context}): ${output} {`;
  out.block(start, () => out.line(render(["return ", value, ";"], out.room)), "}").line();
}

/** Going back already, or past the pivot: nothing. */
function cancel({ unit }: MachineModel, words: Vocabulary): Layout {
  const summary = 'event.reason ?? "cancelled"';
  const failure = fromEvent({ name: text("Cancelled"), step: "null", summary });
  const latch = words.action("latch", fixed({ name: text("Cancelled") }));
  const back = { guard: words.guard("undoable"), actions: [words.action("giveUp", failure)] };
  return unit.pivots.length === 0 ? transitions(back) : transitions({ guard: words.guard("deciding"), actions: [latch] }, back);
}

function deadline({ unit }: MachineModel, words: Vocabulary): Layout {
  const summary = text(deadlineSummary(unit.timeoutMs ?? 0));
  const failure = fixed({ name: text("DeadlinePassed"), step: "null", summary });
  const overdue = words.action("markOverdue");
  const latch = words.action("latch", fixed({ name: text("DeadlinePassed") }));
  const known = { guard: words.guard("deadlineHasPassed") };
  const back = { guard: words.guard("undoable"), actions: [words.action("giveUp", failure)] };
  if (unit.pivots.length === 0) return transitions(known, back, { actions: [overdue] });
  return transitions(
    known,
    // A cancel waits for the pivot already: the deadline has passed, whichever way it goes.
    { guard: words.guard("latched"), actions: [overdue] },
    { guard: words.guard("deciding"), actions: [latch] },
    back,
    { actions: [overdue] },
  );
}

/** The summary as a literal, for the helper that turns what was latched into a failure. */
export function deadlineLiteral(timeoutMs: PlanDuration): string {
  return stringLiteral(deadlineSummary(timeoutMs));
}
