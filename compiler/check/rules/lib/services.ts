import type { Ident } from "../../../ast/nodes.ts";
import { suggest } from "../../../diagnostics/suggest.ts";
import type { Span } from "../../../source/span.ts";
import type { CheckedCall, CheckedProgram, CheckedSaga, CheckedStep } from "../../program.ts";

/** Every call of a step: forward, inquiry, compensation. */
export function callsOf(step: CheckedStep): CheckedCall[] {
  const calls = [step.call];
  if (step.inquire !== null) calls.push(step.inquire);
  if (step.undo.kind === "compensate") calls.push(step.undo.call);
  return calls;
}

export interface MisspeltService {
  /** Where it is first named. */
  readonly ident: Ident;
  readonly near: string;
  readonly declared: Span;
}

/** Services without a declaration whose name is near that of one with a declaration: each once a saga. */
export function misspeltServices(program: CheckedProgram): MisspeltService[] {
  return program.sagas.flatMap((saga) => {
    const found = new Map<string, MisspeltService>();
    for (const call of saga.steps.flatMap(callsOf)) {
      const misspelt = found.has(call.service) ? null : misspelling(saga, call);
      if (misspelt !== null) found.set(call.service, misspelt);
    }
    return [...found.values()];
  });
}

/** `null`: the call's service is declared, or like no other. */
export function misspelling({ file }: CheckedSaga, call: CheckedCall): MisspeltService | null {
  if (call.serviceIdent === null || call.serviceSymbol !== null) return null;
  const near = suggest(call.service, file.services.keys());
  const symbol = near === null ? undefined : file.services.get(near);
  if (near === null || symbol === undefined) return null;
  return { ident: call.serviceIdent, near, declared: symbol.node.name?.span ?? symbol.node.span };
}

/** Whether the service keeps a promise that makes repeated calls harmless. */
export function isProtected(call: CheckedCall): boolean {
  return call.serviceSymbol !== null && (call.serviceSymbol.idempotentFor !== null || call.serviceSymbol.fenced);
}

/** "Service `x`", or how steps without one are called. */
export function serviceTitle(call: CheckedCall): string {
  return call.serviceIdent === null ? "A step without a service" : `Service \`${call.service}\``;
}

/** What to do about a service that gives no promise. */
export function promiseHelp(call: CheckedCall): string {
  const inquiry = "or give the step an `inquire`, which is asked whether it happened";
  if (call.serviceIdent === null)
    return `Say which service it calls, \`on name\`, and what that promises, \`service name { idempotent for 24h }\` or \`{ fenced }\`; ${inquiry}.`;
  if (call.serviceSymbol === null)
    return `Declare what it promises, \`service ${call.service} { idempotent for 24h }\` or \`{ fenced }\`; ${inquiry}.`;
  return `If it does, say so in \`service ${call.service}\`: \`idempotent for 24h\` or \`fenced\`; ${inquiry}.`;
}
