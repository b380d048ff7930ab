import type { PlanStep } from "../../plan/plan.ts";
import { stepsOf } from "../../plan/units.ts";
import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const undoChanged: ChangeRule = {
  code: "SAGA8038",
  slug: "undo-changed",
  classes: ["behaviour"],
  message: "`{saga}` undoes `{step}` by `{after}`, and undid it by `{before}`.",
  note: "What the step did must be undone by what knows how it was done.",
  help: "See that the new compensation undoes all that the step does.",
  find({ before, after }) {
    const { both } = match(stepsOf(before), stepsOf(after), ({ name }) => name);
    return both.flatMap(([was, is]) => {
      const [old, now] = [undoOf(was), undoOf(is)];
      if (old === now || now === null) return [];
      return [{ values: { step: is.name, before: old ?? "nothing", after: now }, at: is.span }];
    });
  },
};

function undoOf({ undo }: PlanStep): string | null {
  return undo.kind === "none" ? null : `${undo.call.service}.${undo.call.operation}`;
}
