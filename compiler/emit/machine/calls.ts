import type { PlanExpr } from "../../plan/plan.ts";
import { propertyKey, stringLiteral } from "../lib/escape.ts";
import { type Layout, render } from "../lib/layout.ts";
import type { Writer } from "../lib/writer.ts";
import { compound, type Entry, entry, list, object, type Transition, text, transitions } from "./config.ts";
import { graceOf, timeoutOf } from "./delays.ts";
import { arrowBody, readsContext } from "./expressions.ts";
import { actorName, type CallModel, type MachineModel } from "./model.ts";
import type { NodeTables } from "./nodes/node.ts";
import { fixed, type Vocabulary } from "./vocabulary.ts";

/** `calls`: every call that a state can want, with how its input is made. */
export function writeCalls(out: Writer, more: readonly Entry[], model: MachineModel, words: Vocabulary): void {
  const entries = [...model.calls.map((call) => entry(call.id, callSite(call, model, words))), ...more];
  out.doc("Every call of the saga: whose it is, where its record stands, and its input.");
  out.line(render(["export const calls = ", object(...entries), " as const;"], out.room)).line();
}

/** `waits`: what waits for a signal or has a timer of its own, and is no call. */
export function writeWaits(out: Writer, waits: readonly Entry[]): void {
  if (waits.length === 0) return;
  out.doc("What the saga waits for beside its calls: where the record stands, and which signals it takes.");
  out.line(render(["export const waits = ", object(...waits), " as const;"], out.room)).line();
}

/** `actors`: one a participant's operation, to be provided. */
export function writeActors(out: Writer, more: NodeTables["actors"] & {}, model: MachineModel): void {
  if (!hasActors(more, model)) return;
  out.doc("One actor an operation, for `machine.provide({ actors })`. An engine makes the calls itself and needs none of them.");
  out.block(
    "const actors = {",
    () => {
      const flat = more.map(({ name, types }): [string, string] => [name, render(types, out.room)]);
      for (const [name, types] of [...actorTypes(model), ...flat]) {
        const start = `${propertyKey(name)}: fromPromise<${types}>(() =>`;
        const refusal = `notProvided(${stringLiteral(name)})`;
        if (start.length + refusal.length + 3 <= out.room) out.line(`${start} ${refusal}),`);
        else out.block(start, () => out.line(`${refusal},`), "),");
      }
    },
    "};",
  );
  out.line();
}

/** Whether anything is called at all. */
export function hasActors(more: NodeTables["actors"] & {}, model: MachineModel): boolean {
  return more.length + model.calls.length > 0;
}

/** How a state invokes a call. */
export function invocation(call: CallModel): { readonly id: Layout; readonly src: Layout; readonly input: Layout } {
  const access = /^[\w$]+$/.test(call.id) ? `.${call.id}` : `[${stringLiteral(call.id)}]`;
  return { id: text(call.id), src: text(actorName(call.call)), input: `({ context }) => calls${access}.input(context)` };
}

/**
 * The state of a call of the way forward that is waited for. `stops`: a failure elsewhere, which tells it to abort; its own time goes on all the
 * same. `doubt`: it is delivered once more, and may have run already.
 */
export function live(call: CallModel, stops: Layout | null, doubt: () => Layout, words: Vocabulary): Layout {
  const stopped: Transition[] = stops === null ? [] : [{ guard: stops, target: "lost" }];
  const again = call.call.retry.attempts === 1 ? text("lost") : transitions(...stopped, { actions: [doubt()] });
  const after = entry("after", object(entry(timeoutOf(call), text("aborting"))));
  const on = entry("on", object(entry("saga.recovered", again)));
  if (stops === null) return object(after, on);
  const running = object(entry("always", transitions({ guard: stops, target: "draining" })));
  const draining = object(entry("entry", abort(call, words)));
  return compound("running", [entry("running", running), entry("draining", draining)], after, on);
}

/** Tells a call to abort. */
function abort({ id }: CallModel, words: Vocabulary): Layout {
  return words.action("abortCall", fixed({ call: text(id) }));
}

/** The state of a call whose time is up: what it answers within its grace counts. */
export function aborting(call: CallModel, words: Vocabulary): Layout {
  return object(
    entry("entry", abort(call, words)),
    entry("after", object(entry(graceOf(call), text("lost")))),
    entry("on", object(entry("saga.recovered", text("lost")))),
  );
}

export const NOT_PROVIDED = `function notProvided(actor: string): Promise<never> {
  return Promise.reject(new Error(\`provide the actor "\${actor}": machine.provide({ actors: { "\${actor}": fromPromise(…) } })\`));
}`;

function callSite({ kind, step, call }: CallModel, model: MachineModel, words: Vocabulary): Layout {
  const parameter = readsContext(call.input) ? "context" : "_context";
  return object(
    entry("step", text(step.name)),
    entry("kind", text(kind)),
    entry("service", text(call.service)),
    entry("operation", text(call.operation)),
    entry("place", list(step.place.map(text))),
    entry("input", [
      `(${parameter}: ${model.own.context}): ${model.names.inputOf(call)} => `,
      arrowBody(call.input, model, words, { kind: "object", fields: call.inputType }),
    ]),
    ...(call.key === null ? [] : [entry("key", keyOf(call.key, model, words))]),
    ...(kind === "forward" && step.throws.length > 0 ? [entry("throws", list(step.throws.map(text)))] : []),
  );
}

function keyOf(key: PlanExpr, model: MachineModel, words: Vocabulary): Layout {
  const parameter = readsContext(key) ? "context" : "_context";
  return [`(${parameter}: ${model.own.context}): string => `, arrowBody(key, model, words, "present")];
}

/** Output and input types by actor. What a forward call answers goes before what an undo of the same operation does not care for. */
function actorTypes(model: MachineModel): Map<string, string> {
  const found = new Map<string, string>();
  for (const kind of ["forward", "inquire", "undo"] as const) {
    for (const call of model.calls) {
      const name = actorName(call.call);
      if (call.kind === kind && !found.has(name))
        found.set(name, `${outputType(call, model)}, ${model.names.inputOf(call.call)}`);
    }
  }
  const inOrder = [...new Set(model.calls.map(({ call }) => actorName(call)))];
  return new Map(inOrder.map((name) => [name, found.get(name) ?? ""]));
}

function outputType({ kind, step }: CallModel, model: MachineModel): string {
  const output = model.names.outputOf(step) ?? "void";
  if (kind === "undo") return "void";
  return kind === "forward" ? output : `Inquiry<${output}>`;
}
