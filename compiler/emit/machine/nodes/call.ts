import type { PlanPolicy, PlanSubSaga } from "../../../plan/plan.ts";
import type { Layout } from "../../lib/layout.ts";
import { compound, type Entry, entry, FINAL, list, object, type Transition, text, transitions } from "../config.ts";
import { nested, timerAt } from "../effects.ts";
import { expression, readsContext } from "../expressions.ts";
import { failureEntry, failWith, toScope } from "../failures.ts";
import { blockState, failing, leaving } from "../leaving.ts";
import { failureId, refusalBackoff, refusedState, special } from "../policies.ts";
import { OTHERWISE } from "../references.ts";
import { fixed, fromEvent } from "../vocabulary.ts";
import { backoffOf, hasBackoff } from "./call-delays.ts";
import { callEffect, childCall, childDoc, childDone, childRecord, childTables } from "./children.ts";
import type { NodeKind, Pen } from "./node.ts";
import { parked, reached } from "./parked.ts";

/**
 * A saga of its own, called like a step. When it answers that it failed, all that it did is undone: then its errors have their policies,
 * and whatever else it was has `retry` and `on failure`.
 */
export const callNode: NodeKind<PlanSubSaga> = {
  states(node, next, pen) {
    const { model, words } = pen;
    const states = statesOf(node, pen);
    const blocks = blocksOf(node);
    const paths = blocks.map(({ error, block }) => ({
      guard: words.guard("caughtBy", fixed({ step: text(node.name), error: text(error) })),
      target: block.id,
    }));
    const ending = entry("onDone", transitions(...leaving(node, next, model, words, paths)));
    return [
      entry(node.name, compound("call", states, ending), childDoc(node, pen)),
      ...blocks.map(({ block }) => blockState(block, next, pen)),
    ];
  },
  effects(node, around, pen) {
    const { words } = pen;
    const path = `${around}.${node.name}`;
    const waits = (state: string, delay: string): Entry =>
      entry(state, object(entry("timers", list([timerAt(delay, `${path}.${state}`, node.name, words)]))));
    return [
      ...nested(node.name, [
        callEffect(node),
        ...(hasBackoff(node) ? [waits("backoff", backoffOf(node))] : []),
        ...retried(node).map(({ error }) => waits(refusedState(error), refusalBackoff(node, error))),
        ...(parks(node) ? [entry("parked", object(entry("parked", text(node.name))))] : []),
      ]),
      ...blocksOf(node).flatMap(({ block }) => nested(block.id, pen.wanted(block.body, `${around}.${block.id}`))),
    ];
  },
  records: (node, model) => [childRecord(node, model)],
  tables(node, pen) {
    const { model, words } = pen;
    const value = expression(node.input, model, words, { kind: "object", fields: node.inputType });
    const input = model.names.childInput(node.name);
    const table = {
      kind: "saga",
      max: null,
      onFailure: "wait",
      inputs: ["[", value, "]"],
      input,
      readsContext: readsContext(node.input),
    } as const;
    const named = node.policies.flatMap(({ error, outcome }) =>
      outcome.kind === "fail" && outcome.failure !== null
        ? [failureEntry(failureId(node, error), outcome.failure, node.name, pen, error)]
        : [],
    );
    const { onFailure } = node;
    const other =
      onFailure.kind === "fail" && onFailure.failure !== null ? [failureEntry(node.name, onFailure.failure, node.name, pen)] : [];
    return { ...childTables(node, table, pen), failures: [...named, ...other] };
  },
};

function retried({ policies }: PlanSubSaga): readonly PlanPolicy[] {
  return policies.filter(({ retry }) => retry !== null);
}

/** Whether a person can be asked what then. */
function parks({ policies, onFailure }: PlanSubSaga): boolean {
  return [onFailure, ...policies.map(({ outcome }) => outcome)].some(({ kind }) => kind === "park");
}

function blocksOf({ policies, onFailure }: PlanSubSaga) {
  const named = policies.flatMap(({ error, outcome }) => (outcome.kind === "block" ? [{ error, block: outcome.block }] : []));
  return onFailure.kind === "block" ? [...named, { error: OTHERWISE, block: onFailure.block }] : named;
}

// ---- states

function statesOf(node: PlanSubSaga, pen: Pen): Entry[] {
  const { words } = pen;
  const at = { step: text(node.name) };
  const failure = () => `${words.helper("childFailure")}(event.error)`;
  const failed: Transition = {
    guard: words.guard("childFailed", "({ event }) => ({ error: event.error })"),
    target: "check",
    actions: [words.action("deny", fixed(at)), words.action("keepPending", fromEvent({ ...at, failure: failure() }))],
  };
  const stopped: Transition = { target: "stopped", actions: [words.action("lose", fixed(at))] };
  const done = { target: "ok", actions: [childDone(node, pen)] };
  const guard = failing(node.stops, words);
  const draining = guard === null ? null : entry("always", transitions({ guard, target: "stopped" }));
  const waits = (state: string, delay: string): Entry =>
    entry(state, object(draining, entry("after", object(entry(delay, text("call"))))));
  const states = [
    entry("call", childCall(node, [done], node.stops.length === 0 ? [failed] : [failed, stopped], null, pen)),
    entry("check", object(entry("always", transitions(...check(node, pen))))),
    ...(hasBackoff(node) ? [waits("backoff", backoffOf(node))] : []),
    ...retried(node).map(({ error }) => waits(refusedState(error), refusalBackoff(node, error))),
    ...(parks(node) ? [entry("parked", parked(node, pen))] : []),
    entry("ok", FINAL),
  ];
  const ends = ["failed", "stopped", "skipped", "caught"].filter((state) => reached(states, state));
  return [...states, ...ends.map((state) => entry(state, FINAL))];
}

/** It failed, and what it did is undone. */
function check(node: PlanSubSaga, pen: Pen): Transition[] {
  const { words } = pen;
  const guard = failing(node.stops, words);
  const { name, retry, failsTo } = node;
  const step = { name, failsTo, exhausted: "fail" as const };
  const skipped = (): Transition => ({ target: "skipped" });
  return [
    ...(guard === null ? [] : [{ guard, target: "failed" }]),
    ...node.policies.flatMap((policy) => special(step, policy, skipped, [], pen)),
    ...(retry === null || retry.attempts === 1 ? [] : [again(name, retry.attempts, pen)]),
    ...(retry !== null && retry.attempts === null ? [] : [other(node, pen)]),
  ];
}

function again(name: string, attempts: number | null, { words }: Pen): Transition {
  if (attempts === null) return { target: "backoff" };
  return { guard: words.guard("attemptsLeft", fixed({ step: text(name), of: String(attempts) })), target: "backoff" };
}

/** Any other end but success. */
function other({ name, onFailure, failsTo }: PlanSubSaga, { words }: Pen): Transition {
  const at: Record<string, Layout> = { step: text(name) };
  switch (onFailure.kind) {
    case "continue":
      return { target: "skipped" };
    case "park":
      return { target: "parked" };
    case "block":
      return { target: "caught", actions: [words.action("catchOther", fixed(at))] };
    case "fail": {
      const raise =
        onFailure.failure === null
          ? words.action("giveUpPending", fixed({ ...at, ...toScope(failsTo) }))
          : failWith(name, failsTo, words);
      return { target: "failed", actions: [raise] };
    }
  }
}
