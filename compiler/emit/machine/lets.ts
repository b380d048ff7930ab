import { partsOf } from "../../plan/expressions.ts";
import type { PlanExpr, PlanLet, PlanType } from "../../plan/plan.ts";
import { type Layout, render } from "../lib/layout.ts";
import { isOptional, typeText } from "../lib/type-text.ts";
import type { Writer } from "../lib/writer.ts";
import { type Entry, entry, object } from "./config.ts";
import { arrowBody, readsContext } from "./expressions.ts";
import type { MachineModel } from "./model.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * `lets`: each let as a function of the context, written once however often it is named. To be called when all else is written: only what is
 * named is.
 */
export function writeLets(out: Writer, model: MachineModel, words: Vocabulary): void {
  const { lets } = model.unit;
  const inner = new Set(lets.flatMap(({ value }) => letsIn(value)));
  const written = new Map<string, Entry>();
  // Writing one may name others; the last names only earlier ones.
  for (const one of lets.toReversed()) {
    if (words.usesLet(one.name)) written.set(one.name, entry(one.name, letFunction(one, inner.has(one.name), model, words)));
  }
  if (written.size === 0) return;
  out.doc("Named values, as functions of what is known.");
  const entries = lets.flatMap(({ name }) => written.get(name) ?? []);
  out.line(render(["const lets = ", object(...entries), ";"], out.room)).line();
}

/** A let that other lets name is worked out once a context: else two of its name in each of many would take for ever. */
function letFunction({ type, value }: PlanLet, named: boolean, model: MachineModel, words: Vocabulary): Layout {
  const parameter = `(${readsContext(value) ? "context" : "_context"}: ${model.own.context})`;
  const absent = isOptional(type, model.plan) ? " | undefined" : "";
  const code = [`${parameter}: `, typeOfData(type, model, words), `${absent} => `, arrowBody(value, model, words, type)];
  return named ? [words.helper("once"), "(", code, ")"] : code;
}

/** The TypeScript type of a value, its names imported. */
function typeOfData(type: PlanType, { plan, names }: MachineModel, words: Vocabulary): Layout {
  return typeText(type, plan, {
    named: (name) => words.type(names.named(name)),
    get json() {
      return words.type(names.json);
    },
  });
}

function letsIn(expr: PlanExpr): string[] {
  return expr.kind === "let" ? [expr.name] : partsOf(expr).flatMap(letsIn);
}
