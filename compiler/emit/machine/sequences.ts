import type { PlanSequence, UndoSequence } from "../../plan/plan.ts";
import type { Layout } from "../lib/layout.ts";
import { compound, type Entry, entry, FINAL, object, text, transitions } from "./config.ts";
import { UNDO_WITHIN } from "./delays.ts";
import { AFTER_COMPENSATED, AFTER_COMPLETED, DONE, failing, keyOf } from "./leaving.ts";
import { endingsOf, type MachineModel, undoHasTime } from "./model.ts";
import { kindOf, undoKindOf } from "./nodes/index.ts";
import type { Pen } from "./nodes/node.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** The way forward: `completed` at its end, `backward` where the saga fails. */
export function forwardWay(pen: Pen): Layout {
  const guard = failing(["saga"], pen.words);
  const back = guard === null ? [] : [{ guard, target: "backward" }];
  const { completed } = endingsOf(pen.model);
  const end = completed === null ? { target: "completed" } : { target: AFTER_COMPLETED, actions: [pen.words.action("endWell")] };
  return pen.forward(pen.model.unit.forward, transitions(...back, end));
}

/** The way back, `compensated` at its end. It has a time of its own. */
export function backwardWay(pen: Pen): Layout {
  const { model, words } = pen;
  const end = endingsOf(model).compensated === null ? "compensated" : AFTER_COMPENSATED;
  const limit = entry(UNDO_WITHIN, transitions({ actions: [words.action("markOverdue")] }));
  return pen.backward(model.unit.backward, text(end), undoHasTime(model) ? [entry("after", object(limit))] : []);
}

/** What comes after either end. The outcome stands by then, and nothing that happens there changes it. */
export function endingWays(pen: Pen): Entry[] {
  const { completed, compensated } = endingsOf(pen.model);
  return [
    ...(completed === null ? [] : [entry(AFTER_COMPLETED, pen.forward(completed, text("completed")))]),
    ...(compensated === null ? [] : [entry(AFTER_COMPENSATED, pen.forward(compensated, text("compensated")))]),
  ];
}

/** Every node is written by its kind; a sequence is what strings them together. */
export function createPen(model: MachineModel, words: Vocabulary): Pen {
  const pen: Pen = {
    model,
    words,
    forward({ nodes }: PlanSequence, onDone, more = []) {
      const states = nodes.flatMap((node, index) => kindOf(node).states(node, keyOf(nodes[index + 1]), pen));
      return sequenceOf(states, keyOf(nodes[0]), onDone, more);
    },
    backward({ nodes }: UndoSequence, onDone, more = [], unless) {
      const states = nodes.flatMap((node, index) => undoKindOf(node).states(node, keyOf(nodes[index + 1]), pen));
      const first = keyOf(nodes[0]);
      if (unless === undefined) return sequenceOf(states, first, onDone, more);
      const check = object(entry("always", transitions({ guard: unless, target: DONE }, { target: first })));
      return sequenceOf([entry(CHECK, check), ...states], CHECK, onDone, more);
    },
    wanted: ({ nodes }, path) => nodes.flatMap((node) => kindOf(node).effects(node, path, pen)),
    wantedBack: ({ nodes }, path) => nodes.flatMap((node) => undoKindOf(node).effects(node, path, pen)),
  };
  return pen;
}

/** Where it is looked at whether there is anything to undo. */
const CHECK = "$check";

function sequenceOf(states: readonly Entry[], initial: string, onDone: Layout | undefined, more: readonly Entry[] = []): Layout {
  const all = [...states, entry(DONE, FINAL)];
  return onDone === undefined ? compound(initial, all, ...more) : compound(initial, all, ...more, entry("onDone", onDone));
}
