import { CompilerBug } from "../bug.ts";
import type { FlowAwait, FlowAwaitCase, FlowSleep } from "../check/flow-nodes.ts";
import { objectType } from "../check/types.ts";
import type { LowerPlace } from "./lower-context.ts";
import type { NodeLowering } from "./lower-nodes.ts";
import { failsTo, stopsAt } from "./lower-steps.ts";
import type { PlanAwait, PlanAwaitCase, PlanExpr, PlanSleep } from "./plan.ts";

export function lowerAwait(lowering: NodeLowering, node: FlowAwait, place: LowerPlace): PlanAwait {
  const { context } = lowering;
  const id = context.id("await", node.node);
  const inner = { ...place, path: [...place.path, id] };
  const limit = node.limit === null ? null : lowerLimit(lowering, node.limit, place);
  const names = caseNames(node.cases);
  const cases = node.cases.map((one, index) => lowerCase(lowering, one, names[index] ?? "", inner, `$case${index + 1}`));
  // Whether something reads what came is known at the end.
  for (const one of cases) context.cases.push({ wait: id, node: one });
  return {
    kind: "await",
    id,
    stops: stopsAt(node.zone, place),
    failsTo: failsTo(node.zone, place),
    place: inner.path,
    cases,
    limit,
    // Without a limit it never comes to that.
    onTimeout: node.limit === null ? { kind: "park" } : lowering.outcome(node.onTimeout, place),
    span: context.span(node.node),
  };
}

export function lowerSleep(lowering: NodeLowering, node: FlowSleep, place: LowerPlace): PlanSleep {
  const { context } = lowering;
  const id = context.id("sleep", node.node);
  return {
    kind: "sleep",
    id,
    stops: stopsAt(node.zone, place),
    place: [...place.path, id],
    limit: lowerLimit(lowering, node.limit, place),
    span: context.span(node.node),
  };
}

type Mutable<Some> = { -readonly [Key in keyof Some]: Some[Key] };

function lowerCase(
  lowering: NodeLowering,
  { signal, symbol, binding, where, block }: FlowAwaitCase,
  name: string,
  place: LowerPlace,
  id: string,
): Mutable<PlanAwaitCase> {
  const { context, names } = lowering;
  if (signal === null || symbol === null) throw new CompilerBug("an await of no signal");
  context.signals.set(symbol.name, { name: symbol.name, doc: symbol.node.doc, fields: context.fields(symbol.fields) });
  if (binding !== null) names.receive(binding, name, objectType(symbol.fields));
  const condition = where === null ? null : names.expression(where, place);
  const body = block === null ? EMPTY : lowering.block(block, place, [id]);
  return { name, signal: symbol.name, where: condition, live: false, body };
}

const EMPTY: PlanAwaitCase["body"] = { kind: "sequence", nodes: [] };

/** By the `as` name or the signal's; a signal that several cases wait for is counted. */
function caseNames(cases: readonly FlowAwaitCase[]): string[] {
  const names: string[] = [];
  for (const { binding, signal } of cases) {
    const name = binding?.ident.name ?? signal?.name ?? "";
    let unique = name;
    for (let n = 2; names.includes(unique); n++) unique = `${name}${n}`;
    names.push(unique);
  }
  return names;
}

function lowerLimit(
  { names }: NodeLowering,
  { kind, value }: FlowSleep["limit"],
  place: LowerPlace,
): { readonly kind: "for" | "by"; readonly ms: PlanExpr } {
  const ms = names.expression(value, place);
  return { kind, ms: kind === "by" ? { kind: "instant", value: ms, optional: false } : ms };
}
