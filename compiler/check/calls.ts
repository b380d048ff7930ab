import type { CallNode, Ident } from "../ast/nodes.ts";
import type { DeclaredFile } from "./declarations.ts";
import { readLength } from "./durations.ts";
import { checkFit } from "./errors.ts";
import type { FlowCall, FlowNode } from "./flow-nodes.ts";
import { markMeant, refuseMisplaced } from "./opaque.ts";
import { checkOutcome, checkPolicies } from "./outcomes.ts";
import type { CheckedSaga, ErrorSymbol } from "./program.ts";
import { NOTHING, type Place, readGiven, type SagaScope } from "./reading.ts";
import { callRetry, defaultRetry, firstClause, readRetry } from "./settings.ts";
import type { FlowState, Way } from "./state.ts";
import { objectType } from "./types.ts";

export function checkCall(saga: SagaScope, node: CallNode, place: Place, state: FlowState): FlowNode {
  const { draft, declared, flow } = saga;
  const title = node.saga === null ? "this `call`" : `the call of \`${node.saga.name}\``;
  draft.clauses(title, node.clauses, node.broken);
  refuseMisplaced(draft, declared.scope, "a `call`", node.misplaced);
  const { zone } = state;
  const callee = node.saga === null ? null : resolveSaga(saga, node.saga);
  const given = firstClause(node.clauses, "input-object");
  const input = given === null ? NOTHING : readGiven({ saga, frames: place.frames, state, own: null }, given.value);
  if (callee !== null && node.saga !== null && !node.broken)
    checkFit(draft, input, callee.input, given === null ? node.saga.span : given.span, `Saga \`${node.saga.name}\``);

  const clause = firstClause(node.clauses, "retry-clause");
  const retry = readRetry(draft, clause, node.broken, (length, what) =>
    readLength({ saga, frames: place.frames, state, own: null }, length, what),
  );
  const then = clause?.retry.whenExhausted ?? null;
  if (then !== null && then.kind !== "invalid-outcome")
    draft.findings.add("spent-outcome", { span: then.span, owner: title, instead: "call" });
  const fallback = defaultRetry("forward", zone);
  const binding = node.as === null ? undefined : flow.byIdent.get(node.as);
  const type = objectType(callee?.output?.fields ?? []);
  const gives = binding === undefined ? null : { binding, type: callee === null ? ({ kind: "unknown" } as const) : type };
  // Of a saga that could not be read nobody knows what it fails with.
  const errors = node.clauses.flatMap((each) => (each.kind === "on-error" ? each.errors : []));
  const thrown =
    callee === null
      ? errors.map((ident) => ({ ident, symbol: null }))
      : [...callee.failures.values()].map((symbol) => ({ ident: nameAs(declared, errors, symbol, node.saga), symbol }));
  const { policies, ways } = checkPolicies(
    { saga, place, node, title, clauses: node.clauses, gives, fallback, unsaid: "fail" },
    thrown,
    state,
  );

  const index = node.clauses.findIndex((each) => each.kind === "call-failure");
  const failure = node.clauses[index];
  const outcome = failure?.kind === "call-failure" ? failure.outcome : null;
  const at = { saga, place, frame: { node, part: "policy", index } as const, gives, when: `when ${title} has failed` };
  const onFailure = checkOutcome(at, outcome, node.saga?.span ?? node.span, state.fork());
  const done = state.fork();
  if (gives !== null) done.give(gives.binding, gives.type);
  const succeeded: Way = { state: done, missing: { span: node.saga?.span ?? node.span, when: `when ${title} has succeeded` } };
  state.joinOne([succeeded, ...ways, onFailure.way]);
  return {
    kind: "call",
    node,
    zone,
    tried: place.tried,
    frames: place.frames,
    saga: callee,
    input,
    retry: retry === null ? null : callRetry(retry, null, fallback),
    policies,
    onFailure: onFailure.outcome,
    as: gives,
  } satisfies FlowCall;
}

/** Named where a policy names it, for what is told of it: by the name that it has in this file, or as the called saga declares it. */
function nameAs({ scope }: DeclaredFile, errors: readonly Ident[], symbol: ErrorSymbol, saga: Ident | null): Ident {
  const { name } = symbol;
  const imported = errors.find((ident) => scope.errors.get(ident.name) === symbol);
  if (imported !== undefined) scope.used.add(symbol);
  const written = imported ?? errors.find((ident) => ident.name === name);
  return written ?? { kind: "ident", name, span: saga?.span ?? { file: "", start: 0, end: 0 } };
}

function resolveSaga({ draft, declared }: SagaScope, ident: Ident): CheckedSaga | null {
  const { scope } = declared;
  const symbol = scope.sagas.get(ident.name);
  if (symbol === undefined) {
    if (!scope.opaque.has(ident.name) && !scope.unread.has("saga-decl")) {
      const other = scope.declared.get(ident.name);
      const instead = other === undefined ? null : { kind: other.what, span: other.ident.span };
      draft.findings.add("unknown-callee", { ident, candidates: [...scope.sagas.keys()], instead });
      markMeant(scope, ident.name, scope.sagas.keys());
    }
    return null;
  }
  scope.used.add(symbol);
  return symbol.checked;
}
