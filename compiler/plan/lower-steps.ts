import type { Expression } from "../ast/nodes.ts";
import { CompilerBug } from "../bug.ts";
import { familyOf } from "../check/operators.ts";
import type { CheckedCall, CheckedRetry, CheckedStep, Duration, Zone } from "../check/program.ts";
import type { LowerPlace, SagaContext } from "./lower-context.ts";
import type { Names } from "./lower-names.ts";
import type { PlanCall, PlanDuration, PlanExpr, PlanRetry, PlanStep, PlanUndo } from "./plan.ts";

/** The scopes whose failure ends what stands at a place: the saga's own only while it can fail. */
export function stopsAt(zone: Zone, place: LowerPlace): readonly string[] {
  if (zone === "ending") return [];
  return zone === "after" ? place.scopes : ["saga", ...place.scopes];
}

/** Where a failure at a place goes; `null`: nothing there fails. */
export function failsTo(zone: Zone, place: LowerPlace): string | null {
  const scope = place.scopes.at(-1) ?? null;
  if (zone === "before" || zone === "pivot") return scope ?? "saga";
  // Behind the pivot only a try catches what fails.
  return place.scopes.some((each) => each.startsWith("$try")) ? scope : null;
}

export function lowerStep(context: SagaContext, names: Names, step: CheckedStep, place: LowerPlace): PlanStep {
  const { zone } = step;
  if (zone === "unknown") throw new CompilerBug(`nobody knows where step ${step.name.name} stands`);
  // A number as the text that it is written as.
  const keyOf = (node: Expression): PlanExpr => {
    const value = names.expression(node, place);
    const typed = context.program.typed.get(node);
    return typed !== undefined && familyOf(typed.type) === "text" ? value : { kind: "template", parts: [value] };
  };
  const call = (of: CheckedCall): PlanCall => ({
    service: of.service,
    operation: of.operation.name,
    input: names.mapping(of.input, place),
    inputType: context.fields(of.input.fields),
    key: of.key === null ? null : keyOf(of.key),
    timeoutMs: lowerDuration(names, of.timeout.value, place),
    retry: lowerRetry(names, of.retry.value, place),
    span: context.span(of.node),
  });
  return {
    name: step.name.name,
    doc: step.node.doc,
    kind: step.kind,
    zone,
    place: [...place.path, step.name.name],
    call: call(step.call),
    output: context.fields(step.output),
    throws: step.throws.map(({ ident, symbol }) => symbol?.name ?? ident.name),
    outputLive: false,
    failsTo: step.kind === "best-effort" || zone === "ending" ? null : failsTo(zone, place),
    exhausted: exhausted(step, place),
    exhaustedWith: null,
    inquire: step.inquire === null ? null : call(step.inquire),
    undo: undoOf(step, call),
    span: context.span(step.node),
  };
}

export function lowerDuration(names: Names, duration: Duration, place: LowerPlace): PlanDuration {
  return typeof duration === "number" ? duration : names.expression(duration, place);
}

export function lowerRetry(names: Names, { attempts, backoffMinMs, backoffMaxMs }: CheckedRetry, place: LowerPlace): PlanRetry {
  const min = lowerDuration(names, backoffMinMs, place);
  // One pause, written once, is worked out once.
  const max = backoffMaxMs === backoffMinMs ? min : lowerDuration(names, backoffMaxMs, place);
  return { attempts, backoffMinMs: min, backoffMaxMs: max };
}

function exhausted(step: CheckedStep, place: LowerPlace): PlanStep["exhausted"] {
  if (step.kind === "best-effort" || step.zone === "ending") return "continue";
  if (step.spent?.kind === "park" || step.zone === "pivot") return "park";
  return failsTo(step.zone, place) === null ? "park" : "fail";
}

function undoOf(step: CheckedStep, call: (of: CheckedCall) => PlanCall): PlanUndo {
  if (step.undo.kind === "compensate") return { kind: "compensate", call: call(step.undo.call) };
  if (step.undo.kind === "none") return { kind: "none", because: step.undo.because };
  if (step.kind === "pivot") return { kind: "none", because: "it is the pivot" };
  if (step.kind === "readonly") return { kind: "none", because: "it changes nothing" };
  if (step.kind === "best-effort") return { kind: "none", because: "it is a best effort" };
  if (step.zone === "after") return { kind: "none", because: "it stands after the pivot" };
  if (step.zone === "ending") return { kind: "none", because: "it stands after the end" };
  throw new CompilerBug(`step ${step.name.name} does not say how it is undone`);
}
