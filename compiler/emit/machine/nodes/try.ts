import type { PlanTry } from "../../../plan/plan.ts";
import { durationText } from "../../../source/duration-text.ts";
import type { Layout } from "../../lib/layout.ts";
import { compound, type Entry, entry, FINAL, list, object, type Transition, text, transitions } from "../config.ts";
import { nested, timerAt } from "../effects.ts";
import { failureEntry, failWith, passOn } from "../failures.ts";
import { DONE, failing, leaving } from "../leaving.ts";
import { fixed } from "../vocabulary.ts";
import { type NodeKind, type Pen, SCOPE } from "./node.ts";

const BODY = "$body";
const UNDO = "$undo";
const PARKED = "$parked";

/**
 * A scope: its body fails alone. What the body did is undone, which nothing interrupts, and then the other path runs. A failure around it
 * goes past both: what is undone already is in the records, so that the way back does not undo it again.
 */
export const tryNode: NodeKind<PlanTry> = {
  states(node, next, pen) {
    const { model, words } = pen;
    const out = outOf(node, pen);
    const failed = words.guard("failingIn", fixed({ scopes: list([text(node.id)]) }));
    const settle = (outcome: "done" | "failed"): Layout =>
      words.action("leaveScope", fixed({ scope: text(node.id), outcome: text(outcome) }));
    const path = otherPath(node, pen);
    const undone: Transition = { target: path.target, actions: [settle("failed"), ...path.actions] };
    const undoes = node.undo.nodes.length > 0;
    const bodyDone = transitions(...out, undoes ? { guard: failed, target: UNDO } : { guard: failed, ...undone }, {
      target: DONE,
      actions: [settle("done")],
    });
    const limit = node.timeoutMs === null ? [] : [entry("after", object(entry(limitOf(node), timedOut(node, pen))))];
    const states = [
      entry(BODY, pen.forward(node.body, bodyDone, limit)),
      ...(undoes ? [entry(UNDO, pen.backward(node.undo, transitions(...out, undone)))] : []),
      ...path.states,
      entry(DONE, FINAL),
    ];
    const begin = entry("entry", words.action("enterScope", fixed({ scope: text(node.id) })));
    const ending = entry("onDone", transitions(...leaving(node, next, model, words)));
    return [entry(node.id, compound(BODY, states, begin, ending))];
  },
  effects(node, around, pen) {
    const path = `${around}.${node.id}`;
    const { otherwise } = node;
    const limit = node.timeoutMs === null ? [] : [timerAt(limitOf(node), `${path}.${BODY}`, node.id, pen.words)];
    return nested(node.id, [
      ...nested(BODY, pen.wanted(node.body, `${path}.${BODY}`), limit),
      ...nested(UNDO, pen.wantedBack(node.undo, `${path}.${UNDO}`)),
      ...(otherwise.kind === "block"
        ? nested(otherwise.block.id, pen.wanted(otherwise.block.body, `${path}.${otherwise.block.id}`))
        : []),
      ...(otherwise.kind === "park" ? [entry(PARKED, object(entry("parked", text(node.id))))] : []),
    ]);
  },
  records: (node) => [{ kind: "scope", name: node.id, place: [...node.place, SCOPE], kept: null }],
  tables(node, pen) {
    const { otherwise, timeoutMs } = node;
    const waits = timeoutMs !== null || otherwise.kind === "park";
    const site = object(entry("place", list([...node.place, SCOPE].map(text))), entry("signals", "[]"));
    return {
      waits: waits ? [entry(node.id, site)] : [],
      delays: timeoutMs === null ? [] : [{ name: limitOf(node), ms: timeoutMs, isInstant: false }],
      failures:
        otherwise.kind === "fail" && otherwise.failure !== null ? [failureEntry(node.id, otherwise.failure, null, pen)] : [],
    };
  },
};

interface OtherPath {
  readonly target: string;
  readonly actions: readonly Layout[];
  readonly states: readonly Entry[];
}

/** What happens when what the body did is undone. */
function otherPath(node: PlanTry, pen: Pen): OtherPath {
  const { otherwise } = node;
  switch (otherwise.kind) {
    case "continue":
      return { target: DONE, actions: [], states: [] };
    case "fail":
      return { target: DONE, actions: [failsAround(node, pen)], states: [] };
    case "park":
      return { target: PARKED, actions: [], states: [entry(PARKED, parked(node, pen))] };
    case "block": {
      const { id, body } = otherwise.block;
      return { target: id, actions: [], states: [entry(id, pen.forward(body, text(DONE)))] };
    }
  }
}

function failsAround({ id, failsTo, otherwise }: PlanTry, { words }: Pen): Layout {
  const own = otherwise.kind === "fail" && otherwise.failure !== null;
  return own ? failWith(id, failsTo, words) : passOn([id], failsTo, words);
}

/** A person says that it is done by other means, that it is not, or sends the saga back. */
function parked(node: PlanTry, pen: Pen): Layout {
  const { words } = pen;
  const about = fixed({ call: text(node.id) });
  const isAbout = words.guard("isAbout", about);
  const summary = `sent back by an operator while ${node.id} was parked`;
  const goBack = words.action("giveUp", fixed({ name: text("Cancelled"), step: "null", summary: text(summary) }));
  const out = outOf(node, pen);
  return object(
    out.length === 0 ? null : entry("always", transitions(...out)),
    entry(
      "on",
      object(
        entry("operator.happened", transitions({ guard: isAbout, target: DONE })),
        node.failsTo === null
          ? null
          : entry("operator.didNotHappen", transitions({ guard: isAbout, target: DONE, actions: [failsAround(node, pen)] })),
        entry("operator.goBack", transitions({ guard: words.guard("mayGoBack", about), target: DONE, actions: [goBack] })),
      ),
    ),
  );
}

/** Past everything that is left of it, where something around it has failed. */
function outOf({ stops }: PlanTry, { words }: Pen): Transition[] {
  const guard = failing(stops, words);
  return guard === null ? [] : [{ guard, target: DONE }];
}

function limitOf({ id }: PlanTry): string {
  return `${id}.limit`;
}

function timedOut({ id, timeoutMs }: PlanTry, { words }: Pen): Layout {
  const within = timeoutMs?.kind === "literal" ? ` within ${durationText(Number(timeoutMs.value))}` : " in time";
  const failure = { name: text("ScopeTimeout"), step: "null", summary: text(`the block did not finish${within}`) };
  return transitions({ actions: [words.action("giveUp", fixed({ ...failure, scope: text(id) }))] });
}
