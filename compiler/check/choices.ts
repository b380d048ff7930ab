import type { FailNode, IfNode, LetNode, TryNode } from "../ast/nodes.ts";
import { checkFailure } from "./errors.ts";
import { armsOf } from "./flow.ts";
import type { FlowBlock, FlowIf, FlowNode } from "./flow-nodes.ts";
import { resultType } from "./infer.ts";
import { both, factsOf } from "./narrow.ts";
import { headSpan, markMeant } from "./opaque.ts";
import { checkOutcome } from "./outcomes.ts";
import { type Place, read, readAs, type SagaScope } from "./reading.ts";
import { namedResult } from "./results.ts";
import { firstClause } from "./settings.ts";
import type { FlowState, Way } from "./state.ts";

export function checkIf(saga: SagaScope, node: IfNode, place: Place, state: FlowState): FlowNode {
  const { zone } = state;
  const ways: Way[] = [];
  const arms: { condition: IfNode["condition"]; block: FlowBlock }[] = [];
  let otherwise: FlowBlock | null = null;
  // What is known where no condition so far has held.
  const rest = state.fork();
  for (const [index, arm] of armsOf(node).entries()) {
    const part = { block: arm.block, frame: { node, part: "arm", index } as const };
    if (arm.condition === null) {
      otherwise = saga.block(part, place, rest);
      continue;
    }
    const reader = { saga, frames: place.frames, state: rest, own: null };
    readAs(reader, arm.condition, ["boolean"], "A condition", "a truth value");
    const fork = state.fork(both(rest.facts, factsOf(arm.condition, true)));
    rest.facts = both(rest.facts, factsOf(arm.condition, false));
    arms.push({ condition: arm.condition, block: saga.block(part, place, fork) });
    ways.push({ state: fork, missing: { span: headSpan(arm.node), when: "when the condition of this `if` holds" } });
  }
  const span = otherwise?.node.span ?? headSpan(node);
  ways.push({
    state: rest,
    missing: { span, when: otherwise === null ? "when the condition of this `if` does not hold" : "when this `else` is taken" },
  });
  state.joinOne(ways);
  return { kind: "if", node, zone, arms, otherwise } satisfies FlowIf;
}

export function checkLet(saga: SagaScope, node: LetNode, place: Place, state: FlowState): FlowNode {
  const typed = read({ saga, frames: place.frames, state, own: null }, node.value);
  const binding = node.name === null ? undefined : saga.flow.byIdent.get(node.name);
  if (binding === undefined) return { kind: "opaque", node };
  const type = resultType(saga.draft, node.value, typed);
  state.give(binding, type, typed.secret);
  return { kind: "let", node, binding, type, secret: typed.secret };
}

export function checkFail(saga: SagaScope, node: FailNode, place: Place, state: FlowState): FlowNode {
  const { zone } = state;
  const reader = { saga, frames: place.frames, state, own: null };
  const { scope } = saga.declared;
  // `throw new Error(…)`: what is not written as errors are is told first.
  const isForeign = node.broken && node.error !== null && !scope.errors.has(node.error.name);
  if (isForeign) markMeant(scope, node.error.name, scope.errors.keys());
  const failure = node.error === null || isForeign ? null : checkFailure(reader, node.error, node.data);
  state.live = false;
  return failure === null ? { kind: "opaque", node } : { kind: "fail", node, zone, tried: place.tried, failure };
}

export function checkTry(saga: SagaScope, node: TryNode, place: Place, state: FlowState): FlowNode {
  const { draft } = saga;
  draft.clauses("this `try`", node.clauses, node.broken);
  const { zone } = state;
  const timeout = firstClause(node.clauses, "timeout")?.value ?? null;
  if (timeout !== null)
    readAs({ saga, frames: place.frames, state, own: null }, timeout, ["duration"], "A `timeout`", "a duration");
  const frame = { node, part: "body", index: 0 } as const;
  const done = state.fork();
  const body = saga.block({ block: node.block, frame }, { ...place, tried: true }, done);
  const at = {
    saga,
    place,
    frame: { node, part: "otherwise", index: 0 } as const,
    gives: null,
    when: "when the block of this `try` has failed",
  };
  const { outcome, way } = checkOutcome(at, node.otherwise, node.span, state.fork());
  // A person may say that it happened after all, and then it goes on without what the block would have given.
  const without = outcome.kind === "continue" || outcome.kind === "park";
  if (outcome.kind === "park") way.state.live = true;
  state.joinOne([{ state: done, missing: { span: headSpan(node), when: "when the block of this `try` has succeeded" } }, way]);
  const blocks = [body, ...(outcome.kind === "block" ? [outcome.block] : [])];
  const as = namedResult(saga, firstClause(node.clauses, "as"), blocks, without, state);
  return { kind: "try", node, zone, tried: place.tried, timeout, body, otherwise: outcome, as };
}
