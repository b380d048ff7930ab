import { CompilerBug } from "../../../bug.ts";
import type { UndoChildNode } from "../../../plan/plan.ts";
import type { ChildNode } from "../../../plan/units.ts";
import { lineComment, memberAccess } from "../../lib/escape.ts";
import type { Layout } from "../../lib/layout.ts";
import {
  compound,
  type Entry,
  entry,
  FINAL,
  list,
  object,
  optionalEntry,
  type Transition,
  text,
  transitions,
} from "../config.ts";
import { nested } from "../effects.ts";
import { toScope } from "../failures.ts";
import { failing } from "../leaving.ts";
import type { MachineModel } from "../model.ts";
import { fixed, fromEvent } from "../vocabulary.ts";
import type { NodeTables, Pen, RecordModel, UndoKind } from "./node.ts";

/**
 * What the nodes have in common that run instances of their own: items, rounds, called sagas. Here each of them is one call, which is
 * answered when all of its instances have ended. It has no time-out: instances that are told to stop are waited for.
 */

/** The state of the call. `onError`: `null` where it can neither fail nor be stopped. `heard`: where the first failure goes, as soon as it is heard of. */
export function childCall(
  node: ChildNode,
  onDone: readonly Transition[],
  onError: readonly Transition[] | null,
  heard: Layout | null,
  { words }: Pen,
): Layout {
  const guard = failing(node.stops, words);
  const live = guard === null ? object() : object(entry("always", transitions({ guard, target: "aborting" })));
  const aborting = object(entry("entry", words.action("abortCall", fixed({ call: text(node.name) }))));
  return compound(
    "live",
    [entry("live", live), ...(guard === null ? [] : [entry("aborting", aborting)])],
    entry("entry", words.action("begin", fixed({ step: text(node.name) }))),
    entry(
      "invoke",
      object(
        entry("id", text(node.name)),
        entry("src", text(actorOf(node))),
        entry("input", `({ context }) => calls${memberAccess(node.name)}.input(context)`),
        entry("onDone", transitions(...onDone)),
        optionalEntry("onError", onError === null ? null : transitions(...onError)),
      ),
    ),
    optionalEntry("on", heard === null ? null : object(entry(`child.failed.${node.name}`, transitions({ actions: [heard] })))),
  );
}

/** The first failure of its instances is its own: of an early notice (`failure`), or of the answer. */
export function childFails(node: ChildNode, failure: string, { words }: Pen): Layout {
  if (node.failsTo === null) throw new CompilerBug(`${node.name} fails where nothing can`);
  return words.action("childFails", fromEvent({ failure, ...toScope(node.failsTo) }));
}

/** It is done; what it brought is kept where something later reads it. */
export function childDone({ name, outputLive }: ChildNode, { words }: Pen): Layout {
  const params = { step: text(name), output: outputLive ? "event.output" : "null" };
  return words.action("complete", outputLive ? fromEvent(params) : fixed(params));
}

export function callEffect({ name, stops }: ChildNode): Entry {
  const aborting = entry("states", object(entry("aborting", object(entry("abort", "true as const")))));
  return entry("call", object(entry("call", text(name)), stops.length === 0 ? null : aborting));
}

export function childRecord({ name, place }: ChildNode, { names }: MachineModel): RecordModel {
  return { kind: "step", name, place, kept: names.childOutput(name) };
}

export function childDoc({ name, span }: ChildNode, { model }: Pen): string[] {
  return [`// ${lineComment(model.plan.source)}:${span.line}: ${lineComment(name)}`];
}

// ---- tables

export interface ChildTable {
  readonly kind: "items" | "round" | "saga";
  readonly max: number | null;
  readonly onFailure: "cancel" | "wait" | "continue";
  /** Code that makes a list of inputs of this type, one for each instance. */
  readonly inputs: Layout;
  readonly input: string;
  readonly readsContext: boolean;
}

/** Its two calls. Each is given what its instances are given; going back needs nothing, as they are known. */
export function childTables(node: ChildNode, table: ChildTable, pen: Pen): NodeTables {
  const { names, own } = pen.model;
  const output = names.childOutput(node.name);
  if (output !== null) pen.words.type(output);
  pen.words.type(table.input);
  const given = `readonly ${table.input}[]`;
  const parameter = `(${table.readsContext ? "context" : "_context"}: ${own.context}): ${given} => `;
  const forward = site(node, "forward", [parameter, table.inputs], table, pen);
  const none = `(): ${given} => []`;
  return {
    calls: [
      entry(node.name, forward),
      ...(isUndone(node, pen) ? [entry(`${node.name}.undo`, site(node, "undo", none, table, pen))] : []),
    ],
    actors: [
      { name: actorOf(node), types: `${output ?? "void"}, ${given}` },
      ...(isUndone(node, pen) ? [{ name: `${actorOf(node)}.undo`, types: `void, ${given}` }] : []),
    ],
  };
}

function site(node: ChildNode, kind: "forward" | "undo", inputs: Layout, table: ChildTable, { model }: Pen): Layout {
  const body = node.kind === "call" ? "null" : text(node.id);
  const saga = node.kind === "call" ? object(entry("saga", text(node.saga)), entry("version", String(node.version))) : "null";
  return object(
    entry("step", text(node.name)),
    entry("kind", text(kind)),
    entry("service", text("saga")),
    entry("operation", text(kind === "forward" ? node.name : `${node.name}.undo`)),
    entry("place", list(node.place.map(text))),
    entry("input", inputs),
    entry(
      "children",
      object(
        entry("kind", text(table.kind)),
        entry("body", body),
        entry("saga", saga),
        entry("max", table.max === null ? "null" : String(table.max)),
        entry("onFailure", text(table.onFailure)),
        entry("inputs", inputs),
        entry("keepsOutput", String(kind === "forward" && model.names.childOutput(node.name) !== null)),
      ),
    ),
  );
}

/** `saga.reservations`: the name of the actor that runs them. */
function actorOf({ name }: ChildNode): string {
  return `saga.${name}`;
}

/** Whether anything on the way back, or in a scope that is undone alone, undoes it. */
function isUndone({ name }: ChildNode, pen: Pen): boolean {
  return pen.words.usesCall(`${name}.undo`);
}

// ---- the way back

/** Every instance that has completed is undone, whatever the others did; it parks by itself where that needs a person. */
export const childUndo: UndoKind<UndoChildNode> = {
  states({ child }, next, { model, words }) {
    const at = fixed({ step: text(child) });
    const node = model.node(child);
    if (node === undefined || !("name" in node)) throw new CompilerBug(`there is no child ${child} to undo`);
    const id = words.call(`${child}.undo`);
    const settle = words.action("settleUndo", fixed({ step: text(child), outcome: text("done") }));
    const check = transitions({ guard: words.guard("needsUndo", at), target: "call" }, { target: "done" });
    const call = object(
      entry("entry", words.action("undo", at)),
      entry(
        "invoke",
        object(
          entry("id", text(id)),
          entry("src", text(`${actorOf(node)}.undo`)),
          entry("input", `() => calls[${text(id)}].input()`),
          entry("onDone", transitions({ target: "done", actions: [settle] })),
        ),
      ),
    );
    const states = [entry("check", object(entry("always", check))), entry("call", call), entry("done", FINAL)];
    const source = `${lineComment(model.plan.source)}:${node.span.line}`;
    return [entry(child, compound("check", states, entry("onDone", text(next))), [`// ${source}: undoes ${lineComment(child)}`])];
  },
  effects: ({ child }) => nested(child, [entry("call", object(entry("call", text(`${child}.undo`))))]),
};
