import type { DiagnosticLabel } from "../../../diagnostics/diagnostic.ts";
import type { Span } from "../../../source/span.ts";
import type { CheckedCall, CheckedStep, Setting } from "../../program.ts";

/** Where a step's retries are said: in the step, or by its service, and then the step is where it matters. */
export function retryPlace(step: CheckedStep): { readonly span: Span; readonly labels: readonly DiagnosticLabel[] } {
  const { retry, service } = step.call;
  if (retry.span === null || retry.origin === "default") return { span: step.name.span, labels: [] };
  if (retry.origin === "own") return { span: retry.span, labels: [] };
  return { span: step.name.span, labels: [{ span: retry.span, message: `service \`${service}\` says so` }] };
}

/** Where a call's time is said, best first: its own time-out, its own retry; else the step's name. */
export function timePlace(step: CheckedStep, call: CheckedCall): Span {
  const own = [call.timeout, call.retry].find((setting: Setting<unknown>) => setting.origin === "own" && setting.span !== null);
  return own?.span ?? (call.role === "forward" ? step.name.span : call.operation.span);
}

/** What to write in place of a bounded retry where nothing may be given up. `leaveOut`: what leaving it out does, where it is the step's own. */
export function boundedHelp({ call }: CheckedStep, leaveOut: string): string {
  if (call.retry.origin === "service")
    return "Give the step one of its own: `retry forever`, with a `backoff` if you like; or `retry … then park`, which asks a person.";
  return `${leaveOut}; or write \`retry forever\`, with a \`backoff\` if you like; or \`retry … then park\`, which asks a person.`;
}

export function attemptsText(attempts: number): string {
  return attempts === 1 ? "one attempt" : `${attempts} attempts`;
}

/** Where a policy of the step, `on E retry forever`, says that it is called again for ever. */
export function foreverPolicies({ policies }: Pick<CheckedStep, "policies">): readonly Span[] {
  const spans = policies.flatMap(({ retry }) => (retry?.value.attempts === null && retry.span !== null ? [retry.span] : []));
  return [...new Set(spans)];
}
