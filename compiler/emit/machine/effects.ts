import { CompilerBug } from "../../bug.ts";
import type { PlanSequence, PlanStep, UndoSequence } from "../../plan/plan.ts";
import { brackets, type Layout, render } from "../lib/layout.ts";
import type { Writer } from "../lib/writer.ts";
import { type Entry, entry, list, object, text } from "./config.ts";
import { DEADLINE, hasBackoff } from "./delays.ts";
import { type CallModel, callOf, type MachineModel } from "./model.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** `effects`: which calls and timers each state wants, in the shape of the states. What wants nothing is left out. */
export function writeEffects(out: Writer, model: MachineModel, words: Vocabulary): void {
  const writer = new EffectsWriter(model, words);
  out.doc("What is wanted in which state: calls, timers, a person. An engine reads it, so that nothing has to be remembered.");
  out.line(render(["export const effects = ", writer.root(), ";"], out.room)).line();
}

class EffectsWriter {
  readonly #model: MachineModel;
  readonly #words: Vocabulary;

  constructor(model: MachineModel, words: Vocabulary) {
    this.#model = model;
    this.#words = words;
  }

  root(): Layout {
    const { plan, names } = this.#model;
    const id = names.saga.variable;
    const deadline = `${this.#words.helper("timerAt")}(${text(DEADLINE)}, ${text(id)}, null)`;
    const states = [
      ...nested("forward", this.#forward(plan.forward, `${id}.forward`)),
      ...nested("backward", this.#backward(plan.backward, `${id}.backward`)),
    ];
    return object(entry("timers", list([deadline])), states.length === 0 ? null : entry("states", object(...states)));
  }

  /** The states of a sequence that want anything. `path`: the id of the state that the sequence is in. */
  #forward(sequence: PlanSequence, path: string): Entry[] {
    return sequence.nodes.flatMap((node) => {
      if (node.kind === "step") return nested(node.step, this.#step(this.#model.step(node.step), `${path}.${node.step}`));
      if (node.kind !== "parallel") throw new CompilerBug(`a ${node.kind} has no machine`);
      const at = `${path}.${node.id}`;
      return nested(
        node.id,
        node.branches.flatMap(({ id, body }) => nested(id, this.#forward(body, `${at}.${id}`))),
      );
    });
  }

  #backward(sequence: UndoSequence, path: string): Entry[] {
    return sequence.nodes.flatMap((node) => {
      if (node.kind === "child") throw new CompilerBug("a child has no machine");
      const at = `${path}.${node.kind === "step" ? node.step : node.id}`;
      if (node.kind === "parallel") {
        return nested(
          node.id,
          node.branches.flatMap(({ id, body }) => nested(id, this.#backward(body, `${at}.${id}`))),
        );
      }
      const undo = callOf(this.#model.step(node.step), "undo");
      const parked = undo.call.retry.attempts === null ? [] : [entry("parked", object(entry("parked", text(undo.id))))];
      return nested(node.step, [...this.#call(undo, "call", "backoff", at), ...parked]);
    });
  }

  #step(step: PlanStep, path: string): Entry[] {
    return [
      ...this.#call(callOf(step, "forward"), "call", "backoff", path),
      ...(step.inquire === null ? [] : this.#call(callOf(step, "inquire"), "inquire", "inquireBackoff", path)),
      entry("parked", object(entry("parked", text(step.name)))),
    ];
  }

  /** `state`: where the call is made; `waiting`: where the next attempt is waited for. */
  #call(call: CallModel, state: string, waiting: string, path: string): Entry[] {
    const at = (helper: "callAt" | "backoffAt", below: string): Entry =>
      entry(below, brackets(`${this.#words.helper(helper)}(`, [text(call.id), text(`${path}.${below}`)], ")"));
    return hasBackoff(call) ? [at("callAt", state), at("backoffAt", waiting)] : [at("callAt", state)];
  }
}

/** Nothing where nothing below wants anything. */
function nested(key: string, states: readonly Entry[]): Entry[] {
  return states.length === 0 ? [] : [entry(key, object(entry("states", object(...states))))];
}
