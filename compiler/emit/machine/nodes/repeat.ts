import type { PlanRepeat } from "../../../plan/plan.ts";
import type { Layout } from "../../lib/layout.ts";
import { compound, type Entry, entry, FINAL, list, object, type Transition, text, transitions } from "../config.ts";
import { nested, timerAt } from "../effects.ts";
import { expression, readsContext } from "../expressions.ts";
import { conditionEntry, failureEntry, failWith, toScope } from "../failures.ts";
import { blockState, failing, leaving } from "../leaving.ts";
import { OTHERWISE } from "../references.ts";
import { fixed } from "../vocabulary.ts";
import { callEffect, childCall, childDoc, childDone, childFails, childRecord, childTables } from "./children.ts";
import { bodyOf } from "./foreach.ts";
import type { NodeKind, Pen } from "./node.ts";
import { parked, reached } from "./parked.ts";

/**
 * Rounds: each is an instance of its own, and between two of them there may be a pause. The attempts of the record count them. Those that
 * completed stand, whatever becomes of the last, and are undone together.
 */
export const repeatNode: NodeKind<PlanRepeat> = {
  states(node, next, pen) {
    const { model, words } = pen;
    const states = [
      entry("call", call(node, pen)),
      entry("check", object(entry("always", transitions(...check(node, pen))))),
      ...(node.everyMs === null || node.max === 1 ? [] : [entry("pause", pause(node, pen))]),
      ...(node.otherwise.kind === "park" && node.max !== null ? [entry("parked", parked(node, pen))] : []),
      entry("ok", FINAL),
    ];
    const ends = ["caught", "failed", "stopped"].filter((state) => reached(states, state)).map((state) => entry(state, FINAL));
    const { otherwise } = node;
    const blocks = otherwise.kind === "block" && node.max !== null ? [otherwise.block] : [];
    const about = fixed({ step: text(node.name), error: text(OTHERWISE) });
    const paths = blocks.map(({ id }) => ({ guard: words.guard("caughtBy", about), target: id }));
    const ending = entry("onDone", transitions(...leaving(node, next, model, words, paths)));
    return [
      entry(node.name, compound("call", [...states, ...ends], ending), childDoc(node, pen)),
      ...blocks.map((block) => blockState(block, next, pen)),
    ];
  },
  effects(node, around, pen) {
    const path = `${around}.${node.name}`;
    const { otherwise } = node;
    const timer = () => timerAt(everyOf(node), `${path}.pause`, node.name, pen.words);
    return [
      ...nested(node.name, [
        callEffect(node),
        ...(node.everyMs === null || node.max === 1 ? [] : [entry("pause", object(entry("timers", list([timer()]))))]),
        ...(otherwise.kind === "park" && node.max !== null ? [entry("parked", object(entry("parked", text(node.name))))] : []),
      ]),
      ...(otherwise.kind === "block" && node.max !== null
        ? nested(otherwise.block.id, pen.wanted(otherwise.block.body, `${around}.${otherwise.block.id}`))
        : []),
    ];
  },
  records: (node, model) => [childRecord(node, model)],
  tables(node, pen) {
    const { model, words } = pen;
    const body = bodyOf(node.id, model);
    const typeOf = (name: string) => body.input.find((field) => field.name === name)?.type ?? null;
    const given = object(...body.captures.map(({ name, value }) => entry(name, expression(value, model, words, typeOf(name)))));
    const reads = body.captures.some(({ value }) => readsContext(value));
    const { input } = model.names.unit(node.id);
    const table = { kind: "round", max: null, onFailure: "wait", inputs: ["[", given, "]"], input, readsContext: reads } as const;
    const { otherwise, everyMs } = node;
    return {
      ...childTables(node, table, pen),
      delays: everyMs === null || node.max === 1 ? [] : [{ name: everyOf(node), ms: everyMs, isInstant: false }],
      conditions: [conditionEntry(untilOf(node), node.until, pen)],
      failures:
        node.max !== null && otherwise.kind === "fail" && otherwise.failure !== null
          ? [failureEntry(node.name, otherwise.failure, null, pen)]
          : [],
    };
  },
};

function everyOf({ name }: PlanRepeat): string {
  return `${name}.every`;
}

function untilOf({ name }: PlanRepeat): string {
  return `${name}.until`;
}

function call(node: PlanRepeat, pen: Pen): Layout {
  const { words } = pen;
  const lose = words.action("lose", fixed({ step: text(node.name) }));
  const error = "({ event }) => ({ error: event.error })";
  const failed = (): Transition => {
    const failure = childFails(node, `${words.helper("childFailure")}(event.error)`, pen);
    return { guard: words.guard("childFailed", error), target: "stopped", actions: [lose, failure] };
  };
  const ends = node.failsTo !== null || node.stops.length > 0;
  const onError = ends ? [...(node.failsTo === null ? [] : [failed()]), { target: "stopped", actions: [lose] }] : null;
  return childCall(node, [{ target: "check", actions: [childDone(node, pen)] }], onError, null, pen);
}

/** After a round. */
function check(node: PlanRepeat, pen: Pen): Transition[] {
  const { words } = pen;
  const guard = failing(node.stops, words);
  const again = { target: node.everyMs === null ? "call" : "pause" };
  return [
    ...(guard === null ? [] : [{ guard, target: "stopped" }]),
    { guard: words.guard("holds", fixed({ id: text(untilOf(node)) })), target: "ok" },
    ...(node.max === null
      ? [again]
      : [
          ...(node.max === 1
            ? []
            : [{ guard: words.guard("attemptsLeft", fixed({ step: text(node.name), of: String(node.max) })), ...again }]),
          exhausted(node, pen),
        ]),
  ];
}

/** All rounds are over, and the condition does not hold. */
function exhausted({ name, otherwise, failsTo, max }: PlanRepeat, { words }: Pen): Transition {
  const summary = `${name} did not come to its end within ${max} ${max === 1 ? "round" : "rounds"}`;
  const failure = { name: text("RoundsExhausted"), step: text(name), summary: text(summary) };
  switch (otherwise.kind) {
    case "continue":
      return { target: "ok" };
    case "park":
      return { target: "parked" };
    case "block":
      return { target: "caught", actions: [words.action("catchExhausted", fixed(failure))] };
    case "fail": {
      const own = fixed({ ...failure, ...toScope(failsTo) });
      const raise = otherwise.failure === null ? words.action("giveUp", own) : failWith(name, failsTo, words);
      return { target: "failed", actions: [raise] };
    }
  }
}

function pause(node: PlanRepeat, { words }: Pen): Layout {
  const guard = failing(node.stops, words);
  const entries: Entry[] = guard === null ? [] : [entry("always", transitions({ guard, target: "stopped" }))];
  return object(...entries, entry("after", object(entry(everyOf(node), text("call")))));
}
