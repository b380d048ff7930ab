import { CompilerBug } from "../../../bug.ts";
import type { PlanComputeNode } from "../../../plan/plan.ts";
import { memberAccess } from "../../lib/escape.ts";
import { compound, entry, FINAL, list, object, text, transitions } from "../config.ts";
import { nested } from "../effects.ts";
import { listItem, readsContext } from "../expressions.ts";
import { DONE, failing, leaving } from "../leaving.ts";
import { fixed, fromEvent } from "../vocabulary.ts";
import type { NodeKind, Pen } from "./node.ts";

const CALL = "call";

/** A pure function of the user's: called, and its result recorded. What it throws never comes here. */
export const computeNode: NodeKind<PlanComputeNode> = {
  states(node, next, { model, words }) {
    const at = { step: text(node.id) };
    const guard = failing(node.stops, words);
    const call = object(
      entry("entry", words.action("begin", fixed(at))),
      guard === null ? null : entry("always", transitions({ guard, target: DONE })),
      entry(
        "invoke",
        object(
          entry("id", text(node.id)),
          entry("src", text(actorOf(node))),
          entry("input", `({ context }) => calls${memberAccess(node.id)}.input(context)`),
          entry(
            "onDone",
            transitions({ target: DONE, actions: [words.action("complete", fromEvent({ ...at, output: "event.output" }))] }),
          ),
        ),
      ),
    );
    const ending = entry("onDone", transitions(...leaving(node, next, model, words)));
    return [entry(node.id, compound(CALL, [entry(CALL, call), entry(DONE, FINAL)], ending))];
  },
  effects: (node) => nested(node.id, [entry(CALL, object(entry("call", text(node.id))))]),
  records(node, { names }) {
    return [{ kind: "step", name: node.id, place: node.place, kept: names.computeResult(node.compute) }];
  },
  tables(node, pen) {
    const { names, own } = pen.model;
    pen.words.type(names.saga.computes);
    const given = names.computeArguments(node.compute);
    const site = object(
      entry("step", text(node.id)),
      entry("kind", text("forward")),
      entry("service", text("compute")),
      entry("operation", text(node.compute)),
      entry("place", list(node.place.map(text))),
      entry("input", [
        `(${readsContext(node.input) ? "context" : "_context"}: ${own.context}): ${given} => `,
        argumentsOf(node, pen),
      ]),
      entry("compute", "true"),
    );
    const types = `${names.computeResult(node.compute)}, ${given}`;
    return { calls: [entry(node.id, site)], actors: [{ name: actorOf(node), types }] };
  },
};

function actorOf({ compute }: PlanComputeNode): string {
  return `compute.${compute}`;
}

/** In the order of its parameters. */
function argumentsOf({ compute, input }: PlanComputeNode, { model, words }: Pen) {
  const declared = model.plan.computes.find(({ name }) => name === compute);
  if (declared === undefined || input.kind !== "object") throw new CompilerBug(`the arguments of ${compute} are not known`);
  return list(
    declared.parameters.map(({ name, type }) => {
      const given = input.entries.find((each) => each.name === name);
      return given === undefined ? "null" : listItem(given.value, model, words, type);
    }),
  );
}
