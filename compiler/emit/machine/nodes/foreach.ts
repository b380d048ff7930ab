import { CompilerBug } from "../../../bug.ts";
import { partsOf } from "../../../plan/expressions.ts";
import type { PlanExpr, PlanField, PlanForeach } from "../../../plan/plan.ts";
import type { Layout } from "../../lib/layout.ts";
import { isOptional, withoutOptional } from "../../lib/type-text.ts";
import { compound, entry, FINAL, object, text, transitions } from "../config.ts";
import { nested } from "../effects.ts";
import { typeOf } from "../expression-types.ts";
import { arrowBody, expression, readsContext } from "../expressions.ts";
import { leaving } from "../leaving.ts";
import type { MachineModel } from "../model.ts";
import { fixed } from "../vocabulary.ts";
import { callEffect, childCall, childDoc, childDone, childFails, childRecord, childTables } from "./children.ts";
import type { NodeKind, Pen } from "./node.ts";

/** The block once for every item. When some have failed, others may stand: they are undone as those of a step of which nobody knows. */
export const foreachNode: NodeKind<PlanForeach> = {
  states(node, next, pen) {
    const { model, words } = pen;
    const fails = node.onFailure !== "continue" && node.failsTo !== null;
    const lose = words.action("lose", fixed({ step: text(node.name) }));
    const error = "({ event }) => ({ error: event.error })";
    const failed = () => {
      const failure = childFails(node, `${words.helper("childFailure")}(event.error)`, pen);
      return [{ guard: words.guard("childFailed", error), target: "stopped", actions: [lose, failure] }];
    };
    const ends = fails || node.stops.length > 0;
    const call = childCall(
      node,
      [{ target: "ok", actions: [childDone(node, pen)] }],
      ends ? [...(fails ? failed() : []), { target: "stopped", actions: [lose] }] : null,
      fails && node.onFailure === "cancel" ? childFails(node, "event.failure", pen) : null,
      pen,
    );
    const states = [entry("call", call), entry("ok", FINAL), ...(ends ? [entry("stopped", FINAL)] : [])];
    const ending = entry("onDone", transitions(...leaving(node, next, model, words)));
    return [entry(node.name, compound("call", states, ending), childDoc(node, pen))];
  },
  effects: (node) => nested(node.name, [callEffect(node)]),
  records: (node, model) => [childRecord(node, model)],
  tables(node, pen) {
    const { max, onFailure } = node;
    const { input, inputs, reads } = inputsOf(node, pen);
    return childTables(node, { kind: "items", max, onFailure, inputs, input, readsContext: reads }, pen);
  },
};

/** The items for which the condition holds, each with what the block reads of the saga around it. */
function inputsOf(node: PlanForeach, { model, words }: Pen): { input: string; inputs: Layout; reads: boolean } {
  const body = bodyOf(node.id, model);
  const typeOf = (name: string) => body.input.find((field) => field.name === name)?.type ?? null;
  const item = body.input.find(({ name }) => !body.captures.some((capture) => capture.name === name));
  const captures = body.captures.map(({ name, value }) => entry(name, expression(value, model, words, typeOf(name))));
  const where = node.where === null ? [] : [".filter((item) => ", arrowBody(node.where, model, words, "present"), ")"];
  const known = isKnownToBeThere(node, item, model);
  const made = object(entry(item?.name ?? "item", known ? "item!" : "item"), ...captures);
  const { input } = model.names.unit(node.id);
  const list = expression(node.list, model, words, "present");
  // A text that is written there would become any text.
  const typed = item !== undefined && !known && isWritten(node.list);
  const atOnce = node.list.kind === "array" ? list : ["(", list, ")"];
  const items = typed ? ["(", atOnce, ` satisfies readonly ${input}[${text(item.name)}][])`] : ["(", list, ")"];
  return {
    input,
    inputs: [...items, ...where, ".map((item) => (", made, "))"],
    reads:
      readsContext(node.list) ||
      (node.where !== null && readsContext(node.where)) ||
      body.captures.some(({ value }) => readsContext(value)),
  };
}

/** Whether some item is written there, and not read from somewhere. */
function isWritten(list: PlanExpr): boolean {
  return list.kind === "array" || ((list.kind === "conditional" || list.kind === "coalesce") && partsOf(list).some(isWritten));
}

/** Whether it is the condition, or something before, that says that no item is absent. */
function isKnownToBeThere({ list, where }: PlanForeach, item: PlanField | undefined, model: MachineModel): boolean {
  if (item === undefined || isOptional(item.type, model.plan)) return false;
  const type = typeOf(list, model);
  const found = type === null ? null : withoutOptional(type, model.plan);
  return found?.kind === "array" ? isOptional(found.element, model.plan) : where !== null;
}

export function bodyOf(id: string, { plan }: MachineModel) {
  const found = plan.bodies.find((body) => body.id === id);
  if (found === undefined) throw new CompilerBug(`the plan has no body ${id}`);
  return found;
}
