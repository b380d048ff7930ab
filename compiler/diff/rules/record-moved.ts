import type { Plan } from "../../plan/plan.ts";
import { stepsOf } from "../../plan/units.ts";
import { nodesOf } from "../lib/order.ts";
import { match } from "../lib/same.ts";
import type { ChangeRule } from "../rule.ts";

export const recordMoved: ChangeRule = {
  code: "SAGA8005",
  slug: "record-moved",
  classes: ["in-flight"],
  message: "`{saga}` keeps its records elsewhere: {what}.",
  note: "The version stays, so sagas under way have snapshots with the old records, which the new machine cannot read.",
  help: "Raise `version`.",
  find({ before, after }) {
    if (before.version !== after.version) return [];
    const { removed, added } = match(recordsOf(before), recordsOf(after), (record) => record);
    if (removed.length + added.length === 0) return [];
    const list = (records: readonly string[]): string => records.map((record) => `\`${record}\``).join(", ");
    const parts = [removed.length > 0 ? `without ${list(removed)}` : "", added.length > 0 ? `with ${list(added)}` : ""];
    return [{ values: { what: parts.filter((part) => part !== "").join(", ") }, at: null }];
  },
};

/** The path of every record of a snapshot. */
function recordsOf(plan: Plan): string[] {
  const nodes = nodesOf(plan).flatMap((node) => ("place" in node ? [node.place] : []));
  return [...stepsOf(plan).map(({ place }) => place), ...nodes].map((place) => place.join("."));
}
