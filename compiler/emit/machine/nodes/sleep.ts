import type { PlanSleep } from "../../../plan/plan.ts";
import { compound, entry, FINAL, list, object, text, transitions } from "../config.ts";
import { nested, timerAt } from "../effects.ts";
import { DONE, failing, leaving } from "../leaving.ts";
import { fixed } from "../vocabulary.ts";
import type { NodeKind } from "./node.ts";

/** Time passes. */
export const sleepNode: NodeKind<PlanSleep> = {
  states(node, next, { model, words }) {
    const at = fixed({ wait: text(node.id) });
    const guard = failing(node.stops, words);
    const over = transitions({ target: DONE, actions: [words.action("timeOut", at)] });
    const waiting = object(
      entry("entry", words.action("arm", at)),
      guard === null ? null : entry("always", transitions({ guard, target: DONE })),
      entry("after", object(entry(limitOf(node), over))),
    );
    const ending = entry("onDone", transitions(...leaving(node, next, model, words)));
    return [entry(node.id, compound(WAITING, [entry(WAITING, waiting), entry(DONE, FINAL)], ending))];
  },
  effects(node, around, { words }) {
    const timer = timerAt(limitOf(node), `${around}.${node.id}.${WAITING}`, node.id, words);
    return nested(node.id, [entry(WAITING, object(entry("wait", text(node.id)), entry("timers", list([timer]))))]);
  },
  records: (node) => [{ kind: "wait", name: node.id, place: node.place, kept: null }],
  tables: (node) => ({
    waits: [entry(node.id, object(entry("place", list(node.place.map(text))), entry("signals", "[]")))],
    delays: [{ name: limitOf(node), ms: node.limit.ms, isInstant: node.limit.kind === "by" }],
  }),
};

/** Where a wait waits. */
export const WAITING = "waiting";

/** The delay of a wait. */
export function limitOf({ id }: { readonly id: string }): string {
  return `${id}.limit`;
}
