import { CompilerBug } from "../bug.ts";
import type {
  FlowBlock,
  FlowBranch,
  FlowFailure,
  FlowIf,
  FlowLet,
  FlowNode,
  FlowOutcome,
  FlowParallel,
  FlowPolicy,
  FlowRace,
  FlowResult,
  FlowStep,
  FlowTry,
  NamedResult,
} from "../check/flow-nodes.ts";
import type { Binding } from "../check/names.ts";
import type { Mapping, Zone } from "../check/program.ts";
import { isOptional, objectType, optional, type Type } from "../check/types.ts";
import { lowerCall, lowerForeach, lowerRepeat } from "./lower-children.ts";
import { callsCompute, outputOf } from "./lower-computes.ts";
import type { LowerPlace, SagaContext } from "./lower-context.ts";
import { Names } from "./lower-names.ts";
import { failsTo, lowerRetry, lowerStep, stopsAt } from "./lower-steps.ts";
import { lowerAwait, lowerSleep } from "./lower-waits.ts";
import type {
  PlanBlock,
  PlanBranch,
  PlanExpr,
  PlanFailure,
  PlanNode,
  PlanOutcome,
  PlanPolicy,
  PlanSequence,
  PlanStepNode,
} from "./plan.ts";
import { deriveBackward } from "./undo.ts";

const NULL: PlanExpr = { kind: "literal", value: null };

/** The statements of one saga as nodes of its plan. What has machines of its own goes into units of the context. */
export class NodeLowering {
  readonly context: SagaContext;
  readonly names: Names;
  /** Names of steps and children that have something to undo. */
  readonly undoable = new Set<string>();
  readonly #blocks = new Map<FlowBlock, PlanBlock>();

  constructor(context: SagaContext) {
    this.context = context;
    this.names = new Names(context);
  }

  /** `before` of the place is for each statement anew, and so is its zone. `result`: what is worked out behind them. */
  sequence(nodes: readonly FlowNode[], place: Omit<LowerPlace, "before">, result: Mapping | null = null): PlanSequence {
    let { zone } = place;
    const lowered = nodes.flatMap((node) => {
      const before: PlanNode[] = [];
      zone = zoneOf(node) ?? zone;
      const made = this.#node(node, { ...place, zone, before });
      if (zone === "pivot") zone = "after";
      return made === null ? before : [...before, made];
    });
    const before: PlanNode[] = [];
    if (result !== null && callsCompute(this.context, result)) this.names.mapping(result, { ...place, zone, before });
    return { kind: "sequence", nodes: [...lowered, ...before] };
  }

  block(block: FlowBlock, place: LowerPlace, path: readonly string[], scope: string | null = null): PlanSequence {
    const scopes = scope === null ? place.scopes : [...place.scopes, scope];
    const inner = { ...place, path: [...place.path, ...path], scopes, frames: block.frames };
    return this.sequence(block.body, inner, outputOf(block));
  }

  #node(node: FlowNode, place: LowerPlace): PlanNode | null {
    switch (node.kind) {
      case "step":
        return this.#step(node, place);
      case "parallel":
        return this.#parallel(node, place);
      case "race":
        return this.#race(node, place);
      case "if":
        return this.#if(node, place);
      case "try":
        return this.#try(node, place);
      case "foreach":
        return lowerForeach(this, node, place);
      case "repeat":
        return lowerRepeat(this, node, place);
      case "call":
        return lowerCall(this, node, place);
      case "await":
        return lowerAwait(this, node, place);
      case "sleep":
        return lowerSleep(this, node, place);
      case "let":
        return this.#let(node, place);
      case "fail": {
        const id = this.context.id("fail", node.node);
        const to = failsTo(node.zone, place);
        if (to === null) throw new CompilerBug("a `fail` where nothing fails");
        return { kind: "fail", id, failsTo: to, failure: this.failure(node.failure, place), span: this.context.span(node.node) };
      }
      case "opaque":
        throw new CompilerBug(`a statement of kind ${node.node.kind} has no plan`);
    }
  }

  // ---- steps, and what is done then

  #step({ step }: FlowStep, place: LowerPlace): PlanStepNode {
    const made = lowerStep(this.context, this.names, step, place);
    const spent = step.spent?.kind === "fail" && made.exhausted === "fail" ? step.spent.failure : null;
    const lowered = spent === null ? made : { ...made, exhaustedWith: this.failure(spent, place) };
    place.unit.steps.push(lowered);
    if (lowered.undo.kind === "compensate") this.undoable.add(lowered.name);
    const policies = this.policies(step.policies, place, step.zone);
    const binding = this.bindingOf(step.policies, step.name.name);
    if (binding !== null) this.inItsPlace(binding, objectType(step.output), step.policies, place);
    return { kind: "step", step: step.name.name, stops: stopsAt(step.zone, place), policies };
  }

  policies(policies: readonly FlowPolicy[], place: LowerPlace, zone: Zone): PlanPolicy[] {
    return policies.map((policy) => {
      if (policy.data !== null) this.names.declare(policy.data.binding, policy.data.type);
      return {
        error: policy.symbol?.name ?? policy.error.name,
        retry: policy.retry === null ? null : lowerRetry(this.names, policy.retry.value, place),
        // An ending changes nothing any more: what fails there is gone on without.
        outcome: zone === "ending" && policy.outcome.kind === "fail" ? { kind: "continue" } : this.outcome(policy.outcome, place),
      };
    });
  }

  /** `otherwise` of a try has a path of its own; other blocks have `$block1` … */
  outcome(outcome: FlowOutcome, place: LowerPlace, path: string | null = null): PlanOutcome {
    switch (outcome.kind) {
      case "fail":
        return { kind: "fail", failure: outcome.failure === null ? null : this.failure(outcome.failure, place) };
      case "continue":
      case "park":
        return { kind: outcome.kind };
      case "block": {
        const known = this.#blocks.get(outcome.block);
        if (known !== undefined) return { kind: "block", block: known };
        const id = this.context.id("block", outcome.block.node);
        const below = path ?? id;
        const body = this.block(outcome.block, place, [below]);
        const block: PlanBlock = { id, place: [...place.path, below], body };
        this.#blocks.set(outcome.block, block);
        return { kind: "block", block };
      }
      case "invalid":
        throw new CompilerBug("an outcome that could not be read has no plan");
    }
  }

  failure({ error, symbol, data }: FlowFailure, place: LowerPlace): PlanFailure {
    const fields = symbol?.fields ?? [];
    const name = symbol?.name ?? error.name;
    this.context.errors.set(name, symbol);
    this.context.fields(fields);
    return {
      name,
      data: data === null ? null : this.names.mapping(data, place, objectType(fields)),
      summary: `failed with ${name}`,
    };
  }

  /** A block that brings a result in place of a step's output or a called saga's. */
  bindingOf(policies: readonly FlowPolicy[], name: string): Binding | null {
    const brings = policies.some(
      ({ outcome }) => outcome.kind === "block" && outcome.block.ends && outcome.block.result !== null,
    );
    if (!brings) return null;
    const binding = this.context.bindings.get(name);
    if (binding === undefined) throw new CompilerBug(`${name} is not a name of the saga`);
    return binding;
  }

  inItsPlace(binding: Binding, type: Type, policies: readonly FlowPolicy[], place: LowerPlace): void {
    const name = binding.ident.name;
    let value = this.names.name({ binding, frames: place.frames, optional: true }, place.unit);
    for (const { outcome } of policies.toReversed()) {
      if (outcome.kind !== "block" || !outcome.block.ends || outcome.block.result === null) continue;
      const whenTrue = this.result(outcome.block, outcome.block.result, place, type);
      const path = this.context.idOf(outcome.block.node);
      const condition: PlanExpr = { kind: "took", node: name, path };
      // Several errors may share a block.
      if (value.kind === "conditional" && sameTook(value.condition, path)) continue;
      value = { kind: "conditional", condition, whenTrue, whenFalse: value };
    }
    place.unit.lets.push({ name: `$${name}`, type: this.context.type(optional(type)), value });
    this.names.decide(binding, `$${name}`);
  }

  /** What a block brings, where its end was reached. */
  result(block: FlowBlock, result: FlowResult, place: LowerPlace, as: Type | null = null): PlanExpr {
    const { from, type } = result;
    if (from.kind === "output") return this.names.mapping(from.mapping, { ...place, frames: block.frames }, as);
    return this.names.name({ binding: from.binding, frames: block.frames, optional: isOptional(type) }, place.unit);
  }

  // ---- groups

  #parallel(node: FlowParallel, place: LowerPlace): PlanNode {
    const id = this.context.id("group", node.node);
    const to = failsTo(node.zone, place);
    // Where nothing fails there is nothing to wait for.
    const waits = node.onFailure === "wait" && to !== null;
    const branches = this.#branches(node, id, place, waits);
    for (const branch of node.branches) this.#nameBranch(branch, place, null);
    return {
      kind: "parallel",
      id,
      stops: stopsAt(node.zone, place),
      onFailure: waits ? "wait" : "cancel",
      failsTo: to,
      place: [...place.path, id],
      branches,
    };
  }

  #branches(node: FlowParallel | FlowRace, id: string, place: LowerPlace, scoped: boolean): PlanBranch[] {
    return node.branches.map((branch, index) => {
      const branchId = `$branch${index + 1}`;
      const name = branch.node.kind === "branch" ? (branch.node.name?.name ?? null) : null;
      const scope = scoped ? `${id}.${branchId}` : null;
      return { id: branchId, name, scope, body: this.block(branch, place, [id, branchId], scope) };
    });
  }

  #race(node: FlowRace, place: LowerPlace): PlanNode {
    const id = this.context.id("race", node.node);
    const branches = this.#branches(node, id, place, true);
    for (const [index, branch] of node.branches.entries())
      this.#nameBranch(branch, place, { kind: "took", node: id, path: `$branch${index + 1}` });
    const mirrored = { kind: "race", id, stops: [], failsTo: null, place: [], branches, undo: EMPTY } as const;
    this.#named(node.as, node.branches, place, (index) => ({ kind: "took", node: id, path: `$branch${index + 1}` }));
    return {
      kind: "race",
      id,
      stops: stopsAt(node.zone, place),
      failsTo: failsTo(node.zone, place),
      place: [...place.path, id],
      branches,
      undo: deriveBackward({ kind: "sequence", nodes: [mirrored] }, this.undoable),
    };
  }

  #if(node: FlowIf, place: LowerPlace): PlanNode {
    const id = this.context.id("if", node.node);
    const conditions = node.arms.map(({ condition }) => this.names.expression(condition, place));
    const arms = node.arms.map(({ block }, index) => {
      const arm = `$arm${index + 1}`;
      return { id: arm, condition: conditions[index] ?? NULL, body: this.block(block, place, [id, arm]) };
    });
    const otherwise = node.otherwise === null ? EMPTY_FORWARD : this.block(node.otherwise, place, [id, "$else"]);
    return { kind: "if", id, stops: stopsAt(node.zone, place), arms, otherwise, span: this.context.span(node.node) };
  }

  #try(node: FlowTry, place: LowerPlace): PlanNode {
    const id = this.context.id("try", node.node);
    const timeoutMs = node.timeout === null ? null : this.names.expression(node.timeout, place);
    const body = this.block(node.body, place, [id, "$body"], id);
    const inner = { ...place, path: [...place.path, id] };
    const otherwise = this.outcome(node.otherwise, inner, "$otherwise");
    const blocks = [node.body, ...(node.otherwise.kind === "block" ? [node.otherwise.block] : [])];
    this.#named(node.as, blocks, place, (index) => ({ kind: "took", node: id, path: index === 0 ? "body" : "otherwise" }));
    return {
      kind: "try",
      id,
      stops: stopsAt(node.zone, place),
      failsTo: failsTo(node.zone, place),
      place: [...place.path, id],
      timeoutMs,
      body,
      undo: deriveBackward(body, this.undoable),
      otherwise,
      span: this.context.span(node.node),
    };
  }

  /** The result of a branch under its name, where something reads it. `took`: whether it is there. */
  #nameBranch(branch: FlowBranch, place: LowerPlace, took: PlanExpr | null): void {
    const { node, result } = branch;
    const binding = node.kind === "branch" && node.name !== null ? this.context.bindings.get(node.name.name) : undefined;
    if (binding === undefined || result === null || !branch.ends || !this.context.isRead(binding)) return;
    const { type, secret } = result;
    const value = this.result(branch, result, place, type);
    const name = binding.ident.name;
    this.names.declare(binding, type, secret);
    place.unit.lets.push({
      name,
      type: this.context.type(took === null ? type : optional(type)),
      value: took === null ? value : { kind: "conditional", condition: took, whenTrue: value, whenFalse: NULL },
    });
    this.names.decide(binding, name);
  }

  /** The result of the block that was taken, under the name of an `as`. */
  #named(as: NamedResult | null, blocks: readonly FlowBlock[], place: LowerPlace, took: (index: number) => PlanExpr): void {
    if (as === null) return;
    let value = NULL;
    for (const [index, block] of [...blocks.entries()].toReversed()) {
      if (!block.ends || block.result === null) continue;
      const whenTrue = this.result(block, block.result, place, as.type);
      value = { kind: "conditional", condition: took(index), whenTrue, whenFalse: value };
    }
    const name = as.binding.ident.name;
    place.unit.lets.push({ name, type: this.context.type(optional(as.type)), value });
    this.names.declare(as.binding, as.type);
    this.names.decide(as.binding, name);
  }

  #let({ node, binding, type, secret }: FlowLet, place: LowerPlace): null {
    this.names.declare(binding, type, secret);
    place.unit.lets.push({
      name: binding.ident.name,
      type: this.context.type(type),
      value: this.names.expression(node.value, place),
    });
    return null;
  }
}

/** `null`: it stands where what is around it stands. */
function zoneOf(node: FlowNode): Zone | null {
  if (node.kind === "step") return node.step.zone;
  return node.kind === "let" || node.kind === "opaque" ? null : node.zone;
}

const EMPTY_FORWARD: PlanSequence = { kind: "sequence", nodes: [] };
const EMPTY = { kind: "sequence", nodes: [] } as const;

function sameTook(condition: PlanExpr, path: string): boolean {
  return condition.kind === "took" && condition.path === path;
}
