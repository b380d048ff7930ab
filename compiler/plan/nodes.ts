import type { PlanDuration, PlanExpr, PlanNode, PlanOutcome, PlanPolicy, PlanRetry, PlanSequence } from "./plan.ts";

/** The sequences directly below a node, in source order; what runs as instances of its own has its sequence in a body. */
export function sequencesIn(node: PlanNode): readonly PlanSequence[] {
  switch (node.kind) {
    case "step":
      return inPolicies(node.policies);
    case "parallel":
    case "race":
      return node.branches.map((branch) => branch.body);
    case "if":
      return [...node.arms.map((arm) => arm.body), node.otherwise];
    case "try":
      return [node.body, ...inOutcome(node.otherwise)];
    case "await":
      return [...node.cases.map((one) => one.body), ...inOutcome(node.onTimeout)];
    case "repeat":
      return inOutcome(node.otherwise);
    case "call":
      return [...inPolicies(node.policies), ...inOutcome(node.onFailure)];
    case "foreach":
    case "sleep":
    case "compute":
    case "fail":
      return [];
  }
}

/** Every node below a sequence, outer ones first, in source order. */
export function nodesIn(sequence: PlanSequence): readonly PlanNode[] {
  return sequence.nodes.flatMap((node) => [node, ...sequencesIn(node).flatMap(nodesIn)]);
}

/** Several errors may share a block: it is there once. */
function inPolicies(policies: readonly PlanPolicy[]): readonly PlanSequence[] {
  const blocks = new Map(
    policies.flatMap(({ outcome }) => (outcome.kind === "block" ? [[outcome.block.id, outcome.block.body] as const] : [])),
  );
  return [...blocks.values()];
}

function inOutcome(outcome: PlanOutcome): readonly PlanSequence[] {
  return outcome.kind === "block" ? [outcome.block.body] : [];
}

/** What a node itself reads; not what stands in its sequences, nor the calls of its step. */
export function expressionsOf(node: PlanNode): readonly PlanExpr[] {
  const given = (...all: readonly (PlanExpr | null)[]): PlanExpr[] => all.filter((each) => each !== null);
  switch (node.kind) {
    case "step":
      return node.policies.flatMap(inPolicy);
    case "parallel":
    case "race":
      return [];
    case "if":
      return node.arms.map(({ condition }) => condition);
    case "try":
      return given(node.timeoutMs, ...dataOf(node.otherwise));
    case "await":
      return given(...node.cases.map(({ where }) => where), node.limit?.ms ?? null, ...dataOf(node.onTimeout));
    case "sleep":
      return [node.limit.ms];
    case "foreach":
      return given(node.list, node.where);
    case "repeat":
      return given(node.everyMs, node.until, ...dataOf(node.otherwise));
    case "call":
      return [node.input, ...pausesOf(node.retry), ...node.policies.flatMap(inPolicy), ...dataOf(node.onFailure)];
    case "compute":
      return [node.input];
    case "fail":
      return given(node.failure.data);
  }
}

function inPolicy({ retry, outcome }: PlanPolicy): readonly PlanExpr[] {
  return [...pausesOf(retry), ...dataOf(outcome)];
}

/** The pauses between attempts that are worked out. */
export function pausesOf(retry: PlanRetry | null): readonly PlanExpr[] {
  return retry === null ? [] : [...worked(retry.backoffMinMs), ...worked(retry.backoffMaxMs)];
}

/** A duration that is worked out. */
export function worked(duration: PlanDuration): readonly PlanExpr[] {
  return typeof duration === "number" ? [] : [duration];
}

function dataOf(outcome: PlanOutcome): readonly PlanExpr[] {
  return outcome.kind === "fail" && outcome.failure !== null && outcome.failure.data !== null ? [outcome.failure.data] : [];
}
