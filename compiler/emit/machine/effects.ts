import { brackets, type Layout, render } from "../lib/layout.ts";
import type { Writer } from "../lib/writer.ts";
import { type Entry, entry, list, object, text } from "./config.ts";
import { DEADLINE, hasBackoff, UNDO_WITHIN } from "./delays.ts";
import { AFTER_COMPENSATED, AFTER_COMPLETED } from "./leaving.ts";
import { type CallModel, endingsOf, undoHasTime } from "./model.ts";
import type { Pen } from "./nodes/node.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** `effects`: which calls and timers each state wants, in the shape of the states. What wants nothing is left out. */
export function writeEffects(out: Writer, pen: Pen): void {
  out.doc("What is wanted in which state: calls, timers, a person. An engine reads it, so that nothing has to be remembered.");
  out.line(render(["export const effects = ", root(pen), ";"], out.room)).line();
}

function root(pen: Pen): Layout {
  const { unit, own } = pen.model;
  const { id } = own;
  const deadline = unit.timeoutMs === null ? null : entry("timers", list([timerAt(DEADLINE, id, null, pen.words)]));
  const { completed, compensated } = endingsOf(pen.model);
  const undoWithin = undoHasTime(pen.model) ? [timerAt(UNDO_WITHIN, `${id}.backward`, null, pen.words)] : [];
  const states = [
    ...nested("forward", pen.wanted(unit.forward, `${id}.forward`)),
    ...nested("backward", pen.wantedBack(unit.backward, `${id}.backward`), undoWithin),
    ...nested(AFTER_COMPLETED, completed === null ? [] : pen.wanted(completed, `${id}.${AFTER_COMPLETED}`)),
    ...nested(AFTER_COMPENSATED, compensated === null ? [] : pen.wanted(compensated, `${id}.${AFTER_COMPENSATED}`)),
  ];
  return object(deadline, states.length === 0 ? null : entry("states", object(...states)));
}

/** What one call wants. `made`: the state it is made in; `waiting`: where the next attempt is waited for; `path`: the id of the state around. */
export function callEffects(call: CallModel, { made, waiting, stoppable }: CallStates, path: string, words: Vocabulary): Entry[] {
  const at = (helper: "callAt" | "stoppableAt" | "backoffAt", below: string): Entry =>
    entry(below, brackets(`${words.helper(helper)}(`, [text(call.id), text(`${path}.${below}`)], ")"));
  const own = at(stoppable ? "stoppableAt" : "callAt", made);
  return hasBackoff(call) ? [own, at("backoffAt", waiting)] : [own];
}

interface CallStates {
  readonly made: string;
  readonly waiting: string;
  /** A failure elsewhere tells it to abort. */
  readonly stoppable: boolean;
}

/** Nothing where nothing below wants anything, and it has no timers of its own. */
export function nested(key: string, states: readonly Entry[], timers: readonly Layout[] = []): Entry[] {
  if (states.length === 0 && timers.length === 0) return [];
  return [
    entry(
      key,
      object(
        timers.length === 0 ? null : entry("timers", list(timers)),
        states.length === 0 ? null : entry("states", object(...states)),
      ),
    ),
  ];
}

/** `state`: its id; `of`: whose entries are the timer's identity, `null`: it is armed once. */
export function timerAt(delay: string, state: string, of: string | null, words: Vocabulary): Layout {
  return brackets(`${words.helper("timerAt")}(`, [text(delay), text(state), of === null ? "null" : text(of)], ")");
}
