import { brackets, type Layout, render } from "../lib/layout.ts";
import type { Writer } from "../lib/writer.ts";
import { type Entry, entry, list, object, text } from "./config.ts";
import { DEADLINE, hasBackoff } from "./delays.ts";
import type { CallModel } from "./model.ts";
import type { Pen } from "./nodes/node.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** `effects`: which calls and timers each state wants, in the shape of the states. What wants nothing is left out. */
export function writeEffects(out: Writer, pen: Pen): void {
  out.doc("What is wanted in which state: calls, timers, a person. An engine reads it, so that nothing has to be remembered.");
  out.line(render(["export const effects = ", root(pen), ";"], out.room)).line();
}

function root(pen: Pen): Layout {
  const { unit, names } = pen.model;
  const id = names.saga.variable;
  const deadline = `${pen.words.helper("timerAt")}(${text(DEADLINE)}, ${text(id)}, null)`;
  const states = [
    ...nested("forward", pen.wanted(unit.forward, `${id}.forward`)),
    ...nested("backward", pen.wantedBack(unit.backward, `${id}.backward`)),
  ];
  return object(entry("timers", list([deadline])), states.length === 0 ? null : entry("states", object(...states)));
}

/** What one call wants. `state`: where it is made; `waiting`: where the next attempt is waited for; `path`: the id of the state around. */
export function callEffects(call: CallModel, state: string, waiting: string, path: string, words: Vocabulary): Entry[] {
  const at = (helper: "callAt" | "backoffAt", below: string): Entry =>
    entry(below, brackets(`${words.helper(helper)}(`, [text(call.id), text(`${path}.${below}`)], ")"));
  return hasBackoff(call) ? [at("callAt", state), at("backoffAt", waiting)] : [at("callAt", state)];
}

/** Nothing where nothing below wants anything. */
export function nested(key: string, states: readonly Entry[]): Entry[] {
  return states.length === 0 ? [] : [entry(key, object(entry("states", object(...states))))];
}
