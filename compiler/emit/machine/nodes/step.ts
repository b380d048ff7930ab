import type { Plan, PlanStep, PlanStepNode, UndoStepNode } from "../../../plan/plan.ts";
import { lineComment } from "../../lib/escape.ts";
import { docLines } from "../../lib/writer.ts";
import { entry, object, text, transitions } from "../config.ts";
import { callEffects, nested } from "../effects.ts";
import { forwardStep } from "../forward.ts";
import { leaving } from "../leaving.ts";
import { callOf, keptOutput } from "../model.ts";
import { undoStep } from "../undo.ts";
import type { NodeKind, UndoKind } from "./node.ts";

/** One local transaction, forward. */
export const stepNode: NodeKind<PlanStepNode> = {
  states(node, next, { model, words }) {
    const step = model.step(node.step);
    const ending = entry("onDone", transitions(...leaving(node, next, model, words)));
    return [entry(step.name, forwardStep(step, ending, model, words), stepDoc(step, model.plan))];
  },
  effects(node, around, { model, words }) {
    const step = model.step(node.step);
    const path = `${around}.${step.name}`;
    return nested(step.name, [
      ...callEffects(callOf(step, "forward"), "call", "backoff", path, words),
      ...(step.inquire === null ? [] : callEffects(callOf(step, "inquire"), "inquire", "inquireBackoff", path, words)),
      entry("parked", object(entry("parked", text(step.name)))),
    ]);
  },
  records(node, model) {
    const step = model.step(node.step);
    return [{ kind: "step", name: step.name, place: step.place, kept: keptOutput(step, model.names) }];
  },
};

/** Its compensation. */
export const stepUndo: UndoKind<UndoStepNode> = {
  states(node, next, { model, words }) {
    const step = model.step(node.step);
    return [entry(step.name, undoStep(step, entry("onDone", text(next)), words), undoDoc(step, model.plan))];
  },
  effects(node, around, { model, words }) {
    const undo = callOf(model.step(node.step), "undo");
    const parked = undo.call.retry.attempts === null ? [] : [entry("parked", object(entry("parked", text(undo.id))))];
    return nested(node.step, [...callEffects(undo, "call", "backoff", `${around}.${node.step}`, words), ...parked]);
  },
};

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
