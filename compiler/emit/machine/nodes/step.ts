import type { Plan, PlanStep, PlanStepNode, UndoStepNode } from "../../../plan/plan.ts";
import { lineComment } from "../../lib/escape.ts";
import { docLines } from "../../lib/writer.ts";
import { type Entry, entry, list, object, text, transitions } from "../config.ts";
import { callEffects, nested, timerAt } from "../effects.ts";
import { failureEntry } from "../failures.ts";
import { forwardStep, parks } from "../forward.ts";
import { blockState, leaving } from "../leaving.ts";
import { callOf, keptOutput } from "../model.ts";
import { blocksOf, failureId, policiesOf, refusalBackoff, refusedState, stopsOf } from "../policies.ts";
import { undoStep } from "../undo.ts";
import { fixed } from "../vocabulary.ts";
import type { NodeKind, Pen, UndoKind } from "./node.ts";

/** One local transaction, forward; the blocks of its policies stand beside it. */
export const stepNode: NodeKind<PlanStepNode> = {
  states(node, next, pen) {
    const { model, words } = pen;
    const step = model.step(node.step);
    const blocks = blocksOf(node);
    const paths = blocks.map(({ error, block }) => ({
      guard: words.guard("caughtBy", fixed({ step: text(step.name), error: text(error) })),
      target: block.id,
    }));
    const ending = entry("onDone", transitions(...leaving(node, next, model, words, paths)));
    return [
      entry(step.name, forwardStep(node, ending, pen), stepDoc(step, model.plan)),
      ...blocks.map(({ block }) => blockState(block, next, pen)),
    ];
  },
  effects(node, around, pen) {
    const { model, words } = pen;
    const step = model.step(node.step);
    const path = `${around}.${step.name}`;
    return [
      ...nested(step.name, [
        ...callEffects(callOf(step, "forward"), { ...CALL, stoppable: stopsOf(step, node).length > 0 }, path, words),
        ...refusedEffects(step, node, path, pen),
        ...(step.inquire === null ? [] : callEffects(callOf(step, "inquire"), INQUIRY, path, words)),
        ...(parks(node, pen) ? [entry("parked", object(entry("parked", text(step.name))))] : []),
      ]),
      ...blocksOf(node).flatMap(({ block }) => nested(block.id, pen.wanted(block.body, `${around}.${block.id}`))),
    ];
  },
  records(node, model) {
    const step = model.step(node.step);
    return [{ kind: "step", name: step.name, place: step.place, kept: keptOutput(step, model.names) }];
  },
  tables(node, pen) {
    const step = pen.model.step(node.step);
    const { exhaustedWith } = step;
    return {
      failures: [
        ...(exhaustedWith === null ? [] : [failureEntry(step.name, exhaustedWith, step.name, pen)]),
        ...policiesOf(step, node).special.flatMap(({ error, outcome }) =>
          outcome.kind === "fail" && outcome.failure !== null
            ? [failureEntry(failureId(step, error), outcome.failure, step.name, pen, error)]
            : [],
        ),
      ],
    };
  },
};

const CALL = { made: "call", waiting: "backoff", stoppable: false };
const INQUIRY = { made: "inquire", waiting: "inquireBackoff", stoppable: false };

function refusedEffects(step: PlanStep, node: PlanStepNode, path: string, { words }: Pen): Entry[] {
  return policiesOf(step, node)
    .special.filter(({ retry }) => retry !== null)
    .map(({ error }) => {
      const state = refusedState(error);
      const timer = timerAt(refusalBackoff(step, error), `${path}.${state}`, step.name, words);
      return entry(state, object(entry("timers", list([timer]))));
    });
}

/** Its compensation. */
export const stepUndo: UndoKind<UndoStepNode> = {
  states(node, next, { model, words }) {
    const step = model.step(node.step);
    return [entry(step.name, undoStep(step, entry("onDone", text(next)), words), undoDoc(step, model.plan))];
  },
  effects(node, around, { model, words }) {
    const undo = callOf(model.step(node.step), "undo");
    const parked = undo.call.retry.attempts === null ? [] : [entry("parked", object(entry("parked", text(undo.id))))];
    return nested(node.step, [...callEffects(undo, CALL, `${around}.${node.step}`, words), ...parked]);
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
