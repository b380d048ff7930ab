import { CompilerBug } from "../../../bug.ts";
import { partsOf } from "../../../plan/expressions.ts";
import type { PlanAwait, PlanAwaitCase, PlanExpr } from "../../../plan/plan.ts";
import { durationText } from "../../../source/duration-text.ts";
import type { Layout } from "../../lib/layout.ts";
import { compound, type Entry, entry, FINAL, list, object, type Transition, text, transitions } from "../config.ts";
import { nested, timerAt } from "../effects.ts";
import { arrowBody, readsContext } from "../expressions.ts";
import { failureEntry, failWith, toScope } from "../failures.ts";
import { DONE, failing, leaving } from "../leaving.ts";
import { signalType } from "../references.ts";
import { fixed, fromEvent } from "../vocabulary.ts";
import type { NodeKind, Pen } from "./node.ts";
import { limitOf, WAITING } from "./sleep.ts";

const PARKED = "parked";

/** A signal from outside, the first that comes of those that it waits for; each case has its body, and so has the end of its time. */
export const awaitNode: NodeKind<PlanAwait> = {
  states(node, next, pen) {
    const { model, words } = pen;
    const states = [
      entry(WAITING, waiting(node, pen)),
      ...node.cases.flatMap(({ body }, at) =>
        body.nodes.length === 0 ? [] : [entry(caseState(at), pen.forward(body, text(DONE)))],
      ),
      ...otherPath(node, pen).states,
      entry(DONE, FINAL),
    ];
    return [entry(node.id, compound(WAITING, states, entry("onDone", transitions(...leaving(node, next, model, words)))))];
  },
  effects(node, around, pen) {
    const path = `${around}.${node.id}`;
    const timers = node.limit === null ? [] : [timerAt(limitOf(node), `${path}.${WAITING}`, node.id, pen.words)];
    const { onTimeout } = node;
    return nested(node.id, [
      entry(WAITING, object(entry("wait", text(node.id)), timers.length === 0 ? null : entry("timers", list(timers)))),
      ...node.cases.flatMap(({ body }, at) => nested(caseState(at), pen.wanted(body, `${path}.${caseState(at)}`))),
      ...(isReached(node) && onTimeout.kind === "block"
        ? nested(onTimeout.block.id, pen.wanted(onTimeout.block.body, `${path}.${onTimeout.block.id}`))
        : []),
      ...(isReached(node) && onTimeout.kind === "park" ? [entry(PARKED, object(entry("parked", text(node.id))))] : []),
    ]);
  },
  records(node, model) {
    const { signals } = model.names.saga;
    const kept = [...new Set(node.cases.flatMap(({ live, signal }) => (live ? [`${signals}[${text(signal)}]`] : [])))];
    return [{ kind: "wait", name: node.id, place: node.place, kept: kept.length === 0 ? null : kept.join(" | ") }];
  },
  tables(node, pen) {
    const { onTimeout, limit } = node;
    const site = object(
      entry("place", list(node.place.map(text))),
      entry("signals", list(node.cases.map((one) => signalSite(one, pen)))),
    );
    return {
      waits: [entry(node.id, site)],
      delays: limit === null ? [] : [{ name: limitOf(node), ms: limit.ms, isInstant: limit.kind === "by" }],
      failures:
        isReached(node) && onTimeout.kind === "fail" && onTimeout.failure !== null
          ? [failureEntry(node.id, onTimeout.failure, null, pen)]
          : [],
    };
  },
};

/** Whether its time can be over. */
function isReached({ limit }: PlanAwait): boolean {
  return limit !== null;
}

function caseState(at: number): string {
  return `$case${at + 1}`;
}

function signalSite({ signal, name, where }: PlanAwaitCase, { model, words }: Pen): Layout {
  const given = (reads: boolean, parameter: string): string => (reads ? parameter : `_${parameter}`);
  const test = (condition: PlanExpr): Layout => [
    `(${given(readsContext(condition), "context")}: ${model.own.context}, `,
    `${given(readsSignal(condition), "signal")}: ${signalType(signal, model, words)}): boolean => `,
    arrowBody(condition, model, words, "present"),
  ];
  return object(entry("signal", text(signal)), entry("case", text(name)), where === null ? null : entry("where", test(where)));
}

function readsSignal(expr: PlanExpr): boolean {
  return expr.kind === "candidate" || partsOf(expr).some(readsSignal);
}

// ---- states

function waiting(node: PlanAwait, pen: Pen): Layout {
  const { words } = pen;
  const at = { wait: text(node.id) };
  const guard = failing(node.stops, words);
  const signals = [...new Set(node.cases.map(({ signal }) => signal))].map((signal) => {
    const taken = node.cases.flatMap((one, index) => (one.signal === signal ? [received(node, one, index, pen)] : []));
    return entry(`signal.${signal}`, transitions(...taken));
  });
  const { target, actions } = otherPath(node, pen);
  const over = transitions({ target, actions: [words.action("timeOut", fixed(at)), ...actions] });
  return object(
    entry("entry", words.action("arm", fixed(at))),
    guard === null ? null : entry("always", transitions({ guard, target: DONE })),
    entry("on", object(...signals)),
    isReached(node) ? entry("after", object(entry(limitOf(node), over))) : null,
  );
}

function received(node: PlanAwait, { name, where, live, body }: PlanAwaitCase, index: number, { words }: Pen): Transition {
  const wait = text(node.id);
  const test = `waits.${node.id}.signals[${index}].where(context, event.payload)`;
  const guard =
    where === null
      ? words.guard("takes", fixed({ wait, case: text(name), fits: "true" }))
      : words.guard("takes", ["({ context, event }) => (", fixed({ wait, case: text(name), fits: test }), ")"]);
  const reception = { wait, case: text(name), value: live ? "event.payload" : "null" };
  const action = words.action("receive", live ? fromEvent(reception) : fixed(reception));
  return { guard, target: body.nodes.length === 0 ? DONE : caseState(index), actions: [action] };
}

interface OtherPath {
  readonly target: string;
  readonly actions: readonly Layout[];
  readonly states: readonly Entry[];
}

/** What happens when its time is over. */
function otherPath(node: PlanAwait, pen: Pen): OtherPath {
  const { onTimeout } = node;
  if (!isReached(node)) return { target: DONE, actions: [], states: [] };
  switch (onTimeout.kind) {
    case "continue":
      return { target: DONE, actions: [], states: [] };
    case "fail":
      return { target: DONE, actions: [fails(node, pen)], states: [] };
    case "park":
      return { target: PARKED, actions: [], states: [entry(PARKED, parked(node, pen))] };
    case "block": {
      const { id, body } = onTimeout.block;
      return { target: id, actions: [], states: [entry(id, pen.forward(body, text(DONE)))] };
    }
  }
}

function fails({ id, failsTo, onTimeout, limit, cases }: PlanAwait, { words }: Pen): Layout {
  if (failsTo === null) throw new CompilerBug(`${id} fails where nothing can`);
  if (onTimeout.kind === "fail" && onTimeout.failure !== null) return failWith(id, failsTo, words);
  const within =
    limit?.kind === "for" && limit.ms.kind === "literal" ? `within ${durationText(Number(limit.ms.value))}` : "in time";
  const names = cases.map(({ signal }) => signal).join(" or ");
  const failure = { name: text("SignalTimeout"), step: "null", summary: text(`no ${names} came ${within}`) };
  return words.action("giveUp", fixed({ ...failure, ...toScope(failsTo) }));
}

/** A person lets it wait once more, or sends the saga back. */
function parked({ id, stops, cases }: PlanAwait, { words }: Pen): Layout {
  const about = fixed({ call: text(id) });
  const guard = failing(stops, words);
  const names = cases.map(({ signal }) => signal).join(" or ");
  const summary = `sent back by an operator while no ${names} came`;
  const goBack = words.action("giveUp", fixed({ name: text("Cancelled"), step: "null", summary: text(summary) }));
  return object(
    guard === null ? null : entry("always", transitions({ guard, target: DONE })),
    entry(
      "on",
      object(
        entry("operator.retry", transitions({ guard: words.guard("isAbout", about), target: WAITING })),
        stops.includes("saga")
          ? entry("operator.goBack", transitions({ guard: words.guard("mayGoBack", about), target: DONE, actions: [goBack] }))
          : null,
      ),
    ),
  );
}
