import type { AwaitAnyNode, AwaitCase, AwaitNode, Expression, Ident, SleepNode, WaitClause } from "../ast/nodes.ts";
import { readInstant, readLength } from "./durations.ts";
import type { FlowAwaitCase, FlowNode, FlowOutcome } from "./flow-nodes.ts";
import type { Frame } from "./names.ts";
import { withoutName } from "./narrow.ts";
import { headSpan, markMeant, refuseMisplaced } from "./opaque.ts";
import { needsFamily } from "./operators.ts";
import { checkOutcome } from "./outcomes.ts";
import { type Place, type Reader, read, type SagaScope } from "./reading.ts";
import { firstClause } from "./settings.ts";
import type { FlowState, Way } from "./state.ts";
import type { SignalSymbol } from "./symbols.ts";
import { objectType, type Type, UNKNOWN } from "./types.ts";

/** `await` and `await any`. Afterwards `state` is as the signal, or the end of the time, leaves it. */
export function checkAwait(saga: SagaScope, node: AwaitNode | AwaitAnyNode, place: Place, state: FlowState): FlowNode {
  const { draft, declared } = saga;
  draft.clauses(node.kind === "await" ? "this `await`" : "this `await any`", node.clauses, node.broken);
  if (node.kind === "await-any") refuseMisplaced(draft, declared.scope, "an `await any`", node.misplaced);
  const { zone } = state;
  const limit = checkLimit({ saga, frames: place.frames, state, own: null }, node);
  const expired = checkExpired(saga, node, place, state);
  const ways: Way[] = [];
  const cases = node.kind === "await" ? [checkOne(saga, node, place, state, ways)] : checkCases(saga, node, place, state, ways);
  // What has no limit does not expire, unless the limit is what could not be read.
  if (limit !== null || node.broken) ways.push(expired.way);
  state.joinOne(ways);
  return { kind: "await", node, zone, tried: place.tried, cases, limit, onTimeout: expired.outcome };
}

export function checkSleep(saga: SagaScope, node: SleepNode, place: Place, state: FlowState): FlowNode {
  const reader = { saga, frames: place.frames, state, own: null };
  if (node.until) readInstant(reader, node.value, "`sleep until`");
  else readLength(reader, node.value, "`sleep`");
  return { kind: "sleep", node, zone: state.zone, limit: { kind: node.until ? "by" : "for", value: node.value } };
}

// ---- what is waited for

function checkOne(saga: SagaScope, node: AwaitNode, place: Place, state: FlowState, ways: Way[]): FlowAwaitCase {
  const clauses: readonly AwaitNode["clauses"][number][] = node.clauses;
  const as = firstClause(clauses, "as");
  const where = firstClause(clauses, "where")?.condition ?? null;
  const name = as === null ? node.signal : as.name;
  const fork = state.fork();
  ways.push({ state: fork, missing: { span: headSpan(node), when: `when ${shown(node.signal)} comes in time` } });
  return { ...checkSignal(saga, node, { signal: node.signal, name, where }, place, fork), block: null };
}

function checkCases(saga: SagaScope, node: AwaitAnyNode, place: Place, state: FlowState, ways: Way[]): FlowAwaitCase[] {
  return node.cases.map((one, index) => {
    const frame: Frame = { node, part: "case", index };
    const fork = state.fork();
    ways.push({ state: fork, missing: { span: headOf(one), when: `when ${shown(one.signal)} comes first` } });
    const found = checkSignal(saga, node, { signal: one.signal, name: one.signal, where: one.where }, place, fork);
    return { ...found, block: saga.block({ block: one.block, frame }, place, fork) };
  });
}

interface Awaited {
  readonly signal: Ident | null;
  /** By which what it brings is read. */
  readonly name: Ident | null;
  readonly where: Expression | null;
}

/** Gives the name in `state`: what came of it is there from here on. */
function checkSignal(
  saga: SagaScope,
  node: AwaitNode | AwaitAnyNode,
  { signal, name, where }: Awaited,
  place: Place,
  state: FlowState,
): Omit<FlowAwaitCase, "block"> {
  const symbol = signal === null ? null : resolveSignalName(saga, signal);
  const type: Type = symbol === null ? UNKNOWN : objectType(symbol.fields);
  if (where !== null) checkWhere(saga, node, { signal, name, where }, place, state, type);
  const binding = name === null ? null : (saga.flow.byIdent.get(name) ?? null);
  if (binding !== null) {
    // The one that came before, under this name, was another one.
    state.facts = withoutName(state.facts, binding.ident.name);
    state.give(binding, type);
  }
  return { signal, symbol, binding, where };
}

/** The condition speaks of a signal that may be taken, by its own name and by the one that it gets. */
function checkWhere(
  saga: SagaScope,
  node: AwaitNode | AwaitAnyNode,
  { signal, name, where }: Awaited & { readonly where: Expression },
  place: Place,
  state: FlowState,
  type: Type,
): void {
  const fork = state.fork();
  for (const ident of [signal, name]) {
    if (ident === null) continue;
    fork.facts = withoutName(fork.facts, ident.name);
    fork.give({ what: "candidate", ident, node, frames: place.frames, order: -1, step: null }, type);
  }
  const typed = read({ saga, frames: place.frames, state: fork, own: null }, where);
  needsFamily(saga.draft, { node: where, typed }, ["boolean"], "`where`", "a truth value");
}

function resolveSignalName({ draft, declared, signals }: SagaScope, ident: Ident): SignalSymbol | null {
  const { scope } = declared;
  const symbol = signals.get(ident.name) ?? null;
  if (symbol !== null) scope.used.add(symbol);
  else if (!scope.opaque.has(ident.name) && !scope.unread.has("signal-decl")) {
    const other = scope.declared.get(ident.name);
    const instead = other === undefined ? null : { kind: other.what, span: other.ident.span };
    draft.findings.add("unknown-signal", { ident, candidates: [...signals.keys()], instead });
    markMeant(scope, ident.name, signals.keys());
  }
  return symbol;
}

// ---- for how long

function checkLimit(reader: Reader, node: AwaitNode | AwaitAnyNode): { kind: "for" | "by"; value: Expression } | null {
  const { findings } = reader.saga.draft;
  const clauses: readonly (AwaitNode["clauses"][number] | WaitClause)[] = node.clauses;
  const [timeout, by] = [firstClause(clauses, "timeout"), firstClause(clauses, "by")];
  const onTimeout = firstClause(clauses, "on-timeout");
  if (timeout !== null) readLength(reader, timeout.value, "`timeout`");
  if (by !== null) readInstant(reader, by.value, "`by`");
  if (timeout !== null && by !== null) findings.add("two-limits", { span: headSpan(by), first: headSpan(timeout) });
  if (timeout === null && by === null && onTimeout !== null && !node.broken)
    findings.add("never-expires", { span: headSpan(onTimeout) });
  if (timeout !== null) return { kind: "for", value: timeout.value };
  return by === null ? null : { kind: "by", value: by.value };
}

function checkExpired(
  saga: SagaScope,
  node: AwaitNode | AwaitAnyNode,
  place: Place,
  state: FlowState,
): { readonly outcome: FlowOutcome; readonly way: Way } {
  const clauses: readonly (AwaitNode["clauses"][number] | WaitClause)[] = node.clauses;
  const clause = firstClause(clauses, "on-timeout");
  const frame: Frame = { node, part: "expired", index: 0 };
  const at = { saga, place, frame, gives: null, when: "when it does not come in time" };
  return checkOutcome(at, clause?.outcome ?? null, headSpan(node), state.fork());
}

function shown(ident: Ident | null): string {
  return ident === null ? "it" : `\`${ident.name}\``;
}

function headOf(one: AwaitCase): AwaitCase["span"] {
  return one.signal?.span ?? one.span;
}
