import type { PlanSequence, UndoSequence } from "../../plan/plan.ts";
import type { Layout } from "../lib/layout.ts";
import { compound, type Entry, entry, FINAL, text, transitions } from "./config.ts";
import { DONE, failing, keyOf } from "./leaving.ts";
import type { MachineModel } from "./model.ts";
import { kindOf, undoKindOf } from "./nodes/index.ts";
import type { Pen } from "./nodes/node.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** The way forward: `completed` at its end, `backward` where the saga fails. */
export function forwardWay(pen: Pen): Layout {
  const guard = failing(["saga"], pen.words);
  const back = guard === null ? [] : [{ guard, target: "backward" }];
  return pen.forward(pen.model.unit.forward, transitions(...back, { target: "completed" }));
}

/** The way back, `compensated` at its end. */
export function backwardWay(pen: Pen): Layout {
  return pen.backward(pen.model.unit.backward, text("compensated"));
}

/** Every node is written by its kind; a sequence is what strings them together. */
export function createPen(model: MachineModel, words: Vocabulary): Pen {
  const pen: Pen = {
    model,
    words,
    forward({ nodes }: PlanSequence, onDone) {
      const states = nodes.flatMap((node, index) => kindOf(node).states(node, keyOf(nodes[index + 1]), pen));
      return sequenceOf(states, keyOf(nodes[0]), onDone);
    },
    backward({ nodes }: UndoSequence, onDone) {
      const states = nodes.flatMap((node, index) => undoKindOf(node).states(node, keyOf(nodes[index + 1]), pen));
      return sequenceOf(states, keyOf(nodes[0]), onDone);
    },
    wanted: ({ nodes }, path) => nodes.flatMap((node) => kindOf(node).effects(node, path, pen)),
    wantedBack: ({ nodes }, path) => nodes.flatMap((node) => undoKindOf(node).effects(node, path, pen)),
  };
  return pen;
}

function sequenceOf(states: readonly Entry[], initial: string, onDone: Layout | undefined): Layout {
  const all = [...states, entry(DONE, FINAL)];
  return onDone === undefined ? compound(initial, all) : compound(initial, all, entry("onDone", onDone));
}
