import { CompilerBug } from "../bug.ts";
import type { CheckedCall, CheckedSaga, CheckedStep } from "../check/program.ts";
import type { SagaContext } from "./lower-context.ts";
import { byName } from "./lower-types.ts";
import { pausesOf, worked } from "./nodes.ts";
import type { PlanCall, PlanError, PlanExpr, PlanService, PlanStep } from "./plan.ts";

function callsIn({ call, inquire, undo }: PlanStep): readonly PlanCall[] {
  return [call, ...(inquire === null ? [] : [inquire]), ...(undo.kind === "compensate" ? [undo.call] : [])];
}

/** What a step works out, beside what its node does. */
export function workedOutIn(step: PlanStep): readonly PlanExpr[] {
  const data = step.exhaustedWith?.data ?? null;
  return [
    ...callsIn(step).flatMap(({ input, key, timeoutMs, retry }) => [
      input,
      ...(key === null ? [] : [key]),
      ...worked(timeoutMs),
      ...pausesOf(retry),
    ]),
    ...(data === null ? [] : [data]),
  ];
}

/** Errors that some step throws, some `fail` names, or a called saga may be answered with. */
export function errorsOf(context: SagaContext): PlanError[] {
  const { errors, saga } = context;
  const thrown = saga.steps.flatMap((step) =>
    step.throws.map(({ ident, symbol }) => [symbol?.name ?? ident.name, symbol] as const),
  );
  return [...new Map([...errors, ...thrown])]
    .map(([name, symbol]) => {
      if (symbol === null) throw new CompilerBug(`the error ${name} is not declared`);
      return { name, doc: symbol.node.doc, fields: context.fields(symbol.fields) };
    })
    .sort(byName);
}

export function servicesOf(saga: CheckedSaga): PlanService[] {
  const services = new Map<string, PlanService>();
  for (const { service, serviceSymbol } of saga.steps.flatMap(callsOf)) {
    services.set(service, {
      name: service,
      doc: serviceSymbol?.node.doc ?? null,
      idempotentForMs: serviceSymbol?.idempotentFor?.value ?? null,
      fenced: serviceSymbol?.fenced ?? false,
      ...(serviceSymbol?.limits == null ? {} : { limits: serviceSymbol.limits }),
    });
  }
  return [...services.values()].sort(byName);
}

function callsOf(step: CheckedStep): CheckedCall[] {
  const undo = step.undo.kind === "compensate" ? [step.undo.call] : [];
  return [step.call, ...(step.inquire === null ? [] : [step.inquire]), ...undo];
}
