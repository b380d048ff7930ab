import type { FunctionExpr } from "../ast/nodes.ts";
import { walk } from "../ast/walk.ts";
import { CompilerBug } from "../bug.ts";
import type { FlowBlock } from "../check/flow-nodes.ts";
import type { Mapping } from "../check/program.ts";
import type { LowerPlace, SagaContext } from "./lower-context.ts";
import type { Names } from "./lower-names.ts";
import { stopsAt } from "./lower-steps.ts";
import type { PlanExpr } from "./plan.ts";

/**
 * A call of a compute: a node that stands before the statement, and its recorded result where the call is written. A call that is read twice,
 * as a step's input is by its compensation, is one.
 */
export function lowerCompute(context: SagaContext, names: Names, node: FunctionExpr, place: LowerPlace): PlanExpr {
  const symbol = context.saga.file.computes.get(node.callee.name);
  if (symbol === undefined) throw new CompilerBug(`there is no function ${node.callee.name}`);
  const known = context.calls.get(node);
  const id = known ?? context.id("compute", node);
  const computed: PlanExpr = { kind: "computed", compute: id, optional: false };
  if (known !== undefined) return computed;
  context.calls.set(node, id);
  context.computes.set(symbol.name, {
    name: symbol.name,
    doc: symbol.node.doc,
    parameters: context.fields(symbol.parameters),
    result: context.type(symbol.result),
  });
  const entries = symbol.parameters.map((field, at) => {
    const arg = node.args[at];
    if (arg === undefined) throw new CompilerBug(`${symbol.name} is called without ${field.name}`);
    return { name: field.name, value: names.expression(arg, place, field.type) };
  });
  place.before.push({
    kind: "compute",
    id,
    stops: stopsAt(place.zone, place),
    place: [...place.path, id],
    compute: symbol.name,
    input: { kind: "object", entries },
    span: context.span(node),
  });
  return computed;
}

/** Whether a compute is called in it. */
export function callsCompute({ saga }: SagaContext, { node }: Mapping): boolean {
  let found = false;
  if (node !== null)
    walk(node, (each) => {
      found ||= each.kind === "function" && saga.file.computes.has(each.callee.name);
      return !found;
    });
  return found;
}

/** What is worked out at a block's end. */
export function outputOf({ result }: FlowBlock): Mapping | null {
  return result?.from.kind === "output" ? result.from.mapping : null;
}
