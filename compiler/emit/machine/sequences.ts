import { CompilerBug } from "../../bug.ts";
import type { Plan, PlanNode, PlanSequence, PlanStep, UndoNode, UndoSequence } from "../../plan/plan.ts";
import { lineComment } from "../lib/escape.ts";
import type { Layout } from "../lib/layout.ts";
import { docLines } from "../lib/writer.ts";
import { compound, type Entry, entry, FINAL, object, type Transition, text, transitions } from "./config.ts";
import { forwardStep } from "./forward.ts";
import { canFail, type MachineModel } from "./model.ts";
import { undoStep } from "./undo.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Where every sequence ends. `$` can stand in no name of the language. */
const DONE = "$done";

/** The way forward: `completed` at its end, `backward` where the saga fails. */
export function forwardWay(model: MachineModel, words: Vocabulary): Layout {
  const next = transitions({ guard: words.guard("failing"), target: "backward" }, { target: "completed" });
  return forwardSequence(model.plan.forward, model, words, next);
}

/** The way back, `compensated` at its end. */
export function backwardWay(model: MachineModel, words: Vocabulary): Layout {
  return undoSequence(model.plan.backward, model, words, text("compensated"));
}

function forwardSequence(sequence: PlanSequence, model: MachineModel, words: Vocabulary, onDone?: Layout): Layout {
  const { nodes } = sequence;
  const states = nodes.map((node, index) => {
    const next = { target: keyOf(nodes[index + 1]) };
    const leaves: Transition[] =
      next.target !== DONE && canFail(node, model) ? [{ guard: words.guard("failing"), target: DONE }] : [];
    const ending = entry("onDone", transitions(...leaves, next));
    if (node.kind === "parallel") {
      const branches = node.branches.map((branch) => entry(branch.id, forwardSequence(branch.body, model, words)));
      return entry(node.id, parallel(branches, ending));
    }
    if (node.kind !== "step") throw new CompilerBug(`a ${node.kind} has no machine`);
    const step = model.step(node.step);
    return entry(step.name, forwardStep(step, ending, model, words), stepDoc(step, model.plan));
  });
  return sequenceOf(states, keyOf(nodes[0]), onDone);
}

function undoSequence(sequence: UndoSequence, model: MachineModel, words: Vocabulary, onDone?: Layout): Layout {
  const { nodes } = sequence;
  const states = nodes.map((node, index) => {
    const ending = entry("onDone", text(keyOf(nodes[index + 1])));
    if (node.kind === "parallel") {
      const branches = node.branches.map((branch) => entry(branch.id, undoSequence(branch.body, model, words)));
      return entry(node.id, parallel(branches, ending));
    }
    if (node.kind === "child") throw new CompilerBug("a child has no machine");
    const step = model.step(node.step);
    return entry(step.name, undoStep(step, ending, words), undoDoc(step, model.plan));
  });
  return sequenceOf(states, keyOf(nodes[0]), onDone);
}

function sequenceOf(states: readonly Entry[], initial: string, onDone: Layout | undefined): Layout {
  const all = [...states, entry(DONE, FINAL)];
  return onDone === undefined ? compound(initial, all) : compound(initial, all, entry("onDone", onDone));
}

function parallel(branches: readonly Entry[], ending: Entry): Layout {
  return object(entry("type", text("parallel")), ending, entry("states", object(...branches)));
}

function keyOf(node: PlanNode | UndoNode | undefined): string {
  if (node === undefined) return DONE;
  if (node.kind === "child") return node.child;
  return node.kind === "step" ? node.step : node.id;
}

function stepDoc(step: PlanStep, plan: Plan): string[] {
  return [`// ${source(step.span.line, plan)}`, ...docLines(step.doc)];
}

function undoDoc(step: PlanStep, plan: Plan): string[] {
  const line = step.undo.kind === "compensate" ? step.undo.call.span.line : step.span.line;
  return [`// ${source(line, plan)}: undoes ${lineComment(step.name)}`];
}

function source(line: number, plan: Plan): string {
  return `${lineComment(plan.source)}:${line}`;
}
