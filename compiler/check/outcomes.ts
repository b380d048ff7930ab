import type { CallClause, Ident, Outcome, Retry, Statement, StepClause } from "../ast/nodes.ts";
import type { Span } from "../source/span.ts";
import { assignable } from "./assignable.ts";
import { readLength } from "./durations.ts";
import { checkFailure } from "./errors.ts";
import { withSecretsOf } from "./exposed.ts";
import type { FlowOutcome, FlowPolicy } from "./flow-nodes.ts";
import type { Binding, Frame } from "./names.ts";
import { markUsed } from "./opaque.ts";
import type { CheckedRetry, ErrorSymbol, Setting } from "./program.ts";
import type { Place, Reader, SagaScope } from "./reading.ts";
import { callRetry, readWritten } from "./settings.ts";
import type { FlowState, Way } from "./state.ts";
import { objectType, type Type } from "./types.ts";

/** Where an outcome stands, and what goes on behind it. */
export interface OutcomePlace {
  readonly saga: SagaScope;
  /** Of the statement that it belongs to. */
  readonly place: Place;
  /** Around its block. */
  readonly frame: Frame;
  /** The name whose value is absent where the way goes on without: of a step, call or `as`; its type where there is a value. */
  readonly gives: { readonly binding: Binding; readonly type: Type } | null;
  /** "when `x` is answered with `E`": a sentence's end. */
  readonly when: string;
}

/**
 * What is done then. `state`: before it, a fork that is this outcome's own; afterwards it is as the outcome leaves it. Gives the way that goes
 * on behind it, if one does.
 */
export function checkOutcome(
  { saga, place, frame, gives, when }: OutcomePlace,
  node: Outcome | null,
  fallback: Span,
  state: FlowState,
): { readonly outcome: FlowOutcome; readonly way: Way } {
  const span = node?.span ?? fallback;
  const way: Way = { state, missing: { span, when } };
  if (node === null) {
    state.live = false;
    return { outcome: { kind: "fail", node, span, failure: null }, way };
  }
  switch (node.kind) {
    case "fail-outcome": {
      const reader = { saga, frames: [...place.frames, frame], state, own: null };
      const failure = node.error === null ? null : checkFailure(reader, node.error, node.data);
      state.live = false;
      return { outcome: { kind: "fail", node, span, failure }, way };
    }
    case "continue-outcome":
      return { outcome: { kind: "continue", node, span }, way };
    // A person decides: it happened after all, or nothing goes on.
    case "park-outcome":
      state.live = false;
      return { outcome: { kind: "park", node, span }, way };
    case "invalid-outcome":
      state.live = false;
      return { outcome: { kind: "invalid", node, span }, way };
    case "block-outcome": {
      let block = saga.block({ block: node.block, frame }, place, state);
      if (gives !== null && block.result !== null && block.ends) {
        const { type, from, secret } = block.result;
        if (assignable(type, gives.type) && (from.kind === "output" || hasFields(gives.type)))
          state.give(gives.binding, withSecretsOf(gives.type, type), secret);
        else {
          if (from.kind === "output")
            saga.draft.findings.add("no-common-type", {
              span: from.mapping.node?.span ?? span,
              what: `\`${gives.binding.ident.name}\` and the block in its place`,
              left: gives.type,
              right: type,
            });
          // The output of a step that happens to be the only one is no result for that.
          block = { ...block, result: null };
        }
      }
      return { outcome: { kind: "block", node, span, block }, way };
    }
  }
}

/** Of nothing no other step brings more. */
function hasFields(type: Type): boolean {
  return type.kind !== "object" || type.fields.length > 0;
}

/** What a step or call does about the errors it may be answered with. */
export interface PolicyOwner {
  readonly saga: SagaScope;
  readonly place: Place;
  readonly node: Statement;
  /** "step `x`" */
  readonly title: string;
  readonly clauses: readonly (StepClause | CallClause)[];
  readonly gives: { readonly binding: Binding; readonly type: Type } | null;
  readonly fallback: CheckedRetry;
  /** What an error leads to of which nothing is said. */
  readonly unsaid: "fail" | "continue";
}

/** One policy for each error, and the ways on which they lead. `state`: before the statement. */
export function checkPolicies(
  owner: PolicyOwner,
  thrown: readonly { readonly ident: Ident; readonly symbol: ErrorSymbol | null }[],
  state: FlowState,
): { readonly policies: readonly FlowPolicy[]; readonly ways: readonly Way[] } {
  const { saga, node } = owner;
  const { findings } = saga.draft;
  const said = new Map<string, FlowPolicy>();
  const ways: Way[] = [];
  for (const [index, clause] of owner.clauses.entries()) {
    if (clause.kind !== "on-error") continue;
    const errors = clause.errors.filter((ident) => {
      const first = said.get(ident.name) ?? null;
      if (first !== null) findings.add("policy-twice", { ident, owner: owner.title, first: first.error });
      else if (!thrown.some((each) => each.ident.name === ident.name)) {
        markUsed(saga.declared.scope, ident.name);
        findings.add("never-thrown", { ident, owner: owner.title, candidates: thrown.map((each) => each.ident.name) });
      } else return true;
      return false;
    });
    const [only, second] = errors;
    const symbols = errors.map((ident) => thrown.find((each) => each.ident.name === ident.name)?.symbol ?? null);
    const fork = state.fork();
    let data: FlowPolicy["data"] = null;
    if (only !== undefined && second === undefined && symbols[0] && !saga.flow.byName.has(only.name)) {
      const binding: Binding = { what: "data", ident: only, node, frames: owner.place.frames, order: -1, step: null };
      data = { binding, type: objectType(symbols[0].fields) };
      fork.give(data.binding, data.type);
    }
    const frame = { node, part: "policy", index } as const;
    const reader = { saga, frames: [...owner.place.frames, frame], state: fork, own: null };
    const retry = clause.policy.kind === "retry-policy" ? readPolicyRetry(reader, clause.policy.retry, owner.fallback) : null;
    const then = clause.policy.kind === "retry-policy" ? clause.policy.retry.whenExhausted : clause.policy;
    const forever = clause.policy.kind === "retry-policy" && clause.policy.retry.attempts === "forever";
    const names = clause.errors.map(({ name }) => `\`${name}\``).join(" or ");
    const at = {
      saga,
      place: owner.place,
      frame,
      gives: owner.gives,
      when: `when ${owner.title} is answered with ${names}`,
    };
    const { outcome: found, way } = checkOutcome(at, then, clause.span, fork);
    // What is retried forever leads nowhere else.
    const outcome: FlowOutcome = forever && then === null ? { kind: "park", node: null, span: clause.span } : found;
    ways.push(way);
    for (const [at, error] of errors.entries())
      said.set(error.name, { error, symbol: symbols[at] ?? null, clause, retry, data, outcome });
  }
  const policies = thrown.map(({ ident, symbol }): FlowPolicy => {
    const { span } = ident;
    const outcome: FlowOutcome =
      owner.unsaid === "continue" ? { kind: "continue", node: null, span } : { kind: "fail", node: null, span, failure: null };
    return said.get(ident.name) ?? { error: ident, symbol, clause: null, retry: null, data: null, outcome };
  });
  return { policies, ways };
}

function readPolicyRetry(reader: Reader, retry: Retry, fallback: CheckedRetry): Setting<CheckedRetry> | null {
  const written = readWritten(reader.saga.draft, retry, (length, what) => readLength(reader, length, what));
  return written === null ? null : callRetry(written, null, fallback);
}
