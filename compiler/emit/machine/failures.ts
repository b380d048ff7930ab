import { CompilerBug } from "../../bug.ts";
import type { PlanExpr, PlanFailure } from "../../plan/plan.ts";
import { type Layout, render } from "../lib/layout.ts";
import type { Writer } from "../lib/writer.ts";
import { type Entry, entry, list, object, text } from "./config.ts";
import { arrowBody, expression, readsContext } from "./expressions.ts";
import type { MachineModel } from "./model.ts";
import type { Pen } from "./nodes/node.ts";
import { fixed, type Vocabulary } from "./vocabulary.ts";

/** Conditions and failures of the source: tables of functions of the context, so that the states name them only. */

/** A row of `conditions`. Guards reach it by `holds`. */
export function conditionEntry(id: string, condition: PlanExpr, { model, words }: Pen): Entry {
  return entry(id, [arrow(readsContext(condition), "boolean", model), arrowBody(condition, model, words)]);
}

/** A row of `failures`. `step`: whose failure it stands for; `error`: which error of it, if it is one. */
export function failureEntry(
  id: string,
  failure: PlanFailure,
  step: string | null,
  pen: Pen,
  error: string | null = null,
): Entry {
  const { name, summary, data } = failure;
  const { words } = pen;
  const model = step === null || error === null ? pen.model : { ...pen.model, turned: { of: step, error } };
  const made = object(
    entry("name", text(name)),
    entry("step", step === null ? "null" : text(step)),
    entry("summary", text(summary)),
    entry("data", data === null ? "null" : expression(data, model, words)),
  );
  return entry(id, [arrow(data !== null && readsContext(data), "Failure", model), "(", made, ")"]);
}

/** `conditions` is exported, so that a test can decide them. */
export function writeConditions(out: Writer, conditions: readonly Entry[], failures: readonly Entry[]): void {
  if (conditions.length > 0) {
    out.doc("The conditions of the saga, by the way that each leads to.");
    out.line(render(["export const conditions = ", object(...conditions), ";"], out.room)).line();
    out.line("type ConditionId = keyof typeof conditions;").line();
  }
  if (failures.length > 0) {
    out.doc("The failures that the saga names itself.");
    out.line(render(["const failures = ", object(...failures), ";"], out.room)).line();
    out.line("type FailureId = keyof typeof failures;").line();
  }
}

/** The action of a failure that stands in the table `failures`. */
export function failWith(id: string, scope: string | null, words: Vocabulary): Layout {
  return words.action("failWith", fixed({ failure: text(id), ...toScope(scope) }));
}

/** The action by which what failed inside fails what is around it: the first of `from` that has. */
export function passOn(from: readonly string[], scope: string | null, words: Vocabulary): Layout {
  if (scope === null) throw new CompilerBug(`a failure of ${from.join(", ")} leads nowhere`);
  return words.action("passOn", fixed({ from: list(from.map(text)), ...toScope(scope) }));
}

/** Where a failure goes to, as a parameter; the saga is what is meant without. */
export function toScope(scope: string | null): Record<string, Layout> {
  return scope === null || scope === "saga" ? {} : { scope: text(scope) };
}

function arrow(reads: boolean, result: string, { own }: MachineModel): string {
  return `(${reads ? "context" : "_context"}: ${own.context}): ${result} => `;
}
