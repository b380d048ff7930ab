import type { PlanRepeat, PlanSubSaga } from "../../../plan/plan.ts";
import type { Layout } from "../../lib/layout.ts";
import { render } from "../../lib/layout.ts";
import { MAX_WIDTH } from "../../lib/writer.ts";
import { type Entry, entry, object, text, transitions } from "../config.ts";
import { toScope } from "../failures.ts";
import { failing } from "../leaving.ts";
import { fixed, fromEvent } from "../vocabulary.ts";
import { childDone } from "./children.ts";
import type { Pen } from "./node.ts";

/**
 * A called saga that failed, or rounds that are spent, wait for a person: once more, it is done by other means (with what it would have
 * brought), it is not, or back.
 */
export function parked(node: PlanSubSaga | PlanRepeat, pen: Pen): Layout {
  const { words } = pen;
  const { name, stops, failsTo, outputLive } = node;
  const about = fixed({ call: text(name) });
  const at = { step: text(name) };
  const isAbout = words.guard("isAbout", about);
  const guard = failing(stops, words);
  const fresh = words.action("freshBudget", fixed(at));
  const output = pen.model.names.childOutput(name);
  const told = outputLive
    ? words.action("complete", fromEvent({ ...at, output: `event.output as ${output}` }))
    : childDone(node, pen);
  const givesUp = (failure: string, summary: string, scope: string | null): Layout =>
    words.action("giveUp", fixed({ name: text(failure), ...at, summary: text(summary), ...toScope(scope) }));
  const verbs: (Entry | null)[] = [
    entry("operator.retry", transitions({ guard: isAbout, target: "call", actions: [fresh] })),
    entry(
      "operator.happened",
      transitions({ guard: outputLive ? words.guard("tells", about) : isAbout, target: "ok", actions: [told] }),
    ),
    failsTo === null
      ? null
      : entry(
          "operator.didNotHappen",
          transitions({
            guard: isAbout,
            target: "failed",
            actions: [givesUp("Unknown", `${name} did not happen, says an operator`, failsTo)],
          }),
        ),
    stops.includes("saga")
      ? entry(
          "operator.goBack",
          transitions({
            guard: words.guard("mayGoBack", about),
            target: "stopped",
            actions: [givesUp("Cancelled", `sent back by an operator while ${name} was parked`, null)],
          }),
        )
      : null,
  ];
  return object(
    guard === null ? null : entry("always", transitions({ guard, target: "stopped" })),
    entry("on", object(...verbs)),
  );
}

/** Whether some state leads to this one. */
export function reached(states: readonly Entry[], state: string): boolean {
  const quoted = text(state);
  return states.some(({ value }) => render(value, MAX_WIDTH).includes(quoted));
}
