import { nodesIn } from "../../plan/nodes.ts";
import type { PlanSequence } from "../../plan/plan.ts";
import { same } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const endingChanged: ChangeRule = {
  code: "SAGA8049",
  slug: "ending-changed",
  classes: ["behaviour"],
  message: "What `{saga}` does after it has {ending} is another thing.",
  note: "Endings change no outcome; they happen after it, once.",
  help: "Nothing, if it is meant.",
  find({ before, after }) {
    return (["completed", "compensated"] as const)
      .filter((ending) => !same(outline(before.endings[ending]), outline(after.endings[ending])))
      .map((ending) => ({ values: { ending }, at: null }));
  },
};

function outline(sequence: PlanSequence | null): readonly unknown[] {
  return sequence === null ? [] : nodesIn(sequence).map((node) => (node.kind === "step" ? node.step : node.kind));
}
