import type { PlanDuration, PlanExpr, PlanField, PlanOutcome, PlanRetry } from "../../plan/plan.ts";
import { markdownCode, markdownText } from "../lib/escape.ts";
import type { ExprScope, ExprWords } from "../lib/expr-text.ts";
import { sourceText } from "../lib/source-type.ts";

/** Parts of sentences and tables; all that comes from a source is escaped here. */

export const code = markdownCode;

/** `3 attempts, 200ms to 10s apart` */
export function retryText({ attempts, backoffMinMs, backoffMaxMs }: PlanRetry, words: ExprWords, scope: ExprScope): string {
  if (attempts === 1) return "one attempt";
  const [least, most] = [timeText(backoffMinMs, words, scope), timeText(backoffMaxMs, words, scope)];
  const apart = least === most ? `${most} apart` : `${least} to ${most} apart`;
  return attempts === null ? `as many attempts as it takes, ${apart}` : `${attempts} attempts, ${apart}`;
}

/** `5s`; what is worked out as code. */
export function timeText(time: PlanDuration, words: ExprWords, scope: ExprScope): string {
  const told = words.duration(time, scope);
  return typeof time === "number" ? told : code(told);
}

/** `the saga turns back`; a block is told as the other path. `turns`: what a failure does there. */
export function outcomeSentence(outcome: PlanOutcome, turns: string): string {
  switch (outcome.kind) {
    case "fail":
      return outcome.failure === null ? turns : `${turns}, with ${code(outcome.failure.name)}`;
    case "continue":
      return "it goes on without it";
    case "park":
      return "it waits for a person";
    case "block":
      return "it takes another path";
  }
}

/** What a failure does that goes to a scope: to the saga, or the item or round that it stands in, or to a scope within. */
export function turnText(failsTo: string | null, body: "item" | "round" | null): string {
  if (failsTo === null || failsTo === "saga") return body === null ? "the saga turns back" : `this ${body} turns back`;
  return failsTo.startsWith("$try") ? "what was tried is undone" : "its branch turns back";
}

/** `orderId: input.orderId, amount: input.total` as code; what is mapped under its own name is told once. */
export function mappingText(value: PlanExpr, words: ExprWords, scope: ExprScope): string {
  if (value.kind === "object" && value.entries.length === 0) return "nothing";
  return code(words.text(value, scope));
}

/** A table of fields; a sentence where there are none. */
export function fieldTable(fields: readonly PlanField[], none: string): readonly string[] {
  if (fields.length === 0) return [none];
  return table(
    ["field", "type", ""],
    fields.map(({ name, type, secret, doc }) => [code(name), code(sourceText(type)), sentence(secret ? "Secret." : null, doc)]),
  );
}

/** `sku: string, left: int` */
export function fieldList(fields: readonly PlanField[]): string {
  return code(fields.map(({ name, type }) => `${name}: ${sourceText(type)}`).join(", "));
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `|${cells.map((cell) => (cell === "" ? " " : ` ${cell} `)).join("|")}|`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/** Documentation as one line. */
export function sentence(...parts: readonly (string | null)[]): string {
  return parts.flatMap((part) => (part === null || part.trim() === "" ? [] : [markdownText(part)])).join(" ");
}

/** Documentation as paragraphs: a blank line parts two of them. */
export function paragraphs(doc: string | null): readonly string[] {
  if (doc === null) return [];
  return doc.split(/\n\s*\n/).flatMap((part) => (part.trim() === "" ? [] : [markdownText(part)]));
}
